"""Attachments: sealed with their names, under the key of a draft until a case exists, then under the case's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from engine.errors import NotFound
from engine.storage.database import new_id
from engine.storage.sealing import DRAFT_KEY, SealingClass, Vault
from engine.storage.tables.attachments import ATTACHMENTS, DRAFT_KEYS
from engine.storage.tables.cases import PUBLIC_DRAFTS

_CLASS = SealingClass.NARRATIVE
_SEALED = ("name", "description", "content")


@dataclass(frozen=True, slots=True)
class Attachment:
    id: UUID
    case_id: UUID | None
    origin: str
    """``application``, ``reply`` or ``staff``."""
    business_key: str | None
    """The request it answers."""
    state: str
    """``clean``, ``quarantined`` (no scanner could be asked yet) or ``infected`` (its content is destroyed)."""
    media_type: str
    size: int
    author_id: UUID | None
    created_at: datetime
    scanned_at: datetime | None
    name: str
    """Empty when erased."""
    description: str

    @property
    def is_readable(self) -> bool:
        return self.state == "clean" and bool(self.name)


_FIELDS = tuple(Attachment.__dataclass_fields__)
_LISTED = tuple(ATTACHMENTS.c[name] for name in (*_FIELDS, "draft_hash"))


class Attachments:
    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        self._draft_keys: dict[str, bytes] = {}

    # ---------------------------------------------------------------- of a draft

    def add_to_draft(self, token: str, moment: datetime, *, origin: str, **told: Any) -> UUID:
        draft = self._digest(token)
        if self._key_of(draft) is None:
            wrapped = self._vault.master.new_wrapped_key(DRAFT_KEY, draft)
            self._connection.execute(
                insert(DRAFT_KEYS).values(draft_hash=draft, wrapped=wrapped, created_at=moment)
            )
            self._draft_keys[draft] = wrapped
        return self._add(None, draft, moment, origin=origin, **told)

    def of_draft(self, token: str) -> tuple[Attachment, ...]:
        return self._listed(ATTACHMENTS.c.draft_hash == self._digest(token))

    def room_of_draft(self, token: str) -> tuple[int, int]:
        """How many files there are, and how many bytes."""
        row = self._connection.execute(
            select(func.count(), func.coalesce(func.sum(ATTACHMENTS.c.size), 0)).where(
                ATTACHMENTS.c.draft_hash == self._digest(token)
            )
        ).one()
        return int(row[0]), int(row[1])

    def describe(self, token: str, attachment_id: UUID, description: str) -> None:
        draft = self._digest(token)
        self._connection.execute(
            update(ATTACHMENTS)
            .where(ATTACHMENTS.c.id == attachment_id, ATTACHMENTS.c.draft_hash == draft)
            .values(description=self._seal(None, draft, attachment_id, "description", description.encode()))
        )

    def remove(self, token: str, attachment_id: UUID) -> None:
        self._connection.execute(
            delete(ATTACHMENTS).where(
                ATTACHMENTS.c.id == attachment_id, ATTACHMENTS.c.draft_hash == self._digest(token)
            )
        )

    def adopt(self, token: str, case_id: UUID, business_key: str | None = None) -> int:
        """What was sent with the draft becomes the case's: opened with the draft's key, sealed with the case's."""
        draft = self._digest(token)
        rows = self._connection.execute(select(ATTACHMENTS).where(ATTACHMENTS.c.draft_hash == draft))
        adopted = 0
        for row in rows.mappings().all():
            sealed = {
                column: self._seal(case_id, None, row["id"], column, self._open(row, column))
                for column in _SEALED
                if row[column] is not None
            }
            self._connection.execute(
                update(ATTACHMENTS)
                .where(ATTACHMENTS.c.id == row["id"])
                .values(case_id=case_id, draft_hash=None, business_key=business_key, **sealed)
            )
            adopted += 1
        self._forget_key(draft)
        return adopted

    def follow(self, old: str, token: str) -> None:
        """The draft, kept under the digest `old`, goes on under a new token, and its files with it."""
        new = self._digest(token)
        key = self._key_of(old)
        if key is None:
            return
        wrapped = self._vault.rewrap(key, old, new)
        self._connection.execute(
            update(DRAFT_KEYS).where(DRAFT_KEYS.c.draft_hash == old).values(draft_hash=new, wrapped=wrapped)
        )
        self._connection.execute(
            update(ATTACHMENTS).where(ATTACHMENTS.c.draft_hash == old).values(draft_hash=new)
        )
        self._draft_keys.pop(old, None)

    def destroy_of_draft(self, token: str) -> None:
        draft = self._digest(token)
        self._connection.execute(delete(ATTACHMENTS).where(ATTACHMENTS.c.draft_hash == draft))
        self._forget_key(draft)

    def destroy_orphans(self) -> int:
        """Of drafts that have expired or were destroyed."""
        alive = select(PUBLIC_DRAFTS.c.token_hash)
        self._connection.execute(delete(DRAFT_KEYS).where(DRAFT_KEYS.c.draft_hash.not_in(alive)))
        gone = self._connection.execute(
            delete(ATTACHMENTS)
            .where(ATTACHMENTS.c.draft_hash.is_not(None), ATTACHMENTS.c.draft_hash.not_in(alive))
            .returning(ATTACHMENTS.c.id)
        )
        return len(gone.all())

    # ---------------------------------------------------------------- of a case

    def add_to_case(self, case_id: UUID, moment: datetime, **told: Any) -> UUID:
        return self._add(case_id, None, moment, **told)

    def of_case(self, case_id: UUID) -> tuple[Attachment, ...]:
        return self._listed(ATTACHMENTS.c.case_id == case_id)

    def find(self, attachment_id: UUID) -> Attachment:
        found = self._listed(ATTACHMENTS.c.id == attachment_id)
        if not found:
            raise NotFound
        return found[0]

    def content(self, attachment_id: UUID) -> bytes:
        row = self._row(attachment_id)
        if row["content"] is None:
            raise NotFound
        return self._open(row, "content")

    def forget_contents(self, case_id: UUID) -> None:
        """The key is destroyed already; this gives the room back."""
        self._connection.execute(
            update(ATTACHMENTS)
            .where(ATTACHMENTS.c.case_id == case_id)
            .values(name=None, description=None, content=None)
        )

    # ---------------------------------------------------------------- quarantine

    def quarantined(self, limit: int) -> tuple[UUID, ...]:
        rows = self._connection.execute(
            select(ATTACHMENTS.c.id)
            .where(ATTACHMENTS.c.state == "quarantined")
            .order_by(ATTACHMENTS.c.id)
            .limit(limit)
        )
        return tuple(rows.scalars())

    def scanned(self, attachment_id: UUID, moment: datetime, *, infected: bool) -> bool:
        """False when somebody else has told already, or the file is gone."""
        values: dict[str, Any] = {"state": "clean", "scanned_at": moment}
        if infected:
            values |= {"state": "infected", "content": None}
        changed = self._connection.execute(
            update(ATTACHMENTS)
            .where(ATTACHMENTS.c.id == attachment_id, ATTACHMENTS.c.state == "quarantined")
            .values(values)
            .returning(ATTACHMENTS.c.id)
        ).one_or_none()
        return changed is not None

    # ---------------------------------------------------------------- sealing

    def _add(
        self,
        case_id: UUID | None,
        draft: str | None,
        moment: datetime,
        *,
        origin: str,
        state: str,
        media_type: str,
        name: str,
        description: str,
        content: bytes,
        author_id: UUID | None = None,
        business_key: str | None = None,
    ) -> UUID:
        attachment_id = new_id()
        plain = {"name": name.encode(), "description": description.encode(), "content": content}
        self._connection.execute(
            insert(ATTACHMENTS).values(
                id=attachment_id,
                case_id=case_id,
                draft_hash=draft,
                origin=origin,
                business_key=business_key,
                state=state,
                media_type=media_type,
                size=len(content),
                author_id=author_id,
                created_at=moment,
                scanned_at=moment if state == "clean" else None,
                **{
                    column: self._seal(case_id, draft, attachment_id, column, value)
                    for column, value in plain.items()
                },
            )
        )
        return attachment_id

    def _seal(
        self, case_id: UUID | None, draft: str | None, attachment_id: UUID, column: str, plain: bytes
    ) -> bytes:
        place = f"attachments.{column}/{attachment_id}"
        if case_id is not None:
            return self._vault.seal(case_id, _CLASS, place, plain)
        key = self._key_of(draft or "")
        if key is None:
            raise NotFound
        return self._vault.seal_under(key, draft or "", place, plain)

    def _open(self, row: RowMapping, column: str) -> bytes:
        place = f"attachments.{column}/{row['id']}"
        if row["case_id"] is not None:
            return self._vault.open(row["case_id"], _CLASS, place, row[column])
        key = self._key_of(row["draft_hash"])
        if key is None:
            raise NotFound
        return self._vault.open_under(key, row["draft_hash"], place, row[column])

    def _key_of(self, draft: str) -> bytes | None:
        if draft not in self._draft_keys:
            found = self._connection.execute(
                select(DRAFT_KEYS.c.wrapped).where(DRAFT_KEYS.c.draft_hash == draft)
            ).scalar_one_or_none()
            if found is None:
                return None
            self._draft_keys[draft] = found
        return self._draft_keys[draft]

    def _forget_key(self, draft: str) -> None:
        self._connection.execute(delete(DRAFT_KEYS).where(DRAFT_KEYS.c.draft_hash == draft))
        self._draft_keys.pop(draft, None)

    def _listed(self, condition: Any) -> tuple[Attachment, ...]:
        rows = self._connection.execute(
            select(*_LISTED).where(condition).order_by(ATTACHMENTS.c.created_at, ATTACHMENTS.c.id)
        )
        return tuple(self._told(row) for row in rows.mappings())

    def _told(self, row: RowMapping) -> Attachment:
        erased = row["case_id"] is not None and not self._vault.has_key(row["case_id"], _CLASS)
        words = {
            column: "" if erased or row[column] is None else self._open(row, column).decode()
            for column in ("name", "description")
        }
        return Attachment(**{**{name: row[name] for name in _FIELDS}, **words})

    def _row(self, attachment_id: UUID) -> RowMapping:
        row = (
            self._connection.execute(select(ATTACHMENTS).where(ATTACHMENTS.c.id == attachment_id))
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound
        return row

    def _digest(self, token: str) -> str:
        """The same as the draft's own: what is swept away with one is swept away with the other."""
        return self._vault.master.digest("public drafts", token)
