"""Deployments, which are frozen; and drafts that may become the next one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
import zstandard
from sqlalchemy import RowMapping, func, select

from engine.errors import NotFound
from engine.storage.database import new_id
from engine.storage.open_rows import CASE_IS_OPEN
from engine.storage.rows import row_of, value_of
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import (
    DEPLOYMENTS,
    MODEL_DRAFT_EVENTS,
    MODEL_DRAFTS,
    PROCESS_DEFINITIONS,
)
from engine.storage.unit_of_work import UnitOfWork
from forms.kept_by_content import kept_by_content

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
    """created, imported, put_back, file_put_back, requested, untranslated, returned, discarded, recovered, published."""
    note: str
    person_id: UUID | None
    at: datetime
    can_be_undone: bool
    """True if the draft's earlier state is kept."""


def digest_of(files: Files) -> str:
    """Return one hash over all files of a deployment."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(path.encode() + b"\0" + hashlib.sha256(files[path]).digest())
    return whole.hexdigest()


FROZEN: Final = 9
DRAFTED: Final = 3
"""Levels of compression. A draft is packed at each save, inside its transaction: 7 ms instead of 35 for a fifth more bytes."""


def pack(files: Files, level: int = DRAFTED) -> bytes:
    return zstandard.ZstdCompressor(level=level).compress(
        orjson.dumps({path: content.decode() for path, content in files.items()})
    )


def unpack(packed: bytes) -> dict[str, bytes]:
    return dict(_unpacked(packed))


@kept_by_content(8)
def _unpacked(packed: bytes) -> Mapping[str, bytes]:
    # A page of the studio asks six times for the files of a draft and of what is in use, 9 ms each.
    opened: dict[str, str] = orjson.loads(zstandard.ZstdDecompressor().decompress(packed))
    return {path: content.encode() for path, content in opened.items()}


_SUMMARY = select(*(DEPLOYMENTS.c[name] for name in Deployment.__dataclass_fields__))
"""Without the files."""


class Deployments:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

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
        last = self._unit.execute(select(func.coalesce(func.max(DEPLOYMENTS.c.number), 0))).scalar_one()
        deployment = Deployment(new_id(), last + 1, digest_of(files), note, prepared_by, approved_by, moment)
        packed = zstandard.ZstdCompressor(level=FROZEN).compress(specs.encode())
        row = row_of(DEPLOYMENTS, deployment, files=pack(files, FROZEN), specs=packed)
        self._unit.insert(DEPLOYMENTS, row)
        self._add_definitions(deployment, files, names)
        return deployment

    def _add_definitions(self, deployment: Deployment, files: Files, names: Mapping[str, str]) -> None:
        for process_key, name in names.items():
            path = f"{process_key}/process.bpmn"
            sha256 = hashlib.sha256(files.get(path, b"")).hexdigest()
            last = self._unit.row(
                select(PROCESS_DEFINITIONS)
                .where(PROCESS_DEFINITIONS.c.process_key == process_key)
                .order_by(PROCESS_DEFINITIONS.c.version.desc())
                .limit(1)
            )
            version = 1 if last is None else last["version"] + (last["sha256"] != sha256)
            definition = ProcessDefinition(new_id(), deployment.id, process_key, name, version, sha256)
            self._unit.insert(PROCESS_DEFINITIONS, row_of(PROCESS_DEFINITIONS, definition))

    def current(self) -> Deployment:
        """Return the deployment that new cases use. Raise NotFound before the first."""
        newest = self._unit.one(_SUMMARY.order_by(DEPLOYMENTS.c.number.desc()).limit(1))
        return value_of(Deployment, newest)

    def get(self, deployment_id: UUID) -> Deployment:
        return value_of(Deployment, self._unit.one(_SUMMARY.where(DEPLOYMENTS.c.id == deployment_id)))

    def all(self) -> tuple[Deployment, ...]:
        rows = self._unit.rows(_SUMMARY.order_by(DEPLOYMENTS.c.number.desc()))
        return tuple(value_of(Deployment, row) for row in rows)

    def definitions(self, deployment_id: UUID) -> tuple[ProcessDefinition, ...]:
        rows = self._unit.rows(
            select(PROCESS_DEFINITIONS)
            .where(PROCESS_DEFINITIONS.c.deployment_id == deployment_id)
            .order_by(PROCESS_DEFINITIONS.c.process_key)
        )
        return tuple(value_of(ProcessDefinition, row) for row in rows)

    def content(self, deployment_id: UUID) -> tuple[dict[str, bytes], str]:
        """Return files and specs as they were frozen."""
        row = self._unit.one(
            select(DEPLOYMENTS.c.files, DEPLOYMENTS.c.specs).where(DEPLOYMENTS.c.id == deployment_id)
        )
        return unpack(row["files"]), zstandard.ZstdDecompressor().decompress(row["specs"]).decode()

    def open_cases(self) -> dict[UUID, int]:
        """Return the number of open cases of each deployment."""
        rows = self._unit.execute(
            select(CASES.c.deployment_id, func.count().label("cases"))
            .where(CASE_IS_OPEN)
            .group_by(CASES.c.deployment_id)
        )
        return {row.deployment_id: row.cases for row in rows}


class ModelDrafts:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, name: str, based_on: UUID, files: Files, created_by: UUID | None, moment: datetime) -> UUID:
        draft_id = new_id()
        self._unit.insert(
            MODEL_DRAFTS,
            {
                "id": draft_id,
                "name": name,
                "based_on": based_on,
                "files": pack(files),
                "note": "",
                "state": "editing",
                "version": 1,
                "editors": [str(created_by)] if created_by else [],
                "created_by": created_by,
                "edited_by": created_by,
                "edited_at": moment,
            },
        )
        return draft_id

    def get(self, draft_id: UUID) -> ModelDraft:
        return _draft(self._unit.one(select(MODEL_DRAFTS).where(MODEL_DRAFTS.c.id == draft_id)))

    def all(self) -> tuple[ModelDraft, ...]:
        rows = self._unit.rows(select(MODEL_DRAFTS).order_by(MODEL_DRAFTS.c.edited_at.desc()))
        return tuple(_draft(row) for row in rows)

    def change(self, draft: ModelDraft, seen_version: int, **values: Any) -> int:
        """Store the next version. The flush raises Outdated if someone changed the draft since `seen_version`."""
        if "files" in values:
            values["files"] = pack(values["files"])
        seen, version = {"id": draft.id, "version": seen_version}, seen_version + 1
        self._unit.update_one(MODEL_DRAFTS, seen, {**values, "version": version})
        return version

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
        """Add a line to the draft's history. `before`: the files before the change, if it can be undone."""
        self._unit.insert(
            MODEL_DRAFT_EVENTS,
            {
                "id": new_id(),
                "draft_id": draft_id,
                "kind": kind,
                "note": note,
                "files": pack(before) if before is not None else None,
                "person_id": person_id,
                "at": moment,
            },
        )

    def history(self, draft_id: UUID) -> tuple[DraftEvent, ...]:
        """Return the draft's history, newest first."""
        events = MODEL_DRAFT_EVENTS.c
        can_be_undone = events.files.is_not(None).label("can_be_undone")
        rows = self._unit.rows(
            select(events.id, events.kind, events.note, events.person_id, events.at, can_be_undone)
            .where(events.draft_id == draft_id)
            .order_by(events.at.desc(), events.id.desc())
        )
        return tuple(value_of(DraftEvent, row) for row in rows)

    def files_before(self, draft_id: UUID, event_id: UUID) -> Files:
        """Return the draft's files before that event. Raise NotFound if they were not kept."""
        packed = self._unit.execute(
            select(MODEL_DRAFT_EVENTS.c.files).where(
                MODEL_DRAFT_EVENTS.c.id == event_id, MODEL_DRAFT_EVENTS.c.draft_id == draft_id
            )
        ).scalar_one_or_none()
        if packed is None:
            raise NotFound
        return unpack(packed)


def _draft(row: RowMapping) -> ModelDraft:
    return value_of(ModelDraft, row, files=unpack(row["files"]))
