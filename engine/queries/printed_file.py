"""The whole file of a case, read to be taken out as one PDF. The reader typesets it, after the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping

from engine.casework.given_copies import protected_addresses
from engine.domain.given_copies import Withholding
from engine.domain.policy import Action
from engine.errors import Unsealable
from engine.executor import Query, Work
from engine.executor.permissions import permit_case, require_person
from engine.queries.access_log import entries_of
from engine.queries.case_file import CaseFile, read_case_file
from engine.queries.log_extract import LogExtract, extract_of

ADDRESS: Final = "postal_address"


class Readers(StrEnum):
    """How the file lists those who have looked at the case."""

    NONE = "none"
    BY_NAME = "names"
    """For use inside."""
    BY_ROLE = "roles"
    """For a person who asks what is recorded of them: by role and reason (615/2020 18 §, C-579/21)."""


@dataclass(frozen=True, slots=True)
class WholeCase:
    file: CaseFile
    """Without the addresses of those under a protection order."""
    is_sealed: bool
    """True if there is content that the reader may not see."""
    digests: Mapping[UUID, str]
    """SHA-256 of each document and file, for a reader without our keys; missing where the content is gone or not scanned."""
    protected: tuple[Withholding, ...]
    """Lines of addresses that stand in no copy, wherever somebody wrote them."""
    has_protected: bool
    entries: tuple[RowMapping, ...]
    extract: LogExtract | None


@dataclass(frozen=True)
class OpenWholeCase(Query[WholeCase]):
    """Return everything of a case that the actor may see. The log says that the file left the program."""

    reference: str
    readers: Readers = Readers.NONE
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.PRINT_CASE)
        if self.readers is Readers.BY_NAME:
            permit_case(work, self.reference, Action.WHO_LOOKED)
        elif self.readers is Readers.BY_ROLE:
            permit_case(work, self.reference, Action.TAKE_LOG_EXTRACT)

    def execute(self, work: Work) -> WholeCase:
        case = work.stores.cases.by_reference(self.reference)
        file = read_case_file(work, case).named(work.instances.names(self.language))
        has_protected = any(each.is_protected for each in work.stores.parties.ever_of_case(case.id))
        return WholeCase(
            file=_without_address(file) if has_protected else file,
            is_sealed=case.is_sealed_to(work.actor),
            digests=_digests(work, file),
            protected=protected_addresses(work, case),
            has_protected=has_protected,
            entries=entries_of(work, case) if self.readers is Readers.BY_NAME else (),
            extract=extract_of(work, case) if self.readers is Readers.BY_ROLE else None,
        )


def _without_address(file: CaseFile) -> CaseFile:
    """Return the file as a copy may show it (661/2009 36-37 §)."""
    return replace(
        file,
        parties=tuple(replace(each, contact=each.contact_on_copies) for each in file.parties),
        submissions=tuple(
            replace(each, answers={key: each.answers[key] for key in each.answers if key != ADDRESS})
            for each in file.submissions
        ),
        corrections=tuple(each.without(ADDRESS) for each in file.corrections),
    )


def _digests(work: Work, file: CaseFile) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for document in file.documents:
        try:
            found[document.id] = sha256(work.stores.documents.read(document.id)[1]).hexdigest()
        except Unsealable:
            continue
    for attachment in file.attachments:
        if attachment.is_readable:
            found[attachment.id] = sha256(work.stores.attachments.content(attachment.id)).hexdigest()
    return found
