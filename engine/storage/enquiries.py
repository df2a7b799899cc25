"""Enquiries: calls and messages without identity (yhteydenotto), answered from a list of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, insert, select, update

from engine.errors import NotFound, Outdated
from engine.storage.database import new_id
from engine.storage.sealing import Vault
from engine.storage.tables.cases import ENQUIRIES

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
    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
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
        self._connection.execute(
            insert(ENQUIRIES).values(
                id=enquiry_id,
                reference=reference,
                channel=channel,
                language=language,
                content=self._vault.seal_apart(_PURPOSE, f"content/{enquiry_id}", dict(content)),
                state="open",
                received_at=moment,
                code_hash=code and digest("status code", code),
                idempotency_key=idempotency_key and digest("idempotency", idempotency_key),
            )
        )
        return enquiry_id

    def get(self, enquiry_id: UUID) -> Enquiry:
        row = (
            self._connection.execute(select(ENQUIRIES).where(ENQUIRIES.c.id == enquiry_id))
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound
        return self._opened(row)

    def by_code(self, code: str) -> Enquiry | None:
        return self._find(ENQUIRIES.c.code_hash == self._vault.master.digest("status code", code))

    def by_idempotency_key(self, key: str) -> Enquiry | None:
        return self._find(ENQUIRIES.c.idempotency_key == self._vault.master.digest("idempotency", key))

    def _find(self, condition: Any) -> Enquiry | None:
        row = self._connection.execute(select(ENQUIRIES).where(condition)).mappings().one_or_none()
        return None if row is None else self._opened(row)

    def unanswered(self) -> tuple[Enquiry, ...]:
        rows = self._connection.execute(
            select(ENQUIRIES).where(ENQUIRIES.c.state == "open").order_by(ENQUIRIES.c.received_at)
        )
        return tuple(self._opened(row) for row in rows.mappings())

    def answer(self, enquiry: Enquiry, text: str, answered_by: UUID | None, moment: datetime) -> None:
        stored = self._connection.execute(
            update(ENQUIRIES)
            .where(ENQUIRIES.c.id == enquiry.id, ENQUIRIES.c.state == "open")
            .values(
                state="answered",
                answered_at=moment,
                answered_by=answered_by,
                answer=self._vault.seal_apart(_PURPOSE, f"answer/{enquiry.id}", text),
            )
            .returning(ENQUIRIES.c.id)
        ).one_or_none()
        if stored is None:
            raise Outdated

    def _opened(self, row: RowMapping) -> Enquiry:
        opened = self._vault.open_apart
        return Enquiry(
            id=row["id"],
            reference=row["reference"],
            channel=row["channel"],
            language=row["language"],
            state=row["state"],
            received_at=row["received_at"],
            answered_at=row["answered_at"],
            answered_by=row["answered_by"],
            content=opened(_PURPOSE, f"content/{row['id']}", row["content"]) or {},
            answer=opened(_PURPOSE, f"answer/{row['id']}", row["answer"]),
        )
