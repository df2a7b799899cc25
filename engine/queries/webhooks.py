"""An event that a program heard of, and the case that it was in, for a program that may still see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.domain.policy import Action
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_action, require_scope


@dataclass(frozen=True, slots=True)
class HeardEvent:
    id: UUID
    event: str
    at: datetime
    case: str
    """The case's reference."""


@dataclass(frozen=True)
class ReadEvent(Query[HeardEvent]):
    """Return what an event of the program's own was about. Raise NotFound if it is not its own or older than a month, or
    its case is not the program's to see any more."""

    event_id: UUID

    def permit(self, work: Work) -> None:
        require_scope(work, "cases:read")
        require_action(work, Action.CASE_STATUS)
        found = work.stores.webhooks.find(self.event_id, work.actor.program_id)
        work.open_case_of(found.case_id if found else None, Action.CASE_STATUS)

    def execute(self, work: Work) -> HeardEvent:
        found = work.stores.webhooks.find(self.event_id, work.actor.program_id)
        if found is None:
            raise NotFound
        reference = work.stores.cases.get(found.case_id).reference
        return HeardEvent(found.id, found.kind, found.happened_at, reference)
