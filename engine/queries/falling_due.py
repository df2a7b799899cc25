"""Cases in which something falls due: of whose tasks, and of whose case what the authority owes by the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from engine.clock import day_of
from engine.domain.calendar import end_of, is_working_day, next_working_day
from engine.domain.cases import CaseState
from engine.domain.deadline_kinds import PERSONS_OWN
from engine.domain.tasks import OPEN
from engine.executor import Work
from engine.queries.oversight import OF_STAFF
from engine.storage.tables.cases import CASES, DEADLINES
from engine.storage.tables.processes import USER_TASKS
from engine.storage.visibility import seen_by

DAYS_SHOWN: Final = 10

Due = Mapping[tuple[UUID | None, date], set[UUID]]


def next_days(today: date) -> tuple[date, ...]:
    """Return the next ten working days."""
    days = [today if is_working_day(today) else next_working_day(today)]
    while len(days) < DAYS_SHOWN:
        days.append(next_working_day(days[-1] + timedelta(days=1)))
    return tuple(days)


def falling_due(work: Work, days: Sequence[date]) -> tuple[Due, Mapping[UUID | None, set[UUID]]]:
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
