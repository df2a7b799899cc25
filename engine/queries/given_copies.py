"""Pages of the copies of a case file that are given out."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.casework.case_records import open_content
from engine.casework.given_copies import copy_letter, digest_of, pieces_of, shown_pieces
from engine.domain.cases import Case
from engine.domain.given_copies import GivenCopy, Piece
from engine.domain.policy import Action
from engine.executor import Query, Work
from engine.executor.permissions import permit_case
from engine.queries.in_sight import PersonInSight, in_sight


@dataclass(frozen=True, slots=True)
class CopiesPage:
    case: Case
    copies: tuple[GivenCopy, ...]
    """Oldest first."""
    person_name: str
    in_sight: PersonInSight


@dataclass(frozen=True, slots=True)
class CopyPage:
    case: Case
    copy: GivenCopy
    headings: tuple[tuple[str, str], ...]
    """Key and heading of each piece of the file, as the record has them."""
    shown: tuple[Piece, ...]
    """The pieces as the copy has them; empty once it is made."""
    seen: str
    """Hash of the copy shown, which making it carries back."""
    in_sight: PersonInSight


@dataclass(frozen=True)
class OpenCopies(Query[CopiesPage]):
    """Return the copies that were begun or given, and to whom."""

    reference: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.GIVE_COPY)

    def execute(self, work: Work) -> CopiesPage:
        case = open_content(work, self.reference)
        person = work.stores.parties.applicant_of(case.id)
        copies, name = work.stores.given_copies.of_case(case.id), person.name if person else ""
        return CopiesPage(case, copies, name, in_sight(work, case))


@dataclass(frozen=True)
class OpenCopy(Query[CopyPage]):
    """Return a copy as it would be given now."""

    reference: str
    copy_id: UUID

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.GIVE_COPY)

    def execute(self, work: Work) -> CopyPage:
        case = open_content(work, self.reference)
        copy = work.stores.given_copies.get(case.id, self.copy_id)
        person = in_sight(work, case)
        if not copy.is_open:
            return CopyPage(case, copy, (), (), "", person)
        headings = tuple((each.key, each.heading) for each in pieces_of(work, case))
        seen = digest_of(copy_letter(work, case, copy))
        return CopyPage(case, copy, headings, shown_pieces(work, case, copy), seen, person)
