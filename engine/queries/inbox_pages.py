"""Which tasks stand on a page of the inbox: short ranges of the indexes of open tasks, never a scan of all that is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Subquery,
    and_,
    bindparam,
    exists,
    false,
    literal_column,
    or_,
    select,
    union_all,
)

from engine.domain.inbox import NO_UNIT, WEEK, TaskFilter, View
from engine.domain.people import Actor, Role
from engine.domain.tasks import OPEN, groups_of
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS
from engine.storage.tables.processes import USER_TASKS

_IS_OPEN = USER_TASKS.c.state.in_(bindparam("open", OPEN, expanding=True, literal_execute=True))
"""Written out in the statement: an index of the open tasks alone is not used for a state that comes as a parameter."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and when."""

    actor: Actor
    now: datetime
    mine: tuple[UUID, ...] = ()
    """Their own open cases, where it is asked what waits for them."""
    stalled: tuple[UUID, ...] = ()
    """The cases that stand still, where these are asked for. Both are few, and looked up first: inside the statement a
    planner without fitting statistics goes through every open task in search of theirs (65 ms of 100,000 tasks)."""


def page_of(
    reader: Reader, view: View, narrowed: TaskFilter, key: tuple[datetime, UUID] | None, limit: int
) -> Subquery:
    """The ids of a page. One short index range a group and unit, merged: never a scan of all that is open."""
    parts: list[Any] = []
    for condition in _ranges(reader, view, narrowed):
        part = (
            select(USER_TASKS.c.id, USER_TASKS.c.sort_at)
            .join(CASES, CASES.c.id == USER_TASKS.c.case_id)
            .where(
                _IS_OPEN,
                condition,
                _allowed(reader.actor),
                *_in_view(view, reader),
                *_narrowed(narrowed, reader.now),
            )
            .order_by(USER_TASKS.c.sort_at, USER_TASKS.c.id)
            .limit(limit)
        )
        if key is not None:
            moment, task_id = key
            part = part.where(
                or_(
                    USER_TASKS.c.sort_at > moment,
                    and_(USER_TASKS.c.sort_at == moment, USER_TASKS.c.id > task_id),
                )
            )
        parts.append(select(part.subquery()))
    merged = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    return select(merged.c.id).order_by(merged.c.sort_at, merged.c.id).limit(limit).subquery()


def _ranges(reader: Reader, view: View, narrowed: TaskFilter) -> list[ColumnElement[bool]]:
    actor, has = reader.actor, USER_TASKS.c.assignee_id
    anywhere = _units(None, narrowed)[0]
    # A program holds no task; "nobody's" must not read as "its own".
    mine = and_(has == actor.person_id, *anywhere) if actor.person_id else false()
    if view is View.MINE:
        return [mine]
    if narrowed.waits_for_me:
        in_group = USER_TASKS.c.candidate_group.in_(sorted(group.value for group in groups_of(actor)))
        free = and_(has.is_(None), USER_TASKS.c.case_id.in_(reader.mine), in_group, *anywhere)
        return [mine, free] if reader.mine else [mine]
    found = [
        and_(USER_TASKS.c.candidate_group == group.value, *in_unit)
        for group in sorted(groups_of(actor))
        for in_unit in _units(actor.unit, narrowed)
    ]
    return found or [false()]


def _units(own: str | None, narrowed: TaskFilter) -> list[list[ColumnElement[bool]]]:
    """One's own unit and what belongs to none; the whole country for whoever has no unit. Asking cannot widen it."""
    here, nowhere = USER_TASKS.c.unit == (narrowed.unit or own), USER_TASKS.c.unit.is_(None)
    if narrowed.unit == NO_UNIT:
        return [[nowhere]]
    if narrowed.unit:
        return [[here]] if own in (None, narrowed.unit) else [[false()]]
    return [[]] if own is None else [[here], [nowhere]]


def _allowed(actor: Actor) -> ColumnElement[bool]:
    """The same rule as `Case.is_visible_to`, in the database."""
    disqualified = exists().where(
        DISQUALIFICATIONS.c.case_id == USER_TASKS.c.case_id, DISQUALIFICATIONS.c.person_id == actor.person_id
    )
    if actor.has(Role.MANAGER, Role.DIRECTOR):
        return ~disqualified
    if actor.person_id is None:
        # A program is no person: what is nobody's is not the program's.
        return CASES.c.is_restricted.is_(False)
    mine = or_(CASES.c.caseworker_id == actor.person_id, USER_TASKS.c.assignee_id == actor.person_id)
    return and_(~disqualified, or_(CASES.c.is_restricted.is_(False), mine))


def _in_view(view: View, reader: Reader) -> list[ColumnElement[bool]]:
    if view is View.UNASSIGNED:
        return [USER_TASKS.c.assignee_id.is_(None)]
    if view is View.STALLED:
        return [USER_TASKS.c.case_id.in_(reader.stalled)]
    if view is View.THIS_WEEK:
        return [USER_TASKS.c.sort_at < reader.now + WEEK]
    return []


def _narrowed(narrowed: TaskFilter, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if narrowed.kind:
        found.append(USER_TASKS.c.form_key == narrowed.kind)
    if narrowed.urgency:
        # The second part, as it stands in the index of the few urgent ones, is what lets that be used.
        found += [
            USER_TASKS.c.priority == narrowed.urgency.priority,
            literal_column("user_tasks.priority > 0", Boolean()),
        ]
    if narrowed.due:
        since, until = narrowed.due.moments(now)
        found.append(USER_TASKS.c.sort_at < until)
        if since is not None:
            found.append(USER_TASKS.c.sort_at >= since)
    return found
