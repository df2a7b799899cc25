"""Ways that stories have in common: hundreds apply alike and go the same way to the same task, or to the same end.

After each step a world's files are kept, and a world that takes the same step at the same place gets copies of them. A place
is a state of one world, with its numbers and keys: nobody goes on from a copy of one world into a copy of another. A story
that reads in the words of `Story` stays on its way. A story that does anything else goes on alone from then on: the marks of
its files are no longer those that the last step left.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from cachetools import LRUCache
from sqlalchemy import make_url

from engine.executor import Engine
from engine.storage.database import Database

T = TypeVar("T")
Marks: TypeAlias = tuple[tuple[int, int, int] | None, ...]
"""Number, length and time of a world's files: each commit changes them."""
MOST = 200
"""Images; each takes half a megabyte."""
PAGE = 4096


@dataclass(frozen=True, slots=True)
class Content:
    """A file, by the pages that are not those of the first one kept."""

    length: int
    pages: Mapping[int, bytes]

    @classmethod
    def of(cls, data: bytes, first: bytes) -> Content:
        starts = range(0, len(data), PAGE)
        pages = ((start, data[start : start + PAGE]) for start in starts)
        return cls(len(data), {at: page for at, page in pages if page != first[at : at + PAGE]})

    def on(self, first: bytes) -> bytes:
        data = bytearray(first[: self.length].ljust(self.length, b"\0"))
        for start, page in self.pages.items():
            data[start : start + len(page)] = page
        return bytes(data)


@dataclass(frozen=True, slots=True)
class Image:
    """A world after a step, and what its story remembers."""

    files: Sequence[Content | None]
    remembered: Any
    place: object = field(default_factory=object)
    """Like no other: it names this state of this world, also when the image is gone."""


class Beginnings:
    """The images of a process."""

    def __init__(self) -> None:
        self.images: LRUCache[Hashable, Image] = LRUCache(MOST)
        self._first: Sequence[bytes | None] = ()

    def keep(self, way: Hashable, files: Sequence[Path], remembered: Any) -> Image:
        data = [file.read_bytes() if file.exists() else None for file in files]
        self._first = self._first or data
        contents = [
            None if each is None else Content.of(each, first or b"")
            for each, first in zip_longest(data, self._first)
        ]
        image = self.images[way] = Image(contents, remembered)
        return image

    def copy(self, image: Image, files: Sequence[Path]) -> None:
        for file, content, first in zip(files, image.files, self._first, strict=True):
            file.unlink(missing_ok=True)
            if content is not None:
                file.touch(mode=0o600)
                file.write_bytes(content.on(first or b""))


class Course:
    """The steps taken in one world so far, for as long as nothing else has happened in it."""

    def __init__(self, beginnings: Beginnings, engine: Engine[Any]) -> None:
        self._beginnings = beginnings
        self._engine = engine
        self._databases: tuple[Database, ...] = (engine.database, engine.key_store.database)
        places = engine.settings.checkpoints
        self._files = (
            *map(file_of, self._databases),
            *(places.file, places.key_file, places.public_key_file),
        )
        self._surroundings = self._around()
        self._place: Hashable = None
        self._marks = self._seen()

    def go(self, step: Hashable, run: Callable[[], T]) -> T:
        """Return what `run` returns, or what it returned in a world that took this step at this place before. It moves
        no clock."""
        if not self._is_on_its_way():
            return run()
        way = (self._place, self._engine.now(), step)
        image = self._beginnings.images.get(way)
        if image is not None:
            self._become(image)
        else:
            try:
                remembered = run()
            finally:
                # A refused step is taken in each world: it may leave a trace.
                self._place, self._marks = way, self._seen()
            for database in self._databases:
                database.empty_wal()
            image = self._beginnings.keep(way, self._files, remembered)
        self._place, self._marks = image.place, self._seen()
        kept: T = image.remembered
        return kept

    def reads(self, question: Hashable, run: Callable[[], T]) -> T:
        """Return what `run` reads. The entries of a reading in the access log belong to the way."""
        is_on_its_way = self._is_on_its_way()
        answer = run()
        if is_on_its_way:
            self._place, self._marks = (self._place, self._engine.now(), question), self._seen()
        return answer

    def _is_on_its_way(self) -> bool:
        around = zip(self._surroundings, self._around(), strict=True)
        return all(one is other for one, other in around) and self._seen() == self._marks

    def _around(self) -> tuple[object, ...]:
        return self._engine.settings, self._engine.operations

    def _become(self, image: Image) -> None:
        """Take the files of an image. The key store sees that its file is another one; the root key is read again."""
        for database in self._databases:
            database.engine.dispose()
            for beside in _beside(file_of(database)):
                beside.unlink(missing_ok=True)
        self._beginnings.copy(image, self._files)
        self._engine.prove_master_key()

    def _seen(self) -> Marks:
        return tuple(_marks(each) for file in self._files for each in (file, _beside(file)[0]))


def file_of(database: Database) -> Path:
    return Path(make_url(database.url).database or "")


def _beside(file: Path) -> tuple[Path, Path]:
    return file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")


def _marks(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
