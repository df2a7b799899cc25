"""Try-outs as they are stored: how they began and their steps, until they expire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping, delete, select

from engine.domain.scenarios import Step, TryOutRecord, read_steps
from engine.storage import sealing
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import Vault
from engine.storage.tables.try_outs import TRY_OUTS
from engine.storage.unit_of_work import UnitOfWork

_PURPOSE: Final = sealing.TRY_OUTS


class TryOuts:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self,
        source_id: UUID,
        *,
        start: str,
        scenario: str | None,
        steps: Sequence[Step],
        started_by: UUID | None,
        begins_at: datetime,
        moment: datetime,
        expires_at: datetime,
    ) -> UUID:
        try_out_id = new_id()
        self._unit.insert(
            TRY_OUTS,
            {
                "id": try_out_id,
                "source_id": source_id,
                "start": start,
                "scenario": scenario,
                "steps": self._sealed(try_out_id, steps, expires_at),
                "version": 1,
                "started_by": started_by,
                "begins_at": begins_at,
                "changed_at": moment,
                "expires_at": expires_at,
            },
        )
        return try_out_id

    def get(self, try_out_id: UUID, started_by: UUID | None, moment: datetime) -> TryOutRecord:
        """Return a person's own try-out. Raise NotFound for another's, and for one that has expired and is not deleted yet."""
        known = select(TRY_OUTS).where(
            TRY_OUTS.c.id == try_out_id, TRY_OUTS.c.started_by == started_by, TRY_OUTS.c.expires_at > moment
        )
        return self._opened(self._unit.one(known))

    def of(self, source_id: UUID, started_by: UUID | None, moment: datetime) -> tuple[TryOutRecord, ...]:
        rows = self._unit.rows(
            select(TRY_OUTS)
            .where(
                TRY_OUTS.c.source_id == source_id,
                TRY_OUTS.c.started_by == started_by,
                TRY_OUTS.c.expires_at > moment,
            )
            .order_by(TRY_OUTS.c.changed_at.desc())
        )
        return tuple(self._opened(row) for row in rows)

    def change(
        self,
        record: TryOutRecord,
        seen_version: int,
        steps: Sequence[Step],
        moment: datetime,
        expires_at: datetime,
    ) -> int:
        """Store the steps and return the new version. The flush raises Outdated if the try-out has gone on since
        `seen_version`."""
        self._unit.update_one(
            TRY_OUTS,
            {"id": record.id, "version": seen_version},
            {
                "steps": self._sealed(record.id, steps, expires_at),
                "version": seen_version + 1,
                "changed_at": moment,
                "expires_at": expires_at,
            },
        )
        return seen_version + 1

    def remove(self, try_out_id: UUID, started_by: UUID | None) -> None:
        """Delete a person's own try-out; another's stays."""
        self._unit.delete(TRY_OUTS, {"id": try_out_id, "started_by": started_by})

    def keep_newest(self, started_by: UUID | None, most: int) -> None:
        """Delete a person's oldest try-outs beyond `most`."""
        newest = (
            select(TRY_OUTS.c.id)
            .where(TRY_OUTS.c.started_by == started_by)
            .order_by(TRY_OUTS.c.changed_at.desc(), TRY_OUTS.c.id.desc())
            .limit(most)
        )
        self._unit.execute(
            delete(TRY_OUTS).where(TRY_OUTS.c.started_by == started_by, TRY_OUTS.c.id.not_in(newest))
        )

    def remove_expired(self, moment: datetime) -> int:
        gone = self._unit.execute(
            delete(TRY_OUTS).where(TRY_OUTS.c.expires_at <= moment).returning(TRY_OUTS.c.id)
        )
        return len(gone.all())

    def _sealed(self, try_out_id: UUID, steps: Sequence[Step], expires_at: datetime) -> bytes:
        content = {"steps": [each.to_json() for each in steps]}
        return self._vault.seal_until(_PURPOSE, f"{try_out_id}", content, expires_at)

    def _opened(self, row: RowMapping) -> TryOutRecord:
        opened = self._vault.open_apart(_PURPOSE, str(row["id"]), row["steps"]) or {"steps": []}
        return value_of(TryOutRecord, row, steps=read_steps(opened["steps"]))
