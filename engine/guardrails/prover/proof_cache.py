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
from engine.guardrails.prover.slices import Attempt

MOST: Final = 400
"""Two bundles, as one is drawn and another is in use: the shipped one has 167 proofs, which take 25 MB."""


class ProofCache:
    """Keeps answers by the key of what was asked. The key unused for the longest is dropped first."""

    def __init__(self, most: int = MOST) -> None:
        self._found: LRUCache[Hashable, Attempt] = LRUCache(most)
        self._lock = Lock()

    def found(self, key: Hashable) -> Attempt | None:
        with self._lock:
            return self._found.get(key)

    def keep(self, key: Hashable, answer: Attempt) -> None:
        with self._lock:
            self._found[key] = answer

    def __len__(self) -> int:
        return len(self._found)

    def clear(self) -> None:
        with self._lock:
            self._found.clear()


PROVED: Final = ProofCache()


def key_of_ends(element_ids: tuple[str, ...], called_can_end: Sequence[bool], net: Net) -> Hashable:
    """Return everything on which it depends whether the cases of a process end."""
    return element_ids, tuple(called_can_end), net


def key_of_guardrail(guardrail: Guardrail, net: Net) -> Hashable:
    """Return everything on which the answer of a slice depends. Names, forms and positions on the page are not part of it."""
    asked = guardrail.key, guardrail.template, guardrail.a, guardrail.b, guardrail.unless, guardrail.when
    return asked, net
