"""Verifications of the access log: asked for, done, and their results.

Who can write to the database could write a result too. So each verification leaves a digest of its result in the log
itself, and a row without one is no result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import RowMapping, func, select

from engine.domain.access_log import VERIFIES, FaultKind, LogFault, Place, Verification
from engine.domain.people import Actor
from engine.storage.access import AccessLog
from engine.storage.database import new_id
from engine.storage.tables.access import ACCESS_ENTRIES, LOG_VERIFICATIONS
from engine.storage.unit_of_work import UnitOfWork

KEPT: Final = 100
"""Faults that are kept of one verification; of more, the number is known."""
AHEAD: Final = timedelta(minutes=10)
"""Clocks of two hosts differ by less."""
_PAGE: Final = 50
_RESULT: Final = ("done_at", "entries", "checkpoints", "faults", "found")
_UNDONE: Final = LOG_VERIFICATIONS.c.done_at.is_(None)


class LogVerifications:
    def __init__(self, unit: UnitOfWork, access: AccessLog) -> None:
        self._unit = unit
        self._access = access

    def ask(self, asked_by: str, moment: datetime) -> UUID:
        key = new_id()
        self._unit.insert(
            LOG_VERIFICATIONS, {"id": key, "asked_at": moment, "asked_by": asked_by, "found": []}
        )
        return key

    def asked_at(self, moment: datetime) -> datetime | None:
        """Return when a verification was asked for, by this moment, that is not done yet; None if none waits."""
        asked = LOG_VERIFICATIONS.c.asked_at
        found: datetime | None = self._unit.execute(
            select(func.min(asked)).where(_UNDONE, asked <= moment)
        ).scalar_one()
        return found

    def store(self, result: Verification, actor: Actor) -> None:
        """Store a result: as the answer to all that were asked for before it was begun, or for itself. Leave its digest in
        the log."""
        values = {
            "done_at": result.done_at,
            "entries": result.entries,
            "checkpoints": result.checkpoints,
            "faults": result.faults,
            "found": [_plain(each) for each in result.found[:KEPT]],
        }
        before = select(LOG_VERIFICATIONS.c.id).where(_UNDONE, LOG_VERIFICATIONS.c.asked_at <= result.done_at)
        asked = self._unit.execute(before).scalars().all() or (self.ask(actor.name, result.done_at),)
        for each in asked:
            self._unit.update(LOG_VERIFICATIONS, {"id": each}, values)
        # At the moment of the result, by which it is found again.
        self._access.log_list([_digest(values)], actor, VERIFIES, result.done_at)

    def last(self, moment: datetime) -> Verification | None:
        """Return the last result by this moment that a verification gave."""
        for page in self._pages(moment):
            known = self._digests([each["done_at"] for each in page])
            for row in page:
                if _digest(row) in known:
                    found = tuple(_fault(each) for each in row["found"])
                    return Verification(
                        row["done_at"], row["entries"], row["checkpoints"], row["faults"], found
                    )
        return None

    def _pages(self, moment: datetime) -> Iterator[Sequence[RowMapping]]:
        done = LOG_VERIFICATIONS.c.done_at
        newest = select(LOG_VERIFICATIONS).where(done <= moment).order_by(done.desc()).limit(_PAGE)
        for number in count():
            page = self._unit.rows(newest.offset(number * _PAGE))
            if not page:
                return
            yield page

    def _digests(self, moments: Iterable[datetime]) -> set[str]:
        """Return the digests that the log holds of results of these moments."""
        entry = ACCESS_ENTRIES.c
        rows = self._unit.rows(
            select(ACCESS_ENTRIES).where(entry.at.in_(set(moments)), entry.action == VERIFIES)
        )
        return {digest for row in rows if self._access.is_genuine(row) for digest in row["subjects"]}

    def has_future(self, moment: datetime) -> bool:
        """Return True if a result says that it is of a day to come."""
        later = LOG_VERIFICATIONS.c.done_at > moment + AHEAD
        return self._unit.execute(select(LOG_VERIFICATIONS.c.id).where(later).limit(1)).first() is not None

    def digests(self) -> Sequence[tuple[datetime, str]]:
        """Return each result's moment and the digest that the log must hold of it, the oldest first."""
        done = LOG_VERIFICATIONS.c.done_at
        rows = self._unit.rows(
            select(LOG_VERIFICATIONS).where(done.is_not(None)).order_by(done, LOG_VERIFICATIONS.c.id)
        )
        return [(row["done_at"], _digest(row)) for row in rows]


def invented(
    results: Sequence[tuple[datetime, str]], known: Mapping[datetime, set[str]], moment: datetime
) -> Iterator[LogFault]:
    """Yield the results that no verification gave, and those of a day to come. `known`: the digests that the log holds.

    Results from before the first digest were stored by the version before, which left none.
    """
    first = min(known, default=None)
    for number, (done_at, digest) in enumerate(results, 1):
        is_unknown = first is not None and done_at >= first and digest not in known.get(done_at, ())
        if is_unknown or done_at > moment + AHEAD:
            yield LogFault(FaultKind.INVENTED, Place.RESULT, number)


def _digest(result: Mapping[Any, Any]) -> str:
    plain = [result[name] for name in _RESULT]
    # PostgreSQL gives the names within `found` back in an order of its own.
    return sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _plain(fault: LogFault) -> Mapping[str, Any]:
    chain = fault.chain_id and str(fault.chain_id)
    return {"kind": fault.kind, "place": fault.place, "number": fault.number, "chain": chain}


def _fault(plain: Mapping[str, Any]) -> LogFault:
    chain = UUID(plain["chain"]) if plain["chain"] else None
    return LogFault(FaultKind(plain["kind"]), Place(plain["place"]), plain["number"], chain)
