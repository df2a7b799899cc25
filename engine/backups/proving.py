"""Opens archives in a temporary place and looks for everything that must never be there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from engine.backups.opening import engine_on, opened_data, opened_keys, require_own_keys, root_of
from engine.commands.access_log import VerifyAccessLog
from engine.domain.access_log import Verification
from engine.domain.people import OPERATOR, SYSTEM
from engine.queries.faults import Fault, FindFaults
from engine.settings import EngineSettings
from engine.storage.archives import ROWS, Archive, Kind
from engine.storage.database import Database
from engine.storage.key_store import KeyName
from engine.storage.keys import MasterKey
from engine.storage.row_copies import counts, is_sound, opened_copy
from engine.storage.tables import METADATA
from engine.storage.tables.key_store import KEY_STORE


@dataclass(frozen=True, slots=True)
class Proof:
    """An examination of archives, opened in a temporary place."""

    problems: tuple[str, ...]
    """Sentences."""
    faults: tuple[Fault, ...] = ()
    log: Verification | None = None

    @property
    def is_right(self) -> bool:
        return not self.problems and not self.faults and not (self.log and self.log.faults)


def prove_keys(archive: Archive, settings: EngineSettings) -> Proof:
    """Open an archive of keys in a temporary place, and each key with the master key."""
    master = MasterKey(settings.master_key)
    with opened_keys(archive) as store:
        root_of(store, archive, master, settings.master_key_place)
        problems = [*_unsound(store.database, archive)]
        last: KeyName | None = None
        closed = 0
        while keys := store.following(last):
            closed += sum(not master.unwraps(*name, wrapped) for name, wrapped in keys.items())
            last = max(keys)
        if closed:
            problems.append(f"{archive.folder}: {closed} avainta ei aukea pääavaimella.")
    return Proof(tuple(problems))


def prove_data(
    archive: Archive, keys: Archive | None, settings: EngineSettings, *, opens_instances: bool = False
) -> Proof:
    """Open an archive of data in a temporary place, with an archive of its keys or the key store of today, and look for
    everything that `vireille doctor` looks for."""
    with opened_data(archive) as file, TemporaryDirectory(prefix="vireille-") as folder:
        with opened_copy(file) as copy:
            problems = tuple(_unsound(copy, archive))
        if keys is not None:
            held = Path(folder) / ROWS
            copyfile(keys.rows, held)
            settings = replace(settings, key_store_url=f"sqlite:///{held}")
        with closing(engine_on(settings, file, archive)) as engine:
            require_own_keys(engine, archive)
            found = engine.answer(FindFaults(opens_instances), OPERATOR)
            return Proof(problems, found, engine.perform(VerifyAccessLog(), SYSTEM))


def _unsound(copy: Database, archive: Archive) -> Iterator[str]:
    metadata = METADATA if archive.manifest.kind is Kind.DATA else KEY_STORE
    if not is_sound(copy):
        yield f"{archive.rows}: tietokannan sivuja on rikki. Käytä edellistä kopiota."
        return
    with copy.view() as connection:
        held = counts(connection, metadata)
    for name, count in archive.manifest.counts.items():
        if held.get(name, count) != count:
            yield f"{archive.rows}: taulussa {name} on {held[name]} riviä, ja siinä pitäisi olla {count}."
