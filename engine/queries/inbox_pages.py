"""Pages of the inbox, read from short index ranges of open tasks, never by a scan of all open tasks.

A statement is built once for each Shape of a question and kept: building one costs more than running it, and the
inbox counts every view beside the one it shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Subquery,
    Text,
    TextClause,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    or_,
    select,
    text,
    true,
    union_all,
)

from engine.clock import day_of
from engine.domain.cases import CaseClass
from engine.domain.inbox import NO_TEAM, WEEK, DueWithin, Order, TaskFilter, View
from engine.domain.people import Actor
from engine.domain.policy import Relation, Standing, sight_of
from engine.domain.tasks import groups_of
from engine.storage.given_tasks import may_be_taken_from
from engine.storage.open_rows import TASK_IS_OPEN
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS
from engine.storage.tables.processes import USER_TASKS
from engine.storage.visibility import Related, condition, stands_in_team


@dataclass(frozen=True, slots=True)
class Reader:
    """The person or program that reads the inbox, and the moment."""

    actor: Actor
    now: datetime
    mine: tuple[UUID, ...] = ()
    """Their own open cases, where it is asked what waits for them. They are few, and looked up first: inside the statement a
    planner without fitting statistics goes through every open task in search of theirs (65 ms of 100,000 tasks)."""
    in_place: tuple[UUID, ...] = ()
    """Tasks of somebody away for whom they stand in."""


class Position(NamedTuple):
    """The task after which a page begins."""

    moment: datetime
    task_id: UUID
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """The parts of a question that decide its statement: all but the values. Questions with the same shape share a statement."""

    view: View
    groups: tuple[str, ...]
    teams: tuple[str, ...]
    """Teams to look in: any, these, none."""
    sight: tuple[tuple[Standing, frozenset[Relation]], ...]
    """Of the policy table: in which relations the reader sees cases, by their standing."""
    is_person: bool
    has_team: bool
    """False: the reader works for the whole country."""
    by_form_key: bool
    by_urgency: bool
    by_due: bool
    since: bool
    by_follow_up: bool
    follow_up_since: bool
    by_language: bool
    is_stalled: bool
    order: Order
    waits_for_me: bool
    has_cases: bool
    stands_in: bool
    goes_on: bool
    """True for any page after the first."""


def shape_of(reader: Reader, view: View, narrowed: TaskFilter, key: Position | None) -> Shape:
    actor, now = reader.actor, reader.now
    return Shape(
        view=view,
        groups=tuple(sorted(group.value for group in groups_of(actor))),
        teams=_teams(actor.team, narrowed.team, everywhere=view is View.MINE or narrowed.waits_for_me),
        sight=tuple(sight_of(actor.roles).items()),
        is_person=actor.person_id is not None,
        has_team=actor.team is not None,
        by_form_key=bool(narrowed.form_key),
        by_urgency=narrowed.urgency is not None,
        by_due=narrowed.due is not None,
        since=_moments(narrowed.due, now)[0] is not None,
        by_follow_up=narrowed.follow_up is not None,
        follow_up_since=_moments(narrowed.follow_up, now)[0] is not None,
        by_language=bool(narrowed.language),
        is_stalled=view is View.STALLED or narrowed.is_stalled,
        order=narrowed.order,
        waits_for_me=narrowed.waits_for_me,
        has_cases=bool(reader.mine),
        stands_in=bool(reader.in_place),
        goes_on=key is not None,
    )


def _moments(within: DueWithin | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    return within.moments(now) if within else (None, None)


def values_of(reader: Reader, narrowed: TaskFilter, key: Position | None, limit: int) -> dict[str, Any]:
    """Return the values for the statement of the question's shape. It ignores those that it does not need."""
    since, until = _moments(narrowed.due, reader.now)
    look_since, look_until = _moments(narrowed.follow_up, reader.now)
    moment, task_id, priority = key or (None, None, 0)
    return {
        "person": reader.actor.person_id,
        "me": str(reader.actor.person_id),
        "here": narrowed.team or reader.actor.team,
        "own_team": reader.actor.team,
        "mine": reader.mine,
        "in_place": reader.in_place,
        "week": reader.now + WEEK,
        "now": reader.now,
        "today": day_of(reader.now),
        "form_key": narrowed.form_key,
        "priority": narrowed.urgency.priority if narrowed.urgency else 0,
        "since": since,
        "until": until,
        "look_since": look_since,
        "look_until": look_until,
        "language": narrowed.language,
        "moment": moment,
        "task": task_id,
        "last_priority": priority,
        "most": limit,
    }


def in_order(order: Order, columns: Any) -> tuple[ColumnElement[Any], ...]:
    """Return what sorts tasks in this order. By day, those that are urgent within a week come before all others."""
    if order is Order.OLDEST:
        # Keys are UUIDv7: theirs is the order in which the tasks began.
        return (columns.id,)
    first = columns.priority.desc() if order is Order.CLASS else case((_is_pressing(columns), 0), else_=1)
    return first, columns.sort_at, columns.id


def _is_pressing(columns: Any) -> ColumnElement[bool]:
    return and_(columns.priority >= CaseClass.URGENT.priority, columns.sort_at < bindparam("week"))


_IS_URGENT = text("user_tasks.priority > 0")
"""As it stands in the index of the few urgent ones: it is what lets that be used."""
_CLASSES: tuple[tuple[ColumnElement[bool] | TextClause, ...], ...] = tuple(
    (USER_TASKS.c.priority == each.priority, *((_IS_URGENT,) if each.priority else ())) for each in CaseClass
)


_CLASSES_OF: dict[Order, tuple[tuple[ColumnElement[bool] | TextClause, ...], ...]] = {
    Order.CLASS: _CLASSES,
    Order.DUE: ((_is_pressing(USER_TASKS.c), _IS_URGENT), (~_is_pressing(USER_TASKS.c),)),
    Order.OLDEST: ((),),
}
"""Parts that come one after the other in each order, each in index ranges of its own."""


def page_of(shape: Shape) -> Subquery:
    """Return the ids of one page: one short index range for each group and team, and for each class where they come in
    its order, merged."""
    columns, most = USER_TASKS.c, bindparam("most", type_=Integer)
    parts: list[Any] = []
    for within, one_class in product(_ranges(shape), _CLASSES_OF[shape.order]):
        part = (
            select(columns.id, columns.sort_at, columns.priority)
            .join(CASES, CASES.c.id == columns.case_id)
            .where(TASK_IS_OPEN, within, *one_class, _allowed(shape), *_in_view(shape), *_narrowed(shape))
            .order_by(*((columns.id,) if shape.order is Order.OLDEST else (columns.sort_at, columns.id)))
            .limit(most)
        )
        if shape.goes_on:
            part = part.where(_after(shape.order))
        parts.append(select(part.subquery()))
    merged = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    return select(merged.c.id).order_by(*in_order(shape.order, merged.c)).limit(most).subquery()


def _after(order: Order) -> ColumnElement[bool]:
    columns, task = USER_TASKS.c, bindparam("task", type_=Uuid)
    if order is Order.OLDEST:
        return columns.id > task
    moment = bindparam("moment", type_=columns.sort_at.type)
    later = or_(columns.sort_at > moment, and_(columns.sort_at == moment, columns.id > task))
    last = bindparam("last_priority", type_=Integer)
    if order is Order.DUE:
        was_pressing = and_(last >= CaseClass.URGENT.priority, moment < bindparam("week"))
        return or_(
            and_(was_pressing, or_(~_is_pressing(columns), later)),
            and_(~was_pressing, ~_is_pressing(columns), later),
        )
    return or_(columns.priority < last, and_(columns.priority == last, later))


def _ranges(shape: Shape) -> list[ColumnElement[bool]]:
    has, group = USER_TASKS.c.assignee_id, _GROUP_ANYHOW if shape.is_stalled else USER_TASKS.c.candidate_group
    teams = [_IN_TEAM[each] for each in shape.teams]
    # A program holds no task: a missing assignee must not count as its own.
    mine = and_(has == bindparam("person"), *teams[0]) if shape.is_person else false()
    if shape.view is View.MINE:
        in_place = USER_TASKS.c.id.in_(bindparam("in_place", expanding=True))
        return [mine, and_(in_place, ~_FOUR_EYES, *teams[0])] if shape.stands_in else [mine]
    if shape.waits_for_me:
        cases = USER_TASKS.c.case_id.in_(bindparam("mine", expanding=True))
        free = and_(has.is_(None), cases, group.in_(shape.groups), ~_FOUR_EYES, *teams[0])
        own = [] if shape.view is View.UNASSIGNED else [mine]
        return [*own, free] if shape.has_cases else own or [false()]
    found = [and_(group == name, *in_team) for name in shape.groups for in_team in teams]
    if shape.view is View.UNASSIGNED:
        found = [and_(each, has.is_(None)) for each in found]
        found += [and_(left, *in_team) for left in _left_by_colleagues(shape) for in_team in teams]
    return found or [false()]


def _left_by_colleagues(shape: Shape) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions by which the reader may take a task from a colleague; none of a program, which takes no task."""
    if not shape.is_person:
        return ()
    left = may_be_taken_from(
        bindparam("person", type_=Uuid), bindparam("now"), bindparam("today"), shape.groups
    )
    return tuple(and_(each, ~_FOUR_EYES) for each in left)


def is_left(shape: Shape) -> ColumnElement[bool]:
    """Return the condition that the reader may take the task from a colleague."""
    return or_(false(), *_left_by_colleagues(shape))


_STALLED = select(CASES.alias().c.id).where(text("is_stalled"))
"""As it stands in the index of the few that stand still: a comparison with true would not use it. They are looked up inside the
statement, however many they are: no database takes more than some tens of thousands of values from outside."""
_GROUP_ANYHOW = USER_TASKS.c.candidate_group.concat(text("''"))
"""The group as no index has it. The tasks of the few cases that stand still are found by their cases: a planner without fitting
statistics would go through every open task of the group in search of theirs (65 ms of 100,000 tasks)."""

_FOUR_EYES = cast(USER_TASKS.c.not_by, Text).contains(bindparam("me", type_=Text))
"""The excluded persons are a list of ids, searched as text: each database searches lists in a way of its own."""

_IN_TEAM: dict[str, list[ColumnElement[bool]]] = {
    "anywhere": [],
    "here": [USER_TASKS.c.team == bindparam("here")],
    "nowhere": [USER_TASKS.c.team.is_(None)],
    "none": [false()],
}


def _teams(own: str | None, wanted: str, *, everywhere: bool) -> tuple[str, ...]:
    """Return the teams to look in: the reader's own and tasks without one; all for a reader without a team. A filter
    cannot widen it."""
    if wanted == NO_TEAM:
        return ("nowhere",)
    if wanted:
        return ("here",) if everywhere or own in (None, wanted) else ("none",)
    return ("anywhere",) if everywhere or own is None else ("here", "nowhere")


def _allowed(shape: Shape) -> ColumnElement[bool]:
    """Return what the policy table lets the reader see. The ranges go by the team of the task, which finds it quickly; what
    is shown goes by the team of the case."""
    in_team = stands_in_team(bindparam("own_team", type_=Text)) if shape.has_team else true()
    if not shape.is_person:
        # A program is no person: a task without an assignee is not the program's.
        return condition(dict(shape.sight), Related(false(), false(), in_team))
    person = bindparam("person", type_=Uuid)
    disqualified = exists().where(
        DISQUALIFICATIONS.c.case_id == USER_TASKS.c.case_id, DISQUALIFICATIONS.c.person_id == person
    )
    mine = or_(CASES.c.caseworker_id == person, USER_TASKS.c.assignee_id == person)
    return condition(dict(shape.sight), Related(disqualified, mine, in_team))


def _in_view(shape: Shape) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if shape.view is View.THIS_WEEK:
        found.append(USER_TASKS.c.sort_at < bindparam("week"))
    if shape.is_stalled:
        found.append(USER_TASKS.c.case_id.in_(_STALLED))
    return found


def _narrowed(shape: Shape) -> list[ColumnElement[bool] | TextClause]:
    found: list[ColumnElement[bool] | TextClause] = []
    if shape.by_form_key:
        found.append(USER_TASKS.c.form_key == bindparam("form_key"))
    if shape.by_urgency:
        found += [USER_TASKS.c.priority == bindparam("priority"), _IS_URGENT]
    if shape.by_due:
        found.append(USER_TASKS.c.sort_at < bindparam("until"))
    if shape.since:
        found.append(USER_TASKS.c.sort_at >= bindparam("since"))
    if shape.by_follow_up:
        # Nothing is due: then the list is sorted by the day of the look.
        found += [USER_TASKS.c.due_at.is_(None), USER_TASKS.c.sort_at < bindparam("look_until")]
    if shape.follow_up_since:
        found.append(USER_TASKS.c.sort_at >= bindparam("look_since"))
    if shape.by_language:
        found.append(CASES.c.language == bindparam("language"))
    return found
