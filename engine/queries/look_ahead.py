"""The next two weeks: the cases that fall due, by person and day, beside who is away; and the figures of each team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import case, func, select

from engine.clock import day_of
from engine.domain.calendar import end_of, is_working_day, next_working_day
from engine.domain.cases import CaseState
from engine.domain.deadline_kinds import PERSONS_OWN
from engine.domain.people import Person
from engine.domain.policy import HEADS, WORKERS
from engine.domain.tasks import OPEN
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.queries.absences import AbsenceLine, absences_of
from engine.queries.all_cases import first_dues, stands_still
from engine.queries.oversight import OF_STAFF, cases_of_each
from engine.storage.tables.cases import CASES, DEADLINES
from engine.storage.tables.processes import USER_TASKS
from engine.storage.visibility import seen_by

DAYS_SHOWN: Final = 10


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
        days = _days(work.today)
        everyone = work.stores.people.all()
        carried = cases_of_each(work)
        due, late = _due(work, days)
        people: list[Person | None] = [
            each for each in everyone if each.id in carried or (each.is_active and each.roles & WORKERS)
        ]
        if any(owner is None for owner, _ in due) or None in late:
            people.append(None)
        rows = tuple(_row(person, days, due, late, carried) for person in people)
        totals = tuple(sum(row.cells[place].due for row in rows) for place in range(len(days)))
        return Fortnight(days, rows, totals, absences_of(everyone, work.today), _teams(work), work.now)


def _days(today: date) -> tuple[date, ...]:
    days = [today if is_working_day(today) else next_working_day(today)]
    while len(days) < DAYS_SHOWN:
        days.append(next_working_day(days[-1] + timedelta(days=1)))
    return tuple(days)


_Due = Mapping[tuple[UUID | None, date], set[UUID]]


def _due(work: Work, days: Sequence[date]) -> tuple[_Due, Mapping[UUID | None, set[UUID]]]:
    """Return the cases in which something falls due, by person and day, and those in which it is late, by person.

    What falls due on a day off is to be done on the working day before it.
    """
    found: dict[tuple[UUID | None, date], set[UUID]] = defaultdict(set)
    late: dict[UUID | None, set[UUID]] = defaultdict(set)
    until = end_of(days[-1])
    tasks = (
        select(
            func.coalesce(USER_TASKS.c.assignee_id, CASES.c.caseworker_id).label("owner"),
            USER_TASKS.c.case_id,
            USER_TASKS.c.due_at,
        )
        .join(CASES, CASES.c.id == USER_TASKS.c.case_id)
        .where(USER_TASKS.c.state.in_(OPEN), OF_STAFF, USER_TASKS.c.due_at <= until)
    )
    ledger = (
        select(CASES.c.caseworker_id.label("owner"), DEADLINES.c.case_id, DEADLINES.c.due_at)
        .join(CASES, CASES.c.id == DEADLINES.c.case_id)
        .where(
            DEADLINES.c.state.in_(("running", "breached")),
            DEADLINES.c.name.not_in(PERSONS_OWN),
            CASES.c.state != CaseState.CLOSED.value,
            DEADLINES.c.due_at <= until,
        )
    )
    for statement in (tasks, ledger):
        for row in work.stores.unit.rows(statement.where(seen_by(work.actor))):
            if row["due_at"] < work.now:
                late[row["owner"]].add(row["case_id"])
                continue
            on = day_of(row["due_at"])
            day = max((each for each in days if each <= on), default=days[0])
            found[row["owner"], day].add(row["case_id"])
    return found, late


def _row(
    person: Person | None,
    days: Sequence[date],
    due: _Due,
    late: Mapping[UUID | None, set[UUID]],
    carried: Mapping[UUID, int],
) -> FortnightRow:
    owner = person.id if person is not None else None
    cells = tuple(
        DayCell(len(due.get((owner, day), ())), person is not None and person.is_away(day)) for day in days
    )
    cases = carried.get(person.id, 0) if person is not None else 0
    return FortnightRow(person, cells, len(late.get(owner, ())), cases)


def _teams(work: Work) -> tuple[TeamFigure, ...]:
    dues = first_dues()
    rows = work.stores.unit.rows(
        select(
            CASES.c.team,
            func.count().label("open_cases"),
            func.sum(case((dues.c.due_at < work.now, 1), else_=0)).label("late"),
            func.sum(case((stands_still(work), 1), else_=0)).label("still"),
            func.sum(case((CASES.c.caseworker_id.is_(None), 1), else_=0)).label("without_caseworker"),
        )
        .outerjoin(dues, dues.c.case_id == CASES.c.id)
        .where(CASES.c.state != CaseState.CLOSED.value, seen_by(work.actor))
        .group_by(CASES.c.team)
    )
    found = (TeamFigure(**row) for row in rows)
    return tuple(sorted(found, key=lambda each: (each.team is None, each.team or "")))
