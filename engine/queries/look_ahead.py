"""The next two weeks: the cases that fall due, by person and day, beside who is away; and the figures of each team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, case, func, select

from engine.domain.people import Person
from engine.domain.policy import HEADS, WORKERS
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.queries.absences import AbsenceLine, absences_of
from engine.queries.all_cases import first_dues, is_looked_at, stands_still
from engine.queries.falling_due import FallingDue, falling_due, next_days
from engine.queries.loads import cases_of_each
from engine.storage.open_rows import CASE_IS_OPEN
from engine.storage.tables.cases import CASES
from engine.storage.visibility import seen_by


@dataclass(frozen=True, slots=True)
class DayCell:
    due: int
    """Cases in which something falls due for the person."""
    is_away: bool


@dataclass(frozen=True, slots=True)
class FortnightRow:
    person: Person | None
    """None: what nobody carries."""
    cells: tuple[DayCell, ...]
    late: int
    cases: int
    """Open cases of which the person is the caseworker."""


@dataclass(frozen=True, slots=True)
class TeamFigure:
    team: str | None
    open_cases: int
    late: int
    still: int
    without_caseworker: int


@dataclass(frozen=True, slots=True)
class Fortnight:
    days: tuple[date, ...]
    """The next ten working days."""
    rows: tuple[FortnightRow, ...]
    totals: tuple[int, ...]
    absences: tuple[AbsenceLine, ...]
    teams: tuple[TeamFigure, ...]
    moment: datetime


@dataclass(frozen=True)
class LookAhead(Query[Fortnight]):
    """Return what falls due in the next ten working days, for whom, and who is away; with the figures of each team."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, *HEADS)

    def execute(self, work: Work) -> Fortnight:
        days = next_days(work.today)
        everyone = work.stores.people.all()
        carried = cases_of_each(work)
        due = falling_due(work, days)
        people: list[Person | None] = [
            each for each in everyone if each.id in carried or (each.is_active and each.roles & WORKERS)
        ]
        if any(owner is None for owner, _ in due.by_owner) or None in due.late:
            people.append(None)
        own = _cases_of_caseworkers(work)
        rows = tuple(_row(person, days, due, own) for person in people)
        totals = tuple(due.by_day.get(day, 0) for day in days)
        return Fortnight(days, rows, totals, absences_of(everyone, work.today), _teams(work), work.now)


def _row(
    person: Person | None, days: Sequence[date], due: FallingDue, own: Mapping[UUID, int]
) -> FortnightRow:
    owner = person.id if person is not None else None
    cells = tuple(
        DayCell(due.by_owner.get((owner, day), 0), person is not None and person.is_away(day)) for day in days
    )
    cases = own.get(person.id, 0) if person is not None else 0
    return FortnightRow(person, cells, due.late.get(owner, 0), cases)


def _cases_of_caseworkers(work: Work) -> Mapping[UUID, int]:
    """Return the number of cases that the list of all cases shows of each caseworker."""
    rows = work.stores.unit.execute(
        select(CASES.c.caseworker_id, func.count())
        .where(CASE_IS_OPEN, CASES.c.caseworker_id.is_not(None))
        .where(seen_by(work.actor))
        .group_by(CASES.c.caseworker_id)
    )
    return {person_id: int(count) for person_id, count in rows}


def _teams(work: Work) -> tuple[TeamFigure, ...]:
    """Return the figures of each team; of closed cases only what is late in them."""
    dues, is_open = first_dues(work), CASE_IS_OPEN
    rows = work.stores.unit.rows(
        select(
            CASES.c.team,
            func.sum(case((is_open, 1), else_=0)).label("open_cases"),
            func.sum(case((dues.c.due_at < work.now, 1), else_=0)).label("late"),
            func.sum(case((and_(is_open, stands_still(work)), 1), else_=0)).label("still"),
            func.sum(case((and_(is_open, CASES.c.caseworker_id.is_(None)), 1), else_=0)).label(
                "without_caseworker"
            ),
        )
        .outerjoin(dues, dues.c.case_id == CASES.c.id)
        .where(is_looked_at(work), seen_by(work.actor))
        .group_by(CASES.c.team)
    )
    found = (TeamFigure(**row) for row in rows)
    return tuple(sorted(found, key=lambda each: (each.team is None, each.team or "")))
