"""Every situation a net can be in, breadth first, so that each path is the shortest in what people wait for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final, TypeAlias

from engine.bpmn.guardrails.net import CHECK, JOIN, MERGE, Automatic, Net, Outcome, Wait, applied

Label: TypeAlias = tuple[int, ...]
Trail: TypeAlias = tuple[int, ...]
Edge: TypeAlias = tuple[int, Label]
EVERY: Final = 256
"""Situations between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Beyond it nothing is called proven."""

    states: int = 200_000
    milliseconds: int = 8_000


@dataclass(slots=True)
class Graph:
    """Situations and what leads from one to the next. The first is the beginning, before any start event."""

    net: Net
    markings: list[int] = field(default_factory=list)
    rows: list[dict[Edge, Trail]] = field(default_factory=list)
    parents: list[tuple[int, Trail] | None] = field(default_factory=list)
    fired: set[int] = field(default_factory=set)
    finished: list[int] = field(default_factory=list)
    many: dict[int, tuple[int, Trail]] = field(default_factory=dict)
    """Place to where a second token first came to it: the situation before and the way there."""
    complete: bool = True

    def trail_to(self, place: int) -> Trail:
        """Every element passed on the shortest way to a situation."""
        parts: list[Trail] = []
        at = self.parents[place]
        while at is not None:
            parts.append(at[1])
            at = self.parents[at[0]]
        return tuple(step for part in reversed(parts) for step in part)


def explore(net: Net, limit: Limit, *, every_order: bool = False) -> Graph:
    """The graph; explored again where a second token turned up, which both stays and goes from then on.

    Unless `every_order`, what nothing can tell from anything else happens at once: fewer situations, the same words of
    milestones, but paths that may be longer than need be.
    """
    began = perf_counter()
    met: dict[int, tuple[int, Trail]] = {}
    while True:
        graph = _Explorer(net, frozenset(met), limit, began, every_order=every_order).run()
        new = {place: found for place, found in graph.many.items() if place not in met}
        if not new or not graph.complete or any(not place & net.plain for place in new):
            graph.many = met | new
            return graph
        # Ways found before are kept, but as steps only: situations are numbered anew.
        met |= {place: (-1, graph.trail_to(at) + trail) for place, (at, trail) in new.items()}


class _Explorer:
    def __init__(
        self, net: Net, many: frozenset[int], limit: Limit, began: float, *, every_order: bool
    ) -> None:
        self._net = net
        self._graph = Graph(net)
        self._many = sum(many)
        self._limit = limit
        self._began = began
        self._index: dict[int, int] = {}
        self._automatic = sum(net.automatic)
        self._waiting = sum(net.waits)
        self._every_order = every_order
        self._at = 0
        self._used: set[Outcome] = set()

    def run(self) -> Graph:
        graph, net = self._graph, self._net
        graph.markings.append(-1)
        graph.rows.append({})
        graph.parents.append(None)
        for start in net.starts:
            for edge in self._fire(net.start_facts, start):
                self._note(0, *edge)
        place = 1
        while place < len(graph.markings):
            if place % EVERY == 0 and self._spent():
                graph.complete = False
                break
            self._at = place
            marking = graph.markings[place]
            if not marking & net.tokens:
                graph.finished.append(place)
            for edge in self._following(marking):
                self._note(place, *edge)
            place += 1
        graph.fired = {step for outcome in self._used for step in outcome.trail}
        return graph

    def _spent(self) -> bool:
        over = len(self._graph.markings) > self._limit.states
        return over or (perf_counter() - self._began) * 1000 > self._limit.milliseconds

    def _following(self, marking: int) -> list[tuple[int, Label, Trail]]:
        found: list[tuple[int, Label, Trail]] = []
        for wait in self._open(marking):
            edges = list(self._fire(marking, wait))
            if wait.alone and not self._every_order and not any(edge[0] in self._index for edge in edges):
                # All the other orders lead to the same words; that it leads somewhere new keeps rings from closing.
                return edges
            found += edges
        return found

    def _open(self, marking: int) -> Iterator[Wait]:
        left = marking & self._waiting
        while left:
            bit = left & -left
            left ^= bit
            for wait in self._net.waits[bit]:
                if marking & wait.needs == wait.needs:
                    yield wait

    def _note(self, source: int, marking: int, label: Label, trail: Trail) -> None:
        graph = self._graph
        target = self._index.get(marking)
        if target is None:
            target = self._index[marking] = len(graph.markings)
            graph.markings.append(marking)
            graph.rows.append({})
            graph.parents.append((source, trail))
        row = graph.rows[source]
        if (target, label) not in row:
            row[target, label] = trail

    def _fire(self, marking: int, wait: Wait) -> Iterator[tuple[int, Label, Trail]]:
        rests = [marking & ~wait.clears]
        if wait.needs & self._many:
            rests.append(marking)
        for rest in rests:
            for outcome in wait.outcomes:
                reached = self._put(rest, outcome, outcome.trail, ignored=rest & wait.needs)
                if reached < 0:
                    continue
                if reached & self._automatic:
                    yield from self._settled(reached, outcome.label, outcome.trail)
                else:
                    yield self._alike(reached), outcome.label, outcome.trail

    def _put(self, marking: int, outcome: Outcome, trail: Trail, ignored: int = 0) -> int:
        again = marking & outcome.add & self._net.counted & ~ignored
        if again:
            self._twice(again, trail)
        reached = marking | outcome.add
        if outcome.ops:
            reached = applied(reached, outcome.ops)
        if reached >= 0:
            self._used.add(outcome)
        return reached

    def _twice(self, places: int, trail: Trail) -> None:
        while places:
            bit = places & -places
            places ^= bit
            self._graph.many.setdefault(bit, (self._at, trail))

    def _settled(self, marking: int, label: Label, trail: Trail) -> Iterator[tuple[int, Label, Trail]]:
        """Run what runs by itself. What can be seen of it happens in every order, the rest at once."""
        waiting = [(marking, label, trail)]
        seen = {(marking, label)}
        while waiting:
            marking, label, trail = waiting.pop()
            turns = self._turns(marking)
            if not turns:
                yield self._alike(marking), label, trail
            for turn in turns:
                rest = marking & ~turn.clears
                if turn.kind == CHECK and marking & turn.mask:
                    following = [(marking & ~turn.bit, label, trail)]
                else:
                    following = [
                        (self._put(rest, outcome, trail), label + outcome.label, trail + outcome.trail)
                        for outcome in turn.outcomes
                    ]
                for each in following:
                    if each[0] >= 0 and each[:2] not in seen:
                        seen.add(each[:2])
                        waiting.append(each)

    def _turns(self, marking: int) -> list[Automatic]:
        """The first that nobody can tell, or all that can be told."""
        found: list[Automatic] = []
        left = marking & self._automatic
        while left:
            bit = left & -left
            left ^= bit
            each = self._net.automatic[bit]
            if each.kind == JOIN:
                if marking & each.mask != each.mask or each.mask & -each.mask != bit:
                    continue
            elif each.kind == MERGE and marking & each.mask:
                continue
            if each.quiet or (each.kind == CHECK and marking & each.mask):
                return [each]
            found.append(each)
        return found

    def _alike(self, marking: int) -> int:
        """One marking for all that differ only in what nobody reads, and in which copy of an activity is which."""
        for group, read_from in self._net.unread:
            if not marking & read_from and marking & group:
                marking |= group
        for begins, bits in self._net.twins:
            blocks = [marking >> first & bits for first in begins]
            ordered = sorted(blocks, reverse=True)
            if ordered != blocks:
                for first, block in zip(begins, ordered, strict=True):
                    marking = marking & ~(bits << first) | block << first
        return marking
