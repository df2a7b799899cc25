"""Cases in which something falls due: of whose tasks, and of whose case what the authority owes by the ledger or beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)

from engine.clock import moment_of
from engine.domain.calendar import end_of, is_working_day, next_working_day
from engine.domain.deadline_kinds import PERSONS_OWN
from engine.executor import Work
from engine.queries.oversight import OF_STAFF
from engine.storage.open_rows import CASE_IS_OPEN, TASK_IS_OPEN
from engine.storage.owed_days import owed_days
from engine.storage.tables.cases import CASES, DEADLINES
from engine.storage.tables.processes import USER_TASKS
from engine.storage.visibility import seen_by

DAYS_SHOWN: Final = 10

_LATE: Final = -1


@dataclass(frozen=True, slots=True)
class FallingDue:
    """Numbers of cases."""

    by_owner: Mapping[tuple[UUID | None, date], int]
    late: Mapping[UUID | None, int]
    by_day: Mapping[date, int]
    """One case may fall due for several people on one day."""


def next_days(today: date) -> tuple[date, ...]:
    """Return the next ten working days."""
    days = [today if is_working_day(today) else next_working_day(today)]
    while len(days) < DAYS_SHOWN:
        days.append(next_working_day(days[-1] + timedelta(days=1)))
    return tuple(days)


def falling_due(work: Work, days: Sequence[date]) -> FallingDue:
    """Return in how many cases something falls due, by person and day, and in how many it is late, by person.

    What falls due on a day off is to be done on the working day before it.
    """
    each_once = union(*(_placed(work, dues, days) for dues in _dues(work))).cte()
    owner, place, case_id = each_once.c.owner, each_once.c.place, each_once.c.case_id
    of_owners = select(literal(value=False), owner, place, func.count()).group_by(owner, place)
    of_all = select(literal(value=True), null(), place, func.count(case_id.distinct())).group_by(place)
    found, late, totals = {}, {}, {}
    for is_of_all, whose, at, count in work.stores.unit.execute(union_all(of_owners, of_all)):
        if is_of_all:
            totals[at] = count
        elif at == _LATE:
            late[whose] = count
        else:
            found[whose, days[at]] = count
    return FallingDue(found, late, {days[at]: count for at, count in totals.items() if at != _LATE})


def _placed(work: Work, dues: _Dues, days: Sequence[date]) -> Select[Any]:
    """Return the select of owner, place among the days, or _LATE, and case of each."""
    before = [(dues.due_at < moment_of(each, "0.00"), place) for place, each in enumerate(days[1:])]
    place = case((dues.due_at < work.now, _LATE), *before, else_=len(days) - 1).label("place")
    rows = dues.found.with_only_columns(dues.owner.label("owner"), place, dues.case_id.label("case_id"))
    return rows.where(dues.due_at <= end_of(days[-1]))


def cases_due_on(work: Work, on: date, owners: Collection[UUID | None] | None = None) -> CompoundSelect[Any]:
    """Return the select of the cases that `falling_due` finds on one of the next days, for these people or for anybody."""
    days = next_days(work.today)
    place = days.index(on) if on in days else None
    return union(*(_of_day(work, dues, days, place, owners) for dues in _dues(work)))


class OwedKind(StrEnum):
    TASK = "task"
    DEADLINE = "deadline"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class OwedWork:
    """A task that falls due in a case, by its name, or what else does, by its key."""

    name: str
    kind: OwedKind
    due_at: datetime


def work_due_on(
    work: Work, on: date, owners: Collection[UUID | None] | None, cases: Collection[UUID], language: str
) -> Mapping[UUID, tuple[OwedWork, ...]]:
    """Return what of these cases `cases_due_on` finds, the first first."""
    days, names = next_days(work.today), work.instances.names(language)
    place = days.index(on) if on in days else None
    found: dict[UUID, list[OwedWork]] = defaultdict(list)
    for dues in _dues(work):
        rows = _of_day(work, dues, days, place, owners).with_only_columns(
            dues.case_id.label("case_id"), dues.name.label("name"), dues.due_at.label("due_at")
        )
        for row in work.stores.unit.rows(rows.where(dues.case_id.in_(cases))):
            name = names.of(row["name"]) if dues.kind is OwedKind.TASK else row["name"]
            found[row["case_id"]].append(OwedWork(name, dues.kind, row["due_at"]))
    return {each: tuple(sorted(owed, key=lambda each: each.due_at)) for each, owed in found.items()}


def _of_day(
    work: Work,
    dues: _Dues,
    days: Sequence[date],
    place: int | None,
    owners: Collection[UUID | None] | None,
) -> Select[Any]:
    cases = dues.found.with_only_columns(dues.case_id)
    if place is None:
        return cases.where(false())
    # A day off belongs to the working day before it, and those before the first working day to that day.
    since = max(moment_of(days[place], "0.00"), work.now) if place else work.now
    later = days[place + 1 :]
    ends = dues.due_at < moment_of(later[0], "0.00") if later else dues.due_at <= end_of(days[-1])
    found = cases.where(dues.due_at >= since, ends)
    if owners is None:
        return found
    unowned = dues.owner.is_(None) if None in owners else false()
    return found.where(or_(dues.owner.in_([each for each in owners if each is not None]), unowned))


@dataclass(frozen=True, slots=True)
class _Dues:
    """Rows of an owner, a case and a due moment, with their columns."""

    found: Select[Any]
    owner: ColumnElement[UUID | None]
    case_id: ColumnElement[UUID]
    due_at: ColumnElement[datetime]
    name: ColumnElement[str]
    kind: OwedKind


def _dues(work: Work) -> tuple[_Dues, ...]:
    """Return the due moments of open tasks, of what the authority owes by the ledger, and of what has a day beside
    them: that waits in a closed case too."""
    task, owed = USER_TASKS.c, DEADLINES.c
    holder = func.coalesce(task.assignee_id, CASES.c.caseworker_id)
    is_owed = and_(owed.state.in_(("running", "breached")), owed.name.not_in(PERSONS_OWN), CASE_IS_OPEN)
    return (
        _joined(
            work,
            OwedKind.TASK,
            holder,
            USER_TASKS,
            task.due_at,
            task.name,
            and_(TASK_IS_OPEN, OF_STAFF),
        ),
        _joined(work, OwedKind.DEADLINE, CASES.c.caseworker_id, DEADLINES, owed.due_at, owed.name, is_owed),
        *(
            _joined(
                work,
                OwedKind.BESIDE,
                each.owner,
                each.table,
                each.due_at,
                literal(each.kind.value),
                each.is_open,
            )
            for each in owed_days(work.now)
        ),
    )


def _joined(
    work: Work,
    kind: OwedKind,
    owner: Any,
    table: Table,
    due_at: Any,
    name: Any,
    condition: ColumnElement[bool],
) -> _Dues:
    of = table.c.case_id
    rows = select(owner.label("owner"), of, due_at.label("due_at")).join(CASES, CASES.c.id == of)
    return _Dues(rows.where(condition, seen_by(work.actor)), owner, of, due_at, name, kind)
