"""Bodies while they arrive: how much of each is read and kept, by its address, and how much memory all of them take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from flask import Flask
from waitress.buffers import OverflowableBuffer

from webapp.http.access import access_at
from webapp.http.current import SETTINGS
from webapp.http.uploads import HEAD

MOST_READ = 1024 * 1024 * 1024
"""A film picked by mistake is read to its end, because a browser looks at no answer before: two minutes of a telephone's
camera. A longer body is answered at once and the connection ends."""
_MOST_TEXT_READ = 4 * 1024 * 1024
FREE = 32 * 1024
"""Bytes of each body that are always kept: a form without files gets through whatever others send."""
MOST_ALTOGETHER = 96 * 1024 * 1024
"""Four of the largest bodies, or thirty photographs, at the same moment."""


@dataclass(frozen=True, slots=True)
class Limits:
    kept: int
    """Bytes that the page at this address takes."""
    read: int
    """Bytes after which the answer comes at once and the connection ends."""


_NOWHERE = Limits(FREE, FREE)


def limits_at(app: Flask, method: str, path: str) -> Limits:
    """Return what is read of a body that begins to arrive, before any of it is there."""
    access = access_at(app, method, path)
    if access is None or method in {"GET", "HEAD", "OPTIONS"}:
        return _NOWHERE
    kept = access.body_limit or app.extensions[SETTINGS].body_limit
    return Limits(kept, MOST_READ if access.takes_files else max(2 * kept, _MOST_TEXT_READ))


class Budget:
    """The memory of all unfinished and unanswered bodies together."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.held = 0
        # The loop takes, the threads that answered give back.
        self._lock = Lock()

    def take(self, size: int) -> bool:
        with self._lock:
            if self.held + size > self.total:
                return False
            self.held += size
            return True

    def give(self, size: int) -> None:
        with self._lock:
            self.held -= size


class Body(OverflowableBuffer):  # type: ignore[misc]  # waitress ships no types
    """A buffer in memory that keeps the beginning of a body and drops the rest, at no cost in memory or files."""

    def __init__(self, most: int, budget: Budget, make_room: Callable[[], bool]) -> None:
        super().__init__(most + 1)
        self._most = most
        self._budget = budget
        self._make_room = make_room
        self._is_closed = False
        self.held = 0
        """Bytes that count in the budget."""

    def append(self, sent: bytes) -> None:
        if self._is_closed:
            # It ended for want of room; more chunks of it stood in the same packet.
            return
        kept = sent[: max(self._most - len(self), 0)]
        beyond = max(len(self) + len(kept) - FREE, 0) - self.held
        while beyond > 0 and not self._budget.take(beyond):
            if not self._make_room():
                return
        self.held += max(beyond, 0)
        if kept:
            super().append(kept)

    def close(self) -> None:
        super().close()
        self._is_closed = True
        self._budget.give(self.held)
        self.held = 0


def most_kept(limits: Limits, length: int | None) -> int:
    """Return how much to keep of a body of this length; None if nobody knows it before the end.

    Of one that is too large for its page only the head is needed: the page is shown again with what was typed.
    """
    if length is None:
        return limits.kept + 1
    return length if length <= limits.kept else min(HEAD, limits.kept)
