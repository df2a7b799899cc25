"""Cases opened in an emergency: what is shown of one, and the openings that wait for a review or were reviewed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from engine.clock import HELSINKI
from engine.domain.cases import Case
from engine.domain.emergencies import Emergency, Verdict
from engine.domain.people import CASE_STAFF, Role
from engine.domain.policy import Action, Part
from engine.domain.tasks import UserTask
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_action, require_role
from engine.queries.search import shows_name
from engine.storage.parties import Party

LEGIBLE_TO = (Role.MANAGER, Role.DIRECTOR)


@dataclass(frozen=True, slots=True)
class EmergencyFile:
    """The part of a case that an emergency shows: how to reach the person safely, and what is open. No story, no documents."""

    case: Case
    emergency: Emergency
    parties: tuple[Party, ...]
    tasks: tuple[UserTask, ...]
    people: dict[UUID, str]
    moment: datetime

    @property
    def applicant(self) -> Party | None:
        return next((party for party in self.parties if party.kind == "applicant"), None)


@dataclass(frozen=True)
class OpenEmergencyFile(Query[EmergencyFile]):
    """Return what an emergency shows of a case. Raise NotFound once its time is over. Each reading stands in the case's log."""

    reference: str
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_action(work, Action.EMERGENCY_FILE)

    def execute(self, work: Work) -> EmergencyFile:
        stores = work.stores
        opened = stores.emergencies.open_of(self.reference, work.actor.person_id, work.now)
        if opened is None:
            raise NotFound
        case = stores.cases.get(opened.case_id)
        parts = work.open_in_emergency(case, Action.EMERGENCY_FILE, purpose=opened.ground.value)
        names = work.instances.names(self.language)
        tasks = stores.tasks.open_in(case.id) if Part.TASKS in parts else ()
        return EmergencyFile(
            case,
            opened,
            stores.parties.of_case(case.id) if Part.CONTACT in parts else (),
            tuple(replace(each, name=names.of(each.name)) for each in tasks),
            {person.id: person.name for person in stores.people.all()},
            work.now,
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """An opening as it stands in a list."""

    emergency: Emergency
    reference: str
    opened_by: str
    reviewed_by: str
    reason: str
    """Shown to those who review; empty to others, and while a proof is asked."""
    asks_proof: bool
    """The case is restricted, and the reader shows first who they are: the reason may name a person or a danger."""
    may_review: bool


@dataclass(frozen=True, slots=True)
class Openings:
    own: tuple[Emergency, ...]
    """The reader's own of this year."""
    waiting: tuple[Opening, ...]
    """Not reviewed, the oldest first."""
    reviewed: tuple[Opening, ...]
    """Of this year."""
    verdicts: dict[Verdict, int]
    opened: int
    """This year, of the cases that the reader may know of."""
    moment: datetime


@dataclass(frozen=True)
class ListEmergencies(Query[Openings]):
    """Return openings: those who review get all they see, a caseworker those of their own cases, an auditor all without
    a reason, everyone their own."""

    def permit(self, work: Work) -> None:
        require_role(work, *CASE_STAFF, Role.AUDITOR)

    def execute(self, work: Work) -> Openings:
        year = datetime(work.today.year, 1, 1, tzinfo=HELSINKI).astimezone(UTC)
        stores, actor = work.stores, work.actor
        found = {each.id: each for each in (*stores.emergencies.waiting(), *stores.emergencies.since(year))}
        own = tuple(each for each in found.values() if each.person_id == actor.person_id)
        cases = self._cases(work, [each.case_id for each in found.values()])
        people = {person.id: person.name for person in stores.people.all()}
        shown = [_opening(work, each, cases, people) for each in found.values() if each.case_id in cases]
        this_year = [each for each in shown if each.emergency.opened_at >= year]
        stores.access.log_list((each.emergency.case_id for each in shown), actor, "emergencies", work.now)
        return Openings(
            own,
            tuple(reversed([each for each in shown if each.emergency.reviewed_at is None])),
            tuple(each for each in this_year if each.emergency.reviewed_at is not None),
            {verdict: sum(each.emergency.verdict is verdict for each in this_year) for verdict in Verdict},
            len(this_year),
            work.now,
        )

    def _cases(self, work: Work, ids: list[UUID]) -> dict[UUID, Case]:
        if work.actor.has(*LEGIBLE_TO):
            return {case.id: case for case in work.stores.cases.seen(work.actor, len(ids), ids=ids)}
        if work.actor.has(Role.AUDITOR):
            return {case.id: case for case in work.stores.cases.of_ids(ids)}
        seen = work.stores.cases.seen(work.actor, len(ids), ids=ids)
        return {case.id: case for case in seen if case.caseworker_id == work.actor.person_id}


def _opening(work: Work, emergency: Emergency, cases: dict[UUID, Case], people: dict[UUID, str]) -> Opening:
    is_head = work.actor.has(*LEGIBLE_TO)
    is_shown = is_head and shows_name(work, cases[emergency.case_id])
    return Opening(
        emergency,
        cases[emergency.case_id].reference,
        people.get(emergency.person_id, ""),
        people.get(emergency.reviewed_by, "") if emergency.reviewed_by else "",
        work.stores.emergencies.reason_of(emergency) if is_shown else "",
        is_head and not is_shown,
        is_head and emergency.reviewed_at is None and emergency.person_id != work.actor.person_id,
    )
