"""Hiding a case: restricting it and opening it again, and disqualification."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.casework.disqualifications import (
    announce,
    keep_away,
    let_back,
    recorded_by,
    require_may_keep_away,
    take_tasks_from,
)
from engine.casework.restricting import lift_restriction, restrict
from engine.domain.cases import Case
from engine.domain.disqualification import DisqualificationGround
from engine.domain.people import Person
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_person, require_proof

SHORTEST_REASON = 10
LONGEST_REASON = 500


@dataclass(frozen=True)
class RestrictCase(Command[None]):
    """Hide a case, with its children's, from all who have no task in it but the heads. At any time, with a reason."""

    reference: str
    reason: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.RESTRICT_CASE)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        if case.is_restricted:
            raise Conflict("Asia on jo rajoitettu.")
        reason = _checked(self.reason)
        for each in (case, *work.stores.cases.children_of(case.id)):
            if not each.is_restricted:
                restrict(work, each, reason)
                work.save_case(each)


@dataclass(frozen=True)
class LiftRestriction(Command[None]):
    """Open a restricted case again to those who work with its team's cases. Its children's stay as they are."""

    reference: str
    reason: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.LIFT_RESTRICTION)
        require_proof(work)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        if not case.is_restricted:
            raise Conflict("Asia ei ole rajoitettu.")
        lift_restriction(work, case, _checked(self.reason))
        work.save_case(case)


def _checked(reason: str, field: str = "reason") -> str:
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid("Kirjoita syy, 10–500 merkkiä.", field=field)
    return reason


@dataclass(frozen=True)
class DeclareDisqualification(Command[None]):
    """Keep oneself away from a case (434/2003 27-30 §). From now on it is as if it did not exist; one's tasks wait for
    another."""

    reference: str
    ground: str

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.DECLARE_DISQUALIFICATION)
        require_proof(work)

    def execute(self, work: Work) -> None:
        person = work.stores.people.get(require_person(work))
        _disqualify(work, work.stores.cases.by_reference(self.reference), person, self.ground)


@dataclass(frozen=True)
class RecordDisqualification(Command[None]):
    """Keep another person away from a case, as its head decides where they do not themselves (434/2003 29 §)."""

    reference: str
    person_id: UUID
    ground: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.RECORD_DISQUALIFICATION)
        require_proof(work)

    def execute(self, work: Work) -> None:
        person = work.stores.people.get(self.person_id)
        case = work.stores.cases.by_reference(self.reference)
        if not work.stores.cases.is_disqualified(case.id, person.id):
            require_may_keep_away(work, case, person, "person_id")
        _disqualify(work, case, person, self.ground)


@dataclass(frozen=True)
class LiftDisqualification(Command[None]):
    """Let somebody back who was kept away by mistake, with a reason. Another head does so than the one who recorded it; the
    children's cases are opened one by one."""

    reference: str
    person_id: UUID
    reason: str

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.LIFT_DISQUALIFICATION)
        require_proof(work)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        person = work.stores.people.get(self.person_id)
        reason = _checked(self.reason, "lifting_reason")
        if not work.stores.cases.is_disqualified(case.id, person.id):
            raise Conflict("Henkilö ei ole esteellinen tässä asiassa.")
        if recorded_by(work, case, person.id) == require_person(work):
            raise Conflict("Esteellisyyden poistaa toinen esihenkilö tai johtaja kuin se, joka sen kirjasi.")
        let_back(work, case, person, reason)


def _disqualify(work: Work, case: Case, person: Person, ground: str) -> None:
    try:
        known = DisqualificationGround(ground)
    except ValueError:
        raise Invalid("Valitse esteellisyyden peruste.", field="ground") from None
    family = (case, *work.stores.cases.children_of(case.id))
    kept = [keep_away(work, each, person.id, known.value) for each in family]
    for each in family:
        take_tasks_from(work, each, person.id)
        if each.caseworker_id == person.id:
            work.change_case(each.id, caseworker_id=None)
            work.save_case(each)
    if any(kept):
        announce(work, case, person)
