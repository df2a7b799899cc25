"""Assignees of caseworkers' tasks from their birth: who prepared what a signer sent back, else the case's own caseworker."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from uuid import UUID

from engine.clock import day_of
from engine.domain.cases import Case, CaseState
from engine.domain.people import SIGNERS, Actor, Role
from engine.domain.policy import Action, decision
from engine.domain.tasks import UserTask
from engine.domain.waiting import OpenTask
from engine.storage.stores import Stores


class Takers:
    """Gives the tasks that one step of an instance begins. Nobody has those of one who is away: their deputy sees them
    and may take them."""

    def __init__(
        self,
        stores: Stores,
        actor: Actor,
        case: Case,
        instance_id: UUID,
        done: OpenTask | None,
        moment: datetime,
    ) -> None:
        self._stores = stores
        self._actor = actor
        self._case = case
        self._instance_id = instance_id
        self._is_sent_back = done is not None and done.candidate_group in SIGNERS
        """A signer has done a task: what it leads to a second time, they sent back."""
        self._now = moment

    def given(self, task: UserTask) -> UserTask:
        """Return the task with its assignee, or as it is."""
        if task.candidate_group is not Role.CASEWORKER or self._case.state is CaseState.CLOSED:
            return task
        for person_id in (self._returned_to(task), self._case.caseworker_id):
            if person_id is not None and self._may_have(person_id, task):
                return task.given_to(person_id)
        return task

    @cached_property
    def _earlier(self) -> tuple[UserTask, ...]:
        """Tasks of the instance, the newest first."""
        known = self._stores.tasks.of_case(self._case.id)
        return tuple(each for each in reversed(known) if each.instance_id == self._instance_id)

    def _returned_to(self, task: UserTask) -> UUID | None:
        """Return who did the task before, where a signer has just sent it back. None once the case was given to another:
        it is the new caseworker's whole."""
        if not self._is_sent_back:
            return None
        same = (task.element_id, task.business_key)
        before = next(
            (
                each
                for each in self._earlier
                if (each.element_id, each.business_key) == same and each.completed_by is not None
            ),
            None,
        )
        if before is None or before.completed_at is None or before.completed_by == self._case.caseworker_id:
            return None
        is_given = self._stores.reassignments.is_given_since(self._case.id, before.completed_at)
        return None if is_given else before.completed_by

    def _may_have(self, person_id: UUID, task: UserTask) -> bool:
        """Return True if the person is there, may do the task, and sees the case without it: the task itself would show
        the case to them."""
        if str(person_id) in task.not_by:
            return False
        if person_id == self._actor.person_id == self._case.caseworker_id:
            # A person who acts in their own case is there and not disqualified.
            return Role.CASEWORKER in self._actor.roles
        person = self._stores.people.get(person_id)
        if not person.is_there_as(Role.CASEWORKER, day_of(self._now)):
            return False
        # A task that they still have in the case does not count: without it they would not see it.
        relation = self._case.relation_to(
            Actor(person.name, person.roles, person.id, person.team),
            assigned=False,
            disqualified=self._stores.cases.is_disqualified(self._case.id, person_id),
        )
        return decision(Action.SEE, person.roles, relation, self._case.standing).allowed
