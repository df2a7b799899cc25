"""Notes in a case: written once, never rewritten, gone on with and corrected by further ones (434/2003 42 §)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from engine.casework.staff_notices import mentioned_people, notify_colleague
from engine.domain.ages import birth_date_of
from engine.domain.cases import Case, CaseState
from engine.domain.notes import (
    ContactNotSafe,
    Note,
    NoteDetails,
    NoteDraftElsewhere,
    NoteKind,
    NotesGone,
    NotesRejected,
    PersonNotSafe,
    WaysHeld,
    mentioned,
    problems_of,
)
from engine.domain.people import Person
from engine.domain.policy import Action
from engine.domain.safe_contact import IN_PERSON, safe_ways
from engine.domain.staff_notices import NoticeKind
from engine.errors import Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_person
from engine.storage.database import new_id
from engine.storage.sealing import SealingClass

WORDS = ("text", "agreed", "other")
"""Fields that hold somebody's own words: a draft without them is none."""
MOST_TYPED = 100_000
"""Characters of a draft: more than any note may have, so that one that is too long is kept while it is shortened."""


@dataclass(frozen=True)
class WriteNote(Command[None]):
    """Record a note. Written twice under one id, it is there once.

    `despite`: the writer has seen that the way or the person is not safe, and records that the contact was so.
    """

    reference: str
    note_id: UUID
    details: NoteDetails
    despite: bool = False
    draft_seen: str | None = None
    """As `KeepNoteDraft.seen`: another draft stays."""
    meets: frozenset[UUID] = frozenset()
    """Earlier notes whose agreed contact this was: their day brings the case back no more."""

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.WRITE_NOTE)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        _require_keys(work, case)
        details = (
            self.details if self.details.kind is not NoteKind.WORKING else _without_contact(self.details)
        )
        first = _first_of(work, case, details.refers_to)
        is_open = case.state is not CaseState.CLOSED
        problems = problems_of(details, work.now, is_open=is_open, to=first.kind if first else None)
        problems |= _problems_of_safety(work, case, details, despite=self.despite)
        agreed = details.contact.agreed if details.contact is not None else ""
        people: dict[UUID, Person] = {}
        for field, words in (("text", details.text), ("agreed", agreed)):
            try:
                people |= {each.id: each for each in mentioned_people(work, case, mentioned(words))}
            except Invalid as refused:
                problems.setdefault(field, refused)
        if problems:
            raise NotesRejected(problems)
        note = _note(work, case, self.note_id, details, first)
        stored = _store(work, note, self.draft_seen)
        if stored is None:
            return
        if self.meets:
            work.stores.notes.end_days(case.id, self.meets, work.now)
        work.record(case.id, "note_written", details.kind.value)
        for person_id in people:
            notify_colleague(work, NoticeKind.MENTION, person_id, case.id, stored.id)
        if details.kind is not NoteKind.WORKING and case.caseworker_id not in people:
            # A call at night may make a way unsafe: the caseworker reads of it before they ring.
            notify_colleague(work, NoticeKind.NOTE, case.caseworker_id, case.id, stored.id)


@dataclass(frozen=True)
class KeepNoteDraft(Command[datetime | None]):
    """Keep what the actor is writing, right or wrong, until it is recorded. Return when; None for what has no word, which
    discards the draft.

    Raise NoteDraftElsewhere if another draft of theirs stands, from another tab.
    """

    reference: str
    typed: Mapping[str, str]
    seen: str | None = None
    """The moment (ISO 8601) of the draft that the page holds; empty of none. None: whatever stands is replaced."""
    page: str = ""
    """The mark of the page, which the draft is kept with."""
    over: str = ""
    """A page that goes away gives its mark: a draft of its own is replaced although its answer never came."""

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.KEEP_NOTE_DRAFT)

    def execute(self, work: Work) -> datetime | None:
        case = work.stores.cases.by_reference(self.reference)
        _require_keys(work, case)
        kept = _other_draft(work, case.id, self.seen, self.over)
        if kept is not None and kept != dict(self.typed):
            raise NoteDraftElsewhere
        if not any(self.typed.get(name, "").strip() for name in WORDS):
            work.stores.note_drafts.discard(case.id, require_person(work))
            return None
        if sum(len(text) for text in self.typed.values()) > MOST_TYPED:
            raise Invalid("Luonnos on liian pitkä tallennettavaksi.", field="text")
        work.stores.note_drafts.save(case.id, require_person(work), self.typed, work.now, self.page)
        return work.now


def _other_draft(work: Work, case_id: UUID, seen: str | None, over: str = "") -> Mapping[str, str] | None:
    """Return the actor's draft, if it is another than the one seen, and none of the page `over`."""
    found = work.stores.note_drafts.find_marked(case_id, require_person(work)) if seen is not None else None
    if found is None or found[1].isoformat() == seen or (over and found[2] == over):
        return None
    return found[0]


def _require_keys(work: Work, case: Case) -> None:
    if not work.stores.vault.takes(case.id, SealingClass.NARRATIVE):
        raise NotesGone


def _without_contact(details: NoteDetails) -> NoteDetails:
    """A working note has nobody on the other side. What was agreed belongs to a contact: it is not dropped unread."""
    if details.contact is not None and details.contact.agreed.strip():
        agreed = Invalid(
            "Työmuistiinpanossa ei ole sovittua. Valitse yhteydenotto, tai siirrä tämä tekstiin."
        )
        raise NotesRejected({"agreed": agreed})
    return replace(details, contact=None)


def _first_of(work: Work, case: Case, note_id: UUID | None) -> Note | None:
    """Return the first note of the thread. Raise NotFound for a note of another case, or sealed to the actor."""
    if note_id is None:
        return None
    found = work.stores.notes.get(case.id, note_id)
    if found is None or case.is_shut_to(work.actor, found.written_at):
        raise NotFound
    return found if found.refers_to is None else _first_of(work, case, found.refers_to)


def _problems_of_safety(work: Work, case: Case, details: NoteDetails, *, despite: bool) -> dict[str, Invalid]:
    """A contact is past and is recorded as it was, but nobody uses the way again unwarned."""
    entry = details.contact
    if entry is None or entry.party_id is None:
        return {}
    parties = work.stores.parties.of_case(case.id)
    party = next((each for each in parties if each.id == entry.party_id), None)
    if party is None or case.is_sealed_to(work.actor):
        return {"who": Invalid("Valitse joku asian osapuolista.")}
    born_on = birth_date_of(party.identity)
    if born_on is not None and entry.on < born_on:
        return {"on": Invalid("Päivä on ennen hänen syntymäänsä. Tarkista päivä.")}
    if despite:
        return {}
    if party.is_unsafe:
        return {"who": PersonNotSafe()}
    if party.held_at is not None and entry.way != IN_PERSON:
        return {"way": WaysHeld()}
    is_person = party.kind != "referrer" or "safe_channels" in party.contact
    if is_person and entry.way != IN_PERSON and entry.way not in safe_ways(party.contact):
        return {"way": ContactNotSafe()}
    return {}


def _note(work: Work, case: Case, note_id: UUID, details: NoteDetails, first: Note | None) -> Note:
    return Note(
        id=note_id,
        case_id=case.id,
        kind=details.kind,
        refers_to=first.id if first else None,
        settles=details.settles,
        follow_up_on=details.follow_up_on,
        followed_up_at=None,
        written_by=work.actor.person_id,
        written_by_name=work.actor.name,
        written_at=work.now,
        text=details.text.strip(),
        contact=details.contact,
    )


def _store(work: Work, note: Note, draft_seen: str | None) -> Note | None:
    """Store the note, end the day that it takes the place of, and its draft. Return None for a second press.

    A page that was gone back to and written on anew has the id of the note that it wrote first: that is another note.
    """
    notes = work.stores.notes
    other = _other_draft(work, note.case_id, draft_seen)
    if other is None or _is_begun_in(note, other):
        work.stores.note_drafts.discard(note.case_id, require_person(work))
    if not notes.add(note):
        stored = notes.get(note.case_id, note.id)
        if stored is not None and replace(stored, followed_up_at=None, written_at=work.now) == note:
            return None
        note = replace(note, id=new_id())
        notes.add(note)
    if note.refers_to is not None:
        notes.end_follow_up(note, work.now)
    return note


def _is_begun_in(note: Note, draft: Mapping[str, str]) -> bool:
    """Return True for the draft of this very note, saved while it was typed on: its words are in the note."""
    agreed = note.contact.agreed if note.contact is not None else ""
    words = (("text", note.text), ("agreed", agreed.strip()))
    return draft.get("note") == str(note.id) and all(
        recorded.startswith(draft.get(name, "").strip()) for name, recorded in words
    )
