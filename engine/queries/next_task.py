"""The task that is offered next, and why this one."""

from __future__ import annotations

from dataclasses import dataclass

from engine.casework.next_task import offered
from engine.domain.next_task import Offered
from engine.executor import Query, Work
from engine.executor.permissions import require_case_staff


@dataclass(frozen=True)
class OfferNext(Query[Offered]):
    """Return what `TakeNext` would take now for the reader, with the row of the table that decided."""

    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_case_staff(work)

    def execute(self, work: Work) -> Offered:
        found = offered(work, self.language)
        shown = () if found.offer is None else (found.offer.task.case_id,)
        work.stores.access.log_list(shown, work.actor, "offered_next", work.now)
        return found
