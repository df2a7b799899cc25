"""A disk that loses power: what a process wrote is recorded, and given back as it may lie there after a cut at any moment.

`recorder.c` records writes and syncs. After a cut, what was synced is there; of what came later nothing, the beginning, or any
sectors of 512 bytes. A file that was deleted may be back. The processor's caches survive `kill -9`, so only this tells a commit
that waited for the disk from one that did not.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from tests.support.debian import needed

SECTOR: Final = 512
HEAD: Final = struct.Struct("<cIiq")
WAYS: Final = ("nothing", "beginning", "sectors")


@dataclass(frozen=True, slots=True)
class Event:
    kind: str
    """o(pened), w(ritten), t(runcated), s(ynced), u(nlinked)."""
    path: str
    place: int = 0
    content: bytes = b""


@dataclass
class File:
    synced: bytearray | None = None
    """None while no sync has made the file itself durable."""
    later: list[Event] = field(default_factory=list)
    """Writes and truncations since the last sync."""
    is_deleted: bool = False


def recorded(command: Sequence[str], folder: Path, record: Path) -> tuple[Event, ...]:
    """Run a command and return what it did to the files of a folder, in order."""
    compiler = needed("A C compiler", "gcc", lambda: _found("gcc"))
    library = record.with_suffix(".so")
    source = Path(__file__).with_name("recorder.c")
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl", "-lpthread"], check=True
    )
    variables = {"LD_PRELOAD": str(library), "RECORD_UNDER": str(folder), "RECORD_TO": str(record)}
    subprocess.run(command, check=True, env={**os.environ, **variables})
    return tuple(_read(record.read_bytes()))


def _read(record: bytes) -> Iterator[Event]:
    names: dict[int, str] = {}
    at = 0
    while at < len(record):
        kind, length, number, place = HEAD.unpack_from(record, at)
        at += HEAD.size
        content = record[at : at + length]
        at += length
        if kind == b"o":
            names[number] = content.decode()
        path = content.decode() if kind in b"ou" else names[number]
        yield Event(kind.decode(), path, place, b"" if kind in b"ou" else content)


class Disk:
    """Files as they were durably before the first event; then event by event."""

    def __init__(self, before: Path) -> None:
        self.files = {each.name: File(bytearray(each.read_bytes())) for each in before.iterdir()}

    def takes(self, event: Event) -> None:
        if event.kind == "u":
            self.files.setdefault(event.path, File()).is_deleted = True
            return
        file = self.files.setdefault(event.path, File())
        if event.kind == "o" and file.is_deleted:
            file = self.files[event.path] = File()
        elif event.kind == "s":
            file.synced = _with(file.synced, file.later)
            file.later = []
        elif event.kind in "wt":
            file.later.append(event)

    def after_cut(self, way: str, chance: Random, folder: Path) -> None:
        """Write the files as they may lie there if power goes now."""
        for path, file in self.files.items():
            if file.is_deleted and chance.random() < 0.5:
                continue
            kept = list(_kept(file.later, way, chance))
            if file.synced is not None or kept:
                (folder / path).write_bytes(_with(file.synced, kept))


def _kept(later: Sequence[Event], way: str, chance: Random) -> Iterator[Event]:
    if way == "beginning":
        yield from later[: chance.randint(0, len(later))]
    elif way == "sectors":
        for event in later:
            if event.kind == "t":
                yield from [event] * chance.randint(0, 1)
                continue
            for begins in range(0, len(event.content), SECTOR):
                if chance.random() < 0.5:
                    part = event.content[begins : begins + SECTOR]
                    yield Event("w", event.path, event.place + begins, part)


def _with(content: bytearray | None, events: Sequence[Event]) -> bytearray:
    made = bytearray(content or b"")
    for event in events:
        if event.kind == "t":
            made = made[: event.place].ljust(event.place, b"\0")
            continue
        ends = event.place + len(event.content)
        if len(made) < ends:
            made.extend(bytes(ends - len(made)))
        made[event.place : ends] = event.content
    return made


def _found(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None
