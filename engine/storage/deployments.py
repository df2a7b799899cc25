"""Deployments, frozen; and the drafts that may become the next one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
import zstandard
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from engine.errors import NotFound, Outdated
from engine.storage.database import new_id
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import (
    DEPLOYMENTS,
    MODEL_DRAFT_EVENTS,
    MODEL_DRAFTS,
    PROCESS_DEFINITIONS,
)

Files = Mapping[str, bytes]
"""Path inside ``processes/`` or ``forms/`` to content."""


@dataclass(frozen=True, slots=True)
class Deployment:
    id: UUID
    number: int
    sha256: str
    note: str
    prepared_by: str | None
    approved_by: str | None
    deployed_at: datetime


@dataclass(frozen=True, slots=True)
class ProcessDefinition:
    id: UUID
    deployment_id: UUID
    process_key: str
    name: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelDraft:
    id: UUID
    name: str
    based_on: UUID
    files: Files
    note: str
    state: str
    """editing, requested, published, discarded."""
    version: int
    editors: tuple[str, ...]
    """Ids of everyone who ever edited it: none of them may approve it."""
    created_by: UUID | None
    edited_by: UUID | None
    edited_at: datetime
    requested_at: datetime | None
    requested_by: UUID | None
    published_as: UUID | None


@dataclass(frozen=True, slots=True)
class DraftEvent:
    """One line of a draft's history."""

    id: UUID
    kind: str
    """created, imported, put_back, requested, returned, discarded, recovered, published."""
    note: str
    person_id: UUID | None
    at: datetime
    can_be_undone: bool
    """Whether the draft as it was before is kept."""


def digest_of(files: Files) -> str:
    """One hash over all files of a deployment."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(path.encode() + b"\0" + hashlib.sha256(files[path]).digest())
    return whole.hexdigest()


def pack(files: Files) -> bytes:
    return zstandard.ZstdCompressor(level=9).compress(
        orjson.dumps({path: content.decode() for path, content in files.items()})
    )


def unpack(packed: bytes) -> dict[str, bytes]:
    opened: dict[str, str] = orjson.loads(zstandard.ZstdDecompressor().decompress(packed))
    return {path: content.encode() for path, content in opened.items()}


class Deployments:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        *,
        files: Files,
        specs: str,
        names: Mapping[str, str],
        note: str,
        prepared_by: str | None,
        approved_by: str | None,
        moment: datetime,
    ) -> Deployment:
        number = 1 + int(
            self._connection.execute(select(func.coalesce(func.max(DEPLOYMENTS.c.number), 0))).scalar_one()
        )
        deployment = Deployment(new_id(), number, digest_of(files), note, prepared_by, approved_by, moment)
        self._connection.execute(
            insert(DEPLOYMENTS).values(
                id=deployment.id,
                number=number,
                sha256=deployment.sha256,
                files=pack(files),
                specs=zstandard.ZstdCompressor(level=9).compress(specs.encode()),
                note=note,
                prepared_by=prepared_by,
                approved_by=approved_by,
                deployed_at=moment,
            )
        )
        self._add_definitions(deployment, files, names)
        return deployment

    def _add_definitions(self, deployment: Deployment, files: Files, names: Mapping[str, str]) -> None:
        rows = []
        for process_key, name in names.items():
            path = f"{process_key}/process.bpmn"
            sha256 = hashlib.sha256(files.get(path, b"")).hexdigest()
            last = self._connection.execute(
                select(PROCESS_DEFINITIONS.c.version, PROCESS_DEFINITIONS.c.sha256)
                .where(PROCESS_DEFINITIONS.c.process_key == process_key)
                .order_by(PROCESS_DEFINITIONS.c.version.desc())
                .limit(1)
            ).one_or_none()
            version = 1 if last is None else last.version + (last.sha256 != sha256)
            rows.append(
                {
                    "id": new_id(),
                    "deployment_id": deployment.id,
                    "process_key": process_key,
                    "name": name,
                    "version": version,
                    "sha256": sha256,
                }
            )
        if rows:
            self._connection.execute(insert(PROCESS_DEFINITIONS), rows)

    def current(self) -> Deployment:
        """The one that new cases use. NotFound before the first is deployed."""
        row = (
            self._connection.execute(_summary().order_by(DEPLOYMENTS.c.number.desc()).limit(1))
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound
        return Deployment(**row)

    def get(self, deployment_id: UUID) -> Deployment:
        row = (
            self._connection.execute(_summary().where(DEPLOYMENTS.c.id == deployment_id))
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound
        return Deployment(**row)

    def all(self) -> tuple[Deployment, ...]:
        rows = self._connection.execute(_summary().order_by(DEPLOYMENTS.c.number.desc()))
        return tuple(Deployment(**row) for row in rows.mappings())

    def definitions(self, deployment_id: UUID) -> tuple[ProcessDefinition, ...]:
        rows = self._connection.execute(
            select(PROCESS_DEFINITIONS)
            .where(PROCESS_DEFINITIONS.c.deployment_id == deployment_id)
            .order_by(PROCESS_DEFINITIONS.c.process_key)
        )
        return tuple(ProcessDefinition(**row) for row in rows.mappings())

    def content(self, deployment_id: UUID) -> tuple[dict[str, bytes], str]:
        """Files and specs as they were frozen."""
        row = self._connection.execute(
            select(DEPLOYMENTS.c.files, DEPLOYMENTS.c.specs).where(DEPLOYMENTS.c.id == deployment_id)
        ).one_or_none()
        if row is None:
            raise NotFound
        return unpack(row.files), zstandard.ZstdDecompressor().decompress(row.specs).decode()

    def open_cases(self) -> dict[UUID, int]:
        """How many open cases run on each deployment."""
        rows = self._connection.execute(
            select(CASES.c.deployment_id, func.count().label("cases"))
            .where(CASES.c.state != "closed")
            .group_by(CASES.c.deployment_id)
        )
        return {row.deployment_id: row.cases for row in rows}


@lru_cache
def _summary() -> Any:
    return select(*(DEPLOYMENTS.c[name] for name in Deployment.__dataclass_fields__))


class ModelDrafts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: str, based_on: UUID, files: Files, created_by: UUID | None, moment: datetime) -> UUID:
        draft_id = new_id()
        self._connection.execute(
            insert(MODEL_DRAFTS).values(
                id=draft_id,
                name=name,
                based_on=based_on,
                files=pack(files),
                note="",
                state="editing",
                version=1,
                editors=[str(created_by)] if created_by else [],
                created_by=created_by,
                edited_by=created_by,
                edited_at=moment,
            )
        )
        return draft_id

    def get(self, draft_id: UUID) -> ModelDraft:
        row = (
            self._connection.execute(select(MODEL_DRAFTS).where(MODEL_DRAFTS.c.id == draft_id))
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound
        return _draft(row)

    def all(self) -> tuple[ModelDraft, ...]:
        rows = self._connection.execute(select(MODEL_DRAFTS).order_by(MODEL_DRAFTS.c.edited_at.desc()))
        return tuple(_draft(row) for row in rows.mappings())

    def change(self, draft: ModelDraft, seen_version: int, **values: Any) -> int:
        """Store the next version of a draft; Outdated when someone changed it since that version was opened."""
        if "files" in values:
            values["files"] = pack(values["files"])
        stored = self._connection.execute(
            update(MODEL_DRAFTS)
            .where(MODEL_DRAFTS.c.id == draft.id, MODEL_DRAFTS.c.version == seen_version)
            .values({**values, "version": seen_version + 1})
            .returning(MODEL_DRAFTS.c.version)
        ).scalar_one_or_none()
        if stored is None:
            raise Outdated
        return int(stored)

    def record(
        self,
        draft_id: UUID,
        kind: str,
        person_id: UUID | None,
        moment: datetime,
        note: str = "",
        *,
        before: Files | None = None,
    ) -> None:
        """A line of the draft's history, in the transaction of what it tells."""
        self._connection.execute(
            insert(MODEL_DRAFT_EVENTS).values(
                id=new_id(),
                draft_id=draft_id,
                kind=kind,
                note=note,
                files=pack(before) if before is not None else None,
                person_id=person_id,
                at=moment,
            )
        )

    def history(self, draft_id: UUID) -> tuple[DraftEvent, ...]:
        """The newest first."""
        events = MODEL_DRAFT_EVENTS.c
        rows = self._connection.execute(
            select(
                events.id, events.kind, events.note, events.person_id, events.at, events.files.is_not(None)
            )
            .where(events.draft_id == draft_id)
            .order_by(events.at.desc(), events.id.desc())
        )
        return tuple(DraftEvent(*row) for row in rows)

    def files_before(self, draft_id: UUID, event_id: UUID) -> Files:
        """The draft as it was before that event. NotFound when it was not kept."""
        packed = self._connection.execute(
            select(MODEL_DRAFT_EVENTS.c.files).where(
                MODEL_DRAFT_EVENTS.c.id == event_id, MODEL_DRAFT_EVENTS.c.draft_id == draft_id
            )
        ).scalar_one_or_none()
        if packed is None:
            raise NotFound
        return unpack(packed)


def _draft(row: RowMapping) -> ModelDraft:
    values: dict[str, Any] = {name: row[name] for name in ModelDraft.__dataclass_fields__}
    values["files"] = unpack(row["files"])
    values["editors"] = tuple(row["editors"])
    return ModelDraft(**values)
