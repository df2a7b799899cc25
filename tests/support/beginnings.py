"""Beginnings that stories have in common: hundreds apply alike and go the same way to the same task.

The second story that begins in a way leaves its database and key store as files, and one that begins so again gets copies of
them. A world takes a copy only while nothing but such steps has happened in it: the marks of its files are those that the
last step left, and its settings are its own. A story that waits, reads or signs in goes on through commands alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from cachetools import LRUCache
from sqlalchemy import make_url

from engine.executor import Engine
from engine.storage.database import Database

Marks: TypeAlias = tuple[tuple[int, int, int] | None, ...]
"""Number, length and time of a world's files: each commit changes them."""
MOST = 60
"""Images; each takes three megabytes."""


@dataclass(frozen=True, slots=True)
class Image:
    """A world after a beginning, and what its story remembers."""

    database: Path
    key_store: Path
    remembered: Any

    def remove(self) -> None:
        self.database.unlink()
        self.key_store.unlink()


class _Images(LRUCache[Hashable, Image]):
    def popitem(self) -> tuple[Hashable, Image]:
        key, image = super().popitem()
        image.remove()
        return key, image


class Beginnings:
    """The images of a process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._seen: set[Hashable] = set()
        self.images = _Images(MOST)

    def is_common(self, way: Hashable) -> bool:
        """Return True if somebody has gone this way before."""
        is_known = way in self._seen
        self._seen.add(way)
        return is_known

    def keep(self, way: Hashable, engine: Engine[Any], remembered: Any) -> None:
        number = next(self._numbers)
        image = Image(self._folder / f"{number}.db", self._folder / f"{number}-keys.db", remembered)
        for database, file in (
            (engine.database, image.database),
            (engine.key_store.database, image.key_store),
        ):
            database.empty_wal()
            shutil.copyfile(file_of(database), file)
        self.images[way] = image


class Course:
    """The steps taken in one world so far, for as long as nothing else has happened in it."""

    def __init__(self, beginnings: Beginnings, engine: Engine[Any]) -> None:
        self._beginnings = beginnings
        self._engine = engine
        self._settings = engine.settings
        self._way: tuple[Hashable, ...] = ()
        self._marks = self._seen()

    def go(self, step: Hashable, run: Callable[[], Any]) -> Any:
        """Return what `run` returns, or what it returned in a world that went this way before. It moves no clock."""
        if self._seen() != self._marks or self._engine.settings is not self._settings:
            return run()
        self._way = (*self._way, self._engine.now(), step)
        image = self._beginnings.images.get(self._way)
        if image is not None:
            self._become(image)
            remembered = image.remembered
        else:
            remembered = run()
            if self._beginnings.is_common(self._way):
                self._beginnings.keep(self._way, self._engine, remembered)
        self._marks = self._seen()
        return remembered

    def _become(self, image: Image) -> None:
        """Take the files of an image. The key store sees that its file is another one; the root key is read again."""
        databases = (
            (self._engine.database, image.database),
            (self._engine.key_store.database, image.key_store),
        )
        for database, kept in databases:
            database.engine.dispose()
            own = file_of(database)
            for beside in ("-wal", "-shm"):
                own.with_name(own.name + beside).unlink(missing_ok=True)
            own.unlink()
            shutil.copyfile(kept, own)
            own.chmod(0o600)
        self._engine.prove_master_key()

    def _seen(self) -> Marks:
        files = [file_of(each) for each in (self._engine.database, self._engine.key_store.database)]
        return tuple(_marks(each) for file in files for each in (file, file.with_name(f"{file.name}-wal")))


def file_of(database: Database) -> Path:
    return Path(make_url(database.url).database or "")


def _marks(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
