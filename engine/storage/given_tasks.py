"""Tasks that a caseworker has from their birth and has not begun, and urgent ones that somebody claimed and left: those that a
colleague may take, as conditions for lists.

`_is_left` in engine/casework/task_holders.py asks the same of one task.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select, text

from engine.domain.cases import CaseClass
from engine.domain.people import Role
from engine.domain.tasks import RINGING_FORM, TaskState
from engine.storage.rings import is_held
from engine.storage.tables.people import ABSENCES, PEOPLE, PERSON_ROLES
from engine.storage.tables.processes import RINGS, TASK_DRAFTS, USER_TASKS

_IS_URGENT: Final = text("user_tasks.priority > 0")
"""As it stands in the index of the few that are."""


def may_be_taken_from(
    person_id: Any, moment: Any, today: Any, groups: Collection[str]
) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on a row of `user_tasks` by which this person, who is in these groups, may take it from a
    colleague: it rings late though it is claimed; a caseworker also what is of an urgent case, late, or held by somebody who
    is not there.

    No two of them hold of one task, and each is read from a short range of an index: all at once would be a scan of
    every open task.
    """
    task = USER_TASKS.c
    rings_late = and_(
        task.form_key == RINGING_FORM,
        task.candidate_group.in_(groups),
        task.state == TaskState.CLAIMED.value,
        task.assignee_id.is_not(None),
        task.assignee_id != person_id,
        task.due_at.is_not(None),
        task.sort_at <= moment,
        ~exists().where(RINGS.c.id == task.id, is_held(moment)),
    )
    if Role.CASEWORKER.value not in groups:
        return (rings_late,)
    begun = exists().where(TASK_DRAFTS.c.task_id == task.id, TASK_DRAFTS.c.person_id == task.assignee_id)
    given = and_(
        task.candidate_group == Role.CASEWORKER.value,
        task.state == TaskState.CREATED.value,
        task.assignee_id.is_not(None),
        task.assignee_id != person_id,
        ~begun,
    )
    usual = task.priority < CaseClass.URGENT.priority
    is_late = and_(task.due_at.is_not(None), task.sort_at < moment)
    return (
        rings_late,
        and_(given, task.priority >= CaseClass.URGENT.priority, _IS_URGENT),
        and_(given, usual, is_late),
        and_(given, usual, not_(is_late), task.assignee_id.in_(_not_there(today))),
    )


def _not_there(today: Any) -> Any:
    """Select those who do no caseworker's task on that day, as far as the program knows."""
    person = PEOPLE.c
    is_away = exists().where(
        ABSENCES.c.person_id == person.id,
        ABSENCES.c.away_until >= today,
        or_(ABSENCES.c.away_from.is_(None), ABSENCES.c.away_from <= today),
    )
    is_caseworker = exists().where(
        PERSON_ROLES.c.person_id == person.id, PERSON_ROLES.c.role == Role.CASEWORKER.value
    )
    return select(person.id).where(or_(person.is_active.is_(False), is_away, ~is_caseworker))
