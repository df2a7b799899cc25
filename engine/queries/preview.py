"""A document or a file of a case, to be looked at page by page as pictures. Its bytes go to the child that draws them, never to a browser."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from engine.domain.policy import Action
from engine.errors import NotFound, Unsealable
from engine.executor import Query, Work
from engine.executor.permissions import require_action
from engine.queries.attachment import NotYetScanned
from engine.queries.in_sight import PersonInSight, in_sight


class PreviewedKind(StrEnum):
    DOCUMENT = "document"
    ATTACHMENT = "attachment"


_ACTIONS = {
    PreviewedKind.DOCUMENT: Action.READ_DOCUMENT,
    PreviewedKind.ATTACHMENT: Action.READ_ATTACHMENT,
}


@dataclass(frozen=True, slots=True)
class PreviewedFile:
    name: str
    media_type: str
    content: bytes
    in_sight: PersonInSight


@dataclass(frozen=True)
class ReadForPreview(Query[PreviewedFile]):
    """Return a file of this case with its content. Each page that is looked at is a read, and is logged as one."""

    reference: str
    kind: PreviewedKind
    file_id: UUID

    def permit(self, work: Work) -> None:
        action = _ACTIONS[self.kind]
        require_action(work, action)
        if self.kind is PreviewedKind.DOCUMENT:
            document = work.stores.documents.find(self.file_id)
            case_id, written_at = (document.case_id, document.created_at) if document else (None, None)
        else:
            case_id, written_at = work.stores.attachments.place_of(self.file_id)
        case = work.open_case_of(case_id, action)
        if case.reference != self.reference or written_at is None or case.is_shut_to(work.actor, written_at):
            raise NotFound

    def execute(self, work: Work) -> PreviewedFile:
        person = in_sight(work, work.stores.cases.by_reference(self.reference))
        if self.kind is PreviewedKind.ATTACHMENT:
            attachment = work.stores.attachments.find(self.file_id)
            if attachment.state == "quarantined":
                raise NotYetScanned
            content = work.stores.attachments.content(self.file_id)
            return PreviewedFile(attachment.name, attachment.media_type, content, person)
        try:
            document, content = work.stores.documents.read(self.file_id)
        except Unsealable:
            # Its key was destroyed with the day of its class: what is erased is not there.
            raise NotFound from None
        return PreviewedFile(document.title, document.media_type, content, person)
