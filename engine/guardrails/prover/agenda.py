"""Keeps the values that have newly come to nodes and have not been followed from there."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from heapq import heappop, heappush
from typing import Generic, TypeVar

N = TypeVar("N")
V = TypeVar("V")


class Agenda(Generic[N, V]):
    """A queue of nodes, each with the values that are new there. Nodes are taken in the order in which they were
    first added: most values have arrived at a node by its turn."""

    def __init__(self) -> None:
        self._new: dict[N, set[V]] = {}
        self._met: dict[N, int] = {}
        self._nodes: list[N] = []
        self._queue: list[int] = []

    def __bool__(self) -> bool:
        return bool(self._queue)

    def add(self, node: N, values: AbstractSet[V]) -> None:
        waiting = self._new.get(node)
        if waiting is not None:
            waiting |= values
            return
        number = self._met.setdefault(node, len(self._nodes))
        if number == len(self._nodes):
            self._nodes.append(node)
        self._new[node] = set(values)
        heappush(self._queue, number)

    def take(self) -> tuple[N, set[V]]:
        node = self._nodes[heappop(self._queue)]
        return node, self._new.pop(node)
