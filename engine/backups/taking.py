"""Takes an archive of the data, or of the keys, while people work."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from shutil import copyfile

from engine.errors import Unavailable
from engine.executor import Engine
from engine.settings import CheckpointSettings
from engine.storage.archives import CHECKPOINTS, PUBLIC_KEY, ROWS, Kind, Manifest, new_archive, write_manifest
from engine.storage.checkpoint_files import write_up_to
from engine.storage.checkpoints import Checkpoints
from engine.storage.database import Database
from engine.storage.keys import RootKey
from engine.storage.migrating import revision_of
from engine.storage.row_copies import opened_copy, size_of, write_copy
from engine.storage.tables import METADATA
from engine.storage.tables.key_store import KEY_STORE
from engine.storage.unit_of_work import UnitOfWork


def back_up_data(engine: Engine, target: Path) -> Manifest:
    """Write an archive of the database and the checkpoints while people work. Raise Refusal if it can't be written."""
    taken_at = engine.now()
    with new_archive(target, Kind.DATA, size_of(engine.database)) as folder:
        rows = write_copy(engine.database, METADATA, folder / ROWS)
        with opened_copy(folder / ROWS) as copy:
            _write_checkpoints(engine.settings.checkpoints, copy, folder)
            schema = revision_of(copy) or ""
        manifest = _manifest(engine, Kind.DATA, taken_at, schema)
        return write_manifest(folder, replace(manifest, counts=rows), _root(engine))


def back_up_keys(engine: Engine, target: Path) -> Manifest:
    """Write an archive of the key store while people work. Raise Refusal if it can't be written."""
    taken_at = engine.now()
    store = engine.key_store.database
    with new_archive(target, Kind.KEYS, size_of(store)) as folder:
        rows = write_copy(store, KEY_STORE, folder / ROWS)
        manifest = _manifest(engine, Kind.KEYS, taken_at, "")
        return write_manifest(folder, replace(manifest, counts=rows), _root(engine))


def _manifest(engine: Engine, kind: Kind, taken_at: datetime, schema: str) -> Manifest:
    store_id = engine.key_store.id()
    if store_id is None:
        raise Unavailable
    root, master = _root(engine).fingerprint(), engine.key_store.master_version()
    return Manifest(kind, version("vireille"), schema, taken_at, store_id, root, master, {})


def _root(engine: Engine) -> RootKey:
    held = engine.key_store.root()
    if held is None:
        raise Unavailable
    return RootKey.unwrapped_by(engine.master, held)


def _write_checkpoints(settings: CheckpointSettings, copy: Database, folder: Path) -> None:
    """Write the checkpoints that the copied database knows, and the key that verifies them."""
    with copy.view() as connection:
        last, _ = Checkpoints(UnitOfWork(connection)).last()
    if settings.file.exists():
        write_up_to(last, settings.file, folder / CHECKPOINTS)
    if settings.public_key_file.exists():
        copyfile(settings.public_key_file, folder / PUBLIC_KEY)
