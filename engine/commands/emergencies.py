"""Opening a case in an emergency, closing it again, and the review by a second person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from engine.casework.candidates import Met, found_by
from engine.casework.messages import send_to
from engine.clock import day_of
from engine.domain.administration import Act
from engine.domain.birth_dates import birth_date_in
from engine.domain.cases import Case
from engine.domain.emergencies import (
    LASTS,
    LONGEST_REASON,
    REVIEWED_IN,
    SHORTEST_REASON,
    Emergency,
    Ground,
    Verdict,
)
from engine.domain.likeness import UNLIKE, Likeness
from engine.domain.people import Person, Role
from engine.domain.policy import Action
from engine.domain.search_keys import asked_keys
from engine.domain.spellings import words_of
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_action, require_person, require_proof, require_system
from engine.storage.database import new_id

ESCALATED_TO = Role.DIRECTOR


@dataclass(frozen=True, slots=True)
class Opened:
    reference: str
    in_emergency: bool
    """False if the person sees the case anyway: nothing was opened."""


@dataclass(frozen=True)
class OpenInEmergency(Command[Opened | None]):
    """Open a case that is hidden from the person, for half an hour. Return None if there is none that they may open:
    the attempt is logged all the same.

    The case is found by its reference, or by its person's name and birth date together.
    """

    wanted: str
    born_on: str
    ground: str
    reason: str

    def permit(self, work: Work) -> None:
        require_person(work)
        require_action(work, Action.OPEN_IN_EMERGENCY)
        require_proof(work)

    def execute(self, work: Work) -> Opened | None:
        ground, reason = self._ground(), self._reason()
        for case in _found(work, self.wanted.strip(), self.born_on.strip()):
            if work.may(case, Action.CASE_FILE):
                return Opened(case.reference, in_emergency=False)
            if work.may(case, Action.OPEN_IN_EMERGENCY):
                _open(work, case, ground, reason)
                return Opened(case.reference, in_emergency=True)
        facts = [f"ground {ground.value}"]
        work.stores.access.log_administration(work.actor, Act.EMERGENCY_REFUSED, work.now, facts=facts)
        return None

    def _ground(self) -> Ground:
        try:
            return Ground(self.ground)
        except ValueError:
            raise Invalid("Valitse, mikä hätä on.", field="ground") from None

    def _reason(self) -> str:
        reason = " ".join(self.reason.split())
        if len(reason) < SHORTEST_REASON:
            raise Invalid("Kerro syy vähintään 40 merkillä.", field="reason")
        if len(reason) > LONGEST_REASON:
            raise Invalid("Kerro syy enintään 500 merkillä.", field="reason")
        return reason


def _found(work: Work, wanted: str, born_on: str) -> tuple[Case, ...]:
    """Return the case with this reference, or those of a person, the newest first."""
    cases = work.stores.cases
    found = cases.find(reference=wanted) if wanted else ()
    if found or not wanted or not born_on:
        return found
    date, words = birth_date_in(born_on), set(words_of(wanted))
    if date is None or not words:
        return ()

    def weigh(met: Met) -> Likeness:
        person = met.person
        is_named = person is not None and person.born_on == date and words <= set(person.words)
        return Likeness(1.0) if is_named else UNLIKE

    keys = asked_keys(sorted(words), date)
    people = found_by(work, keys, weigh, kinds=("applicant",))
    return tuple(sorted((each.case for each in people), key=lambda case: case.received_at, reverse=True))


def _open(work: Work, case: Case, ground: Ground, reason: str) -> None:
    person_id = require_person(work)
    if work.stores.emergencies.open_now(case.id, person_id, work.now) is not None:
        return
    opened = Emergency(
        id=new_id(),
        case_id=case.id,
        person_id=person_id,
        ground=ground,
        opened_at=work.now,
        ends_at=work.now + LASTS,
        closed_at=None,
        review_due_on=day_of(work.now + REVIEWED_IN),
        escalated_at=None,
        verdict=None,
        reviewed_by=None,
        reviewed_at=None,
    )
    work.stores.emergencies.add(opened, reason)
    work.record(case.id, "opened_in_emergency", ground.value)
    action = Action.OPEN_IN_EMERGENCY
    work.stores.access.log_case(case.id, work.actor, action, work.now, purpose=ground.value)
    _notify(work, case, notified_of(work, case, person_id))


def notified_of(work: Work, case: Case, person_id: UUID) -> tuple[Person, ...]:
    """Return who is notified of an opening: the caseworker and the managers, without who is kept from the case."""
    people = {person.id: person for person in work.stores.people.with_role(Role.MANAGER)}
    if case.caseworker_id is not None:
        people[case.caseworker_id] = work.stores.people.get(case.caseworker_id)
    return _informed(work, case, people.values(), person_id)


def _informed(work: Work, case: Case, people: Iterable[Person], person_id: UUID) -> tuple[Person, ...]:
    return tuple(
        each
        for each in people
        if each.id != person_id and not work.stores.cases.is_disqualified(case.id, each.id)
    )


def _notify(work: Work, case: Case, people: Iterable[Person]) -> None:
    """Send a message without content: neither the case nor who opened it stands in a mail."""
    models = work.instances.models(case.deployment_id)
    link = f"{work.settings.base_url}/cases/emergencies"
    for person in people:
        if person.email and person.is_active:
            send_to(
                work,
                models,
                case.id,
                "mail_task",
                email=person.email,
                language=person.language,
                values={"link": link},
            )


@dataclass(frozen=True)
class CloseEmergency(Command[None]):
    """Close a case that the person has opened in an emergency, before its time."""

    reference: str

    def permit(self, work: Work) -> None:
        require_action(work, Action.EMERGENCY_FILE)

    def execute(self, work: Work) -> None:
        opened = work.stores.emergencies.open_of(self.reference, work.actor.person_id, work.now)
        if opened is None:
            raise NotFound
        work.stores.emergencies.close(opened, work.now)
        work.record(opened.case_id, "emergency_closed")


class OwnEmergency(Forbidden):
    sentence = "Et voi tarkastaa omaa avaustasi. Toisen esihenkilön on tehtävä se."


@dataclass(frozen=True)
class ReviewEmergency(Command[None]):
    """Judge an opening, as its second person. The one who opened the case is notified."""

    emergency_id: UUID
    verdict: str

    def permit(self, work: Work) -> None:
        person_id = require_person(work)
        require_action(work, Action.REVIEW_EMERGENCY)
        emergency = work.stores.emergencies.known(self.emergency_id)
        work.open_case_of(emergency.case_id if emergency else None, Action.REVIEW_EMERGENCY)
        if emergency is not None and emergency.person_id == person_id:
            raise OwnEmergency

    def execute(self, work: Work) -> None:
        emergency = work.stores.emergencies.get(self.emergency_id)
        if emergency.reviewed_at is not None:
            raise Conflict("Avaus on jo tarkastettu.")
        try:
            verdict = Verdict(self.verdict)
        except ValueError:
            raise Invalid("Valitse, oliko avaus perusteltu.", field="verdict") from None
        case = work.stores.cases.get(emergency.case_id)
        work.stores.emergencies.review(emergency, verdict, require_person(work), work.now)
        work.record(case.id, "emergency_reviewed", verdict.value)
        _notify(work, case, [work.stores.people.get(emergency.person_id)])


@dataclass(frozen=True)
class EscalateReviews(Command[int]):
    """Notify the directors of openings that nobody has reviewed within the week. Return how many."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        overdue = work.stores.emergencies.overdue(work.today)
        heads = work.stores.people.with_role(ESCALATED_TO)
        for emergency in overdue:
            case = work.stores.cases.get(emergency.case_id)
            work.stores.emergencies.escalate(emergency, work.now)
            work.record(case.id, "emergency_review_late")
            _notify(work, case, _informed(work, case, heads, emergency.person_id))
        return len(overdue)
