"""The page that says from whom a case is hidden, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.casework.disqualifications import recorded_by
from engine.domain.cases import Case
from engine.domain.corrections import DISQUALIFICATION
from engine.domain.people import CASE_STAFF, Person
from engine.domain.policy import Action
from engine.executor import Query, Work
from engine.executor.permissions import permit_case
from engine.queries.in_sight import PersonInSight, in_sight
from engine.storage.restrictions import Restriction
from engine.storage.tables.cases import DISQUALIFICATIONS


@dataclass(frozen=True, slots=True)
class KeptAway:
    person_id: UUID
    name: str
    ground: str
    since: datetime
    may_be_lifted: bool
    """By the reader, who did not record it."""


@dataclass(frozen=True, slots=True)
class LetBack:
    name: str
    reason: str
    """Empty once the case's narrative is erased."""
    lifted_by: str
    lifted_at: datetime


@dataclass(frozen=True, slots=True)
class Visibility:
    case: Case
    restrictions: tuple[Restriction, ...]
    """The newest first."""
    kept_away: tuple[KeptAway, ...]
    let_back: tuple[LetBack, ...]
    """Whose disqualification was lifted, the oldest first."""
    people: tuple[Person, ...]
    """Those who could be kept away, where the reader may do that; else none."""
    names: dict[UUID, str]
    may_restrict: bool
    may_lift: bool
    in_sight: PersonInSight


@dataclass(frozen=True)
class OpenVisibility(Query[Visibility]):
    reference: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.VISIBILITY_PAGE)

    def execute(self, work: Work) -> Visibility:
        case = work.stores.cases.by_reference(self.reference)
        everyone = work.stores.people.all()
        names = {person.id: person.name for person in everyone}
        kept = work.stores.unit.execute(
            select(DISQUALIFICATIONS)
            .where(DISQUALIFICATIONS.c.case_id == case.id)
            .order_by(DISQUALIFICATIONS.c.recorded_at)
        ).all()
        barred = {row.person_id for row in kept}
        records = work.may(case, Action.RECORD_DISQUALIFICATION)
        lifts = work.may(case, Action.LIFT_DISQUALIFICATION)
        return Visibility(
            case,
            work.stores.restrictions.of_case(case.id),
            tuple(
                KeptAway(
                    row.person_id,
                    names.get(row.person_id, ""),
                    row.reason,
                    row.recorded_at,
                    lifts and recorded_by(work, case, row.person_id) != work.actor.person_id,
                )
                for row in kept
            ),
            tuple(
                LetBack(names.get(each.subject_id, ""), each.reason, each.made_by_name, each.made_at)
                for each in work.stores.corrections.of_case(case.id)
                if each.subject == DISQUALIFICATION
            ),
            tuple(
                each
                for each in everyone
                if records and each.is_active and each.roles & CASE_STAFF and each.id not in barred
            ),
            names,
            work.may(case, Action.RESTRICT_CASE),
            work.may(case, Action.LIFT_RESTRICTION),
            in_sight(work, case),
        )
