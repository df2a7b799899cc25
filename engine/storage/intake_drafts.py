"""Applications on paper or by phone that somebody of staff is writing down. What was typed lies sealed among the public
drafts; here stand only who writes, which form and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update

from engine.errors import Unsealable
from engine.storage.rows import value_of
from engine.storage.sealing import Vault
from engine.storage.submissions import PublicDrafts
from engine.storage.tables.cases import INTAKE_DRAFTS
from engine.storage.unit_of_work import UnitOfWork
from engine.storage.urgent_calls import KEPT_FOR, UNTOUCHED


@dataclass(frozen=True, slots=True)
class IntakeDraft:
    id: UUID
    person_id: UUID
    form_key: str
    started_at: datetime
    saved_at: datetime
    ended_at: datetime | None
    """When it was sent or thrown away. The row stays for a while, so that no page that is still open keeps it anew."""

    def is_left(self, moment: datetime) -> bool:
        return self.saved_at <= moment - UNTOUCHED


class IntakeDrafts:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault
        self._drafts = PublicDrafts(unit, vault)

    def keep(
        self,
        draft_id: UUID,
        person_id: UUID,
        form_key: str,
        typed: Mapping[str, Sequence[str]],
        moment: datetime,
    ) -> bool:
        """Store what is typed so far. Return False if it has ended, or a colleague goes on with it."""
        if self.get(draft_id) is None:
            new = {"id": draft_id, "person_id": person_id, "form_key": form_key, "started_at": moment}
            self._unit.insert(INTAKE_DRAFTS, {**new, "saved_at": moment})
        elif not self._is_changed(draft_id, person_id, saved_at=moment):
            return False
        self._save(draft_id, person_id, form_key, typed, moment)
        return True

    def read(
        self, draft_id: UUID, person_id: UUID, moment: datetime
    ) -> tuple[IntakeDraft, dict[str, list[str]] | None] | None:
        """Return one's own draft that has not ended, and what is typed; None in its place where that does not open."""
        draft = self.get(draft_id)
        if draft is None or draft.person_id != person_id or draft.ended_at is not None:
            return None
        return draft, self._typed(draft, moment)

    def get(self, draft_id: UUID) -> IntakeDraft | None:
        row = self._unit.row(select(INTAKE_DRAFTS).where(INTAKE_DRAFTS.c.id == draft_id))
        return None if row is None else value_of(IntakeDraft, row)

    def lock(self, draft_id: UUID) -> None:
        """Hold the draft until the transaction ends. Of two that send it, the second then sees what the first has recorded."""
        self._unit.rows(select(INTAKE_DRAFTS.c.id).where(INTAKE_DRAFTS.c.id == draft_id).with_for_update())

    def under_way(self) -> tuple[IntakeDraft, ...]:
        """Return those that have not ended, the one left first first."""
        open_ones = select(INTAKE_DRAFTS).where(INTAKE_DRAFTS.c.ended_at.is_(None))
        rows = self._unit.rows(open_ones.order_by(INTAKE_DRAFTS.c.saved_at, INTAKE_DRAFTS.c.id))
        return tuple(value_of(IntakeDraft, row) for row in rows)

    def take_over(self, draft: IntakeDraft, person_id: UUID, moment: datetime) -> bool:
        """Give a draft that was left to a colleague, with what was typed. Return False if anybody has gone on with it. What does
        not open stays where it is until its day: its key may come back."""
        untouched = INTAKE_DRAFTS.c.saved_at <= moment - UNTOUCHED
        if not self._is_changed(draft.id, draft.person_id, untouched, person_id=person_id, saved_at=moment):
            return False
        typed = self._typed(draft, draft.saved_at)
        if typed is not None:
            self._save(draft.id, person_id, draft.form_key, typed, moment)
            self._drafts.destroy(self._key(draft.id, draft.person_id))
        return True

    def end(self, draft_id: UUID, person_id: UUID, form_key: str, moment: datetime) -> bool:
        """Destroy what was typed: it was sent or thrown away. Return False of one that ended before, and of a colleague's, which
        stays."""
        if self.get(draft_id) is None:
            new = {"id": draft_id, "person_id": person_id, "form_key": form_key, "started_at": moment}
            self._unit.insert(INTAKE_DRAFTS, {**new, "saved_at": moment, "ended_at": moment})
        elif not self._is_changed(draft_id, person_id, ended_at=moment):
            return False
        self._drafts.destroy(self._key(draft_id, person_id))
        return True

    def keep_on(self, moment: datetime) -> None:
        """Seal what was typed for as long again: time alone destroys no application. Forget those that ended long ago."""
        for draft in self.under_way():
            self._drafts.prolong(self._key(draft.id, draft.person_id), moment, moment + KEPT_FOR)
        self._unit.execute(delete(INTAKE_DRAFTS).where(INTAKE_DRAFTS.c.ended_at <= moment - KEPT_FOR))

    def _typed(self, draft: IntakeDraft, moment: datetime) -> dict[str, list[str]] | None:
        """Return what was typed; None where its key is gone, in an older copy of the database."""
        try:
            found = self._drafts.find(self._key(draft.id, draft.person_id), moment)
        except Unsealable:
            return None
        return found[1] if found else None

    def _is_changed(
        self, draft_id: UUID, writer_id: UUID, *conditions: ColumnElement[bool], **values: object
    ) -> bool:
        """Change a draft that is still this person's and has not ended. Return False of any other."""
        own = INTAKE_DRAFTS.c.id == draft_id, INTAKE_DRAFTS.c.person_id == writer_id
        changed = self._unit.execute(
            update(INTAKE_DRAFTS)
            .where(*own, INTAKE_DRAFTS.c.ended_at.is_(None), *conditions)
            .values(**values)
            .returning(INTAKE_DRAFTS.c.id)
        )
        return changed.one_or_none() is not None

    def _save(
        self,
        draft_id: UUID,
        person_id: UUID,
        form_key: str,
        typed: Mapping[str, Sequence[str]],
        moment: datetime,
    ) -> None:
        content = {name: list(texts) for name, texts in typed.items()}
        key = self._key(draft_id, person_id)
        self._drafts.save(key, form_key, content, moment, moment + KEPT_FOR)

    def _key(self, draft_id: UUID, person_id: UUID) -> str:
        return self._vault.root.digest("intake draft", f"{person_id}|{draft_id}")
