"""Notices to the on-call workers: due at once for what is urgent, then again until one of them takes it, and from its
hour on until it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.casework.on_call import ring
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_system

_PATHS: Final = {"task": "/tasks/", "enquiry": "/tasks/enquiries/"}


@dataclass(frozen=True)
class DueRings(Query[tuple[UUID, ...]]):
    """Return the tasks and enquiries of which the on-call workers are notified now, the longest overdue first."""

    limit: int = 100

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.rings.due(work.now, self.limit)


@dataclass(frozen=True)
class RingOnCall(Command[bool]):
    """Notify the on-call workers. Return False if somebody has taken it and is not late, or another worker rings.

    What is done rings no more. Periods missed in a standstill collapse into one.
    """

    subject_id: UUID
    """Of the task or the enquiry."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bool:
        taken = work.stores.rings.take(self.subject_id, work.now, work.settings.on_call.every)
        if taken is None:
            return False
        waits = work.stores.rings.waits(taken, work.now)
        if waits is None:
            work.stores.rings.end(taken.id)
        if not waits:
            return False
        case = work.stores.cases.get(taken.case_id) if taken.case_id else None
        version = case.deployment_id if case else work.stores.deployments.current().id
        models = work.instances.models(version)
        sent = ring(work, models, taken.case_id, _PATHS[taken.kind])
        if taken.case_id is not None:
            work.record(taken.case_id, "on_call_notified", times=taken.times, sent=sent)
        return True
