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
    """Claim a task for the actor, perhaps in the place of a colleague who is away, or from one who has not begun it, or
    left it though it rings. The first caseworker to take one carries the case until a manager assigns it."""
    absent = absent_of(work, case, task)
    is_free = absent is not None or _is_left(work, task)
    notify_of_taking(work, task)
    free = replace(task, assignee_id=None) if is_free else task
    claimed = free.claimed_by(work.actor)
    work.stores.tasks.save(task, claimed)
    if claimed.rings_late(work.now):
        work.stores.rings.hold_task(task.id, work.now + work.settings.on_call.every)
    if task.candidate_group is Role.CASEWORKER and case.caseworker_id is None:
        work.change_case(case.id, caseworker_id=work.actor.person_id)
        work.save_case(case)
    if absent is None:
        work.record(case.id, "task_claimed", task.element_id)
    else:
        work.record(case.id, "task_taken_in_place", task.element_id, person=str(absent.id))


def as_free(work: Work, case: Case, task: UserTask) -> UserTask:
    """Return the task without its holder where the actor may take it from them: as their deputy, or as any colleague who
    may do it what they have not begun, or what rings though they have it."""
    if absent_of(work, case, task) is None and not _is_left(work, task):
        return task
    return replace(task, assignee_id=None)


def may_be_taken(work: Work, case: Case, task: UserTask) -> bool:
    """Return True if the actor may take the open task from the colleague who has it."""
    me = work.actor.person_id
    is_theirs = task.assignee_id not in (None, me)
    return (
        is_theirs
        and str(me) not in task.not_by
        and task.is_for(work.actor)
        and as_free(work, case, task).assignee_id is None
    )


def _is_left(work: Work, task: UserTask) -> bool:
    """Return True if a colleague may take what the task's holder has from its birth and has not begun: it is pressing, or
    the holder is not there. Also what rings late, begun or not: those who are rung of it can do it, once the one who took
    it late has had the time between two notices.
    `may_be_taken_from` asks the same in lists (engine/storage/given_tasks.py)."""
    me, holder_id = work.actor.person_id, task.assignee_id
    if me is None or holder_id is None or holder_id == me:
        return False
    if task.rings_late(work.now):
        return work.stores.rings.held_until(task.id, work.now) is None
    if not task.is_only_given or is_begun(work, task):
        return False
    if task.is_pressing(work.now):
        return True
    return not work.stores.people.get(holder_id).is_there_as(Role.CASEWORKER, work.today)


def assign(work: Work, case: Case, task: UserTask, person_id: UUID, *, as_from_birth: bool = False) -> None:
    """Give a task to somebody who may do it, or back to who had it from its birth. Notify them, and the one who had it."""
    if task.assignee_id != person_id:
        notify_of_taking(work, task)
    given = task.given_to(person_id)
    work.stores.tasks.save(task, given if as_from_birth else replace(given, state=TaskState.CLAIMED))
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
