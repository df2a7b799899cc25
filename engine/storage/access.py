"""The access log: an entry before the data leaves, chained so that a changed or missing one shows."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, func, select

from engine.domain.people import Actor
from engine.storage.database import new_id
from engine.storage.gathering import Gathered, Gathering
from engine.storage.prepared import Found
from engine.storage.sealing import MasterKey
from engine.storage.tables.access import ACCESS_ENTRIES

GENESIS = "0" * 64
_HEAD = "head__"
NO_CHAIN = UUID(int=0)
"""The chain of those without an account: the public and the system."""


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where the log does not hold together."""

    chain_id: UUID
    seq: int
    fault: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain."""

    chain_id: UUID
    seq: int
    digest: str
    entry_id: UUID


def head_beside(case_id: ColumnElement[UUID]) -> tuple[ColumnElement[Any], ...]:
    """The last entry of a case's chain, for reading it in one statement together with the case.

    Two looks at the end of an index. A join would be planned while the table is small, and reads all of it ever after.
    """
    entry = ACCESS_ENTRIES.alias().c
    return tuple(
        select(column)
        .where(entry.chain_id == case_id)
        .order_by(entry.seq.desc())
        .limit(1)
        .scalar_subquery()
        .label(_HEAD + column.name)
        for column in (entry.seq, entry.digest)
    )


@lru_cache
def _last() -> Select[Any]:
    return (
        select(ACCESS_ENTRIES.c.seq, ACCESS_ENTRIES.c.digest)
        .where(ACCESS_ENTRIES.c.chain_id == bindparam("chain"))
        .order_by(ACCESS_ENTRIES.c.seq.desc())
        .limit(1)
    )


class AccessLog(Gathering):
    def __init__(self, gathered: Gathered, master: MasterKey) -> None:
        super().__init__(gathered, ACCESS_ENTRIES)
        self._heads: dict[UUID, tuple[int, str]] = {}
        self._key = master.derive("access log")

    def opened(
        self,
        case_id: UUID,
        actor: Actor,
        action: str,
        moment: datetime,
        *,
        purpose: str = "",
        subjects: Iterable[Any] = (),
    ) -> None:
        """One case was opened: an entry in that case's chain."""
        self._append(case_id, case_id, actor, action, moment, purpose, [str(each) for each in subjects])

    def listed(self, case_ids: Iterable[Any], actor: Actor, action: str, moment: datetime) -> None:
        """A list was shown: one entry in the reader's chain, holding the ids shown."""
        self._append(
            actor.person_id or NO_CHAIN, None, actor, action, moment, "", sorted({str(c) for c in case_ids})
        )

    def _append(
        self,
        chain_id: UUID,
        case_id: UUID | None,
        actor: Actor,
        action: str,
        moment: datetime,
        purpose: str,
        subjects: list[str],
    ) -> None:
        seq, previous = self._next_place(chain_id)
        entry: dict[str, Any] = {
            "id": new_id(),
            "chain_id": chain_id,
            "seq": seq,
            "case_id": case_id,
            "person_id": actor.person_id,
            "actor_name": actor.name,
            "roles": sorted(role.value for role in actor.roles),
            "session": actor.session_hash[:16] or None,
            "action": action,
            "purpose": purpose or None,
            "subjects": subjects,
            "at": moment,
            "previous": previous,
        }
        entry["digest"] = self._digest(entry)
        # When another reader of the same case took this place in the chain, the whole reading is done again.
        self._gathered.add(ACCESS_ENTRIES, entry)
        self._heads[chain_id] = seq, entry["digest"]

    def keep_head(self, chain_id: UUID, row: Found) -> None:
        """The last entry of the chain, read together with the case (`head_beside`); there is none before the first."""
        self._heads.setdefault(chain_id, (row[_HEAD + "seq"] or 0, row[_HEAD + "digest"] or GENESIS))

    def _next_place(self, chain_id: UUID) -> tuple[int, str]:
        """The number of the next entry, and the digest it builds on."""
        head = self._heads.get(chain_id)
        if head is None:
            last = self._connection.execute(_last(), {"chain": chain_id}).one_or_none()
            head = (last.seq, last.digest) if last else (0, GENESIS)
        return head[0] + 1, head[1]

    def _digest(self, entry: Any) -> str:
        # A row's names are SQLAlchemy's own kind of text, which orjson takes for no text at all.
        told = {str(name): _plain(entry[name]) for name in sorted(entry) if name not in {"id", "digest"}}
        return hmac.digest(self._key, orjson.dumps(told), "sha256").hex()

    def heads(self, after: UUID | None = None) -> tuple[Head, ...]:
        """The last entry of every chain, for a checkpoint kept outside the database; of those that grew after an entry."""
        grown = select(ACCESS_ENTRIES.c.chain_id, func.max(ACCESS_ENTRIES.c.seq).label("seq"))
        if after is not None:
            grown = grown.where(ACCESS_ENTRIES.c.id > after)
        newest = grown.group_by(ACCESS_ENTRIES.c.chain_id).subquery()
        entry = ACCESS_ENTRIES.c
        rows = self._connection.execute(
            select(entry.chain_id, entry.seq, entry.digest, entry.id)
            .join(newest, (newest.c.chain_id == entry.chain_id) & (newest.c.seq == entry.seq))
            .order_by(entry.chain_id)
        )
        return tuple(Head(row.chain_id, row.seq, row.digest, row.id) for row in rows)

    def digests(self, places: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], str]:
        """What stands at each of these places of the chains."""
        entry = ACCESS_ENTRIES.c
        rows = self._connection.execute(select(entry.chain_id, entry.seq, entry.digest))
        return {(row.chain_id, row.seq): row.digest for row in rows if (row.chain_id, row.seq) in places}

    def faults(self) -> tuple[ChainFault, ...]:
        """Every place where an entry was changed, moved or taken out. A cut tail shows only against a checkpoint."""
        found: list[ChainFault] = []
        expected: dict[UUID, tuple[int, str]] = {}
        rows = self._connection.execute(
            select(ACCESS_ENTRIES).order_by(ACCESS_ENTRIES.c.chain_id, ACCESS_ENTRIES.c.seq)
        )
        for row in rows.mappings():
            seq, previous = expected.get(row["chain_id"], (1, GENESIS))
            fault = self._fault(row, seq, previous)
            if fault:
                found.append(ChainFault(row["chain_id"], row["seq"], fault))
            expected[row["chain_id"]] = (row["seq"] + 1, row["digest"])
        return tuple(found)

    def _fault(self, row: RowMapping, seq: int, previous: str) -> str | None:
        if row["seq"] != seq:
            return "missing"
        if row["previous"] != previous:
            return "unlinked"
        return None if hmac.compare_digest(self._digest(row), row["digest"]) else "changed"


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
