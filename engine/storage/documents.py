"""Documents, encrypted at rest: letters that the program made, answers and attachments received."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.storage.database import new_id
from engine.storage.rows import row_of, value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import DOCUMENTS
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the case register (906/2019 26 §): id, author, date, way it came or went."""

    id: UUID
    case_id: UUID
    kind: str
    """``resolution``, or the key of the letter's text."""
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


_FACTS = tuple(DOCUMENTS.c[name] for name in Document.__dataclass_fields__)


class Documents:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
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
        document = Document(
            id=new_id(),
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
        )
        sealed = self._vault.seal(case_id, sealing_class, _place(document), content)
        self._unit.insert(DOCUMENTS, row_of(DOCUMENTS, document, content=sealed))
        return document.id

    def find(self, document_id: UUID) -> Document | None:
        """Return the document without its content; None if there is none."""
        row = self._unit.row(select(*_FACTS).where(DOCUMENTS.c.id == document_id))
        return None if row is None else value_of(Document, row)

    def of_case(self, case_id: UUID) -> tuple[Document, ...]:
        """Return the case's documents without their content."""
        rows = self._unit.rows(
            select(*_FACTS)
            .where(DOCUMENTS.c.case_id == case_id)
            .order_by(DOCUMENTS.c.created_at, DOCUMENTS.c.id)
        )
        return tuple(value_of(Document, row) for row in rows)

    def read(self, document_id: UUID) -> tuple[Document, bytes]:
        row = self._unit.one(select(DOCUMENTS).where(DOCUMENTS.c.id == document_id))
        document = value_of(Document, row)
        content = self._vault.open(document.case_id, document.sealing_class, _place(document), row["content"])
        return document, content


def _place(document: Document) -> str:
    return f"documents.content/{document.id}"
