"""Enquiries: calls and messages without identity (yhteydenotto), answered from a list of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select

from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import Vault
from engine.storage.tables.cases import ENQUIRIES
from engine.storage.unit_of_work import UnitOfWork

_PURPOSE = "enquiries"


@dataclass(frozen=True, slots=True)
class Enquiry:
    id: UUID
    reference: str
    channel: str
    language: str
    state: str
    """``open``, ``answered`` or ``closed``."""
    received_at: datetime
    answered_at: datetime | None
    answered_by: UUID | None
    content: Mapping[str, Any]
    answer: str | None


class Enquiries:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self,
        reference: str,
        *,
        channel: str,
        language: str,
        content: Mapping[str, Any],
        moment: datetime,
        code: str | None,
        idempotency_key: str | None,
    ) -> UUID:
        enquiry_id = new_id()
        digest = self._vault.master.digest
        self._unit.insert(
            ENQUIRIES,
            {
                "id": enquiry_id,
                "reference": reference,
                "channel": channel,
                "language": language,
                "content": self._vault.seal_apart(_PURPOSE, f"content/{enquiry_id}", dict(content)),
                "state": "open",
                "received_at": moment,
                "code_hash": code and digest("status code", code),
                "idempotency_key": idempotency_key and digest("idempotency", idempotency_key),
            },
        )
        return enquiry_id

    def get(self, enquiry_id: UUID) -> Enquiry:
        return self._opened(self._unit.one(select(ENQUIRIES).where(ENQUIRIES.c.id == enquiry_id)))

    def by_code(self, code: str) -> Enquiry | None:
        return self._find(ENQUIRIES.c.code_hash == self._vault.master.digest("status code", code))

    def by_idempotency_key(self, key: str) -> Enquiry | None:
        return self._find(ENQUIRIES.c.idempotency_key == self._vault.master.digest("idempotency", key))

    def _find(self, condition: Any) -> Enquiry | None:
        row = self._unit.row(select(ENQUIRIES).where(condition))
        return None if row is None else self._opened(row)

    def unanswered(self) -> tuple[Enquiry, ...]:
        rows = self._unit.rows(
            select(ENQUIRIES).where(ENQUIRIES.c.state == "open").order_by(ENQUIRIES.c.received_at)
        )
        return tuple(self._opened(row) for row in rows)

    def answer(self, enquiry: Enquiry, text: str, answered_by: UUID | None, moment: datetime) -> None:
        """Store an answer. The flush raises Outdated if a colleague has answered meanwhile."""
        self._unit.update_one(
            ENQUIRIES,
            {"id": enquiry.id, "state": "open"},
            {
                "state": "answered",
                "answered_at": moment,
                "answered_by": answered_by,
                "answer": self._vault.seal_apart(_PURPOSE, f"answer/{enquiry.id}", text),
            },
        )

    def _opened(self, row: RowMapping) -> Enquiry:
        opened = self._vault.open_apart
        return value_of(
            Enquiry,
            row,
            content=opened(_PURPOSE, f"content/{row['id']}", row["content"]) or {},
            answer=opened(_PURPOSE, f"answer/{row['id']}", row["answer"]),
        )
