"""Puts archives back into an empty database and an empty key store."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.backups.opening import (
    engine_on,
    leave_one_file,
    opened_data,
    opened_keys,
    require_own_keys,
    root_of,
)
from engine.settings import CheckpointSettings, EngineSettings
from engine.storage.archives import CHECKPOINTS, PUBLIC_KEY, Archive, ArchiveRefused, put_in_place, sha256_of
from engine.storage.database import Database
from engine.storage.key_store import KeyStore
from engine.storage.key_store_proof import note_lost_keys, without_keys
from engine.storage.keys import MasterKey
from engine.storage.row_copies import file_of, fill, require_empty, unsent
from engine.storage.tables import METADATA
from engine.storage.tables.key_store import KEY_STORE
from engine.storage.ways_in import end_open_ways


@dataclass(frozen=True, slots=True)
class Restored:
    taken_at: datetime
    """Later commits are lost."""
    rows: int
    unsent: int
    """Messages that wait in the outbox. Some may have left after the backup, and leave again."""
    keyless: int
    """Cases whose keys are lost."""


def restore_keys(archive: Archive, settings: EngineSettings) -> None:
    """Put an archive of keys into the empty place of the key store. Raise Refusal if something lies there, or the master key
    does not open it."""
    with closing(KeyStore(settings.key_store_url, lambda: archive.manifest.taken_at)) as store:
        require_empty(store.database, KEY_STORE)
        with opened_keys(archive, _folder_of(store.database)) as scratch:
            root_of(scratch, archive, MasterKey(settings.master_key), settings.master_key_place)
            file = file_of(scratch.database)
            scratch.close()
            if file is not None:
                fill(store.database, KEY_STORE, file)


def restore_data(archive: Archive, settings: EngineSettings, *, gives_up_keys: bool = False) -> Restored:
    """Put an archive of data into the empty database, beside the key store that is there.

    Raise Refusal, having written nothing, if something lies there, the program is older than the archive, the keys are
    another database's or lack those of a case; `gives_up_keys`: the content of such a case reads as erased. Nobody is signed
    in afterwards.
    """
    with closing(Database(settings.database_url)) as target:
        require_empty(target, METADATA)
        _require_no_later_checkpoints(archive, settings.checkpoints)
        with opened_data(archive, _folder_of(target)) as scratch:
            with closing(engine_on(settings, scratch, archive)) as engine:
                require_own_keys(engine, archive)
                lacking = frozenset().union(*without_keys(engine.database, engine.key_store))
                if lacking and not gives_up_keys:
                    raise ArchiveRefused(
                        f"Avainvarasto {engine.key_store.place} on vanhempi kuin kopio: {len(lacking)} asian tai neuvontapyynnön avaimia siinä ei ole. "
                        "Palauta uudempi avainten kopio. Jos sellaista ei ole, lisää --keys-lost: niiden asioiden sisältöä ei "
                        "enää saa auki."
                    )
                if lacking:
                    note_lost_keys(engine.database, engine.key_store)
                waiting = unsent(engine.database)
                # On the copy: no session of then is ever open in the place itself.
                end_open_ways(engine.database, archive.manifest.taken_at)
            leave_one_file(scratch)
            fill(target, METADATA, scratch)
        _put_checkpoints(archive, settings.checkpoints)
    return Restored(archive.manifest.taken_at, archive.manifest.row_count, waiting, len(lacking))


def _folder_of(target: Database) -> Path | None:
    """Return the folder in which a copy is opened, so that it can take the target's place; any, for a server's."""
    held = file_of(target)
    if held is None:
        return None
    held.parent.mkdir(parents=True, exist_ok=True)
    return held.parent


def _require_no_later_checkpoints(archive: Archive, settings: CheckpointSettings) -> None:
    part = archive.part(CHECKPOINTS)
    for file in (settings.file, settings.copy):
        if part is not None and file is not None and file.exists() and sha256_of(file) != sha256_of(part):
            raise ArchiveRefused(
                f"Tarkistuspisteiden tiedosto {file} on muu kuin kopiossa: siinä on, mitä kopion jälkeen allekirjoitettiin. Säilytä "
                f"se todisteena: 'mv {file} {file}.vanha'. Aja palautus sitten uudelleen."
            )


def _put_checkpoints(archive: Archive, settings: CheckpointSettings) -> None:
    for name, file in ((CHECKPOINTS, settings.file), (PUBLIC_KEY, settings.public_key_file)):
        part = archive.part(name)
        if part is not None and not file.exists():
            put_in_place(part, file)
