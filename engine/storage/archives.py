"""Archives of a backup: a folder with parts, and a manifest that names each part with its digest.

An archive holds data or keys, never both. It is written beside its place under another name, and gets its own once
every byte is on the disk, so that one that was broken off is never taken for a backup.
"""

from __future__ import annotations

import hmac
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

from engine.errors import Refusal
from engine.storage.keys import RootKey

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
ROWS: Final = "rows.db"
"""An SQLite database in either kind of archive, wherever its rows come from: it is proved, and restored, without a server."""
CHECKPOINTS: Final = "access-checkpoints.jsonl"
PUBLIC_KEY: Final = "checkpoint.pub"
_UNFINISHED: Final = ".unfinished"
_PURPOSE: Final = "backup manifest"
_ROOM: Final = 1.1
"""Of the size of what is copied: the disk must hold a little more."""


class Kind(StrEnum):
    DATA = "data"
    KEYS = "keys"


class ArchiveRefused(Refusal):
    pass


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    kind: Kind
    program: str
    """Version of the program that has made it."""
    schema: str
    """Revision of the tables; empty for keys."""
    taken_at: datetime
    """All that was committed by then is in it."""
    store_id: UUID
    """The key store with the keys of the data."""
    root: str
    """Fingerprint of the root key. It never changes."""
    master: int
    """Version of the master key that opens the key store."""
    counts: Mapping[str, int]
    """Rows by table."""
    parts: tuple[Part, ...] = ()
    format: int = FORMAT
    seal: str = ""
    """Keyed digest of the rest, under the root key: nobody else can exchange a part and its digest together."""

    def sealed(self, root: RootKey) -> Manifest:
        return replace(self, seal=root.digest(_PURPOSE, self._content()))

    def is_genuine(self, root: RootKey) -> bool:
        return hmac.compare_digest(self.seal, root.digest(_PURPOSE, self._content()))

    def _content(self) -> str:
        return orjson.dumps(asdict(replace(self, seal="")), option=orjson.OPT_SORT_KEYS).decode()

    @property
    def row_count(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Archive:
    folder: Path
    manifest: Manifest

    @property
    def rows(self) -> Path:
        return self.folder / ROWS

    def part(self, name: str) -> Path | None:
        """Return the file of a part; None if the archive has none of that name."""
        return self.folder / name if any(each.name == name for each in self.manifest.parts) else None


# ---------------------------------------------------------------- writing


@contextmanager
def new_archive(target: Path, kind: Kind, size: int) -> Iterator[Path]:
    """Give the folder in which an archive is written; it gets its name when all of it is on the disk.

    Raise Refusal if the target is there, its folder is not, the other kind lies beside, or the disk has no room for
    `size` bytes.
    """
    _require_place(target, size)
    _require_apart(target, kind)
    unfinished = target.with_name(target.name + _UNFINISHED)
    try:
        unfinished.mkdir(mode=0o700)
    except FileExistsError:
        raise ArchiveRefused(
            f"Kansiossa {unfinished} on kesken jäänyt tai parhaillaan kirjoitettava kopio. Jos mikään ei kirjoita sitä, "
            f"aja 'rm -r {unfinished}'."
        ) from None
    except OSError as refused:
        raise _not_written(target, refused) from None
    try:
        yield unfinished
        for each in unfinished.iterdir():
            each.chmod(0o600)
            _sync(each)
        _sync(unfinished)
        unfinished.rename(target)
        _sync(target.parent)
    except OSError as refused:
        raise _not_written(target, refused) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def write_manifest(folder: Path, manifest: Manifest, root: RootKey) -> Manifest:
    """Write the manifest over the parts that lie in the folder. Return it."""
    parts = tuple(_part(each) for each in sorted(folder.iterdir()) if each.is_file())
    whole = replace(manifest, parts=parts).sealed(root)
    (folder / MANIFEST).write_bytes(orjson.dumps(asdict(whole), option=orjson.OPT_INDENT_2) + b"\n")
    return whole


def _require_apart(target: Path, kind: Kind) -> None:
    """Raise ArchiveRefused if an archive of the other kind lies beside: who copies one place must not get both."""
    for each in sorted(target.absolute().parent.iterdir()):
        if (each / MANIFEST).is_file() and _kind_of(each) not in {kind, None}:
            raise ArchiveRefused(
                f"Vieressä on {each}. Tiedot ja niiden avaimet eivät saa olla samassa paikassa: anna toinen kansio, "
                "parhaiten toisella koneella."
            )


def _kind_of(folder: Path) -> Kind | None:
    try:
        return _manifest(folder).kind
    except ArchiveRefused:
        return None


def _require_place(target: Path, size: int) -> None:
    if target.exists():
        raise ArchiveRefused(f"{target} on jo olemassa. Anna kansio, jota ei vielä ole.")
    above = target.absolute().parent
    if not above.is_dir():
        raise ArchiveRefused(
            f"Kansiota {above} ei ole. Luo se ('mkdir -p {above}'), tai liitä levy, jolle kopion kuuluu mennä."
        )
    free = shutil.disk_usage(above).free
    if free < size * _ROOM:
        raise ArchiveRefused(
            f"Kansion {above} levyllä on tilaa {free // 2**20} Mt, ja kopio tarvitsee {int(size * _ROOM) // 2**20} Mt. "
            "Vapauta tilaa tai anna toinen paikka."
        )


def _not_written(target: Path, refused: OSError) -> ArchiveRefused:
    read = str(refused.filename or target)
    # A file that goes into the archive, and can't be read.
    where = "" if read.startswith(str(target)) else f"{read}: "
    return ArchiveRefused(
        f"Kopiota {target} ei voi kirjoittaa ({where}{refused.strerror}). Mitään ei jäänyt sinne."
    )


def _part(file: Path) -> Part:
    return Part(file.name, file.stat().st_size, sha256_of(file))


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def put_in_place(source: Path, target: Path) -> None:
    """Copy a file to where there is none, for its owner alone. A copy that is broken off never has the target's name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + _UNFINISHED)
    try:
        unfinished.touch(mode=0o600)
        shutil.copyfile(source, unfinished)
        _sync(unfinished)
        # Not `rename`, which would replace a file that somebody has made meanwhile.
        os.link(unfinished, target)
        _sync(target.parent)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


# ---------------------------------------------------------------- reading


def open_archive(folder: Path) -> Archive:
    """Return the archive in a folder, its parts proved by their digests. Raise ArchiveRefused with the reason if it is none of
    ours, torn, or has a part of another."""
    manifest = _manifest(folder)
    for part in manifest.parts:
        file = folder / part.name
        if not file.is_file():
            raise _damaged(file, "puuttuu")
        if file.stat().st_size != part.size:
            raise _damaged(file, f"on {file.stat().st_size} tavua, ja sen pitäisi olla {part.size}")
        if sha256_of(file) != part.sha256:
            raise _damaged(file, "on muuttunut, tai se on toisesta kopiosta")
    return Archive(folder, manifest)


def _manifest(folder: Path) -> Manifest:
    if folder.name.endswith(_UNFINISHED):
        raise ArchiveRefused(f"Kopio {folder} jäi kesken. Käytä edellistä kopiota.")
    try:
        content: dict[str, Any] = orjson.loads((folder / MANIFEST).read_bytes())
        found = int(content["format"])
    except FileNotFoundError:
        raise ArchiveRefused(
            f"{folder} ei ole varmuuskopio: siinä ei ole tiedostoa {MANIFEST}. Anna kansio, jonka 'vireille backup' on tehnyt."
        ) from None
    except OSError as refused:
        raise ArchiveRefused(f"Kopiota {folder} ei voi lukea ({refused.strerror}).") from None
    except (ValueError, KeyError, TypeError):
        raise _damaged(folder / MANIFEST, "on rikki") from None
    if found > FORMAT:
        raise ArchiveRefused(
            f"Kopion {folder} on tehnyt uudempi ohjelma ({content.get('program', '?')}). Asenna se tai sitä uudempi."
        )
    try:
        return Manifest(
            **{
                **content,
                "kind": Kind(content["kind"]),
                "taken_at": datetime.fromisoformat(content["taken_at"]),
                "store_id": UUID(content["store_id"]),
                "parts": tuple(Part(**each) for each in content["parts"]),
            }
        )
    except (ValueError, KeyError, TypeError):
        raise _damaged(folder / MANIFEST, "on rikki") from None


def _damaged(file: Path, how: str) -> ArchiveRefused:
    return ArchiveRefused(
        f"Kopion tiedosto {file} {how}. Hae se uudelleen paikasta, johon kopio vietiin, tai käytä edellistä kopiota."
    )
