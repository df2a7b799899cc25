"""Deadlines that have passed: the breach becomes an entry of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.domain.deadlines import ClockEntry, Deadline, EntryKind
from engine.executor import Command, Work
from engine.executor.permissions import require_system
from engine.storage.deadlines import APPEAL_PERIOD


@dataclass(frozen=True)
class RecordBreaches(Command[int]):
    limit: int = 200

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        recorded = 0
        for case_id in work.stores.deadlines.passed(work.now, self.limit):
            case = work.stores.cases.get(case_id)
            late = [each for each in work.stores.deadlines.of_case(case_id) if _has_passed(each, work.now)]
            # The ledger belongs to the case: a step that pauses or ends a deadline meanwhile goes first or second.
            work.save_case(case)
            for deadline in late:
                entry = ClockEntry(EntryKind.BREACHED, work.now, "due_passed", work.actor.name)
                work.stores.deadlines.save(deadline, deadline.breached(entry))
                work.record(case_id, "deadline_breached", deadline.name, key=deadline.business_key)
                recorded += 1
        return recorded


def _has_passed(deadline: Deadline, moment: datetime) -> bool:
    if deadline.name == APPEAL_PERIOD or deadline.is_breached or not deadline.is_open:
        return False
    return deadline.due_at is not None and deadline.due_at < moment
