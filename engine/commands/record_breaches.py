"""Deadlines that have passed: the breach becomes an entry of the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.deadlines import ClockEntry, EntryKind
from engine.executor import Command, Work
from engine.executor.permissions import require_system


@dataclass(frozen=True)
class RecordBreaches(Command[int]):
    limit: int = 200

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        recorded = 0
        for case_id in work.stores.deadlines.passed(work.now, self.limit):
            for deadline in work.stores.deadlines.of_case(case_id):
                if (
                    deadline.is_breached
                    or deadline.due_at is None
                    or deadline.due_at >= work.now
                    or not deadline.is_open
                ):
                    continue
                entry = ClockEntry(EntryKind.BREACHED, work.now, "due_passed", work.actor.name)
                work.stores.deadlines.save(deadline, deadline.breached(entry))
                work.record(case_id, "deadline_breached", deadline.name, key=deadline.business_key)
                recorded += 1
        return recorded
