"""Holders of tasks: claim for oneself, give to a colleague, give back, and the day on which a task is looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from engine.casework.staff_notices import notify_colleague, notify_of_taking
from engine.casework.standing_in import absent_of
from engine.domain.bulk_acts import FARTHEST
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.people import Person, Role
from engine.domain.staff_notices import NoticeKind
from engine.domain.tasks import TaskState, UserTask
from engine.errors import Invalid
from engine.executor.engine import Work


def claim(work: Work, case: Case, task: UserTask) -> None:
    """Claim a task for the actor, perhaps in the place of a colleague who is away. The first caseworker to take one carries
    the case until a manager assigns it."""
    absent = absent_of(work, case, task)
    notify_of_taking(work, task)
    free = task if absent is None else replace(task, assignee_id=None)
    work.stores.tasks.save(task, free.claimed_by(work.actor))
    if task.candidate_group is Role.CASEWORKER and case.caseworker_id is None:
        work.change_case(case.id, caseworker_id=work.actor.person_id)
        work.save_case(case)
    if absent is None:
        work.record(case.id, "task_claimed", task.element_id)
    else:
        work.record(case.id, "task_taken_in_place", task.element_id, person=str(absent.id))


def assign(work: Work, case: Case, task: UserTask, person_id: UUID) -> None:
    """Give a task to somebody who may do it. Notify them, and the one who had it."""
    if task.assignee_id != person_id:
        notify_of_taking(work, task)
    work.stores.tasks.save(task, replace(task, state=TaskState.CLAIMED, assignee_id=person_id))
    work.record(case.id, "task_assigned", task.element_id, person=str(person_id))
    notify_colleague(work, NoticeKind.ASSIGNMENT, person_id, case.id, task.id)


def release(work: Work, case: Case, task: UserTask) -> None:
    notify_of_taking(work, task)
    work.stores.tasks.save(task, task.released())
    work.record(case.id, "task_released", task.element_id)


def is_begun(work: Work, task: UserTask) -> bool:
    """Return True if its assignee has written something in it."""
    return task.assignee_id is not None and work.stores.task_drafts.is_kept(task.id, task.assignee_id)


def follow_up(work: Work, case: Case, task: UserTask, on: date) -> None:
    """Set the day on which a task without a due day is looked at."""
    work.stores.tasks.save(task, replace(task, follow_up_at=end_of(on)))
    work.record(case.id, "follow_up_set", task.element_id, on=on.isoformat())


def require_follow_up_day(work: Work, on: date | None) -> date:
    """Raise Invalid for a day that has passed, or so far away that the case would be forgotten."""
    if on is None:
        raise Invalid("Valitse päivä, jolloin tehtävä palaa katsottavaksi.", field="on")
    if on < work.today:
        raise Invalid("Seurantapäivä on jo mennyt.", field="on")
    if on > work.today + FARTHEST:
        raise Invalid("Valitse päivä enintään 30 päivän päästä: asia ei saa unohtua.", field="on")
    return on


def may_do(work: Work, task: UserTask, person: Person) -> bool:
    """Return True if the person belongs to the task's group or may stand in for it."""
    return task.is_for(replace(work.actor, roles=person.roles, person_id=person.id))
