"""The page of a case's notes: what was written, what the reader is writing, and whom they may mention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.casework.staff_notices import colleagues_who_see
from engine.domain.cases import Case, CaseState
from engine.domain.notes import Note, NoteThread, threads
from engine.domain.parties import SPEAKERS
from engine.domain.people import Person
from engine.domain.policy import Action
from engine.executor import Query, Work
from engine.executor.permissions import permit_case
from engine.queries.in_sight import PersonInSight, in_sight
from engine.storage.parties import Party
from engine.storage.sealing import SealingClass


@dataclass(frozen=True, slots=True)
class NotesPage:
    case: Case
    threads: tuple[NoteThread, ...]
    """The one with the newest word first."""
    unheard: frozenset[UUID]
    """Statements about which the notes say nothing of the person being heard (434/2003 34 §)."""
    parties: tuple[Party, ...]
    draft: Mapping[str, str]
    """As it was typed; empty where there is none."""
    draft_saved_at: datetime | None
    colleagues: tuple[Person, ...]
    """Those who may be mentioned."""
    may_write: bool
    is_erased: bool
    in_sight: PersonInSight
    moment: datetime


@dataclass(frozen=True)
class OpenNotes(Query[NotesPage]):
    reference: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.NOTES_PAGE)

    def execute(self, work: Work) -> NotesPage:
        case = work.stores.cases.by_reference(self.reference)
        seen = in_sight(work, case)
        found = threads(notes_of(work, case))
        person_id = work.actor.person_id
        draft = work.stores.note_drafts.find(case.id, person_id) if person_id else None
        return NotesPage(
            case=case,
            threads=found,
            unheard=frozenset(each.first.id for each in unheard_statements(case, found, seen.parties)),
            parties=seen.parties,
            draft=draft[0] if draft else {},
            draft_saved_at=draft[1] if draft else None,
            colleagues=colleagues_who_see(work, case),
            may_write=person_id is not None and work.may(case, Action.WRITE_NOTE),
            is_erased=not work.stores.vault.takes(case.id, SealingClass.NARRATIVE),
            in_sight=seen,
            moment=work.now,
        )


def notes_of(work: Work, case: Case) -> tuple[Note, ...]:
    """Return the notes that the actor may read, oldest first."""
    found = work.stores.notes.of_case(case.id)
    return tuple(each for each in found if not case.is_shut_to(work.actor, each.written_at))


def unheard_statements(
    case: Case, found: Iterable[NoteThread], parties: Iterable[Party]
) -> tuple[NoteThread, ...]:
    """Return the statements of others about which no further note says that the person was heard or need not be.

    What the person's own side stated is no reason to hear them; what somebody unsafe stated for them is. None once the
    case has ended.
    """
    if case.state is CaseState.CLOSED:
        return ()
    own = {each.id for each in parties if each.kind in ("applicant", *SPEAKERS) and not each.is_unsafe}
    return tuple(each for each in found if each.is_unheard(own))
