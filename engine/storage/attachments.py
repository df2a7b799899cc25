"""Attachments, sealed with their names: under a key of the draft until a case exists, then under the case's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, select, update

from engine.errors import NotFound, Unsealable
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.attachments import ATTACHMENTS, DRAFT_KEYS
from engine.storage.tables.cases import PUBLIC_DRAFTS
from engine.storage.unit_of_work import UnitOfWork

_CLASS = SealingClass.NARRATIVE
UNSAVED_FOR: Final = timedelta(days=1)
"""A file may come before the first words: its key lives so long if none ever do."""
_SEALED = ("name", "description", "content")


@dataclass(frozen=True, slots=True)
class Attachment:
    id: UUID
    case_id: UUID | None
    origin: str
    """``application``, ``reply``, ``staff``, or ``arrival`` for what was registered."""
    business_key: str | None
    """The request it answers."""
    state: str
    """``clean``, ``quarantined`` (no scanner could be asked yet) or ``infected`` (its content is destroyed)."""
    media_type: str
    size: int
    author_id: UUID | None
    created_at: datetime
    scanned_at: datetime | None
    hidden_at: datetime | None
    """When it was hidden as registered in error: then nobody reads it, but the scanner."""
    replaces: UUID | None
    """The earlier version that it replaces."""
    name: str
    """Empty when erased."""
    description: str

    @property
    def is_readable(self) -> bool:
        return self.state == "clean" and bool(self.name)


_LISTED = tuple(column for column in ATTACHMENTS.c if column.name != "content")


def _shown(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    before = {each.id: each.replaces for each in files if each.hidden_at is not None}
    return tuple(
        replace(each, replaces=_past(before, each.replaces)) for each in files if each.id not in before
    )


def _past(hidden: Mapping[UUID, UUID | None], earlier: UUID | None) -> UUID | None:
    while earlier is not None and earlier in hidden:
        earlier = hidden[earlier]
    return earlier


def awaits_scan() -> ColumnElement[bool]:
    """A file whose content was erased while it waited has nothing to scan."""
    return and_(ATTACHMENTS.c.state == "quarantined", ATTACHMENTS.c.content.is_not(None))


class Attachments:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault
        self._draft_keys: dict[str, bytes] = {}

    # ---------------------------------------------------------------- of a draft

    def add_to_draft(self, token: str, moment: datetime, *, origin: str, **facts: Any) -> UUID:
        draft = self._digest(token)
        if self._key_of(draft) is None:
            wrapped = self._vault.new_draft_key(draft, self._end_of(draft) or moment + UNSAVED_FOR)
            row = {"draft_hash": draft, "wrapped": wrapped, "created_at": moment}
            self._unit.insert(DRAFT_KEYS, row)
            self._draft_keys[draft] = wrapped
        return self._add(None, draft, moment, origin=origin, **facts)

    def of_draft(self, token: str) -> tuple[Attachment, ...]:
        return self._listed(ATTACHMENTS.c.draft_hash == self._digest(token))

    def room_of_draft(self, token: str) -> tuple[int, int]:
        """Return the number of files of a draft, and of their bytes."""
        count, size = self._unit.execute(
            select(func.count(), func.coalesce(func.sum(ATTACHMENTS.c.size), 0)).where(
                ATTACHMENTS.c.draft_hash == self._digest(token)
            )
        ).one()
        return int(count), int(size)

    def are_at(self, place: str) -> bool:
        """Return True if a draft, stored under this digest, has files."""
        found = select(ATTACHMENTS.c.id).where(ATTACHMENTS.c.draft_hash == place).limit(1)
        return self._unit.row(found) is not None

    def describe(self, token: str, attachment_id: UUID, description: str) -> None:
        draft = self._digest(token)
        sealed = self._seal(None, draft, attachment_id, "description", description.encode())
        own = {"id": attachment_id, "draft_hash": draft}
        self._unit.update(ATTACHMENTS, own, {"description": sealed})

    def remove(self, token: str, attachment_id: UUID) -> None:
        self._unit.delete(ATTACHMENTS, {"id": attachment_id, "draft_hash": self._digest(token)})

    def adopt(self, token: str, case_id: UUID, business_key: str | None = None) -> int:
        """Turn the files of a draft into files of the case: opened with the draft's key, sealed with the case's.
        Return how many."""
        draft = self._digest(token)
        rows = self._unit.rows(select(ATTACHMENTS).where(ATTACHMENTS.c.draft_hash == draft))
        for row in rows:
            sealed = {
                column: self._seal(case_id, None, row["id"], column, self._open(row, column))
                for column in _SEALED
                if row[column] is not None
            }
            adopted = {"case_id": case_id, "draft_hash": None, "business_key": business_key}
            self._unit.update(ATTACHMENTS, {"id": row["id"]}, {**adopted, **sealed})
        self._forget_key(draft)
        return len(rows)

    def follow(self, old: str, token: str, moment: datetime) -> None:
        """Move the files of a draft, stored under the digest `old`, to the draft's new token."""
        new = self._digest(token)
        key = self._key_of(old)
        if key is None:
            return
        wrapped = self._vault.rewrap(key, old, new, self._end_of(new) or moment + UNSAVED_FOR)
        self._unit.update(DRAFT_KEYS, {"draft_hash": old}, {"draft_hash": new, "wrapped": wrapped})
        self._unit.update(ATTACHMENTS, {"draft_hash": old}, {"draft_hash": new})
        self._draft_keys.pop(old, None)

    def destroy_orphans(self) -> int:
        """Destroy the files of drafts that have expired or were destroyed. Return how many."""
        alive = select(PUBLIC_DRAFTS.c.token_hash)
        self._unit.execute(delete(DRAFT_KEYS).where(DRAFT_KEYS.c.draft_hash.not_in(alive)))
        gone = self._unit.execute(
            delete(ATTACHMENTS)
            .where(ATTACHMENTS.c.draft_hash.is_not(None), ATTACHMENTS.c.draft_hash.not_in(alive))
            .returning(ATTACHMENTS.c.id)
        )
        return len(gone.all())

    # ---------------------------------------------------------------- of a case

    def add_to_case(self, case_id: UUID, moment: datetime, **facts: Any) -> UUID:
        return self._add(case_id, None, moment, **facts)

    def move(self, attachment_id: UUID, case_id: UUID, moment: datetime) -> UUID:
        """Turn a file of one case into one of another: opened with the first's key, sealed with the other's, with nothing left
        of it in the first. Raise NotFound if its content is gone."""
        row = self._moving(attachment_id)
        plain = {column: self._open(row, column) for column in _SEALED}
        sealed = {column: self._seal(case_id, None, row["id"], column, plain[column]) for column in plain}
        self._close_ranks(row)
        place = {"case_id": case_id, "business_key": None, "created_at": moment}
        place |= {"hidden_at": None, "replaces": None}
        self._unit.update(ATTACHMENTS, {"id": row["id"]}, {**place, **sealed})
        return attachment_id

    def copy(self, attachment_id: UUID, case_id: UUID, moment: datetime) -> UUID:
        """Add to another case what `move` would move. Return the id of the copy."""
        row = self._moving(attachment_id)
        return self._add(
            case_id,
            None,
            moment,
            origin=row["origin"],
            state=row["state"],
            media_type=row["media_type"],
            name=self._word(row, "name"),
            description=self._word(row, "description"),
            content=self._open(row, "content"),
            author_id=row["author_id"],
        )

    def _close_ranks(self, row: RowMapping) -> None:
        """Let a version that replaces the leaving one replace what that one did."""
        self._unit.update(ATTACHMENTS, {"replaces": row["id"]}, {"replaces": row["replaces"]})

    def _moving(self, attachment_id: UUID) -> RowMapping:
        row = self._unit.one(select(ATTACHMENTS).where(ATTACHMENTS.c.id == attachment_id))
        if row["content"] is None:
            raise NotFound
        return row

    def of_case(self, case_id: UUID, *, hidden: bool = False) -> tuple[Attachment, ...]:
        """Oldest first. `hidden`: also those that were registered in error. A version names the one before that is shown."""
        found = self._listed(ATTACHMENTS.c.case_id == case_id)
        return found if hidden else _shown(found)

    def hide(self, attachment_id: UUID, moment: datetime) -> None:
        self._unit.update(ATTACHMENTS, {"id": attachment_id}, {"hidden_at": moment})

    def show(self, attachment_id: UUID) -> None:
        self._unit.update(ATTACHMENTS, {"id": attachment_id}, {"hidden_at": None})

    def replace(self, attachment_id: UUID, earlier: UUID | None) -> None:
        self._unit.update(ATTACHMENTS, {"id": attachment_id}, {"replaces": earlier})

    def place_of(self, attachment_id: UUID) -> tuple[UUID | None, datetime | None]:
        """Return the case of a file and the moment at which it came, unsealing nothing: by the time that takes, somebody
        from whom the case is hidden would know of the file. Two Nones if there is none, or if it is hidden."""
        place = select(ATTACHMENTS.c.case_id, ATTACHMENTS.c.created_at).where(
            ATTACHMENTS.c.id == attachment_id, ATTACHMENTS.c.hidden_at.is_(None)
        )
        row = self._unit.row(place)
        return (None, None) if row is None else (row["case_id"], row["created_at"])

    def find(self, attachment_id: UUID) -> Attachment:
        found = self._listed(ATTACHMENTS.c.id == attachment_id)
        if not found:
            raise NotFound
        return found[0]

    def content(self, attachment_id: UUID) -> bytes:
        """Return what a file holds. Raise NotFound if that is gone: also in a database of before, whose key was destroyed."""
        row = self._unit.one(select(ATTACHMENTS).where(ATTACHMENTS.c.id == attachment_id))
        if row["content"] is None:
            raise NotFound
        try:
            return self._open(row, "content")
        except Unsealable:
            if not self._is_erased(row):
                raise
            raise NotFound from None

    def forget_contents(self, case_id: UUID) -> None:
        """Delete the contents of a case's files, whose key is destroyed already, to free the room."""
        self._unit.update(ATTACHMENTS, {"case_id": case_id}, dict.fromkeys(_SEALED))

    # ---------------------------------------------------------------- quarantine

    def quarantined(self, limit: int, after: UUID | None = None) -> tuple[UUID, ...]:
        found = select(ATTACHMENTS.c.id).where(awaits_scan())
        if after is not None:
            found = found.where(ATTACHMENTS.c.id > after)
        return tuple(self._unit.execute(found.order_by(ATTACHMENTS.c.id).limit(limit)).scalars())

    def scanned(self, attachment_id: UUID, moment: datetime, *, infected: bool) -> bool:
        """Record a scan's result. Return False if it was recorded already, or if the file is gone."""
        values: dict[str, Any] = {"state": "clean", "scanned_at": moment}
        if infected:
            values |= {"state": "infected", "content": None}
        changed = self._unit.execute(
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
        replaces: UUID | None = None,
    ) -> UUID:
        attachment_id = new_id()
        plain = {"name": name.encode(), "description": description.encode(), "content": content}
        self._unit.insert(
            ATTACHMENTS,
            {
                "id": attachment_id,
                "case_id": case_id,
                "draft_hash": draft,
                "origin": origin,
                "business_key": business_key,
                "state": state,
                "media_type": media_type,
                "size": len(content),
                "author_id": author_id,
                "replaces": replaces,
                "created_at": moment,
                "scanned_at": moment if state == "clean" else None,
                **{
                    column: self._seal(case_id, draft, attachment_id, column, value)
                    for column, value in plain.items()
                },
            },
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
            found = self._unit.execute(
                select(DRAFT_KEYS.c.wrapped).where(DRAFT_KEYS.c.draft_hash == draft)
            ).scalar_one_or_none()
            if found is None:
                return None
            self._draft_keys[draft] = found
        return self._draft_keys[draft]

    def _end_of(self, draft: str) -> datetime | None:
        found = select(PUBLIC_DRAFTS.c.expires_at).where(PUBLIC_DRAFTS.c.token_hash == draft)
        ends: datetime | None = self._unit.execute(found).scalar_one_or_none()
        return ends

    def _forget_key(self, draft: str) -> None:
        self._unit.delete(DRAFT_KEYS, {"draft_hash": draft})
        self._draft_keys.pop(draft, None)

    def _listed(self, condition: Any) -> tuple[Attachment, ...]:
        rows = self._unit.rows(
            select(*_LISTED).where(condition).order_by(ATTACHMENTS.c.created_at, ATTACHMENTS.c.id)
        )
        return tuple(self._opened(row) for row in rows)

    def _opened(self, row: RowMapping) -> Attachment:
        return value_of(Attachment, row, **{name: self._word(row, name) for name in ("name", "description")})

    def _word(self, row: RowMapping, column: str) -> str:
        """Return what is sealed in a column; empty of what was erased with its case's class."""
        if row[column] is None:
            return ""
        try:
            return self._open(row, column).decode()
        except Unsealable:
            if not self._is_erased(row):
                raise
            return ""

    def _is_erased(self, row: RowMapping) -> bool:
        """Return True if the key of the file's case was destroyed, so that nothing of it opens."""
        return row["case_id"] is not None and not self._vault.has_key(row["case_id"], _CLASS)

    def _digest(self, token: str) -> str:
        """Return the token's digest, the same as the draft's: what is destroyed with one is destroyed with the other."""
        return self._vault.root.digest("public drafts", token)
