"""Pages of the inbox, read from short index ranges of open tasks, never by a scan of all open tasks.

A statement is built once for each Shape of a question and kept: building one costs more than running it, and the
inbox counts every view beside the one it shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
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
    cast,
    exists,
    false,
    or_,
    select,
    text,
    true,
    union_all,
)

from engine.domain.inbox import NO_TEAM, WEEK, TaskFilter, View
from engine.domain.people import Actor
from engine.domain.policy import Relation, Standing, sight_of
from engine.domain.tasks import OPEN, groups_of
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS
from engine.storage.tables.processes import USER_TASKS
from engine.storage.visibility import Related, condition

_IS_OPEN = USER_TASKS.c.state.in_(bindparam("open", OPEN, expanding=True, literal_execute=True))
"""Written out in the statement: an index of the open tasks alone is not used for a state that comes as a parameter."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The person or program that reads the inbox, and the moment."""

    actor: Actor
    now: datetime
    mine: tuple[UUID, ...] = ()
    """Their own open cases, where it is asked what waits for them."""
    stalled: tuple[UUID, ...] = ()
    """The cases that stand still, where these are asked for. Both are few, and looked up first: inside the statement a
    planner without fitting statistics goes through every open task in search of theirs (65 ms of 100,000 tasks)."""

    def finds_nothing(self, view: View) -> bool:
        """Return True if the view is known to be empty without asking the database."""
        return view is View.STALLED and not self.stalled


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
    by_form_key: bool
    by_urgency: bool
    by_due: bool
    since: bool
    waits_for_me: bool
    has_cases: bool
    goes_on: bool
    """True for any page after the first."""


Position = tuple[datetime, UUID] | None


def shape_of(reader: Reader, view: View, narrowed: TaskFilter, key: Position) -> Shape:
    actor, due = reader.actor, narrowed.due
    return Shape(
        view=view,
        groups=tuple(sorted(group.value for group in groups_of(actor))),
        teams=_teams(actor.team, narrowed.team, everywhere=view is View.MINE or narrowed.waits_for_me),
        sight=tuple(sight_of(actor.roles).items()),
        is_person=actor.person_id is not None,
        by_form_key=bool(narrowed.form_key),
        by_urgency=narrowed.urgency is not None,
        by_due=due is not None,
        since=due is not None and due.moments(reader.now)[0] is not None,
        waits_for_me=narrowed.waits_for_me,
        has_cases=bool(reader.mine),
        goes_on=key is not None,
    )


def values_of(reader: Reader, narrowed: TaskFilter, key: Position, limit: int) -> dict[str, Any]:
    """Return the values for the statement of the question's shape. It ignores those that it does not need."""
    since, until = narrowed.due.moments(reader.now) if narrowed.due else (None, None)
    moment, task_id = key or (None, None)
    return {
        "person": reader.actor.person_id,
        "me": str(reader.actor.person_id),
        "here": narrowed.team or reader.actor.team,
        "mine": reader.mine,
        "stalled": reader.stalled,
        "week": reader.now + WEEK,
        "form_key": narrowed.form_key,
        "priority": narrowed.urgency.priority if narrowed.urgency else 0,
        "since": since,
        "until": until,
        "moment": moment,
        "task": task_id,
        "most": limit,
    }


def page_of(shape: Shape) -> Subquery:
    """Return the ids of one page: one short index range for each group and team, merged."""
    sort_at, task_id, most = USER_TASKS.c.sort_at, USER_TASKS.c.id, bindparam("most", type_=Integer)
    parts: list[Any] = []
    for within in _ranges(shape):
        part = (
            select(task_id, sort_at)
            .join(CASES, CASES.c.id == USER_TASKS.c.case_id)
            .where(_IS_OPEN, within, _allowed(shape), *_in_view(shape.view), *_narrowed(shape))
            .order_by(sort_at, task_id)
            .limit(most)
        )
        if shape.goes_on:
            moment, task = bindparam("moment", type_=sort_at.type), bindparam("task", type_=Uuid)
            part = part.where(or_(sort_at > moment, and_(sort_at == moment, task_id > task)))
        parts.append(select(part.subquery()))
    merged = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    return select(merged.c.id).order_by(merged.c.sort_at, merged.c.id).limit(most).subquery()


def _ranges(shape: Shape) -> list[ColumnElement[bool]]:
    has, group = USER_TASKS.c.assignee_id, USER_TASKS.c.candidate_group
    teams = [_IN_TEAM[each] for each in shape.teams]
    # A program holds no task: a missing assignee must not count as its own.
    mine = and_(has == bindparam("person"), *teams[0]) if shape.is_person else false()
    if shape.view is View.MINE:
        return [mine]
    if shape.waits_for_me:
        cases = USER_TASKS.c.case_id.in_(bindparam("mine", expanding=True))
        free = and_(has.is_(None), cases, group.in_(shape.groups), ~_FOUR_EYES, *teams[0])
        return [mine, free] if shape.has_cases else [mine]
    found = [and_(group == name, *in_team) for name in shape.groups for in_team in teams]
    return found or [false()]


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
    """Return what the policy table lets the reader see. Tasks of other teams are left out by the ranges already."""
    if not shape.is_person:
        # A program is no person: a task without an assignee is not the program's.
        return condition(dict(shape.sight), Related(false(), false(), true()))
    person = bindparam("person", type_=Uuid)
    disqualified = exists().where(
        DISQUALIFICATIONS.c.case_id == USER_TASKS.c.case_id, DISQUALIFICATIONS.c.person_id == person
    )
    mine = or_(CASES.c.caseworker_id == person, USER_TASKS.c.assignee_id == person)
    return condition(dict(shape.sight), Related(disqualified, mine, true()))


def _in_view(view: View) -> list[ColumnElement[bool]]:
    if view is View.UNASSIGNED:
        return [USER_TASKS.c.assignee_id.is_(None)]
    if view is View.STALLED:
        return [USER_TASKS.c.case_id.in_(bindparam("stalled", expanding=True))]
    if view is View.THIS_WEEK:
        return [USER_TASKS.c.sort_at < bindparam("week")]
    return []


def _narrowed(shape: Shape) -> list[ColumnElement[bool] | TextClause]:
    found: list[ColumnElement[bool] | TextClause] = []
    if shape.by_form_key:
        found.append(USER_TASKS.c.form_key == bindparam("form_key"))
    if shape.by_urgency:
        # The second part, as it stands in the index of the few urgent ones, is what lets that be used.
        found += [
            USER_TASKS.c.priority == bindparam("priority"),
            text("user_tasks.priority > 0"),
        ]
    if shape.by_due:
        found.append(USER_TASKS.c.sort_at < bindparam("until"))
    if shape.since:
        found.append(USER_TASKS.c.sort_at >= bindparam("since"))
    return found
