"""Try-outs as they are stored: their beginning and their steps, until they expire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from engine.domain.scenarios import Step, TryOutRecord, read_steps
from engine.errors import NotFound, Outdated
from engine.storage.database import new_id
from engine.storage.sealing import Vault
from engine.storage.tables.try_outs import TRY_OUTS

_PURPOSE: Final = "steps of try-outs"


class TryOuts:
    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
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
        self._connection.execute(
            insert(TRY_OUTS).values(
                id=try_out_id,
                source_id=source_id,
                start=start,
                scenario=scenario,
                steps=self._sealed(try_out_id, steps),
                version=1,
                started_by=started_by,
                begins_at=begins_at,
                changed_at=moment,
                expires_at=expires_at,
            )
        )
        return try_out_id

    def get(self, try_out_id: UUID, moment: datetime) -> TryOutRecord:
        """NotFound also for one that has expired and waits to be cleared away."""
        row = (
            self._connection.execute(
                select(TRY_OUTS).where(TRY_OUTS.c.id == try_out_id, TRY_OUTS.c.expires_at > moment)
            )
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound
        return self._opened(row)

    def of(self, source_id: UUID, moment: datetime) -> tuple[TryOutRecord, ...]:
        rows = self._connection.execute(
            select(TRY_OUTS)
            .where(TRY_OUTS.c.source_id == source_id, TRY_OUTS.c.expires_at > moment)
            .order_by(TRY_OUTS.c.changed_at.desc())
        )
        return tuple(self._opened(row) for row in rows.mappings())

    def change(
        self,
        record: TryOutRecord,
        seen_version: int,
        steps: Sequence[Step],
        moment: datetime,
        expires_at: datetime,
    ) -> int:
        """Outdated when the try-out has gone on since that version was shown."""
        stored = self._connection.execute(
            update(TRY_OUTS)
            .where(TRY_OUTS.c.id == record.id, TRY_OUTS.c.version == seen_version)
            .values(
                steps=self._sealed(record.id, steps),
                version=seen_version + 1,
                changed_at=moment,
                expires_at=expires_at,
            )
            .returning(TRY_OUTS.c.version)
        ).scalar_one_or_none()
        if stored is None:
            raise Outdated
        return int(stored)

    def remove(self, try_out_id: UUID) -> None:
        self._connection.execute(delete(TRY_OUTS).where(TRY_OUTS.c.id == try_out_id))

    def keep_newest(self, started_by: UUID | None, most: int) -> None:
        """Let go of a person's oldest try-outs beyond so many."""
        newest = (
            select(TRY_OUTS.c.id)
            .where(TRY_OUTS.c.started_by == started_by)
            .order_by(TRY_OUTS.c.changed_at.desc(), TRY_OUTS.c.id.desc())
            .limit(most)
        )
        self._connection.execute(
            delete(TRY_OUTS).where(TRY_OUTS.c.started_by == started_by, TRY_OUTS.c.id.not_in(newest))
        )

    def remove_expired(self, moment: datetime) -> int:
        gone = self._connection.execute(
            delete(TRY_OUTS).where(TRY_OUTS.c.expires_at <= moment).returning(TRY_OUTS.c.id)
        )
        return len(gone.all())

    def _sealed(self, try_out_id: UUID, steps: Sequence[Step]) -> bytes:
        return self._vault.seal_apart(
            _PURPOSE, f"{try_out_id}", {"steps": [each.to_json() for each in steps]}
        )

    def _opened(self, row: RowMapping) -> TryOutRecord:
        values: dict[str, Any] = {name: row[name] for name in TryOutRecord.__dataclass_fields__}
        opened = self._vault.open_apart(_PURPOSE, str(row["id"]), row["steps"]) or {"steps": []}
        values["steps"] = read_steps(opened["steps"])
        return TryOutRecord(**values)
