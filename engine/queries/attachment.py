"""A file of a case, sent in or added by staff, opened by those who work with the case."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.domain.policy import Action
from engine.errors import Conflict, NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_action
from engine.storage.attachments import Attachment


class NotYetScanned(Conflict):
    sentence = "Tiedosto odottaa virustarkistusta. Sitä ei voi avata ennen kuin tarkistus on tehty."


@dataclass(frozen=True)
class ReadAttachment(Query[tuple[Attachment, bytes]]):
    """Return a file of a case for downloading. Raise NotYetScanned while no scanner has seen it."""

    attachment_id: UUID

    def permit(self, work: Work) -> None:
        require_action(work, Action.READ_ATTACHMENT)
        case_id, came_at = work.stores.attachments.place_of(self.attachment_id)
        case = work.open_case_of(case_id, Action.READ_ATTACHMENT)
        if came_at is None or case.is_shut_to(work.actor, came_at):
            raise NotFound

    def execute(self, work: Work) -> tuple[Attachment, bytes]:
        attachment = work.stores.attachments.find(self.attachment_id)
        if attachment.state == "quarantined":
            raise NotYetScanned
        return attachment, work.stores.attachments.content(self.attachment_id)
