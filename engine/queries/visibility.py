"""The page that says from whom a case is hidden, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.domain.cases import Case
from engine.domain.people import CASE_STAFF, Person
from engine.domain.policy import Action
from engine.executor import Query, Work
from engine.executor.permissions import permit_case
from engine.storage.restrictions import Restriction
from engine.storage.tables.cases import DISQUALIFICATIONS


@dataclass(frozen=True, slots=True)
class KeptAway:
    name: str
    ground: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Visibility:
    case: Case
    restrictions: tuple[Restriction, ...]
    """The newest first."""
    kept_away: tuple[KeptAway, ...]
    people: tuple[Person, ...]
    """Those who could be kept away, where the reader may do that; else none."""
    names: dict[UUID, str]
    may_restrict: bool
    may_lift: bool


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
        return Visibility(
            case,
            work.stores.restrictions.of_case(case.id),
            tuple(KeptAway(names.get(row.person_id, ""), row.reason, row.recorded_at) for row in kept),
            tuple(
                each
                for each in everyone
                if records and each.is_active and each.roles & CASE_STAFF and each.id not in barred
            ),
            names,
            work.may(case, Action.RESTRICT_CASE),
            work.may(case, Action.LIFT_RESTRICTION),
        )
