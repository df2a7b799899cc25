"""Results about files, kept by a digest of their content: the files themselves, which somebody uploads, are not held."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import wraps
from hashlib import sha256
from threading import Lock
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def kept_by_content(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep what a function of texts and files returned, up to so many results; the one not asked for the longest goes first.

    A draft is checked often, and all but one of its files are unchanged.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        kept: OrderedDict[bytes, R] = OrderedDict()
        lock = Lock()

        @wraps(function)
        def asked(*given: P.args, **named: P.kwargs) -> R:
            key = _digest(given)
            with lock:
                if key in kept:
                    kept.move_to_end(key)
                    return kept[key]
            found = function(*given, **named)
            with lock:
                kept[key] = found
                while len(kept) > most:
                    kept.popitem(last=False)
            return found

        return asked

    return decorate


def _digest(given: object) -> bytes:
    digest = sha256()
    for part in _parts(given):
        digest.update(part)
    return digest.digest()


def _parts(given: Any) -> Iterator[bytes]:
    """Yield the parts with their kinds and lengths before them, so that no two arguments are alike."""
    if isinstance(given, tuple):
        yield b"(%d" % len(given)
        for each in given:
            yield from _parts(each)
        return
    data = given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given
    yield b"%s%d:" % (b"t" if isinstance(given, str) else b"b", len(data))
    yield data
