"""A filter of the lists of cases, as conditions on their rows: the same questions as of the inbox, asked of whole cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from engine.clock import day_of
from engine.domain.cases import CaseClass
from engine.domain.inbox import NO_TEAM, WEEK, DueWithin, TaskFilter
from engine.queries.case_waits import RUNNING
from engine.storage.open_rows import TASK_IS_OPEN
from engine.storage.owed_days import DayKind, owed_days
from engine.storage.requests import AWAITED_STATES
from engine.storage.tables.cases import CASES, DEADLINES
from engine.storage.tables.notes import NOTES
from engine.storage.tables.processes import INCIDENTS, USER_TASKS
from engine.storage.tables.requests import INFORMATION_REQUESTS


def narrowing(narrowed: TaskFilter, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on a row of `cases`. Each is read by the case's own rows, so a list stays as short as it is."""
    found: list[ColumnElement[bool]] = []
    if narrowed.form_key:
        found.append(_has_task(USER_TASKS.c.form_key == narrowed.form_key))
    if narrowed.due is not None:
        found.append(_is_due(narrowed.due, now))
    if narrowed.team:
        team = CASES.c.team
        found.append(team.is_(None) if narrowed.team == NO_TEAM else team == narrowed.team)
    if narrowed.urgency is not None:
        found.append(CASES.c.case_class == CaseClass(narrowed.urgency.value).value)
    if narrowed.follow_up is not None:
        found.append(_is_looked_at(narrowed.follow_up, now))
    if narrowed.language:
        found.append(CASES.c.language == narrowed.language)
    if narrowed.is_stalled:
        found.append(_is_stalled(now))
    return tuple(found)


def _has_task(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    is_open = TASK_IS_OPEN
    return exists().where(USER_TASKS.c.case_id == CASES.c.id, is_open, *conditions)


def _is_due(within: DueWithin, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a day of an open task, of the ledger, of an arrival, a call or a meeting lies within. That
    of a contact is looked at."""
    owed = exists().where(
        DEADLINES.c.case_id == CASES.c.id,
        DEADLINES.c.state.in_(RUNNING),
        *_between(DEADLINES.c.due_at, within, now),
    )
    beside = [
        exists().where(each.table.c.case_id == CASES.c.id, each.is_open, *_between(each.due_at, within, now))
        for each in owed_days(now)
        if each.kind is not DayKind.CONTACT
    ]
    return or_(owed, _has_task(*_between(USER_TASKS.c.due_at, within, now)), *beside)


def _is_looked_at(within: DueWithin, now: datetime) -> ColumnElement[bool]:
    """Return the condition that nothing is due in a task and its day to look comes, or that of a note does."""
    on, today = NOTES.c.follow_up_on, day_of(now)
    days = {
        DueWithin.LATE: on < today,
        DueWithin.TODAY: on == today,
        DueWithin.WEEK: and_(on >= today, on <= today + WEEK),
    }
    noted = exists().where(NOTES.c.case_id == CASES.c.id, NOTES.c.followed_up_at.is_(None), days[within])
    return or_(
        noted,
        _has_task(USER_TASKS.c.due_at.is_(None), *_between(USER_TASKS.c.follow_up_at, within, now)),
    )


def _is_stalled(now: datetime) -> ColumnElement[bool]:
    """Return the condition that nothing moves: the program or a request stands still, or an answer is overdue."""
    table = INFORMATION_REQUESTS.c
    overdue = and_(table.state.in_(AWAITED_STATES), table.due_on < day_of(now))
    unanswered = exists().where(table.case_id == CASES.c.id, or_(table.state == "stalled", overdue))
    broken = exists().where(INCIDENTS.c.case_id == CASES.c.id, INCIDENTS.c.resolved_at.is_(None))
    return or_(CASES.c.is_stalled, unanswered, broken)


def _between(day: Any, within: DueWithin, now: datetime) -> tuple[ColumnElement[bool], ...]:
    since, until = within.moments(now)
    return (day < until,) if since is None else (day < until, day >= since)
