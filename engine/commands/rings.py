"""Notices to the on-call workers: due at once for what is urgent, then again until one of them takes it, and from its
hour on until it is done; of a call that was left half written; of an enquiry without danger on its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.casework.on_call import remind_of_enquiries, ring, ring_of_call
from engine.casework.receipts import late_before
from engine.clock import day_of
from engine.domain.calendar import is_working_day
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_system
from engine.instances import CompiledModels
from engine.storage.rings import CALL, ENQUIRY, LATE_ENQUIRY, Ring

_PATHS: Final = {"task": "/tasks/", ENQUIRY: "/tasks/enquiries/", CALL: "/tasks/"}
HALF_DAY: Final = timedelta(hours=12)
MORNING: Final = timedelta(hours=8)
"""Of the day by which an enquiry is answered: then those who answer are notified."""


@dataclass(frozen=True)
class DueRings(Query[tuple[UUID, ...]]):
    """Return the tasks, enquiries and calls of which the on-call workers are notified now, the longest overdue first, and the
    enquiries whose promised day has come."""

    limit: int = 100

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        late = work.stores.enquiries.unrung(_come_due(work), self.limit)
        left = work.stores.urgent_calls.unrung(work.now, self.limit)
        return (*work.stores.rings.due(work.now, self.limit), *left, *late)


@dataclass(frozen=True)
class RingOnCall(Command[bool]):
    """Notify the on-call workers; of an enquiry whose day has come, those who register too; of a call that was left, its
    writer and the heads too. Return False if somebody has taken it and is not late, or another worker rings.

    What is done rings no more. Periods missed in a standstill collapse into one.
    """

    subject_id: UUID
    """Of the task, the enquiry or the call."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bool:
        self._begin(work)
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
        if taken.kind == LATE_ENQUIRY:
            return _remind(work, models, taken)
        if taken.kind == CALL:
            return _ring_of_call(work, models, taken)
        tasks = work.stores.tasks.open_in(case.id) if case else ()
        task = next((each for each in tasks if each.id == taken.id), None)
        sent = ring(work, models, _PATHS[taken.kind], case, task)
        if case is not None:
            work.record(case.id, "on_call_notified", times=taken.times, sent=sent)
        return True

    def _begin(self, work: Work) -> None:
        """Begin to ring of what comes due by time alone."""
        if work.stores.enquiries.is_unrung(self.subject_id, _come_due(work)):
            work.stores.rings.add(self.subject_id, LATE_ENQUIRY, work.now)
        elif work.stores.urgent_calls.is_unrung(self.subject_id, work.now):
            work.stores.rings.add(self.subject_id, CALL, work.now)


def _remind(work: Work, models: CompiledModels, taken: Ring) -> bool:
    # One mail says that enquiries wait, however many: an urgent one must not drown among them.
    if not is_working_day(work.today) or work.stores.rings.has_other_rung(taken, work.now - HALF_DAY):
        return False
    remind_of_enquiries(work, models)
    return True


def _ring_of_call(work: Work, models: CompiledModels, taken: Ring) -> bool:
    call = work.stores.urgent_calls.get(taken.id)
    if call is None:
        return False
    writer = work.stores.people.get(call.person_id)
    ring_of_call(work, models, writer, _PATHS[CALL], is_first=taken.times == 1)
    return True


def _come_due(work: Work) -> datetime:
    """Return the moment before which an enquiry arrived that is to be answered by today, or was by an earlier day."""
    return late_before(day_of(work.now - MORNING) + timedelta(days=1))
