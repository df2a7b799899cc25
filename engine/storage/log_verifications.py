"""Verifications of the access log: asked for, done, and their results."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from engine.domain.access_log import FaultKind, LogFault, Place, Verification
from engine.storage.database import new_id
from engine.storage.tables.access import LOG_VERIFICATIONS
from engine.storage.unit_of_work import UnitOfWork

KEPT: Final = 100
"""Faults that are kept of one verification; of more, the number is known."""
_UNDONE: Final = LOG_VERIFICATIONS.c.done_at.is_(None)


class LogVerifications:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def ask(self, asked_by: str, moment: datetime) -> UUID:
        key = new_id()
        self._unit.insert(
            LOG_VERIFICATIONS, {"id": key, "asked_at": moment, "asked_by": asked_by, "found": []}
        )
        return key

    def asked_at(self) -> datetime | None:
        """Return when a verification was asked for that is not done yet; None if none waits."""
        found: datetime | None = self._unit.execute(
            select(func.min(LOG_VERIFICATIONS.c.asked_at)).where(_UNDONE)
        ).scalar_one()
        return found

    def store(self, result: Verification, asked_by: str) -> None:
        """Store a result: as the answer to all that were asked for before it was begun, or for itself."""
        values = {
            "done_at": result.done_at,
            "entries": result.entries,
            "checkpoints": result.checkpoints,
            "faults": result.faults,
            "found": [_plain(each) for each in result.found[:KEPT]],
        }
        before = select(LOG_VERIFICATIONS.c.id).where(_UNDONE, LOG_VERIFICATIONS.c.asked_at <= result.done_at)
        asked = self._unit.execute(before).scalars().all() or (self.ask(asked_by, result.done_at),)
        for each in asked:
            self._unit.update(LOG_VERIFICATIONS, {"id": each}, values)

    def last(self) -> Verification | None:
        done = LOG_VERIFICATIONS.c.done_at
        row = self._unit.row(
            select(LOG_VERIFICATIONS)
            .where(done.is_not(None))
            .order_by(done.desc(), LOG_VERIFICATIONS.c.id.desc())
            .limit(1)
        )
        if row is None:
            return None
        found = tuple(_fault(each) for each in row["found"])
        return Verification(row["done_at"], row["entries"], row["checkpoints"], row["faults"], found)


def _plain(fault: LogFault) -> Mapping[str, Any]:
    chain = fault.chain_id and str(fault.chain_id)
    return {"kind": fault.kind, "place": fault.place, "number": fault.number, "chain": chain}


def _fault(plain: Mapping[str, Any]) -> LogFault:
    chain = UUID(plain["chain"]) if plain["chain"] else None
    return LogFault(FaultKind(plain["kind"]), Place(plain["place"]), plain["number"], chain)
