"""Process instances as stored: a compressed, sealed snapshot and the states of the guardrails."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import local
from typing import Any
from uuid import UUID

import zstandard
from sqlalchemy import ColumnElement, RowMapping, bindparam, select, true

from engine.storage.rows import row_of, value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.processes import INSTANCES
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class StoredInstance:
    id: UUID
    case_id: UUID
    deployment_id: UUID
    process_key: str
    state: str
    snapshot: bytes
    guardrails: Any
    version: int


class _Packing(local):
    """The compressor of one thread, which other threads may not use: making it costs a megabyte and more time than running it."""

    def __init__(self) -> None:
        self.pack = zstandard.ZstdCompressor(level=3).compress
        self.unpack = zstandard.ZstdDecompressor().decompress


_PACKING = _Packing()

_ONE = select(INSTANCES).where(INSTANCES.c.id == bindparam("wanted"))


class InstanceRows:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, instance: StoredInstance, started_at: datetime, ended_at: datetime | None) -> None:
        self._unit.insert(
            INSTANCES,
            row_of(
                INSTANCES,
                instance,
                snapshot=self._sealed(instance),
                version=1,
                started_at=started_at,
                ended_at=ended_at,
            ),
        )

    def get(self, instance_id: UUID) -> StoredInstance:
        return self._opened(self._unit.one(_ONE, wanted=instance_id))

    def process_of(self, instance_id: UUID) -> str:
        """Return the key of its process. It is not opened: the snapshot may be erased."""
        found = select(INSTANCES.c.process_key).where(INSTANCES.c.id == instance_id)
        return str(self._unit.one(found)["process_key"])

    def running_in(self, case_id: UUID) -> tuple[StoredInstance, ...]:
        return self._of(case_id, INSTANCES.c.state == "running")

    def of_case(self, case_id: UUID) -> tuple[StoredInstance, ...]:
        """Return the case's instances, ended ones included."""
        return self._of(case_id, true())

    def newest_of(self, case_id: UUID, process_keys: Collection[str]) -> UUID | None:
        """Return the case's newest instance of one of these processes, running or ended. It is not opened."""
        found = select(INSTANCES.c.id).where(
            INSTANCES.c.case_id == case_id, INSTANCES.c.process_key.in_(process_keys)
        )
        newest: UUID | None = self._unit.execute(
            found.order_by(INSTANCES.c.id.desc()).limit(1)
        ).scalar_one_or_none()
        return newest

    def _of(self, case_id: UUID, which: ColumnElement[bool]) -> tuple[StoredInstance, ...]:
        rows = self._unit.rows(
            select(INSTANCES).where(INSTANCES.c.case_id == case_id, which).order_by(INSTANCES.c.id)
        )
        return tuple(self._opened(row) for row in rows)

    def running_in_each(self, case_ids: Sequence[UUID]) -> dict[UUID, tuple[StoredInstance, ...]]:
        """Return the running instances of many cases at once. A case without any is left out."""
        self._vault.fetch_keys(case_ids)
        rows = self._unit.rows(
            select(INSTANCES)
            .where(INSTANCES.c.case_id.in_(case_ids), INSTANCES.c.state == "running")
            .order_by(INSTANCES.c.id)
        )
        found: dict[UUID, tuple[StoredInstance, ...]] = {}
        for row in rows:
            found[row["case_id"]] = (*found.get(row["case_id"], ()), self._opened(row))
        return found

    def save(self, instance: StoredInstance, ended_at: datetime | None) -> None:
        """Store the next snapshot. The flush raises Outdated if another step was stored since this one was read."""
        self._store(instance, ended_at)

    def move(self, instance: StoredInstance) -> None:
        """Store the snapshot as `save` does, in another deployment, where the instance runs on."""
        self._store(instance, None, deployment_id=instance.deployment_id)

    def _store(self, instance: StoredInstance, ended_at: datetime | None, **moved: UUID) -> None:
        # A column that is set is put into its index anew even if it is the same: the deployment only where it changes.
        self._unit.update_one(
            INSTANCES,
            {"id": instance.id, "version": instance.version},
            {
                "state": instance.state,
                "snapshot": self._sealed(instance),
                "guardrails": instance.guardrails,
                "version": instance.version + 1,
                "ended_at": ended_at,
                **moved,
            },
        )

    def _sealed(self, instance: StoredInstance) -> bytes:
        packed = _PACKING.pack(instance.snapshot)
        return self._vault.seal(
            instance.case_id, SealingClass.ENGINE, f"instances.snapshot/{instance.id}", packed
        )

    def _opened(self, row: RowMapping) -> StoredInstance:
        packed = self._vault.open(
            row["case_id"], SealingClass.ENGINE, f"instances.snapshot/{row['id']}", row["snapshot"]
        )
        return value_of(StoredInstance, row, snapshot=_PACKING.unpack(packed))
