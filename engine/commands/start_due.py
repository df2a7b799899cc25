"""What one case owes another: a child's case begins, or hears of its parent's, in a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from engine.executor import Command, Query, Work
from engine.executor.permissions import require_system
from engine.feel.values import from_json

TRIES = 3


@dataclass(frozen=True)
class DueStarts(Query[tuple[UUID, ...]]):
    limit: int = 100
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.starts.due(work.now, self.limit)


@dataclass(frozen=True)
class StartDue(Command[bool]):
    """False when another worker started it."""

    start_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bool:
        taken = work.stores.starts.take(self.start_id)
        if taken is None:
            return False
        case_id, message, variables = taken
        case = work.stores.cases.get(case_id)
        if message in work.instances.deployed(case.deployment_id).bundle.starts:
            work.instances.start(case, message, from_json(variables))
        else:
            work.instances.correlate(case, message, None, from_json(variables))
        return True


@dataclass(frozen=True)
class PostponeStart(Command[None]):
    start_id: UUID
    message: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        case_id, attempts = work.stores.starts.postpone(self.start_id, work.now + timedelta(minutes=5))
        if attempts == TRIES:
            work.stores.incidents.open(
                "start",
                case_id=case_id,
                subject_id=str(self.start_id),
                element_id=None,
                message=self.message,
                moment=work.now,
            )
