"""Deadlines: give more time with a reason, record a breach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from engine.casework.messages import notify_managers
from engine.casework.target_pauses import end_pause
from engine.domain.cases import Case
from engine.domain.deadline_kinds import EXTENDED_BY_HAND, KINDS, ends_on_its_day, is_persons_own
from engine.domain.deadlines import ClockEntry, Deadline, EntryKind
from engine.domain.policy import Action
from engine.errors import Invalid, NotFound
from engine.executor import Command, Query, Work
from engine.executor.permissions import permit_case, require_system

REASONS = ("clarification", "hearing", "interpreter", "persons_wish", "workload")
"""Reasons for moving a target. Words from a list, no free text: the ledger is not sealed."""


class NotExtendedHere(Invalid):
    sentence = "Tätä määräaikaa ei pidennetä täällä. Se on henkilön oma, tai se siirtyy tehtävässään, joka kertoo uuden päivän."


class SetByCourt(Invalid):
    sentence = "Tämän päivän on asettanut tuomioistuin. Sitä ei pidennetä täällä: lisäaikaa annetaan tuomioistuimessa."


@dataclass(frozen=True)
class ExtendDeadline(Command[date | None]):
    """Move a running deadline later. A manager or the director may. Return its new last day.

    `business_key`: the request or the recipient that it concerns, where each has their own.
    """

    reference: str
    name: str
    until: date
    reason: str
    business_key: str | None = None

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.EXTEND_DEADLINE)

    def execute(self, work: Work) -> date | None:
        if self.reason not in REASONS:
            raise Invalid("Valitse, miksi määräaikaa pidennetään.", field="reason")
        if self.until <= work.today:
            raise Invalid("Uuden määräpäivän pitää olla tulevaisuudessa.", field="until")
        case = work.stores.cases.by_reference(self.reference)
        deadline = work.stores.deadlines.find(case.id, self.name, self.business_key)
        if deadline is None:
            raise NotFound
        if self.name not in EXTENDED_BY_HAND:
            raise NotExtendedHere(field="until")
        if deadline.is_set_by_court:
            raise SetByCourt(field="until")
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


@dataclass(frozen=True)
class PassedDeadlines(Query[tuple[UUID, ...]]):
    """Return the ids of cases with a deadline that has passed and no word of it in the ledger."""

    limit: int = 200

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.deadlines.passed(work.now, self.limit)


@dataclass(frozen=True)
class RecordBreaches(Command[bool]):
    """Record in the ledger of one case which of its deadlines have passed. Return False if none was breached."""

    case_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bool:
        case = work.stores.cases.get(self.case_id)
        late = [each for each in work.stores.deadlines.of_case(case.id) if _has_passed(each, work.now)]
        if not late:
            return False
        # The ledger belongs to the case: a step that pauses or ends a deadline meanwhile goes first or second.
        work.save_case(case)
        breached = [each for each in late if _recorded(work, case, each)]
        # A day to answer may have passed: nobody waits for that answer any more.
        end_pause(work, case)
        return bool(breached)


def _recorded(work: Work, case: Case, deadline: Deadline) -> bool:
    """Record that the deadline has passed. Return False for one that simply ends on its day."""
    if ends_on_its_day(deadline.name):
        over = ClockEntry(EntryKind.MET, work.now, "elapsed", work.actor.name)
        work.stores.deadlines.save(deadline, deadline.met(over))
        return False
    entry = ClockEntry(EntryKind.BREACHED, work.now, "due_passed", work.actor.name)
    work.stores.deadlines.save(deadline, deadline.breached(entry))
    work.record(case.id, "deadline_breached", deadline.name, business_key=deadline.business_key)
    kind = KINDS.get(deadline.name)
    if kind is not None and kind.reaches_manager:
        notify_managers(work, work.instances.models(case.deployment_id), case.id, deadline.name)
    return True


def _has_passed(deadline: Deadline, moment: datetime) -> bool:
    if deadline.is_breached or not deadline.is_open:
        return False
    if is_persons_own(deadline.name) and not ends_on_its_day(deadline.name):
        return False
    return deadline.due_at is not None and deadline.due_at < moment
