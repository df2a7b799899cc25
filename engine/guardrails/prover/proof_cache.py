"""Proofs that found nothing wrong, kept in the process from one check to the next.

A proof speaks of nets. An owner who renames a step, chooses another form or moves a shape draws the same nets again, and
what was proved of them holds. The key is everything that the proof looks at, compared by value. A proof that found
something is not kept: its words are the diagram's own.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from threading import Lock
from typing import Final

from cachetools import LRUCache

from engine.guardrails.definitions import Guardrail
from engine.guardrails.prover.model import Net

MOST: Final = 200
"""Processes of a few bundles that are drawn at the same time."""


class ProofCache:
    """Keeps the number of situations visited, by the proof's key. The key unused for the longest is dropped first."""

    def __init__(self, most: int = MOST) -> None:
        self._found: LRUCache[Hashable, int] = LRUCache(most)
        self._lock = Lock()

    def situations(self, key: Hashable) -> int | None:
        with self._lock:
            return self._found.get(key)

    def keep(self, key: Hashable, situations: int) -> None:
        with self._lock:
            self._found[key] = situations

    def __len__(self) -> int:
        return len(self._found)

    def clear(self) -> None:
        with self._lock:
            self._found.clear()


PROVED: Final = ProofCache()


def key_of(
    element_ids: tuple[str, ...],
    called_can_end: Sequence[bool],
    nets: Sequence[tuple[tuple[Guardrail, ...], Net]],
) -> Hashable:
    """Return everything that the proof of a process depends on. Names, forms and positions on the page are not part of it."""
    asked = tuple(
        (tuple((each.key, each.template, each.a, each.b, each.unless, each.when) for each in guardrails), net)
        for guardrails, net in nets
    )
    return element_ids, tuple(called_can_end), asked
