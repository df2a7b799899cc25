"""Documents, encrypted at rest: letters we made, answers and attachments we received."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select

from engine.errors import NotFound
from engine.storage.database import new_id
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import DOCUMENTS


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the case register (906/2019 26 §): id, author, date, way it came or went."""

    id: UUID
    case_id: UUID
    kind: str
    title: str
    media_type: str
    direction: str
    """``in``, ``out`` or ``internal``."""
    secrecy: str
    sealing_class: str
    sha256: str
    size: int
    author_id: UUID | None
    created_at: datetime


_FIELDS = tuple(Document.__dataclass_fields__)


class Documents:
    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def add(
        self,
        case_id: UUID,
        *,
        kind: str,
        title: str,
        content: bytes,
        moment: datetime,
        media_type: str = "application/pdf",
        direction: str = "out",
        secrecy: str = "621/1999 24 §",
        sealing_class: SealingClass = SealingClass.DECISION,
        author_id: UUID | None = None,
    ) -> UUID:
        document_id = new_id()
        self._connection.execute(
            insert(DOCUMENTS).values(
                id=document_id,
                case_id=case_id,
                kind=kind,
                title=title,
                media_type=media_type,
                direction=direction,
                secrecy=secrecy,
                sealing_class=sealing_class.value,
                sha256=hashlib.sha256(content).hexdigest(),
                size=len(content),
                author_id=author_id,
                created_at=moment,
                content=self._vault.seal(case_id, sealing_class, f"documents.content/{document_id}", content),
            )
        )
        return document_id

    def of_case(self, case_id: UUID) -> tuple[Document, ...]:
        rows = self._connection.execute(
            select(*(DOCUMENTS.c[name] for name in _FIELDS))
            .where(DOCUMENTS.c.case_id == case_id)
            .order_by(DOCUMENTS.c.created_at, DOCUMENTS.c.id)
        )
        return tuple(Document(**row) for row in rows.mappings())

    def read(self, document_id: UUID) -> tuple[Document, bytes]:
        row = (
            self._connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.id == document_id))
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound
        document = Document(**{name: row[name] for name in _FIELDS})
        content = self._vault.open(
            document.case_id, document.sealing_class, f"documents.content/{document.id}", row["content"]
        )
        return document, content
