"""Notes of staff and their drafts, sealed under the case's key for narrative."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, exists, or_, select, update

from engine.domain.notes import ContactEntry, Note
from engine.storage.rows import row_of, value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.notes import NOTE_DRAFTS, NOTES
from engine.storage.tables.retention import RETENTION_PLANS
from engine.storage.tasks import PAGE_MARK
from engine.storage.unit_of_work import UnitOfWork


class Notes:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, note: Note) -> bool:
        """Store a note. Return False if it is there already: a button pressed twice has one effect."""
        content = {"text": note.text, "contact": _written(note.contact)}
        sealed = self._vault.seal_column(
            NOTES.c.content, SealingClass.NARRATIVE, note.case_id, note.id, content
        )
        return self._unit.insert_if_absent(NOTES, row_of(NOTES, note, content=sealed))

    def get(self, case_id: UUID, note_id: UUID) -> Note | None:
        row = self._unit.row(select(NOTES).where(NOTES.c.case_id == case_id, NOTES.c.id == note_id))
        return None if row is None else self._opened(row)

    def of_case(self, case_id: UUID) -> tuple[Note, ...]:
        """Oldest first."""
        rows = self._unit.rows(
            select(NOTES).where(NOTES.c.case_id == case_id).order_by(NOTES.c.written_at, NOTES.c.id)
        )
        return tuple(self._opened(row) for row in rows)

    def end_follow_up(self, further: Note, moment: datetime) -> None:
        """Take the earlier days of a thread back: a further note takes their place."""
        of_thread = or_(NOTES.c.id == further.refers_to, NOTES.c.refers_to == further.refers_to)
        waiting = (NOTES.c.follow_up_on.is_not(None), NOTES.c.followed_up_at.is_(None))
        self._unit.execute(
            update(NOTES)
            .where(NOTES.c.case_id == further.case_id, of_thread, NOTES.c.id != further.id, *waiting)
            .values(followed_up_at=moment)
        )

    def end_days(self, case_id: UUID, note_ids: Collection[UUID], moment: datetime) -> None:
        """Take the days of these notes back: what was agreed for them is done."""
        waiting = (NOTES.c.follow_up_on.is_not(None), NOTES.c.followed_up_at.is_(None))
        self._unit.execute(
            update(NOTES)
            .where(NOTES.c.case_id == case_id, NOTES.c.id.in_(note_ids), *waiting)
            .values(followed_up_at=moment)
        )

    def end_erased(self, moment: datetime, case_id: UUID | None = None) -> None:
        """Take the days back, in all cases or in one, of notes that are older than the destruction of the contact data or the notes of their case: nobody
        can be reached, or nothing noted. What is noted in a case that opened again keeps its day."""
        plan, classes = RETENTION_PLANS.c, (SealingClass.CONTACT, SealingClass.NARRATIVE)
        erased = exists().where(
            plan.case_id == NOTES.c.case_id,
            plan.sealing_class.in_([each.value for each in classes]),
            plan.destroyed_at >= NOTES.c.written_at,
        )
        of_case = () if case_id is None else (NOTES.c.case_id == case_id,)
        waiting = (NOTES.c.follow_up_on.is_not(None), NOTES.c.followed_up_at.is_(None), *of_case)
        self._unit.execute(update(NOTES).where(erased, *waiting).values(followed_up_at=moment))

    def follow_ups(self, case_ids: Collection[UUID]) -> tuple[RowMapping, ...]:
        """Return the days on which these cases come back, in one statement, with nothing that is sealed."""
        columns = (NOTES.c.id, NOTES.c.case_id, NOTES.c.follow_up_on, NOTES.c.written_by, NOTES.c.written_at)
        rows = self._unit.rows(
            select(*columns).where(
                NOTES.c.case_id.in_(case_ids),
                NOTES.c.follow_up_on.is_not(None),
                NOTES.c.followed_up_at.is_(None),
            )
        )
        return tuple(rows)

    def _opened(self, row: RowMapping) -> Note:
        content = self._vault.open_column(NOTES.c.content, SealingClass.NARRATIVE, row) or {}
        return value_of(Note, row, text=content.get("text", ""), contact=_read(content.get("contact")))


class NoteDrafts:
    """Notes that somebody is writing, one a person and case, kept exactly as typed."""

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def save(
        self, case_id: UUID, person_id: UUID, typed: Mapping[str, str], moment: datetime, page: str = ""
    ) -> None:
        """Save the draft over any earlier one, with the mark of the page that sent it."""
        place, marked = _place(case_id, person_id), {**typed, PAGE_MARK: page}
        self._unit.upsert(
            NOTE_DRAFTS,
            {
                "case_id": case_id,
                "person_id": person_id,
                "typed": self._vault.seal_json(case_id, SealingClass.NARRATIVE, place, marked),
                "saved_at": moment,
            },
            change=("typed", "saved_at"),
        )

    def find(self, case_id: UUID, person_id: UUID) -> tuple[dict[str, str], datetime] | None:
        found = self.find_marked(case_id, person_id)
        return found[:2] if found else None

    def find_marked(self, case_id: UUID, person_id: UUID) -> tuple[dict[str, str], datetime, str] | None:
        """Return also the mark of the page that sent it; empty if a button saved it."""
        row = self._unit.row(
            select(NOTE_DRAFTS).where(NOTE_DRAFTS.c.case_id == case_id, NOTE_DRAFTS.c.person_id == person_id)
        )
        if row is None:
            return None
        place = _place(case_id, person_id)
        typed = self._vault.open_json(case_id, SealingClass.NARRATIVE, place, row["typed"])
        return None if typed is None else (typed, row["saved_at"], typed.pop(PAGE_MARK, ""))

    def discard(self, case_id: UUID, person_id: UUID) -> None:
        self._unit.delete(NOTE_DRAFTS, {"case_id": case_id, "person_id": person_id})


def _place(case_id: UUID, person_id: UUID) -> str:
    return f"note_drafts.typed/{case_id}/{person_id}"


def _written(entry: ContactEntry | None) -> dict[str, Any] | None:
    # Ids and days become text in JSON; `_read` turns them back.
    return None if entry is None else asdict(entry)


def _read(kept: Mapping[str, Any] | None) -> ContactEntry | None:
    if kept is None:
        return None
    party_id = UUID(kept["party_id"]) if kept["party_id"] else None
    return ContactEntry(**{**kept, "party_id": party_id, "on": date.fromisoformat(kept["on"])})
