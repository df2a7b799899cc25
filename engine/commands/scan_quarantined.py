"""Files that no scanner could be asked about when they came: listed, taken out to be asked about, and told of."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.errors import NotFound
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_system


@dataclass(frozen=True)
class QuarantinedFiles(Query[tuple[UUID, ...]]):
    limit: int = 20
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.attachments.quarantined(self.limit)


@dataclass(frozen=True)
class TakeQuarantined(Query[bytes | None]):
    """What is stored of it; None when it is gone."""

    attachment_id: UUID
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bytes | None:
        try:
            return work.stores.attachments.content(self.attachment_id)
        except NotFound:
            return None


@dataclass(frozen=True)
class MarkScanned(Command[bool]):
    """Clean: it can be opened. Infected: its content is destroyed, and the case says so."""

    attachment_id: UUID
    infected: bool

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bool:
        if not work.stores.attachments.scanned(self.attachment_id, work.now, infected=self.infected):
            return False
        case_id = work.stores.attachments.find(self.attachment_id).case_id
        if self.infected and case_id is not None:
            work.record(case_id, "attachment_destroyed")
        return True
