"""Files from programs: for an application that is about to be sent, and for the case of an open task."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from engine.casework.incoming_files import ExaminedFile
from engine.commands.attachments import (
    MOST_BYTES,
    MOST_FILES,
    TAKE_FILES,
    TooManyFiles,
    TooMuchInAll,
)
from engine.domain.policy import Action
from engine.errors import Conflict, Forbidden, Invalid
from engine.executor import Command, Work
from engine.executor.permissions import permit_task, require_scope
from engine.storage.attachments import Attachment

OPENING_FORMS: Final = ("application", "child_application", "referral")
"""Forms that open a case and take files."""
UNSENT_FOR: Final = timedelta(days=1)


class AlreadySent(Conflict):
    sentence = "Hakemus on jo lähetetty tällä avaimella. Liitä tiedosto asian avoimeen tehtävään."


@dataclass(frozen=True)
class AttachToTask(Command[UUID]):
    """Add a file to the case of an open task that the actor may do. Return its id, the same for the same file sent again."""

    task_id: UUID
    file: ExaminedFile

    def permit(self, work: Work) -> None:
        require_scope(work, "files:attach")
        permit_task(work, self.task_id, Action.ATTACH_FILE)
        _, task = work.task(self.task_id)
        task.require_open()
        task.require_worker(work.actor)

    def execute(self, work: Work) -> UUID:
        case, task = work.task(self.task_id)
        files = work.stores.attachments
        if case.is_shut_to(work.actor, work.now):
            raise Invalid("Asian sisältö on sinetöity. Siihen ei lisätä tiedostoja.")
        # One that was hidden as registered in error is not added again by a program that sends it again.
        known = _same_file(work, files.of_case(case.id, hidden=True), self.file)
        if known is not None:
            return known
        added = files.add_to_case(
            case.id,
            work.now,
            origin="staff",
            state=self.file.state,
            media_type=self.file.media_type,
            name=self.file.name,
            description="",
            content=self.file.content,
            author_id=work.actor.person_id,
            business_key=task.business_key,
        )
        work.record(case.id, "attachment_added")
        return added


@dataclass(frozen=True)
class AttachToSubmission(Command[UUID]):
    """Keep a file for an application that a program is about to send under this key. It goes with the application into
    the case, or is destroyed after a day. Return its id, the same for the same file sent again."""

    idempotency_key: str
    form_key: str
    file: ExaminedFile

    def permit(self, work: Work) -> None:
        if work.actor.program_id is None:
            raise Forbidden
        require_scope(work, "files:attach")
        require_scope(work, "cases:start")

    def execute(self, work: Work) -> UUID:
        if self.form_key not in OPENING_FORMS:
            raise Invalid("Tämän lomakkeen mukana ei lähetetä tiedostoja.", field="form")
        if work.stores.applications.by_idempotency_key(self.idempotency_key) is not None:
            raise AlreadySent
        files = work.stores.attachments
        known = _same_file(work, files.of_draft(self.idempotency_key), self.file)
        if known is not None:
            return known
        number, size = files.room_of_draft(self.idempotency_key)
        if number >= MOST_FILES:
            raise TooManyFiles
        if size + len(self.file.content) > MOST_BYTES:
            raise TooMuchInAll
        ends = work.now + UNSENT_FOR
        work.stores.public_drafts.save(self.idempotency_key, self.form_key, {}, work.now, ends)
        return files.add_to_draft(
            self.idempotency_key,
            work.now,
            origin=TAKE_FILES[self.form_key],
            state=self.file.state,
            media_type=self.file.media_type,
            name=self.file.name,
            description="",
            content=self.file.content,
        )


def _same_file(work: Work, among: Iterable[Attachment], file: ExaminedFile) -> UUID | None:
    """Return the id of the file if it is there already: a program that got no answer sends it again."""
    for each in among:
        is_alike = each.name == file.name and each.size == len(file.content) and each.state != "infected"
        if is_alike and work.stores.attachments.content(each.id) == file.content:
            return each.id
    return None
