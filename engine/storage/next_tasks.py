"""Tasks that somebody may take, free or not begun by a colleague: the first of each order, from short index ranges."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    text,
    union,
)

from engine.clock import day_of
from engine.domain.cases import CaseClass
from engine.domain.next_task import FreeTask
from engine.domain.people import Actor
from engine.domain.policy import sight_of
from engine.domain.tasks import OPEN, groups_of
from engine.storage.given_tasks import may_be_taken_from
from engine.storage.rows import value_of
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS
from engine.storage.tables.processes import USER_TASKS
from engine.storage.unit_of_work import UnitOfWork
from engine.storage.visibility import Related, condition, in_team

EACH: Final = 20
"""Tasks of a group in each order: by day, of urgent cases and children by day, and by age. The table ranks by class, day
and age: what it puts first stands first in one of them."""
TURN: Final = UUID("6f1d3c5e-0b1a-4a53-9d0e-2f3f6a7c9b10")
"""Those who take next take turns: else each would choose the same task, and all but one begin again."""
_IS_URGENT: Final = text("user_tasks.priority > 0")
"""Of urgent cases and of children, as it stands in the index of the few that are."""
_COLUMNS: Final = (
    USER_TASKS.c.id.label("task_id"),
    USER_TASKS.c.case_id,
    USER_TASKS.c.name,
    USER_TASKS.c.form_key,
    CASES.c.reference,
    # Before somebody has confirmed a class: the one that was proposed.
    func.coalesce(
        CASES.c.case_class,
        case(*[(USER_TASKS.c.priority == each.priority, each.value) for each in CaseClass]),
    ).label("case_class"),
    CASES.c.received_at,
    USER_TASKS.c.due_at,
    USER_TASKS.c.sort_at,
    CASES.c.caseworker_id,
)


class NextTasks:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def free_for(self, actor: Actor, moment: datetime) -> tuple[FreeTask, ...]:
        """Return free tasks of the actor's groups that four eyes allow them, and those that they may take from a colleague;
        without those of restricted cases."""
        columns = USER_TASKS.c
        # Written out: the indexes of open tasks are not used for a state that comes as a parameter.
        open_ones = columns.state.in_(bindparam("open", OPEN, expanding=True, literal_execute=True))
        allowed = (
            open_ones,
            ~cast(columns.not_by, Text).contains(str(actor.person_id)),
            CASES.c.is_restricted.is_(False),
            _seen_by(actor),
            *_of_team(actor.team),
        )
        within = select(columns.id).join(CASES, CASES.c.id == columns.case_id).where(*allowed)
        first: list[Any] = []
        groups = groups_of(actor)
        for group in sorted(each.value for each in groups):
            free = within.where(columns.candidate_group == group, columns.assignee_id.is_(None))
            by_day = free.order_by(columns.sort_at, columns.id)
            first += (by_day, by_day.where(_IS_URGENT), free.order_by(columns.id))
        if groups:
            left = may_be_taken_from(
                actor.person_id, moment, day_of(moment), sorted(each.value for each in groups)
            )
            first += [within.where(each).order_by(columns.sort_at, columns.id) for each in left]
        if not first:
            return ()
        parts = [select(each.limit(EACH).subquery().c.id) for each in first]
        rows = self._unit.rows(
            select(*_COLUMNS)
            .join(CASES, CASES.c.id == columns.case_id)
            .where(columns.id.in_(union(*parts)))
            .order_by(columns.sort_at, columns.id)
        )
        return tuple(value_of(FreeTask, row) for row in rows)

    def take_turn(self) -> None:
        self._unit.take_turn(TURN)


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """Return what the policy table lets the actor see."""
    barred = exists().where(
        DISQUALIFICATIONS.c.case_id == CASES.c.id, DISQUALIFICATIONS.c.person_id == actor.person_id
    )
    own = CASES.c.caseworker_id == actor.person_id
    return condition(sight_of(actor.roles), Related(barred, own, in_team(actor.team)))


def _of_team(team: str | None) -> tuple[ColumnElement[bool], ...]:
    """Narrow to tasks of one's own team and of none, of heads too, who see those of others."""
    return () if team is None else (or_(USER_TASKS.c.team.is_(None), USER_TASKS.c.team == team),)
