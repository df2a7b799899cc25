"""Giving a case to another caseworker, with the tasks that go along, so that it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from engine.casework.signing_in import NO_WAY_IN, without_way_in
from engine.casework.staff_notices import notify_of_giving, notify_of_undoing
from engine.casework.task_holders import is_begun
from engine.domain.cases import Case, CaseState
from engine.domain.people import Person, Role
from engine.domain.reassignments import Reassignment, Why
from engine.domain.tasks import TaskState, UserTask
from engine.executor.engine import Work
from engine.storage.database import new_id

NO_ROLE: Final = "Henkilöllä ei ole käsittelijän roolia."
DISQUALIFIED: Final = "Henkilö on esteellinen tässä asiassa."
CLOSED: Final = "Asia on päättynyt, eikä sitä voi siirtää."
THEIRS: Final = "Asia on jo hänellä."


def refusal_of(work: Work, case: Case, person: Person) -> str:
    """Return why the case can't be given to this person; empty if it can."""
    if case.state is CaseState.CLOSED:
        return CLOSED
    if not person.is_active or Role.CASEWORKER not in person.roles:
        return NO_ROLE
    if person.id in without_way_in(work):
        return NO_WAY_IN
    if work.stores.cases.is_disqualified(case.id, person.id):
        return DISQUALIFIED
    return THEIRS if case.caseworker_id == person.id else ""


def goes_along(task: UserTask, case: Case, person_id: UUID) -> bool:
    """Return True if the task goes with its case to this person: a caseworker's task, of the one who had the case or of
    nobody. What a third person has taken stays theirs, and four eyes hold."""
    return (
        task.candidate_group is Role.CASEWORKER
        and task.assignee_id in (None, case.caseworker_id)
        and str(person_id) not in task.not_by
    )


def give_case(work: Work, case: Case, person: Person, why: Why, group_id: UUID) -> Reassignment:
    """Give the case to a person to whom nothing bars it, and notify both."""
    moved = [task for task in work.stores.tasks.open_in(case.id) if goes_along(task, case, person.id)]
    made = Reassignment(
        id=new_id(),
        group_id=group_id,
        case_id=case.id,
        former_id=case.caseworker_id,
        caseworker_id=person.id,
        why=why,
        tasks=tuple((str(task.id), str(task.assignee_id) if task.assignee_id else None) for task in moved),
        made_by=work.actor.person_id,
        made_at=work.now,
        undone_at=None,
    )
    work.change_case(case.id, caseworker_id=person.id)
    work.save_case(case)
    for task in moved:
        work.stores.tasks.save(task, replace(task, state=TaskState.CLAIMED, assignee_id=person.id))
    work.stores.reassignments.add(made)
    work.record(case.id, "case_assigned", str(person.id), why=why.value)
    notify_of_giving(work, case.id, made.former_id, person.id)
    return made


def take_back(work: Work, case: Case, made: Reassignment) -> bool:
    """Give the case back to who had it, with the tasks born since. A task that was begun, taken or done meanwhile stays as it
    is. Return True if one did."""
    former = dict(made.tasks)
    work.change_case(case.id, caseworker_id=made.former_id)
    work.save_case(case)
    moved, kept = 0, 0
    for task in work.stores.tasks.open_in(case.id):
        is_moved = str(task.id) in former
        moved += is_moved
        if not is_moved and not _is_of(task, made.caseworker_id):
            continue
        if task.assignee_id != made.caseworker_id or is_begun(work, task):
            kept += 1
        elif is_moved:
            had = former[str(task.id)]
            state = TaskState.CLAIMED if had else TaskState.CREATED
            work.stores.tasks.save(task, replace(task, state=state, assignee_id=UUID(had) if had else None))
        elif task.is_only_given:
            work.stores.tasks.save(task, _born_to(task, made.former_id))
        else:
            kept += 1
    work.stores.reassignments.undo(made, work.actor.person_id, work.now)
    work.record(case.id, "assignment_undone", str(made.caseworker_id))
    notify_of_undoing(work, case.id, made.id, (made.caseworker_id, made.former_id))
    return kept > 0 or moved < len(former)


def _is_of(task: UserTask, person_id: UUID) -> bool:
    return task.candidate_group is Role.CASEWORKER and task.assignee_id == person_id


def _born_to(task: UserTask, person_id: UUID | None) -> UserTask:
    """Return the task as if it had been born while the case was this person's."""
    if person_id is None or str(person_id) in task.not_by:
        return task.released()
    return task.given_to(person_id)
