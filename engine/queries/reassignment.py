"""Reassigning work: the open tasks of a person or of nobody, and the people who could take one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from engine.casework.appointments import limit_in
from engine.casework.signing_in import without_way_in
from engine.domain.cases import Case
from engine.domain.people import Person, Role
from engine.domain.policy import Action
from engine.domain.tasks import UserTask
from engine.executor import Query, Work
from engine.executor.permissions import permit_task, require_role
from engine.queries.oversight import WatchedTask, watched_tasks
from engine.storage.open_rows import TASK_IS_OPEN
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS
from engine.storage.tables.processes import USER_TASKS
from engine.storage.visibility import hidden_from


@dataclass(frozen=True, slots=True)
class Carried:
    person: Person | None
    """None for unassigned tasks."""
    tasks: tuple[WatchedTask, ...]
    count: int
    """Of all, also beyond what is shown."""
    moment: datetime
    is_away: bool


@dataclass(frozen=True)
class WhatIsCarried(Query[Carried]):
    """Return the open tasks of one person, or those without an assignee, the longest overdue first.

    Someone who has left still carries each case of which they are the caseworker, also when others have its tasks.
    """

    person_id: UUID | None
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_role(work, Role.MANAGER, Role.DIRECTOR)

    def execute(self, work: Work) -> Carried:
        person = work.stores.people.get(self.person_id) if self.person_id else None
        carried: ColumnElement[bool] = USER_TASKS.c.assignee_id == self.person_id
        if person is not None and not person.is_active:
            carried = or_(carried, CASES.c.caseworker_id == person.id)
        tasks, count = watched_tasks(work, carried, self.language)
        work.stores.access.log_list((task.case_id for task in tasks), work.actor, "carried", work.now)
        is_away = person is not None and person.is_away(work.today)
        return Carried(person, tasks, count, work.now, is_away)


@dataclass(frozen=True, slots=True)
class Candidate:
    person: Person
    open_tasks: int
    is_away: bool
    is_deputy: bool
    """Stands in for the one who has the task."""


@dataclass(frozen=True, slots=True)
class Reassignment:
    task: UserTask
    case: Case
    assignee: Person | None
    caseworker: Person | None
    for_task: tuple[Candidate, ...]
    """People who may do it, the deputy first, then those with the least to do; the absent last."""
    for_case: tuple[Candidate, ...]
    moment: datetime


@dataclass(frozen=True)
class OpenReassignment(Query[Reassignment]):
    """Return a task with the people who could do it, or take over its whole case."""

    task_id: UUID
    language: str = "fi"

    def permit(self, work: Work) -> None:
        permit_task(work, self.task_id, Action.REASSIGNMENT)

    def execute(self, work: Work) -> Reassignment:
        case, task = work.task(self.task_id)
        people = {person.id: person for person in work.stores.people.all()}
        assignee = people.get(task.assignee_id) if task.assignee_id else None
        absence = assignee.absence_on(work.today) if assignee is not None else None
        carried, kept_away = _carried(work), _kept_away(work, case.id) | without_way_in(work)
        found = [
            Candidate(
                person,
                carried.get(person.id, 0),
                person.is_away(work.today),
                absence is not None and person.username == absence.deputy,
            )
            for person in people.values()
            if person.is_active and person.id not in kept_away
        ]
        found.sort(key=lambda each: (each.is_away, not each.is_deputy, each.open_tasks, each.person.name))
        return Reassignment(
            replace(task, name=work.instances.names(self.language).of(task.name)),
            case,
            assignee,
            people.get(case.caseworker_id) if case.caseworker_id else None,
            tuple(
                each
                for each in found
                if _may_do(work, case, task, each.person) and each.person.id != task.assignee_id
            ),
            tuple(
                each
                for each in found
                if Role.CASEWORKER in each.person.roles and each.person.id != case.caseworker_id
            ),
            work.now,
        )


def _may_do(work: Work, case: Case, task: UserTask, person: Person) -> bool:
    candidate = replace(work.actor, roles=person.roles, person_id=person.id)
    is_candidate = task.is_for(candidate) and str(person.id) not in task.not_by
    return is_candidate and limit_in(work, case, task, person) is None


def _carried(work: Work) -> dict[UUID, int]:
    rows = work.stores.unit.execute(
        select(USER_TASKS.c.assignee_id, func.count())
        .where(
            TASK_IS_OPEN,
            USER_TASKS.c.assignee_id.is_not(None),
            USER_TASKS.c.case_id.not_in(hidden_from(work.actor)),
        )
        .group_by(USER_TASKS.c.assignee_id)
    )
    return {person_id: int(count) for person_id, count in rows}


def _kept_away(work: Work, case_id: UUID) -> frozenset[UUID]:
    """Return the people disqualified from the case (434/2003 27-30 §)."""
    rows = work.stores.unit.execute(
        select(DISQUALIFICATIONS.c.person_id).where(DISQUALIFICATIONS.c.case_id == case_id)
    )
    return frozenset(rows.scalars())
