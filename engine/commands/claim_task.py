"""Take a task, give it back, hand it to someone, move its work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from engine.domain.cases import Case
from engine.domain.people import Role
from engine.domain.tasks import FourEyes, TaskState
from engine.errors import ClaimedByAnother, Invalid
from engine.executor import Command, Work
from engine.executor.permissions import require_case_staff, require_role, require_scope


@dataclass(frozen=True)
class ClaimTask(Command[None]):
    """A candidate takes the task. Taking what one already has changes nothing."""

    task_id: UUID

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_scope(work, "tasks:complete")
        work.open_task(self.task_id, "claim_task")
        _, task = work.task(self.task_id)
        task.require_open()
        task.require_worker(work.actor)

    def execute(self, work: Work) -> None:
        case, task = work.task(self.task_id)
        if task.assignee_id == work.actor.person_id:
            return
        work.stores.tasks.save(task, task.claimed_by(work.actor))
        if task.candidate_group is Role.CASEWORKER and case.caseworker_id is None:
            # Whoever first works on the case carries it until a manager says otherwise.
            work.change_case(case.id, caseworker_id=work.actor.person_id)
            work.save_case(case)
        work.record(case.id, "task_claimed", task.element_id)


@dataclass(frozen=True)
class ReleaseTask(Command[None]):
    """Give a claimed task back to its group; the draft stays."""

    task_id: UUID

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        work.open_task(self.task_id, "release_task")
        _, task = work.task(self.task_id)
        task.require_open()
        if task.assignee_id != work.actor.person_id and not work.actor.has(Role.MANAGER):
            raise ClaimedByAnother

    def execute(self, work: Work) -> None:
        case, task = work.task(self.task_id)
        work.stores.tasks.save(task, task.released())
        work.record(case.id, "task_released", task.element_id)


@dataclass(frozen=True)
class AssignTask(Command[None]):
    """A manager gives a task to someone who may do it."""

    task_id: UUID
    person_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, Role.MANAGER, Role.DIRECTOR)
        work.open_task(self.task_id, "assign_task")
        _, task = work.task(self.task_id)
        task.require_open()

    def execute(self, work: Work) -> None:
        case, task = work.task(self.task_id)
        person = work.stores.people.get(self.person_id)
        if str(person.id) in task.not_by:
            raise FourEyes
        _require_qualified(work, case, person.id)
        candidate = replace(work.actor, roles=person.roles, person_id=person.id)
        if not person.is_active or not task.is_for(candidate):
            raise Invalid("Henkilöllä ei ole tämän tehtävän vaatimaa roolia.", field="person_id")
        work.stores.tasks.save(task, replace(task, state=TaskState.CLAIMED, assignee_id=person.id))
        work.record(case.id, "task_assigned", task.element_id, person=str(person.id))


@dataclass(frozen=True)
class AssignCase(Command[None]):
    """A manager gives the whole case, and the caseworker's open tasks in it, to someone else."""

    reference: str
    person_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, Role.MANAGER, Role.DIRECTOR)
        work.open_case(work.stores.cases.by_reference(self.reference), "assign_case")

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        person = work.stores.people.get(self.person_id)
        if not person.is_active or Role.CASEWORKER not in person.roles:
            raise Invalid("Henkilöllä ei ole käsittelijän roolia.", field="person_id")
        _require_qualified(work, case, person.id)
        work.change_case(case.id, caseworker_id=person.id)
        work.save_case(case)
        for task in work.stores.tasks.open_in(case.id):
            if task.candidate_group is Role.CASEWORKER and str(person.id) not in task.not_by:
                work.stores.tasks.save(task, replace(task, state=TaskState.CLAIMED, assignee_id=person.id))
        work.record(case.id, "case_assigned", str(person.id))


def _require_qualified(work: Work, case: Case, person_id: UUID) -> None:
    """Nobody is given what they must be kept from (434/2003 27-30 §)."""
    if work.stores.cases.is_disqualified(case.id, person_id):
        raise Invalid("Henkilö on esteellinen tässä asiassa.", field="person_id")
