"""A file of a case, sent in or added by staff, opened by those who work with the case."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.errors import Conflict, NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_case_staff
from engine.storage.attachments import Attachment


class NotYetScanned(Conflict):
    sentence = "Tiedosto odottaa virustarkistusta. Sitä ei voi avata ennen kuin tarkistus on tehty."


@dataclass(frozen=True)
class ReadAttachment(Query[tuple[Attachment, bytes]]):
    """Return a file of a case for downloading. Raise NotYetScanned while no scanner has seen it."""

    attachment_id: UUID

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        attachment = work.stores.attachments.find(self.attachment_id)
        if attachment.case_id is None:
            raise NotFound
        case = work.stores.cases.get(attachment.case_id)
        work.open_case(case, "read_attachment")
        if case.is_shut_to(work.actor, attachment.created_at):
            raise NotFound

    def execute(self, work: Work) -> tuple[Attachment, bytes]:
        attachment = work.stores.attachments.find(self.attachment_id)
        if attachment.state == "quarantined":
            raise NotYetScanned
        return attachment, work.stores.attachments.content(self.attachment_id)
