"""Assigning tasks and cases: a manager gives them to someone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from engine.casework.staff_notices import notify_colleague
from engine.casework.task_holders import assign, may_do
from engine.domain.cases import Case
from engine.domain.people import Person, Role
from engine.domain.policy import Action
from engine.domain.staff_notices import NoticeKind
from engine.domain.tasks import FourEyes, TaskState
from engine.errors import Invalid
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, permit_task


@dataclass(frozen=True)
class AssignTask(Command[None]):
    """Assign a task to someone who may do it."""

    task_id: UUID
    person_id: UUID

    def permit(self, work: Work) -> None:
        permit_task(work, self.task_id, Action.ASSIGN_TASK)
        _, task = work.task(self.task_id)
        task.require_open()

    def execute(self, work: Work) -> None:
        case, task = work.task(self.task_id)
        person = work.stores.people.get(self.person_id)
        if str(person.id) in task.not_by:
            raise FourEyes
        _require_qualified(work, case, person.id)
        if not person.is_active or not may_do(work, task, person):
            raise Invalid("Henkilöllä ei ole tämän tehtävän vaatimaa roolia.", field="person_id")
        assign(work, case, task, person.id)


@dataclass(frozen=True)
class AssignCase(Command[None]):
    """Assign the whole case to someone, with the open tasks in it that its caseworker had."""

    reference: str
    person_id: UUID

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.ASSIGN_CASE)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        person = work.stores.people.get(self.person_id)
        if not person.is_active or Role.CASEWORKER not in person.roles:
            raise Invalid("Henkilöllä ei ole käsittelijän roolia.", field="person_id")
        _require_qualified(work, case, person.id)
        work.change_case(case.id, caseworker_id=person.id)
        work.save_case(case)
        give_tasks(work, case.id, person)
        work.record(case.id, "case_assigned", str(person.id))
        notify_colleague(work, NoticeKind.ASSIGNMENT, person.id, case.id, case.id)


def give_tasks(work: Work, case_id: UUID, person: Person) -> None:
    """Assign the case's open tasks of caseworkers to the person, where four eyes allow it."""
    for task in work.stores.tasks.open_in(case_id):
        if task.candidate_group is Role.CASEWORKER and str(person.id) not in task.not_by:
            work.stores.tasks.save(task, replace(task, state=TaskState.CLAIMED, assignee_id=person.id))


def _require_qualified(work: Work, case: Case, person_id: UUID) -> None:
    """Refuse a person who is disqualified from the case (434/2003 27-30 §)."""
    if work.stores.cases.is_disqualified(case.id, person_id):
        raise Invalid("Henkilö on esteellinen tässä asiassa.", field="person_id")
