"""Documents, encrypted at rest: letters that the program made, answers and attachments received."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.storage.database import new_id
from engine.storage.rows import row_of, value_of
from engine.storage.sealing import KEYED, SealingClass, Vault
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
    """Keyed by its case, so that it dies with its class: nobody can try out which letter it was."""
    size: int
    author_id: UUID | None
    created_at: datetime


_DIGEST = "documents.sha256"
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
        document_id = new_id()
        name = self._vault.class_of_new(case_id, sealing_class)
        digest = self._vault.digest(
            case_id, name, f"{_DIGEST}/{document_id}", hashlib.sha256(content).hexdigest()
        )
        document = Document(
            id=document_id,
            case_id=case_id,
            kind=kind,
            title=title,
            media_type=media_type,
            direction=direction,
            secrecy=secrecy,
            sealing_class=name,
            sha256=digest,
            size=len(content),
            author_id=author_id,
            created_at=moment,
        )
        sealed = self._vault.seal(case_id, name, _place(document), content)
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

    def key_older(self, limit: int) -> int:
        """Key the digests of the version before, which anyone can compute who has the letter. Return how many."""
        older = select(*_FACTS).where(~DOCUMENTS.c.sha256.startswith(KEYED), DOCUMENTS.c.sha256 != "")
        rows = self._unit.rows(older.order_by(DOCUMENTS.c.id).limit(limit).with_for_update())
        for row in rows:
            case_id, name = row["case_id"], row["sealing_class"]
            is_held = self._vault.has_key(case_id, name)
            place = f"{_DIGEST}/{row['id']}"
            keyed = self._vault.digest(case_id, name, place, row["sha256"]) if is_held else ""
            self._unit.update(DOCUMENTS, {"id": row["id"]}, {"sha256": keyed})
        return len(rows)


def _place(document: Document) -> str:
    return f"documents.content/{document.id}"
