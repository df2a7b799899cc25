"""Urgent calls that somebody is writing down: who, since when. What was typed lies sealed among the public drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, update

from engine.errors import AnothersCall, Unsealable
from engine.storage.rows import value_of
from engine.storage.sealing import Vault
from engine.storage.submissions import PublicDrafts
from engine.storage.tables.cases import URGENT_CALLS
from engine.storage.tables.processes import RINGS
from engine.storage.unit_of_work import UnitOfWork

FORM: Final = "urgent_call"
KEPT_FOR: Final = timedelta(days=14)
"""Time for which what is typed is sealed. It is sealed anew before that ends, until the call is recorded or dropped."""
UNTOUCHED: Final = timedelta(minutes=30)
"""A call in which nothing was typed for so long counts as left. It outlasts an interpreter's ringing back and a talk with the
police; somebody who waits behind a door should not wait longer."""


@dataclass(frozen=True, slots=True)
class UrgentCall:
    id: UUID
    person_id: UUID
    started_at: datetime
    saved_at: datetime

    def is_left(self, moment: datetime) -> bool:
        return self.saved_at <= moment - UNTOUCHED


class UrgentCalls:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault
        self._drafts = PublicDrafts(unit, vault)

    def key(self, call_id: UUID, person_id: UUID) -> str:
        """Return the token of its draft and the idempotency key of its recording. Nobody can make it from the ids."""
        return self._vault.root.digest("urgent call", f"{person_id}|{call_id}")

    def keep(
        self, call_id: UUID, person_id: UUID, typed: Mapping[str, Sequence[str]], moment: datetime
    ) -> None:
        """Store what is typed so far. Raise AnothersCall for somebody else's call."""
        self._require_own(call_id, person_id)
        row = {"id": call_id, "person_id": person_id, "started_at": moment, "saved_at": moment}
        self._unit.upsert(URGENT_CALLS, row, change=("saved_at",))
        content = {name: list(texts) for name, texts in typed.items()}
        self._drafts.save(self.key(call_id, person_id), FORM, content, moment, moment + KEPT_FOR)

    def read(
        self, call_id: UUID, person_id: UUID, moment: datetime
    ) -> tuple[UrgentCall, dict[str, list[str]] | None] | None:
        """Return the call and what was typed; None in its place where that does not open."""
        call = self._require_own(call_id, person_id)
        return None if call is None else (call, self._typed(call, moment))

    def under_way(self) -> tuple[UrgentCall, ...]:
        """Return the calls that are neither recorded nor dropped, the one typed in last first."""
        rows = self._unit.rows(
            select(URGENT_CALLS).order_by(URGENT_CALLS.c.saved_at.desc(), URGENT_CALLS.c.id)
        )
        return tuple(value_of(UrgentCall, row) for row in rows)

    def get(self, call_id: UUID) -> UrgentCall | None:
        row = self._unit.row(select(URGENT_CALLS).where(URGENT_CALLS.c.id == call_id))
        return None if row is None else value_of(UrgentCall, row)

    def lock(self, call_id: UUID) -> None:
        """Hold the call until the transaction ends. Of two who record it, the second then sees what the first has recorded."""
        self._unit.rows(select(URGENT_CALLS.c.id).where(URGENT_CALLS.c.id == call_id).with_for_update())

    def take_over(self, call: UrgentCall, person_id: UUID, moment: datetime) -> bool:
        """Give a call that was left to a colleague, with what was typed. Return False if anybody has gone on with it. What does not
        open stays where it is until its day: its key may come back."""
        taken = self._unit.row(
            update(URGENT_CALLS)
            .where(
                URGENT_CALLS.c.id == call.id,
                URGENT_CALLS.c.person_id == call.person_id,
                URGENT_CALLS.c.saved_at <= moment - UNTOUCHED,
            )
            .values(person_id=person_id, saved_at=moment)
            .returning(URGENT_CALLS.c.id)
        )
        if taken is None:
            return False
        typed = self._typed(call, call.saved_at)
        if typed is not None:
            self._drafts.save(self.key(call.id, person_id), FORM, typed, moment, moment + KEPT_FOR)
            self._drafts.destroy(self.key(call.id, call.person_id))
        return True

    def unrung(self, moment: datetime, limit: int) -> tuple[UUID, ...]:
        """Return the calls that were left and of which nobody was notified since."""
        found = select(URGENT_CALLS.c.id).where(*_unrung(moment))
        return tuple(self._unit.execute(found.order_by(URGENT_CALLS.c.saved_at).limit(limit)).scalars())

    def is_unrung(self, call_id: UUID, moment: datetime) -> bool:
        found = select(URGENT_CALLS.c.id).where(URGENT_CALLS.c.id == call_id, *_unrung(moment))
        return self._unit.row(found) is not None

    def end(self, call_id: UUID, person_id: UUID) -> None:
        """Destroy what was typed: the call is recorded, or was none. Raise AnothersCall for somebody else's."""
        self._require_own(call_id, person_id)
        self._drafts.destroy(self.key(call_id, person_id))
        self._unit.delete(URGENT_CALLS, {"id": call_id})

    def keep_on(self, moment: datetime) -> None:
        """Seal what was typed for as long again: time alone destroys no call."""
        for call in self.under_way():
            self._drafts.prolong(self.key(call.id, call.person_id), moment, moment + KEPT_FOR)

    def _typed(self, call: UrgentCall, moment: datetime) -> dict[str, list[str]] | None:
        """Return what was typed; None where its key is gone, in an older copy of the database."""
        try:
            found = self._drafts.find(self.key(call.id, call.person_id), moment)
        except Unsealable:
            return None
        return found[1] if found else None

    def _require_own(self, call_id: UUID, person_id: UUID) -> UrgentCall | None:
        call = self.get(call_id)
        if call is not None and call.person_id != person_id:
            raise AnothersCall
        return call


def _unrung(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    rings = exists().where(RINGS.c.id == URGENT_CALLS.c.id)
    return URGENT_CALLS.c.saved_at <= moment - UNTOUCHED, ~rings
