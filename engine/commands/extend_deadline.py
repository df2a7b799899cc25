"""More time for a deadline, with a reason. The ledger keeps what it was before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.domain.deadlines import ClockEntry, EntryKind
from engine.domain.people import Role
from engine.errors import Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_role

REASONS = ("clarification", "hearing", "interpreter", "persons_wish", "workload")
"""Why a target is moved. A word and no text: the ledger is not sealed."""


@dataclass(frozen=True)
class ExtendDeadline(Command[date | None]):
    """A manager, or the director, moves a running deadline later. Returns its new last day."""

    reference: str
    name: str
    until: date
    reason: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.MANAGER, Role.DIRECTOR)
        work.open_case(work.stores.cases.by_reference(self.reference), "extend_deadline")

    def execute(self, work: Work) -> date | None:
        if self.reason not in REASONS:
            raise Invalid("Valitse, miksi määräaikaa pidennetään.", field="reason")
        if self.until <= work.today:
            raise Invalid("Uuden määräpäivän pitää olla tulevaisuudessa.", field="until")
        case = work.stores.cases.by_reference(self.reference)
        deadline = work.stores.deadlines.find(case.id, self.name)
        if deadline is None:
            raise NotFound
        entry = ClockEntry(
            EntryKind.EXTENDED,
            work.now,
            self.reason,
            work.actor.name,
            work.actor.person_id,
            until=self.until,
        )
        extended = deadline.extended(entry)
        work.save_case(case)
        work.stores.deadlines.save(deadline, extended)
        work.record(case.id, "deadline_extended", self.name, until=self.until.isoformat())
        return extended.due_on
