"""A draft that a colleague left in a task, for the person who does the task now: the work of one who fell ill is not lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.domain.people import Actor
from engine.domain.policy import HEADS, Action
from engine.domain.tasks import OPEN, UserTask
from engine.errors import Forbidden, NotFound
from engine.executor import Query, Work
from engine.executor.permissions import permit_task, require_person


def reads_drafts(task: UserTask, actor: Actor) -> bool:
    """Return True if the actor may read what others have written in an open task: it is theirs, or they are a head whom four
    eyes do not bar from it."""
    me = actor.person_id
    if me is None or task.state not in OPEN:
        return False
    return task.assignee_id == me or (actor.has(*HEADS) and str(me) not in task.not_by)


@dataclass(frozen=True)
class ReadColleagueDraft(Query[Mapping[str, Any]]):
    """Return a colleague's draft of a task's form as it was typed. Raise NotFound if there is none, Forbidden
    for a reader who neither has the task nor is a head."""

    task_id: UUID
    person_id: UUID

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_task(work, self.task_id, Action.READ_DRAFT)

    def execute(self, work: Work) -> Mapping[str, Any]:
        _, task = work.task(self.task_id)
        if not reads_drafts(task, work.actor):
            raise Forbidden
        found = work.stores.task_drafts.find(task, self.person_id)
        if found is None:
            raise NotFound
        return found[0]
