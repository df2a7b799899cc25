"""Opens an archive in a temporary place, and proves whose keys open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from engine.bootstrap import build_engine
from engine.errors import MasterKeyMissing, Unsealable
from engine.executor import Engine
from engine.settings import CheckpointSettings, EngineSettings
from engine.storage.archives import CHECKPOINTS, PUBLIC_KEY, ROWS, Archive, ArchiveRefused
from engine.storage.key_store import KeyStore
from engine.storage.keys import MasterKey, RootKey, version_of
from engine.storage.master_keys import SHOWN
from engine.storage.migrating import Schema, migrate, schema_of
from engine.storage.row_copies import opened_copy


@contextmanager
def opened_data(archive: Archive, folder: Path | None = None) -> Iterator[Path]:
    """Give a copy of the rows, with the tables that this program needs. Raise ArchiveRefused if it is too old for them."""
    with _scratch(archive, folder) as file:
        with opened_copy(file) as copy:
            found = schema_of(copy)
            if found is Schema.UNKNOWN:
                raise ArchiveRefused(
                    f"Kopion {archive.folder} on tehnyt uudempi ohjelma ({archive.manifest.program}), jonka tauluja tämä "
                    f"({version('vireille')}) ei tunne. Asenna se tai sitä uudempi."
                )
            if found is not Schema.CURRENT:
                migrate(copy)
        yield file


@contextmanager
def opened_keys(archive: Archive, folder: Path | None = None) -> Iterator[KeyStore]:
    moment = archive.manifest.taken_at
    with _scratch(archive, folder) as file, closing(KeyStore(f"sqlite:///{file}", lambda: moment)) as store:
        yield store


@contextmanager
def _scratch(archive: Archive, folder: Path | None) -> Iterator[Path]:
    with TemporaryDirectory(prefix=".vireille-", dir=folder) as scratch:
        file = Path(scratch) / ROWS
        try:
            file.touch(mode=0o600)
            copyfile(archive.rows, file)
        except OSError as refused:
            raise ArchiveRefused(
                f"Kopiota ei voi avata kansiossa {scratch} ({refused.strerror}). Vapauta tilaa, tai anna muuttujassa TMPDIR kansio, jossa "
                "sitä on."
            ) from None
        yield file


def leave_one_file(file: Path) -> None:
    with opened_copy(file):
        pass


def engine_on(settings: EngineSettings, file: Path, archive: Archive) -> Engine:
    """Return an engine over a copy. Its time is the archive's: what is younger than an hour or a day there, is so here."""
    checkpoints = CheckpointSettings(
        archive.part(CHECKPOINTS) or file.with_name(CHECKPOINTS),
        file.with_name("none"),
        archive.part(PUBLIC_KEY) or settings.checkpoints.public_key_file,
    )
    return build_engine(
        replace(settings, database_url=f"sqlite:///{file}", checkpoints=checkpoints),
        now=lambda: archive.manifest.taken_at,
    )


def require_own_keys(engine: Engine, archive: Archive) -> None:
    """Raise Refusal if the key store is not the archive's own, or the master key does not open it, or the manifest was made by
    somebody else."""
    held = engine.key_store.id()
    if held is None:
        raise ArchiveRefused(
            f"Avainvarastoa {engine.key_store.place} ei ole. Palauta ensin avaimet: 'vireille restore AVAINTEN_KOPIO', tai anna molemmat "
            "kopiot samalla komennolla."
        )
    root_of(engine.key_store, archive, engine.master, engine.settings.master_key_place)
    engine.prove_master_key()


def root_of(store: KeyStore, archive: Archive, master: MasterKey, place: str) -> RootKey:
    manifest, found, held = archive.manifest, store.id(), store.root()
    if found != manifest.store_id or held is None:
        raise ArchiveRefused(
            f"Kopio {archive.folder} ja avainvarasto {store.place} eivät kuulu yhteen. Anna saman asennuksen kopiot. Mitään ei ole "
            "kirjoitettu."
        )
    try:
        root = RootKey.unwrapped_by(master, held)
    except (Unsealable, MasterKeyMissing):
        raise ArchiveRefused(
            f"Avain {place} ei avaa avainvarastoa {store.place}, jonka pääavaimen versio on {version_of(held)}. Palauta se "
            "paikasta, jossa sitä säilytetään kopioista erillään; uutta ei pidä luoda. Mitään ei ole kirjoitettu."
        ) from None
    if root.fingerprint() != manifest.root:
        raise ArchiveRefused(
            f"Avainvarastossa {store.place} on toisen tietokannan juuriavain: kopiossa on {manifest.root[:SHOWN]}. Mitään ei ole "
            "kirjoitettu."
        )
    if not manifest.is_genuine(root):
        raise ArchiveRefused(
            f"Kopion {archive.folder} luetteloa on muutettu: sen sinetti ei täsmää. Käytä edellistä kopiota."
        )
    return root
