"""Urgent calls that somebody is writing down: who, since when. What was typed lies sealed among the public drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select

from engine.errors import NotFound
from engine.storage.rows import value_of
from engine.storage.sealing import Vault
from engine.storage.submissions import PublicDrafts
from engine.storage.tables.cases import URGENT_CALLS
from engine.storage.unit_of_work import UnitOfWork

FORM: Final = "urgent_call"
KEPT_FOR: Final = timedelta(days=14)
"""From the last time anything was typed."""


@dataclass(frozen=True, slots=True)
class UrgentCall:
    id: UUID
    person_id: UUID
    started_at: datetime
    saved_at: datetime


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
        """Store what is typed so far. Raise NotFound for somebody else's call."""
        self._require_own(call_id, person_id)
        row = {"id": call_id, "person_id": person_id, "started_at": moment, "saved_at": moment}
        self._unit.upsert(URGENT_CALLS, row, change=("saved_at",))
        content = {name: list(texts) for name, texts in typed.items()}
        self._drafts.save(self.key(call_id, person_id), FORM, content, moment, moment + KEPT_FOR)

    def read(
        self, call_id: UUID, person_id: UUID, moment: datetime
    ) -> tuple[UrgentCall, dict[str, list[str]]] | None:
        call = self._require_own(call_id, person_id)
        found = self._drafts.find(self.key(call_id, person_id), moment)
        return None if call is None or found is None else (call, found[1])

    def under_way(self, since: datetime) -> tuple[UrgentCall, ...]:
        """Return the calls in which anything was typed since that moment, the latest first."""
        rows = self._unit.rows(
            select(URGENT_CALLS)
            .where(URGENT_CALLS.c.saved_at >= since)
            .order_by(URGENT_CALLS.c.saved_at.desc(), URGENT_CALLS.c.id)
        )
        return tuple(value_of(UrgentCall, row) for row in rows)

    def end(self, call_id: UUID, person_id: UUID) -> None:
        """Destroy what was typed: the call is recorded, or was none. Raise NotFound for somebody else's call."""
        self._require_own(call_id, person_id)
        self._drafts.destroy(self.key(call_id, person_id))
        self._unit.delete(URGENT_CALLS, {"id": call_id})

    def forget_past(self, moment: datetime) -> None:
        self._unit.execute(delete(URGENT_CALLS).where(URGENT_CALLS.c.saved_at <= moment - KEPT_FOR))

    def _require_own(self, call_id: UUID, person_id: UUID) -> UrgentCall | None:
        row = self._unit.row(select(URGENT_CALLS).where(URGENT_CALLS.c.id == call_id))
        if row is not None and row["person_id"] != person_id:
            raise NotFound
        return None if row is None else value_of(UrgentCall, row)
