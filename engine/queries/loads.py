"""The open work of each person: their tasks, how many of them are late, and their cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, union

from engine.casework.signing_in import without_way_in
from engine.domain.deadline_kinds import PERSONS_OWN
from engine.domain.people import Person, Role
from engine.executor import Work
from engine.storage.open_rows import CASE_IS_OPEN, TASK_IS_OPEN
from engine.storage.tables.cases import CASES, DEADLINES
from engine.storage.tables.processes import USER_TASKS
from engine.storage.visibility import hidden_from


@dataclass(frozen=True, slots=True)
class Load:
    """The open work of one person."""

    person: Person
    open_tasks: int
    late_tasks: int
    cases: int
    """Of which the person is the caseworker, or in which they have a task."""
    has_way_in: bool
    """False until they have used an invitation: no work can be given to them."""


def loads(work: Work) -> tuple[Load, ...]:
    is_late = case((or_(USER_TASKS.c.due_at < work.now, _is_late_by_ledger(work)), 1), else_=0)
    rows = work.stores.unit.execute(
        select(
            USER_TASKS.c.assignee_id,
            func.count().label("tasks"),
            func.sum(is_late).label("late"),
        )
        .where(
            TASK_IS_OPEN,
            USER_TASKS.c.assignee_id.is_not(None),
            USER_TASKS.c.case_id.not_in(hidden_from(work.actor)),
        )
        .group_by(USER_TASKS.c.assignee_id)
    )
    carried: dict[UUID, Any] = {row.assignee_id: row for row in rows}
    cases = cases_of_each(work)
    workers = {Role.INTAKE, Role.ON_CALL, Role.CASEWORKER, Role.DECISION_MAKER}
    # Someone who has left or changed work may still carry tasks.
    people = [
        person
        for person in work.stores.people.all()
        if person.id in carried or person.id in cases or (person.is_active and person.roles & workers)
    ]
    shut_out = without_way_in(work)
    load = [
        Load(
            person,
            carried[person.id].tasks if person.id in carried else 0,
            int(carried[person.id].late or 0) if person.id in carried else 0,
            cases.get(person.id, 0),
            person.id not in shut_out,
        )
        for person in people
    ]
    return tuple(sorted(load, key=lambda each: (-each.open_tasks, each.person.name)))


def _is_late_by_ledger(work: Work) -> ColumnElement[bool]:
    """Return the condition that a task has no due day, and the authority's by the ledger, for the same recipient or request, has
    passed: pages call such a task late."""
    late = exists().where(
        DEADLINES.c.case_id == USER_TASKS.c.case_id,
        DEADLINES.c.business_key == USER_TASKS.c.business_key,
        DEADLINES.c.state.in_(("running", "breached")),
        DEADLINES.c.name.not_in(PERSONS_OWN),
        DEADLINES.c.due_at < work.now,
    )
    return and_(USER_TASKS.c.due_at.is_(None), late)


def cases_of_each(work: Work) -> dict[UUID, int]:
    """Return the number of open cases of each person: as their caseworker, also while nobody has a task in them, or by a task."""
    hidden = hidden_from(work.actor)
    held = select(USER_TASKS.c.assignee_id.label("person_id"), USER_TASKS.c.case_id).where(
        TASK_IS_OPEN,
        USER_TASKS.c.assignee_id.is_not(None),
        USER_TASKS.c.case_id.not_in(hidden),
    )
    own = select(CASES.c.caseworker_id.label("person_id"), CASES.c.id.label("case_id")).where(
        CASE_IS_OPEN, CASES.c.caseworker_id.is_not(None), CASES.c.id.not_in(hidden)
    )
    both = union(own, held).subquery()
    rows = work.stores.unit.execute(select(both.c.person_id, func.count()).group_by(both.c.person_id))
    return {person_id: int(count) for person_id, count in rows}
