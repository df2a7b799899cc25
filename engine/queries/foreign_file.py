"""A file from another tool before it is added to a draft: read in a child process, so that no transaction waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.bpmn import in_language
from engine.domain.people import Role
from engine.errors import Invalid
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.models.imports.file_import import FileRefused, place_of, read_apart


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """The file's path in the draft, its content, and the notes of the import in the reader's language."""

    path: str
    content: bytes
    notes: tuple[str, ...]
    seen_version: int


@dataclass(frozen=True)
class ReadForeignFile(Query[ForeignFile]):
    """Read the file for a draft. Raise Invalid, with the reason, if a draft cannot hold it."""

    shows_cases = False

    draft_id: UUID
    name: str
    content: bytes
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> ForeignFile:
        draft = work.stores.model_drafts.get(self.draft_id)
        try:
            imported = read_apart(self.name, self.content)
        except FileRefused as refused:
            raise Invalid(refused.sentence_in(self.language), field="file") from None
        path = place_of(draft.files, self.name, imported)
        notes = tuple(" ".join(in_language(each, self.language)) for each in imported.notes)
        return ForeignFile(path, imported.content, notes, draft.version)
