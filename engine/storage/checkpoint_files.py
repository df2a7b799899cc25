"""The file of checkpoints and its copy in a second place: appending to them, and walking them line by line."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import Final
from uuid import UUID

from engine.domain.access_log import FaultKind, LogFault, Place
from engine.journal import place_of
from engine.settings import CheckpointSettings, make_folder_of
from engine.storage.checkpoints import GENESIS, Checkpoint, is_signed_with, read
from engine.storage.keys import RootKey
from engine.storage.signing import VerifyingKey

log = logging.getLogger(__name__)

TAIL: Final = 1 << 20
"""Bytes of the file's end that are looked through: a few lines of the longest kind, days of the usual ones."""

NUMBERED: Final = b'{"number":'
"""How each line begins, but for those of the version before."""


@dataclass(frozen=True, slots=True)
class End:
    """How a file of checkpoints ends."""

    number: int = 0
    """Of its last numbered line; 0 without one."""
    digest: str = GENESIS
    up_to: UUID | None = None
    """The entry up to which all is signed; None if that is unknown."""
    heads: frozenset[tuple[UUID, int, str]] = frozenset()
    """Signed lately."""


def end_of(file: Path) -> End:
    """Return how the file ends. What was written before lines had numbers counts as one link before the first of them."""
    if not file.exists():
        return End()
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - TAIL))
        lines = [read(line) for line in opened]
    known = [line for line in lines if line]
    last = lines[-1] if lines else None
    numbered = next((line for line in reversed(known) if line.number), None)
    return End(
        numbered.number if numbered else 0,
        numbered.digest if numbered else _digest_of_all(file),
        last.up_to if last else None,
        frozenset((head.chain_id, head.seq, head.digest) for line in known for head in line.heads),
    )


def _digest_of_all(file: Path) -> str:
    """Return the digest of the whole file, ended as `append` ends it; the beginning of all chains if it is empty."""
    digest, line = sha256(), b""
    for line in _lines(file):
        digest.update(line)
    if line and not line.endswith(b"\n"):
        digest.update(b"\n")
    return digest.hexdigest() if line else GENESIS


def _lines(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        yield from opened


def append(file: Path, lines: Iterable[bytes]) -> None:
    """Append whole lines, for the owner alone to read, and wait until they are on the disk. Where they find no room, or can't be
    written otherwise, nothing of them stays: half a line between two whole ones would read as a log that was changed."""
    make_folder_of(file)
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0) as opened:
        # A file of the version before could be read by all.
        os.fchmod(opened.fileno(), 0o600)
        ended = _end_last_line(opened)
        try:
            for line in lines:
                _write(opened, line)
            os.fsync(opened.fileno())
        except OSError:
            opened.truncate(ended)
            raise


def _end_last_line(opened: FileIO) -> int:
    """End a last line that is whole, and drop one that was broken off by a power cut before its commit. Return the file's length."""
    size = opened.seek(0, os.SEEK_END)
    opened.seek(max(0, size - TAIL))
    last = opened.read().rpartition(b"\n")[2]
    # The disk may have made room for what it had not written yet: it reads as zeros.
    written = last.rstrip(b"\0")
    is_numbered = written.startswith(NUMBERED) or NUMBERED.startswith(written)
    if last and is_numbered and read(last) is None:
        return opened.truncate(size - len(last))
    if last:
        _write(opened, b"\n")
    return size + bool(last)


def _write(opened: FileIO, content: bytes) -> None:
    while content:
        content = content[opened.write(content) :]


class SecondPlace:
    """The copy of the checkpoints. It lies on another machine, which may hang for hours: nobody may hold a transaction
    while it is read or written."""

    def __init__(self, settings: CheckpointSettings) -> None:
        self._file = settings.file
        self._copy = settings.copy
        self._is_away = False

    def bring_up(self) -> None:
        """Append to the copy what it lacks. One that is away is logged once, and gets all of it when it is back."""
        try:
            self.append_lacking()
        except OSError as failure:
            if not self._is_away:
                log.error("the second place of checkpoints can't be written", extra=place_of(failure))  # noqa: TRY400 - without its words
            self._is_away = True
        else:
            self._is_away = False

    def append_lacking(self) -> None:
        """Append to the copy what it lacks. Raise OSError if it is away."""
        if self._copy is None or not self._file.exists():
            return
        # Open for writing: on a network file system only such a file can be locked for one alone.
        with self._file.open("r+b") as held, suppress(BlockingIOError):
            # Two that append at once would repeat lines: the second leaves it to the first.
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _bring_up(self._file, self._copy)


def _bring_up(file: Path, copy: Path) -> None:
    is_new = not copy.exists()
    if not is_new and copy.stat().st_size == file.stat().st_size:
        return
    has = end_of(copy).number
    if is_new or has < end_of(file).number:
        append(copy, (line for line in _lines(file) if not has or is_after(line, has)))


def write_up_to(number: int, file: Path, copy: Path) -> None:
    """Write the lines up to a number to a new file: a later one is known to no database of that moment."""
    append(copy, (line for line in _lines(file) if line.endswith(b"\n") and not is_after(line, number)))


def is_after(line: bytes, number: int) -> bool:
    found = read(line)
    return found is not None and found.number > number


class Walk:
    """Takes the lines of one file in their order, and names each that is not as it was signed."""

    def __init__(self, place: Place, keys: Mapping[str, VerifyingKey], root: RootKey, expected: int) -> None:
        self._place = place
        self._keys = keys
        self._root = root
        self._expected = expected
        """The number of the last checkpoint that is known to be signed."""
        self.faults: list[LogFault] = []
        self.last = 0
        """The highest number so far."""
        self._missing: set[int] = set()
        self._before = sha256()
        self._previous: str | None = GENESIS
        """Digest that the next line must name; None after a line that proves nothing."""

    def over(self, file: Path) -> Iterator[Checkpoint]:
        """Yield each line that is proved; its place may still be wrong."""
        for line in _lines(file):
            if self.last >= self._expected and not line.endswith(b"\n"):
                # Being written at this moment, or broken off before its commit: nobody counts on it.
                break
            if (found := self._take(line)) is not None:
                yield found
        for number in sorted(self._missing):
            self._name(FaultKind.LOST_LINE, number)

    def _take(self, line: bytes) -> Checkpoint | None:
        found = read(line)
        if found is None or not found.number:
            return self._unnumbered(line, found)
        if not self._keys:
            # One fault for all of them: nothing here can be proved.
            return None
        key = self._keys.get(found.key)
        if key is None or not key.is_signed(found.content, found.signature):
            self._name(FaultKind.OTHER_KEY if key is None else FaultKind.SIGNATURE, found.number)
            if found.number == self.last + 1:
                self.last, self._previous = found.number, None
            return None
        self._put(found)
        return found

    def _unnumbered(self, line: bytes, found: Checkpoint | None) -> Checkpoint | None:
        """Take a line of the version before. After the first numbered one there are no more."""
        if not self.last:
            self._before.update(line)
            self._previous = self._before.hexdigest()
            if found is not None and is_signed_with(self._root, found):
                return found
        self._name(FaultKind.SIGNATURE, self.last + 1)
        return None

    def _put(self, found: Checkpoint) -> None:
        expected = self.last + 1
        if found.number < expected:
            is_late = found.number in self._missing
            self._missing.discard(found.number)
            self._name(FaultKind.OUT_OF_ORDER if is_late else FaultKind.REPEATED, found.number)
            return
        if found.number > expected:
            self._missing.update(range(expected, found.number))
        elif self._previous is not None and found.previous != self._previous:
            self._name(FaultKind.UNLINKED_LINE, found.number)
        self.last, self._previous = found.number, found.digest

    def _name(self, kind: FaultKind, number: int) -> None:
        self.faults.append(LogFault(kind, self._place, number))
