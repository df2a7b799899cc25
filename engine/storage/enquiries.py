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
    notice_case_id: UUID | None
    """The case of the notices to authorities begun from it; None if there is none."""


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
        digest = self._vault.root.digest
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

    def by_reference(self, reference: str) -> Enquiry:
        return self._opened(self._unit.one(select(ENQUIRIES).where(ENQUIRIES.c.reference == reference)))

    def id_of_notice_case(self, case_id: UUID) -> UUID | None:
        """Return the enquiry from which the notices in a case were begun; None of any other case."""
        row = self._unit.row(select(ENQUIRIES.c.id).where(ENQUIRIES.c.notice_case_id == case_id))
        return None if row is None else row["id"]

    def by_code(self, code: str) -> Enquiry | None:
        return self._find(ENQUIRIES.c.code_hash == self._vault.root.digest("status code", code))

    def by_idempotency_key(self, key: str) -> Enquiry | None:
        return self._find(ENQUIRIES.c.idempotency_key == self._vault.root.digest("idempotency", key))

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

    def keep_notice_case(self, enquiry: Enquiry, case_id: UUID) -> None:
        """Store the case of its notices. The flush raises Outdated if a colleague has begun one meanwhile."""
        self._unit.update_one(
            ENQUIRIES, {"id": enquiry.id, "notice_case_id": None}, {"notice_case_id": case_id}
        )

    def _opened(self, row: RowMapping) -> Enquiry:
        opened = self._vault.open_apart
        return value_of(
            Enquiry,
            row,
            content=opened(_PURPOSE, f"content/{row['id']}", row["content"]) or {},
            answer=opened(_PURPOSE, f"answer/{row['id']}", row["answer"]),
        )
