"""Taking the next task: the one that was offered, or what is offered now if a colleague was faster."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.casework.next_task import offered
from engine.casework.task_holders import claim
from engine.domain.next_task import Offer
from engine.domain.policy import Action
from engine.errors import Conflict, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_case_staff, require_person


@dataclass(frozen=True)
class TakeNext(Command[Offer | None]):
    """Claim the task that is offered to the actor now. Return it; None if it is the one they saw and have already.

    A second press of the button takes no second task: the first made the task theirs.
    """

    seen: UUID | None = None
    """The task that the page offered."""

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_person(work)

    def execute(self, work: Work) -> Offer | None:
        work.stores.next_tasks.take_turn()
        if self.seen is not None and self._has(work, self.seen):
            return None
        found = offered(work).offer
        if found is None:
            raise Conflict("Juuri nyt sinulle ei ole tarjolla tehtävää. Avaa lista uudelleen.")
        work.open_task(found.task.task_id, Action.CLAIM_TASK)
        case, task = work.task(found.task.task_id)
        claim(work, case, task)
        return found

    def _has(self, work: Work, task_id: UUID) -> bool:
        try:
            _, task = work.task(task_id)
        except NotFound:
            return False
        return task.assignee_id == work.actor.person_id
