"""Answers of proofs, kept in the process from one check to the next.

A proof speaks of a net. An owner who renames a step, chooses another form or moves a shape draws the same nets again, and
what was proved of them holds. An answer is kept under two keys: all that the net is made of, so that it need not be made
again, and the net by value, as different drawings can give the same one. A proof of ends that found something is not kept:
its words are the diagram's own.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from threading import Lock
from typing import Final, Generic, TypeVar

from cachetools import LRUCache

from engine.guardrails.definitions import Guardrail
from engine.guardrails.prover.focus import Focus
from engine.guardrails.prover.slices import Attempt, Way

A = TypeVar("A")
MOST: Final = 800
"""Two bundles, as one is drawn and another is in use: the shipped one has 167 proofs under two keys, which take 25 MB."""


class ProofCache(Generic[A]):
    """Keeps answers by the key of what was asked. The key unused for the longest is dropped first."""

    def __init__(self, most: int = MOST) -> None:
        self._found: LRUCache[Hashable, A] = LRUCache(most)
        self._lock = Lock()

    def found(self, key: Hashable) -> A | None:
        with self._lock:
            return self._found.get(key)

    def keep(self, key: Hashable, answer: A) -> None:
        with self._lock:
            self._found[key] = answer

    def __len__(self) -> int:
        return len(self._found)

    def clear(self) -> None:
        with self._lock:
            self._found.clear()


PROVED: Final = ProofCache[Attempt]()
CLOSED: Final = ProofCache[tuple[Way, frozenset[str]]]()
"""The steps at which ways that break a guardrail in a slice end with more facts, and the facts that end them."""


def key_of_ends(element_ids: tuple[str, ...], called_can_end: Sequence[bool], drawn: Hashable) -> Hashable:
    """Return everything on which it depends whether the cases of a process end. `drawn`: the net, or all it is made of."""
    return element_ids, tuple(called_can_end), drawn


def key_of_guardrail(guardrail: Guardrail, drawn: Hashable) -> Hashable:
    """Return everything on which the answer of a slice depends. Names, forms and positions on the page are not part of it."""
    asked = guardrail.key, guardrail.template, guardrail.a, guardrail.b, guardrail.unless, guardrail.when
    return asked, drawn


def source_of(focus: Focus) -> Hashable:
    """Return all that the net of a focus is made of: its guardrails must stand beside it in a key.

    The contents of the processes it looks into, the called ones that are one step, and the facts that are followed. What
    another process does decides only which facts those are.
    """
    index = focus.index
    inside = [focus.process_id]
    for process in inside:
        calls = (each.calls for each in index.by_process.get(process, ()) if each.calls)
        inside += [each for each in dict.fromkeys(calls) if each not in (*inside, *focus.one_step)]
    contents = tuple((process, index.contents.get(process)) for process in inside)
    return contents, frozenset(focus.one_step.items()), tuple(focus.facts.items()), focus.copies
