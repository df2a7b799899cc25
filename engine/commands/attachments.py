"""Files: attach them to a half-written public form (draft) or a case, scan those that waited for the scanner."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.casework.document_versions import require_newest
from engine.casework.incoming_files import ExaminedFile
from engine.domain.policy import Action
from engine.errors import FileRefused, Invalid, NotFound
from engine.executor import Command, Query, Work
from engine.executor.permissions import permit_case, require_system
from engine.storage.attachments import Attachment as Attachment

TAKE_FILES = {
    "application": "application",
    "child_application": "application",
    "referral": "application",
    "information_reply": "reply",
}
"""Public forms that files may go with, and what the files are then called."""
MOST_FILES = 10
MOST_BYTES = 40 * 1024 * 1024
LONGEST_DESCRIPTION = 500


class TooManyFiles(FileRefused):
    sentence = "Tiedostoja on jo kymmenen. Poista jokin niistä tai lähetä loput myöhemmin."


class TooMuchInAll(FileRefused):
    sentence = "Tiedostot ovat yhteensä yli 40 megatavua. Poista jokin niistä tai lähetä loput myöhemmin."


@dataclass(frozen=True)
class AttachToDraft(Command[None]):
    """Attach a file to a half-written public form."""

    token: str
    file: ExaminedFile
    description: str = ""

    def permit(self, work: Work) -> None:
        """Permit anyone who holds the token of an existing draft. Raise NotFound otherwise."""
        self._origin(work)

    def execute(self, work: Work) -> None:
        number, size = work.stores.attachments.room_of_draft(self.token)
        if number >= MOST_FILES:
            raise TooManyFiles
        if size + len(self.file.content) > MOST_BYTES:
            raise TooMuchInAll
        work.stores.attachments.add_to_draft(
            self.token,
            work.now,
            origin=self._origin(work),
            state=self.file.state,
            media_type=self.file.media_type,
            name=self.file.name,
            description=self.description[:LONGEST_DESCRIPTION],
            content=self.file.content,
        )

    def _origin(self, work: Work) -> str:
        found = work.stores.public_drafts.find(self.token, work.now)
        if found is None or found[0] not in TAKE_FILES:
            raise NotFound
        return TAKE_FILES[found[0]]


@dataclass(frozen=True)
class DraftFiles(Query[tuple[Attachment, ...]]):
    """Return the files attached to a half-written public form, with the state of each."""

    shows_cases = False

    token: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the draft's token finds its files."""

    def execute(self, work: Work) -> tuple[Attachment, ...]:
        return work.stores.attachments.of_draft(self.token)


@dataclass(frozen=True)
class DescribeDraftFile(Command[None]):
    """Change the description of a file attached to a half-written public form. Raise NotFound if it is gone."""

    token: str
    attachment_id: UUID
    description: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the draft's token finds its files."""

    def execute(self, work: Work) -> None:
        known = {each.id for each in work.stores.attachments.of_draft(self.token)}
        if self.attachment_id not in known:
            raise NotFound
        work.stores.attachments.describe(
            self.token, self.attachment_id, self.description[:LONGEST_DESCRIPTION]
        )


@dataclass(frozen=True)
class RemoveDraftFile(Command[None]):
    """Remove a file from a half-written public form. Does nothing if the file is gone already."""

    token: str
    attachment_id: UUID

    def permit(self, work: Work) -> None:
        """Permit anyone: only the draft's token finds its files."""

    def execute(self, work: Work) -> None:
        work.stores.attachments.remove(self.token, self.attachment_id)


@dataclass(frozen=True)
class AttachToCase(Command[None]):
    """Add a file that came another way to a case. Those who work with the case may."""

    reference: str
    file: ExaminedFile
    description: str = ""
    replaces: UUID | None = None
    """The file of the case of which this is a newer version."""

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.ATTACH_FILE)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        if case.is_shut_to(work.actor, work.now):
            raise Invalid("Asian sisältö on sinetöity. Siihen ei lisätä tiedostoja.")
        if self.replaces is not None:
            require_newest(work, case, self.replaces)
            # Of two who replace one file at once, the second is run again, and finds the newer version.
            work.save_case(case)
        work.stores.attachments.add_to_case(
            case.id,
            work.now,
            origin="staff",
            state=self.file.state,
            media_type=self.file.media_type,
            name=self.file.name,
            description=self.description[:LONGEST_DESCRIPTION],
            content=self.file.content,
            author_id=work.actor.person_id,
            replaces=self.replaces,
        )
        work.record(case.id, "attachment_added")


@dataclass(frozen=True)
class NameEarlierVersion(Command[None]):
    """Name the earlier version of a file, of one that somebody outside sent too. None: it replaces nothing."""

    reference: str
    attachment_id: UUID
    earlier: UUID | None

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.NAME_VERSION)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        files = {each.id: each for each in work.stores.attachments.of_case(case.id)}
        file = files.get(self.attachment_id)
        if file is None or case.is_shut_to(work.actor, file.created_at):
            raise NotFound
        if file.replaces == self.earlier:
            return
        if self.earlier is not None:
            require_newest(work, case, self.earlier, file.id)
        work.save_case(case)
        work.stores.attachments.replace(file.id, self.earlier)
        work.record(case.id, "version_named")


@dataclass(frozen=True)
class QuarantinedFiles(Query[tuple[UUID, ...]]):
    """Return the files that no scanner has seen, the oldest first, from behind `after`."""

    limit: int = 20
    after: UUID | None = None

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.attachments.quarantined(self.limit, self.after)


@dataclass(frozen=True)
class TakeQuarantined(Query[bytes | None]):
    """Return the stored content of a file that no scanner has seen; None if it is gone."""

    attachment_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bytes | None:
        try:
            return work.stores.attachments.content(self.attachment_id)
        except NotFound:
            return None


@dataclass(frozen=True)
class MarkScanned(Command[bool]):
    """Record a scan: a clean file can be opened, the content of an infected one is destroyed. Return False if it was
    recorded already."""

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
