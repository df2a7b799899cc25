"""All open cases, for the heads: filtered, sorted, a page at a time, each line as in a caseworker's own list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from engine.domain.cases import Case, CaseClass
from engine.domain.deadline_kinds import PERSONS_OWN
from engine.domain.inbox import NO_TEAM
from engine.domain.people import OUTSIDE, Person
from engine.domain.policy import HEADS
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.queries.falling_due import OwedWork, cases_due_on, work_due_on
from engine.queries.my_cases import CaseLine, lines_of
from engine.queries.whose_cases import Whose
from engine.storage.open_rows import CASE_IS_OPEN, TASK_IS_OPEN
from engine.storage.owed_days import owed_days
from engine.storage.requests import AWAITED_STATES
from engine.storage.rows import value_of
from engine.storage.tables.cases import CASES, DEADLINES
from engine.storage.tables.metadata import Instant
from engine.storage.tables.processes import INCIDENTS, USER_TASKS
from engine.storage.tables.requests import INFORMATION_REQUESTS
from engine.storage.visibility import seen_by

PAGE: Final = 50
COUNTED_UP_TO: Final = 1000
_FIRST, _NEVER = datetime(1990, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


class Sort(StrEnum):
    STUCK = "stuck"
    """Cases in which nothing moves first, then by due day."""
    DUE = "due"
    OLDEST = "oldest"
    NEWEST = "newest"


class State(StrEnum):
    LATE = "late"
    STUCK = "stuck"


class WaitsFor(StrEnum):
    US = "us"
    OUTSIDE = "outside"
    TIME = "time"
    """No person: a period runs, a letter is on its way."""


class Carrier(StrEnum):
    """In the place of a person's id."""

    NOBODY = "nobody"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class FallsDue:
    """Something falls due on one of the next ten working days, as `LookAhead` counts it."""

    on: date
    whose: Carrier | UUID | None = None
    """None: that of anybody."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """It is written into addresses, so no part of it names the person of a case."""

    carrier: Carrier | UUID | None = None
    """The caseworker's id."""
    team: str = ""
    case_class: CaseClass | None = None
    waits_for: WaitsFor | None = None
    state: State | None = None
    due: FallsDue | None = None

    def __bool__(self) -> bool:
        return self != CaseFilter()


@dataclass(frozen=True, slots=True)
class CasePage:
    lines: tuple[CaseLine, ...]
    next_after: str | None
    count: int
    """COUNTED_UP_TO at most."""
    people: tuple[Person, ...]
    """Those who carry a case, or could."""
    teams: tuple[str, ...]
    moment: datetime
    falling: Mapping[UUID, tuple[OwedWork, ...]]
    """Work that falls due on the day to which the list is narrowed, by case."""


@dataclass(frozen=True)
class AllCases(Query[CasePage]):
    narrowed: CaseFilter = CaseFilter()
    sort: Sort = Sort.STUCK
    after: str | None = None
    language: str = "fi"
    most: int = PAGE

    def permit(self, work: Work) -> None:
        require_role(work, *HEADS)

    def execute(self, work: Work) -> CasePage:
        people = {person.id: person for person in work.stores.people.all()}
        dues = first_dues(work)
        looks = _first_looks()
        place = _place(work, self.sort, dues.c.due_at, looks.c.look_at)
        found = (
            select(*CASES.c, place.label("place"))
            .outerjoin(dues, dues.c.case_id == CASES.c.id)
            .outerjoin(looks, looks.c.case_id == CASES.c.id)
            .where(*_conditions(work, self.narrowed, people, dues.c.due_at))
        )
        rows = work.stores.unit.rows(_page(found.limit(self.most + 1), place, self.sort, self.after))
        cases = {row["id"]: value_of(Case, row) for row in rows[: self.most]}
        work.stores.access.log_list(cases, work.actor, "all_cases", work.now)
        lines = {
            line.case.id: line
            for line in lines_of(work, cases.values(), people, Whose.NOBODYS, self.language)
        }
        last = rows[self.most - 1] if len(rows) > self.most else None
        return CasePage(
            tuple(lines[each] for each in cases),
            f"{last['place'].isoformat()}_{last['id']}" if last is not None else None,
            _count(work, found),
            _carriers(work, people),
            _teams(work),
            work.now,
            _falling(work, self.narrowed.due, people, cases, self.language),
        )


def first_dues(work: Work) -> Any:
    """Return the first due day of each case: of its open tasks, of what the authority owes by the ledger, and of what has
    come beside them."""
    dues = union_all(
        select(USER_TASKS.c.case_id, USER_TASKS.c.due_at).where(
            TASK_IS_OPEN, USER_TASKS.c.due_at.is_not(None)
        ),
        select(DEADLINES.c.case_id, DEADLINES.c.due_at).where(
            DEADLINES.c.state.in_(("running", "breached")),
            DEADLINES.c.name.not_in(PERSONS_OWN),
            DEADLINES.c.due_at.is_not(None),
        ),
        *(
            select(each.table.c.case_id, each.due_at.label("due_at")).where(each.is_open, each.has_come)
            for each in owed_days(work.now)
        ),
    ).subquery()
    first = func.min(dues.c.due_at).label("due_at")
    return select(dues.c.case_id, first).group_by(dues.c.case_id).subquery()


def _first_looks() -> Any:
    """Return the first day on which a task of each case is looked at: its due day, or the one set where nothing is due."""
    days = select(
        USER_TASKS.c.case_id,
        func.min(func.coalesce(USER_TASKS.c.due_at, USER_TASKS.c.follow_up_at)).label("look_at"),
    )
    return days.where(TASK_IS_OPEN).group_by(USER_TASKS.c.case_id).subquery()


def stands_still(work: Work) -> ColumnElement[bool]:
    """Return the condition that nothing moves in a case: a request is overdue or stands still, or the program failed."""
    asked = INFORMATION_REQUESTS.c
    overdue = and_(asked.state.in_(AWAITED_STATES), asked.due_on < work.today)
    waits = exists().where(asked.case_id == CASES.c.id, or_(asked.state == "stalled", overdue))
    failed = exists().where(INCIDENTS.c.case_id == CASES.c.id, INCIDENTS.c.resolved_at.is_(None))
    return or_(CASES.c.is_stalled, waits, failed)


def _place(work: Work, sort: Sort, due_at: Any, look_at: Any) -> ColumnElement[Any]:
    """Return the moment by which a list is sorted; never null, so that a page can begin after it."""
    if sort in (Sort.OLDEST, Sort.NEWEST):
        return CASES.c.received_at
    due = func.coalesce(due_at, literal(_NEVER, Instant()), type_=Instant())
    if sort is Sort.DUE:
        return due
    # As my cases have it: one whose day to be looked at has passed is late too.
    passed = and_(look_at < work.now, look_at < due)
    return case((stands_still(work), literal(_FIRST, Instant())), (passed, look_at), else_=due)


def _page(found: Select[Any], place: ColumnElement[Any], sort: Sort, after: str | None) -> Select[Any]:
    order = (place.desc(), CASES.c.id.desc()) if sort is Sort.NEWEST else (place, CASES.c.id)
    page = found.order_by(*order)
    key = _key(after)
    if key is None:
        return page
    moment, case_id = literal(key[0], Instant()), key[1]
    if sort is Sort.NEWEST:
        return page.where(or_(place < moment, and_(place == moment, CASES.c.id < case_id)))
    return page.where(or_(place > moment, and_(place == moment, CASES.c.id > case_id)))


def _key(after: str | None) -> tuple[datetime, UUID] | None:
    """Return the key of a page; None for what no page wrote."""
    moment, _, case_id = (after or "").partition("_")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(case_id)
    except (ValueError, OverflowError):
        return None


def _conditions(
    work: Work, narrowed: CaseFilter, people: Mapping[UUID, Person], due_at: Any
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        is_looked_at(work, falls_due=narrowed.due is not None),
        seen_by(work.actor),
    ]
    if narrowed.carrier is not None:
        found.append(_carried_by(work, narrowed.carrier, people))
    if narrowed.team:
        unknown = narrowed.team == NO_TEAM
        found.append(CASES.c.team.is_(None) if unknown else CASES.c.team == narrowed.team)
    if narrowed.case_class is not None:
        found.append(CASES.c.case_class == narrowed.case_class.value)
    if narrowed.waits_for is not None:
        found.append(_waits_for(narrowed.waits_for))
    if narrowed.state is State.LATE:
        found.append(due_at < work.now)
    elif narrowed.state is State.STUCK:
        found.append(stands_still(work))
    if narrowed.due is not None:
        found.append(CASES.c.id.in_(cases_due_on(work, narrowed.due.on, _owners(work, narrowed.due, people))))
    return found


def is_looked_at(work: Work, *, falls_due: bool = False) -> ColumnElement[bool]:
    """Return the condition for open cases, and for closed ones in which a day beside the ledger has come. `falls_due`: also
    one that is to come.

    One list of ids: of two conditions, of which only one stands in an index of open cases, SQLite uses neither.
    """
    looked_at = union_all(
        select(CASES.c.id).where(CASE_IS_OPEN),
        *(
            select(each.table.c.case_id).where(each.is_open, true() if falls_due else each.has_come)
            for each in owed_days(work.now)
        ),
    )
    return CASES.c.id.in_(looked_at)


def _falling(
    work: Work, wanted: FallsDue | None, people: Mapping[UUID, Person], cases: Collection[UUID], language: str
) -> Mapping[UUID, tuple[OwedWork, ...]]:
    if wanted is None or not cases:
        return {}
    return work_due_on(work, wanted.on, _owners(work, wanted, people), cases, language)


def _owners(work: Work, wanted: FallsDue, people: Mapping[UUID, Person]) -> Collection[UUID | None] | None:
    """Return the ids of those whose it is, None among them for nobody's; None for everybody's."""
    if wanted.whose is None:
        return None
    if wanted.whose is Carrier.NOBODY:
        return (None,)
    return _away(work, people) if wanted.whose is Carrier.AWAY else (wanted.whose,)


def _carried_by(work: Work, carrier: Carrier | UUID, people: Mapping[UUID, Person]) -> ColumnElement[bool]:
    if carrier is Carrier.NOBODY:
        return CASES.c.caseworker_id.is_(None)
    if carrier is Carrier.AWAY:
        return CASES.c.caseworker_id.in_(_away(work, people))
    return CASES.c.caseworker_id == carrier


def _away(work: Work, people: Mapping[UUID, Person]) -> list[UUID]:
    return [each.id for each in people.values() if not each.is_active or each.is_away(work.today)]


def _waits_for(whom: WaitsFor) -> ColumnElement[bool]:
    task, outside = USER_TASKS.c, [role.value for role in OUTSIDE]
    is_open = and_(task.case_id == CASES.c.id, TASK_IS_OPEN)
    inside = exists().where(is_open, task.candidate_group.not_in(outside))
    beyond = exists().where(is_open, task.candidate_group.in_(outside))
    if whom is WaitsFor.US:
        return inside
    return and_(~inside, beyond if whom is WaitsFor.OUTSIDE else ~beyond)


def _count(work: Work, found: Select[Any]) -> int:
    some = found.with_only_columns(CASES.c.id).limit(COUNTED_UP_TO).subquery()
    return int(work.stores.unit.execute(select(func.count()).select_from(some)).scalar_one())


def _carriers(work: Work, people: Mapping[UUID, Person]) -> tuple[Person, ...]:
    carried = select(CASES.c.caseworker_id).where(CASE_IS_OPEN).distinct()
    ids = set(work.stores.unit.execute(carried).scalars())
    return tuple(each for each in people.values() if each.id in ids)


def _teams(work: Work) -> tuple[str, ...]:
    team = CASES.c.team
    rows = work.stores.unit.execute(select(team).where(team.is_not(None), is_looked_at(work)).distinct())
    return tuple(sorted(rows.scalars()))
