"""Process instances as stored: a compressed, sealed snapshot and its guardrail states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import local
from typing import Any
from uuid import UUID

import zstandard
from sqlalchemy import ColumnElement, Select, Update, bindparam, insert, select, true, update

from engine.errors import NotFound
from engine.storage.gathering import Gathered, Gathering
from engine.storage.prepared import Found
from engine.storage.sealing import SealingClass, Vault, keys_beside
from engine.storage.tables.processes import INSTANCES


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
    """Made once a thread, which alone may use them: each takes a megabyte, and longer to make than to run."""

    def __init__(self) -> None:
        self.pack = zstandard.ZstdCompressor(level=3).compress
        self.unpack = zstandard.ZstdDecompressor().decompress


_PACKING = _Packing()

_BESIDE = "instance__"


def columns_beside() -> tuple[ColumnElement[Any], ...]:
    """The instance's columns, labelled, and what opens it, for reading it in one statement with what waits in it."""
    return (*_beside().values(), *keys_beside(INSTANCES.c.case_id))


@lru_cache
def _beside() -> Mapping[str, ColumnElement[Any]]:
    fields = StoredInstance.__dataclass_fields__
    return {_BESIDE + name: INSTANCES.c[name].label(_BESIDE + name) for name in fields}


@lru_cache
def _get() -> Select[Any]:
    return select(INSTANCES).where(INSTANCES.c.id == bindparam("wanted"))


@lru_cache
def _save(*moved: str) -> Update:
    """Built once, as all that every step runs: putting a statement together costs as much as running it.

    A column that is set is put into its index anew, though it be the same.
    """
    columns = ("state", "snapshot", "guardrails", "version", "ended_at", *moved)
    return (
        update(INSTANCES)
        .where(INSTANCES.c.id == bindparam("wanted"), INSTANCES.c.version == bindparam("seen"))
        .values({name: bindparam(name) for name in columns})
    )


class InstanceRows(Gathering):
    def __init__(self, gathered: Gathered, vault: Vault) -> None:
        super().__init__(gathered, INSTANCES)
        self._vault = vault
        self._kept: dict[UUID, Mapping[str, Any]] = {}

    def keep(self, row: Found) -> None:
        """Read together with what waits in it (`columns_beside`): the next `get` takes it."""
        found = {name.removeprefix(_BESIDE): row[name] for name in _beside()}
        self._kept[found["id"]] = found
        self._vault.keep_keys(found["case_id"], row)

    def add(
        self,
        instance: StoredInstance,
        started_at: datetime,
        ended_at: datetime | None,
    ) -> None:
        self._connection.execute(
            insert(INSTANCES).values(
                id=instance.id,
                case_id=instance.case_id,
                deployment_id=instance.deployment_id,
                process_key=instance.process_key,
                state=instance.state,
                snapshot=self._sealed(instance),
                guardrails=instance.guardrails,
                version=1,
                started_at=started_at,
                ended_at=ended_at,
            )
        )

    def get(self, instance_id: UUID) -> StoredInstance:
        kept = self._kept.pop(instance_id, None)
        if kept is not None:
            return self._opened(kept)
        row = self._connection.execute(_get(), {"wanted": instance_id}).mappings().one_or_none()
        if row is None:
            raise NotFound
        return self._opened(row)

    def running_in(self, case_id: UUID) -> tuple[StoredInstance, ...]:
        return self._of(case_id, INSTANCES.c.state == "running")

    def of_case(self, case_id: UUID) -> tuple[StoredInstance, ...]:
        """Those that have ended too."""
        return self._of(case_id, true())

    def _of(self, case_id: UUID, which: ColumnElement[bool]) -> tuple[StoredInstance, ...]:
        rows = self._connection.execute(
            select(INSTANCES).where(INSTANCES.c.case_id == case_id, which).order_by(INSTANCES.c.id)
        )
        return tuple(self._opened(row) for row in rows.mappings())

    def running_in_each(self, case_ids: Sequence[UUID]) -> dict[UUID, tuple[StoredInstance, ...]]:
        """Of many cases at once; a case in which nothing runs is left out."""
        self._vault.fetch_keys(case_ids)
        rows = self._connection.execute(
            select(INSTANCES)
            .where(INSTANCES.c.case_id.in_(case_ids), INSTANCES.c.state == "running")
            .order_by(INSTANCES.c.id)
        )
        found: dict[UUID, tuple[StoredInstance, ...]] = {}
        for row in rows.mappings():
            found[row["case_id"]] = (*found.get(row["case_id"], ()), self._opened(row))
        return found

    def save(self, instance: StoredInstance, ended_at: datetime | None) -> None:
        """Store the next snapshot. Outdated, once it is written, when another step was stored since this one was read."""
        self._store(_save(), instance, ended_at)

    def move(self, instance: StoredInstance) -> None:
        """As `save`, in another deployment, where it runs on."""
        self._store(_save("deployment_id"), instance, None, deployment_id=instance.deployment_id)

    def _store(
        self, statement: Update, instance: StoredInstance, ended_at: datetime | None, **moved: UUID
    ) -> None:
        self._kept.pop(instance.id, None)
        self._gathered.change_seen(
            statement,
            {
                "wanted": instance.id,
                "seen": instance.version,
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

    def _opened(self, row: Mapping[Any, Any]) -> StoredInstance:
        packed = self._vault.open(
            row["case_id"], SealingClass.ENGINE, f"instances.snapshot/{row['id']}", row["snapshot"]
        )
        return StoredInstance(
            id=row["id"],
            case_id=row["case_id"],
            deployment_id=row["deployment_id"],
            process_key=row["process_key"],
            state=row["state"],
            snapshot=_PACKING.unpack(packed),
            guardrails=row["guardrails"],
            version=row["version"],
        )
