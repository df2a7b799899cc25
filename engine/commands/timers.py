"""Due timers: fire one, postpone one that failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from engine.casework.correction_effects import ledger_moment
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_system

RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
TRIES = 3


@dataclass(frozen=True)
class DueTimers(Query[tuple[UUID, ...]]):
    """Return the ids of timers whose moment has passed, the longest overdue first."""

    limit: int = 200

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.timers.due(work.now, self.limit)


@dataclass(frozen=True)
class FireTimer(Command[bool]):
    """Fire a timer of a case. Return False if it has fired or gone already.

    Also False when the ledger gives its period more time by now: it waits until then.
    """

    timer_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bool:
        taken = work.stores.timers.take(self.timer_id, work.now)
        if taken is None:
            return False
        case, timer = taken
        runs_until = ledger_moment(work, case, timer.kind, timer.business_key)
        if runs_until is not None and runs_until >= work.now:
            work.stores.timers.follow(timer.id, runs_until)
            return False
        work.record(
            case.id, "timer_fired", timer.kind, element=timer.element_id, business_key=timer.business_key
        )
        work.instances.fire(case, timer)
        return True


@dataclass(frozen=True)
class PostponeTimer(Command[None]):
    """Count a failure of the timer. The third opens an incident, and the timer waits for a person."""

    timer_id: UUID
    message: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> None:
        timer = work.stores.timers.find(self.timer_id)
        if timer is None:
            return
        tries = timer.attempts + 1
        pause = RETRY_AFTER[min(tries, len(RETRY_AFTER)) - 1]
        work.stores.timers.postpone(timer.id, work.now + pause, suspend=tries >= TRIES)
        if tries >= TRIES:
            work.stores.incidents.open(
                "timer",
                case_id=timer.case_id,
                subject_id=str(timer.id),
                element_id=timer.element_id,
                message=self.message,
                moment=work.now,
            )
            work.record(timer.case_id, "incident_opened", timer.kind, element=timer.element_id)
