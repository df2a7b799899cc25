"""The open work of each person: their tasks, how many of them are late, and their cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select, union

from engine.domain.people import Person, Role
from engine.domain.tasks import OPEN
from engine.executor import Work
from engine.storage.tables.cases import CASES
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


def loads(work: Work) -> tuple[Load, ...]:
    is_late = case((USER_TASKS.c.due_at < work.now, 1), else_=0)
    rows = work.stores.unit.execute(
        select(
            USER_TASKS.c.assignee_id,
            func.count().label("tasks"),
            func.sum(is_late).label("late"),
        )
        .where(
            USER_TASKS.c.state.in_(OPEN),
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
    load = [
        Load(
            person,
            carried[person.id].tasks if person.id in carried else 0,
            int(carried[person.id].late or 0) if person.id in carried else 0,
            cases.get(person.id, 0),
        )
        for person in people
    ]
    return tuple(sorted(load, key=lambda each: (-each.open_tasks, each.person.name)))


def cases_of_each(work: Work) -> dict[UUID, int]:
    """Return the number of open cases of each person: as their caseworker, also while nobody has a task in them, or by a task."""
    hidden = hidden_from(work.actor)
    held = select(USER_TASKS.c.assignee_id.label("person_id"), USER_TASKS.c.case_id).where(
        USER_TASKS.c.state.in_(OPEN),
        USER_TASKS.c.assignee_id.is_not(None),
        USER_TASKS.c.case_id.not_in(hidden),
    )
    own = select(CASES.c.caseworker_id.label("person_id"), CASES.c.id.label("case_id")).where(
        CASES.c.state != "closed", CASES.c.caseworker_id.is_not(None), CASES.c.id.not_in(hidden)
    )
    both = union(own, held).subquery()
    rows = work.stores.unit.execute(select(both.c.person_id, func.count()).group_by(both.c.person_id))
    return {person_id: int(count) for person_id, count in rows}
