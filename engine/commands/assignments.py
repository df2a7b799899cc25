"""Assigning tasks and cases: a manager gives them to someone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.casework.appointments import limit_in
from engine.casework.reassigning import DISQUALIFIED, give_case, refusal_of, take_back
from engine.casework.signing_in import NO_WAY_IN, without_way_in
from engine.casework.task_holders import assign, may_do
from engine.domain.cases import Case, CaseState
from engine.domain.people import Person, Role
from engine.domain.policy import Action
from engine.domain.reassignments import MOST_AT_ONCE, Reassignment, Why
from engine.domain.tasks import FourEyes
from engine.errors import Conflict, Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import (
    permit_case,
    permit_task,
    require_action,
    require_proof_to_let_in,
)
from engine.storage.database import new_id


@dataclass(frozen=True)
class AssignTask(Command[None]):
    """Assign a task to someone who may do it."""

    task_id: UUID
    person_id: UUID

    def permit(self, work: Work) -> None:
        permit_task(work, self.task_id, Action.ASSIGN_TASK)
        case, task = work.task(self.task_id)
        task.require_open()
        require_proof_to_let_in(work, case)

    def execute(self, work: Work) -> None:
        case, task = work.task(self.task_id)
        person = work.stores.people.get(self.person_id)
        if str(person.id) in task.not_by:
            raise FourEyes
        _require_qualified(work, case, person.id)
        if not person.is_active or not may_do(work, task, person):
            raise Invalid("Henkilöllä ei ole tämän tehtävän vaatimaa roolia.", field="person_id")
        if person.id in without_way_in(work):
            raise Invalid(NO_WAY_IN, field="person_id")
        if limit_in(work, case, task, person) is not None:
            raise Invalid(
                "Henkilön määräys ei kata tätä päätöstä tai tämän asian aluetta. Valitse joku muu.",
                field="person_id",
            )
        assign(work, case, task, person.id)


@dataclass(frozen=True)
class AssignCase(Command[None]):
    """Assign the whole case to someone, with the open tasks in it that its caseworker had."""

    reference: str
    person_id: UUID

    def permit(self, work: Work) -> None:
        require_proof_to_let_in(work, permit_case(work, self.reference, Action.ASSIGN_CASE))

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        person = work.stores.people.get(self.person_id)
        refused = refusal_of(work, case, person)
        if refused:
            raise Invalid(refused, field="person_id")
        give_case(work, case, person, Why.OTHER, new_id())


@dataclass(frozen=True)
class ReassignCases(Command[UUID]):
    """Give cases to other caseworkers, each with the tasks that go along: all of them, or none if one is refused.

    Return the id under which they can be found together. A case that only waits moves too.
    """

    given: tuple[tuple[str, UUID], ...]
    """References, each with the person who gets the case."""
    why: str

    def permit(self, work: Work) -> None:
        require_action(work, Action.ASSIGN_CASE)
        for reference, _ in self.given[:MOST_AT_ONCE]:
            require_proof_to_let_in(work, permit_case(work, reference, Action.ASSIGN_CASE))

    def execute(self, work: Work) -> UUID:
        if self.why not in set(Why):
            raise Invalid("Valitse syy.", field="why")
        wanted = dict(self.given)
        if not wanted:
            raise Invalid("Valitse ainakin yksi asia.", field="cases")
        if len(self.given) > MOST_AT_ONCE:
            raise Invalid("Kerralla voi siirtää enintään 50 asiaa.", field="cases")
        group_id = new_id()
        for reference, person_id in wanted.items():
            case, person = work.stores.cases.by_reference(reference), work.stores.people.get(person_id)
            refused = refusal_of(work, case, person)
            if refused:
                raise Invalid(refused, field=f"person-{reference}")
            give_case(work, case, person, Why(self.why), group_id)
        return group_id


class UndoneAlready(Conflict):
    sentence = "Siirto on jo kumottu."


class TooLateToUndo(Conflict):
    sentence = "Siirrosta on yli vuorokausi. Siirrä asia uudelleen."


class MovedOn(Conflict):
    sentence = "Asia on siirretty sen jälkeen uudelleen tai se on päättynyt, joten siirtoa ei voi kumota."


class FormerGone(Conflict):
    sentence = "Aiempi käsittelijä ei voi enää käsitellä tätä asiaa. Siirrä se jollekin muulle."


class RestrictedMeanwhile(Conflict):
    sentence = (
        "Asia on rajoitettu, eikä sitä anneta takaisin kumoamalla. Siirrä se jollekin, joka saa nähdä sen."
    )


@dataclass(frozen=True, slots=True)
class Undone:
    reference: str
    is_work_kept: bool
    """A task that was begun, taken or done meanwhile stayed with who did that."""


@dataclass(frozen=True)
class UndoReassignment(Command[Undone]):
    """Give a case back to who had it, within a day. What its new caseworker has begun or done stays theirs."""

    reassignment_id: UUID

    def permit(self, work: Work) -> None:
        require_action(work, Action.ASSIGN_CASE)
        made = work.stores.reassignments.find(self.reassignment_id)
        work.open_case_of(made.case_id if made is not None else None, Action.ASSIGN_CASE)

    def execute(self, work: Work) -> Undone:
        made = work.stores.reassignments.find(self.reassignment_id)
        if made is None:
            raise NotFound
        case = work.stores.cases.get(made.case_id)
        self._require_undoable(work, made, case)
        return Undone(case.reference, take_back(work, case, made))

    def _require_undoable(self, work: Work, made: Reassignment, case: Case) -> None:
        if made.undone_at is not None:
            raise UndoneAlready
        if case.state is CaseState.CLOSED or case.caseworker_id != made.caseworker_id:
            raise MovedOn
        if not made.may_be_undone(work.now):
            raise TooLateToUndo
        if made.former_id is not None and case.is_restricted:
            raise RestrictedMeanwhile
        if made.former_id is not None and refusal_of(work, case, work.stores.people.get(made.former_id)):
            raise FormerGone


def give_tasks(work: Work, case_id: UUID, person: Person) -> None:
    """Give the case's first tasks of caseworkers to the person, where four eyes allow it, as if from their birth."""
    for task in work.stores.tasks.open_in(case_id):
        if task.candidate_group is Role.CASEWORKER and str(person.id) not in task.not_by:
            work.stores.tasks.save(task, task.given_to(person.id))


def _require_qualified(work: Work, case: Case, person_id: UUID) -> None:
    """Refuse a person who is disqualified from the case (434/2003 27-30 §)."""
    if work.stores.cases.is_disqualified(case.id, person_id):
        raise Invalid(DISQUALIFIED, field="person_id")
