"""The access log: an entry is written before the data leaves, and entries are chained so that a changed or missing one shows."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import RowMapping, Select, bindparam, func, select, tuple_

from engine.domain.access_log import FaultKind, Head, LogFault, Place
from engine.domain.administration import Act
from engine.domain.people import Actor
from engine.storage.database import new_id
from engine.storage.keys import RootKey
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.unit_of_work import UnitOfWork

GENESIS = "0" * 64
PAGE = 2000
NO_CHAIN = UUID(int=0)
"""The chain of those without an account: the public, the system and the operator at a terminal."""
ADMINISTRATION = UUID(int=1)
"""The chain of the administration log: acts on accounts and powers, sign-ins, refusals. No key is a number this small."""
_LAST = (
    select(ACCESS_ENTRIES.c.seq, ACCESS_ENTRIES.c.digest)
    .where(ACCESS_ENTRIES.c.chain_id == bindparam("chain"))
    .order_by(ACCESS_ENTRIES.c.seq.desc())
    .limit(1)
)

_PURPOSE: Final = "access log"


class AccessLog:
    """Entries are noted while a case is read, and appended to their chains as a transaction's last statements (`append`)."""

    def __init__(self, unit: UnitOfWork, root: RootKey) -> None:
        self._unit = unit
        self._noted: list[dict[str, Any]] = []
        self._root = root

    def log_case(
        self,
        case_id: UUID,
        actor: Actor,
        action: str,
        moment: datetime,
        *,
        purpose: str = "",
        subjects: Iterable[Any] = (),
    ) -> None:
        """Log in the chain of a case that it was opened."""
        self._note(case_id, case_id, actor, action, moment, purpose, [str(each) for each in subjects])

    def log_list(self, case_ids: Iterable[Any], actor: Actor, action: str, moment: datetime) -> None:
        """Log in the chain of the reader that a list was shown, with the ids of its cases."""
        shown = sorted({str(case_id) for case_id in case_ids})
        self._note(actor.account_id or NO_CHAIN, None, actor, action, moment, "", shown)

    def log_administration(
        self,
        actor: Actor,
        act: Act,
        moment: datetime,
        about: str = "",
        *,
        facts: Iterable[str] = (),
        reason: str = "",
    ) -> None:
        """Log in the chain of administration. `about`: a username or a program's name."""
        self._note(ADMINISTRATION, None, actor, act.value, moment, reason, [about, *facts])

    def _note(
        self,
        chain_id: UUID,
        case_id: UUID | None,
        actor: Actor,
        action: str,
        moment: datetime,
        purpose: str,
        subjects: list[str],
    ) -> None:
        self._noted.append(
            {
                "chain_id": chain_id,
                "case_id": case_id,
                "person_id": actor.person_id,
                "actor_name": actor.name,
                "roles": sorted(role.value for role in actor.roles),
                "session": actor.session_mark or actor.session_hash[:16] or None,
                "action": action,
                "purpose": purpose or None,
                "subjects": subjects,
                "at": moment,
            }
        )

    @property
    def has_noted(self) -> bool:
        return bool(self._noted)

    def append(self, unit: UnitOfWork) -> None:
        """Write what was noted, as the last statements of a unit's transaction.

        A chain is locked only from here to the commit, so that many may read one case at once. Chains are locked in
        one order: two transactions that append to the same chains do not wait for each other in a circle.
        """
        unit.flush()
        for entry in sorted(self._noted, key=itemgetter("chain_id")):
            while not self._is_appended(unit, entry):
                # Another transaction took the place and has committed it. All who met that take turns from here on:
                # else of sixty who wait for one place each would try sixty times.
                unit.take_turn(entry["chain_id"])
        self._noted.clear()

    def _is_appended(self, unit: UnitOfWork, entry: dict[str, Any]) -> bool:
        last = unit.row(_LAST, chain=entry["chain_id"])
        seq, previous = (last["seq"], last["digest"]) if last else (0, GENESIS)
        linked = {"id": new_id(), **entry, "seq": seq + 1, "previous": previous}
        return unit.insert_if_absent(ACCESS_ENTRIES, {**linked, "digest": self._digest(linked)})

    def _digest(self, entry: Any) -> str:
        # A row's names are SQLAlchemy's own kind of text, which orjson takes for no text at all.
        plain = {str(name): _plain(entry[name]) for name in sorted(entry) if name not in {"id", "digest"}}
        return hmac.digest(self._root.derive(_PURPOSE), orjson.dumps(plain), "sha256").hex()

    def heads(self, after: UUID | None = None) -> tuple[Head, ...]:
        """Return the last entry of every chain; with `after`, only of chains that grew after that entry."""
        entry = ACCESS_ENTRIES.c
        wanted = select(entry.chain_id, entry.seq, entry.digest, entry.id)
        if after is not None:
            return _newest(self._unit.execute(wanted.where(entry.id > after)))
        ends = select(entry.chain_id, func.max(entry.seq).label("seq")).group_by(entry.chain_id).subquery()
        return _newest(
            self._unit.execute(
                wanted.join(ends, (ends.c.chain_id == entry.chain_id) & (ends.c.seq == entry.seq))
            )
        )

    def digests(self, places: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], str]:
        """Return the digests of the entries at these places (chain, number). Missing entries are left out."""
        entry = ACCESS_ENTRIES.c
        rows = self._unit.execute(
            select(entry.chain_id, entry.seq, entry.digest).where(
                tuple_(entry.chain_id, entry.seq).in_(list(places))
            )
        )
        return {(row.chain_id, row.seq): row.digest for row in rows}

    def entries(self) -> Iterator[RowMapping]:
        """Yield every entry, chain by chain in order. Few are in memory at once, and no transaction is held open."""
        after: tuple[UUID, int] | None = None
        while rows := self._unit.execute(_following(after)).mappings().all():
            yield from rows
            after = rows[-1]["chain_id"], rows[-1]["seq"]

    def faults(self) -> tuple[LogFault, ...]:
        """Return every place where an entry was changed, moved or removed. A cut end shows only against a checkpoint."""
        check = ChainCheck(self)
        return tuple(fault for entry in self.entries() if (fault := check.take(entry)))

    def is_genuine(self, row: RowMapping) -> bool:
        """Return True if the entry is as it was written, under this key."""
        return hmac.compare_digest(self._digest(row), row["digest"])


class ChainCheck:
    """Takes the entries of all chains in order, and names each that does not continue its chain as it was written."""

    def __init__(self, log: AccessLog) -> None:
        self._log = log
        self._chain: UUID | None = None
        self._seq, self._previous = 0, GENESIS

    def take(self, entry: RowMapping) -> LogFault | None:
        if entry["chain_id"] != self._chain:
            self._chain, self._seq, self._previous = entry["chain_id"], 0, GENESIS
        kind = self._kind(entry)
        self._seq, self._previous = entry["seq"], entry["digest"]
        return None if kind is None else LogFault(kind, Place.LOG, entry["seq"], entry["chain_id"])

    def _kind(self, entry: RowMapping) -> FaultKind | None:
        if entry["seq"] != self._seq + 1:
            return FaultKind.MISSING
        if entry["previous"] != self._previous:
            return FaultKind.UNLINKED
        return None if self._log.is_genuine(entry) else FaultKind.CHANGED


def _following(after: tuple[UUID, int] | None) -> Select[Any]:
    place = ACCESS_ENTRIES.c.chain_id, ACCESS_ENTRIES.c.seq
    entries = select(ACCESS_ENTRIES).order_by(*place).limit(PAGE)
    return entries if after is None else entries.where(tuple_(*place) > after)


def _newest(rows: Iterable[Any]) -> tuple[Head, ...]:
    """Return the last entry of each chain.

    They are sorted out here: SQLite groups by walking the whole index of chains, each minute and under the writer's lock.
    """
    ends: dict[UUID, Head] = {}
    for row in rows:
        if row.chain_id not in ends or ends[row.chain_id].seq < row.seq:
            ends[row.chain_id] = Head(row.chain_id, row.seq, row.digest, row.id)
    return tuple(ends[chain] for chain in sorted(ends))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
