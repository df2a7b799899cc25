"""Every situation a net can be in.

A situation is a standing (`moves`) and what is known of the facts there. What is known travels in sets: all of it that
has come to a standing goes on together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from time import thread_time
from typing import Final, TypeAlias

from engine.bpmn.guardrails.firing import Label, Trail
from engine.bpmn.guardrails.moves import Move, Moves
from engine.bpmn.guardrails.net import Net

Layer: TypeAlias = dict[int, int]
"""Standing (or standing and state of an automaton) to the knowledge that is new there."""
WaysOn: TypeAlias = Callable[[int], Iterable[tuple[int, Move]]]
"""From a node to the next. A node is a standing, or a standing and a state of an automaton."""
EVERY: Final = 64
"""Standings between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Beyond it nothing is called proven."""

    states: int = 200_000
    milliseconds: int = 8_000
    """Of the processor: on a busy machine the same is proved as on an idle one."""
    is_last: bool = True
    """Nobody looks further: what is not proved stops a publication. While somebody draws it is only told."""


@dataclass(slots=True)
class Graph:
    """All that was visited: for each standing the set of what can be known there."""

    net: Net
    moves: Moves
    reached: dict[int, int] = field(default_factory=dict)
    many: dict[int, Trail] = field(default_factory=dict)
    """Place to a way on which a second token came to it."""
    states: int = 0
    complete: bool = True
    ways: dict[int, tuple[Move, ...]] = field(default_factory=dict)
    """For each standing the moves that were followed."""

    @property
    def finished(self) -> list[int]:
        """Standings in which the case has ended."""
        return [
            place for place in self.reached if place and not self.moves.standings[place] & self.net.tokens
        ]

    @property
    def fired(self) -> set[int]:
        """Every element that was passed on some way."""
        steps = {id(move.step): move.step.passed for moves in self.ways.values() for move in moves}
        passed = 0
        for each in steps.values():
            passed |= each
        return {number for number in range(len(self.net.steps)) if passed >> number & 1}

    def following(self, place: int, bit: int) -> Iterator[tuple[int, int, Label, Trail]]:
        """The situations after one, with the milestones and elements on the way."""
        for move in self.ways[place]:
            for after in single_bits(move.effect.of(bit) & self.reached[move.target]):
                yield move.target, after, move.step.label, move.step.trail

    def trail_to(self, wanted: Mapping[int, int]) -> tuple[int, int, Trail]:
        """The nearest of these situations, and every element passed on a shortest way there."""
        found = nearest(self, lambda place: wanted.get(place, 0), self.ways_on)
        if found is None:
            raise LookupError
        return found

    def ways_on(self, place: int) -> Iterable[tuple[int, Move]]:
        return [(move.target, move) for move in self.ways[place]]


def nearest(
    graph: Graph, wanted: Callable[[int], int], ways_on: WaysOn, begin: int = 0
) -> tuple[int, int, Trail] | None:
    """Breadth first to the first node wanted, so that the way is the shortest in what people wait for."""
    layer = {begin: graph.reached[0]}
    seen, layers = dict(layer), [layer]
    while layer:
        for node, bits in layer.items():
            here = bits & wanted(node)
            if here:
                bit = here & -here
                return node, bit, _way_back(layers, node, bit, ways_on)
        layer = {}
        for node, bits in layers[-1].items():
            for target, move in ways_on(node):
                new = move.effect.of(bits) & graph.reached[move.target] & ~seen.get(target, 0)
                if new:
                    seen[target] = seen.get(target, 0) | new
                    layer[target] = layer.get(target, 0) | new
        layers.append(layer)
    return None


def _way_back(layers: list[Layer], node: int, bit: int, ways_on: WaysOn) -> Trail:
    """From a situation of the last layer back to the beginning, by the first that leads there in each layer before."""
    parts: list[Trail] = []
    for layer in reversed(layers[:-1]):
        node, bit, trail = next(
            (source, each, move.step.trail)
            for source, bits in layer.items()
            for target, move in ways_on(source)
            if target == node
            for each in single_bits(bits)
            if move.effect.of(each) & bit
        )
        parts.append(trail)
    return tuple(step for part in reversed(parts) for step in part)


def single_bits(bits: int) -> Iterator[int]:
    while bits > 0:
        bit = bits & -bits
        yield bit
        bits ^= bit


def explore(net: Net, limit: Limit, *, every_order: bool = False) -> Graph:
    """The graph; explored again where a second token turned up, which both stays and goes from then on.

    Unless `every_order`, what nothing can tell from anything else happens at once: fewer situations, the same words of
    milestones, but paths that may be longer than need be.
    """
    began = thread_time()
    met: dict[int, Trail] = {}
    while True:
        graph = _Explorer(net, sum(met), limit, began, every_order=every_order).run()
        new = {place: trail for place, trail in graph.many.items() if place not in met}
        if not new or not graph.complete or any(not place & net.plain for place in new):
            graph.many = met | new
            return graph
        met |= new


class _Explorer:
    def __init__(self, net: Net, many: int, limit: Limit, began: float, *, every_order: bool) -> None:
        self._graph = Graph(net, Moves(net, many))
        self._limit = limit
        self._began = began
        self._every_order = every_order
        self._twice = 0
        self._queue: list[int] = []
        self._waiting: Layer = {}

    def run(self) -> Graph:
        graph = self._graph
        self._note(0, graph.moves.known.bit(graph.net.start_facts))
        visited = 0
        while self._queue and graph.complete:
            # The lowest number first: most of what will be known there has come by then.
            place = heappop(self._queue)
            self._visit(place, self._waiting.pop(place))
            visited += 1
            if visited % EVERY == 0:
                graph.complete = not self._spent()
        for place in graph.reached:
            moves = graph.moves.let_go(place)
            used = tuple([move for move in moves if move.used])
            graph.ways[place] = moves if len(used) == len(moves) else used
        graph.many = {place: self._way_to_second(place) for place in single_bits(self._twice)}
        return graph

    def _way_to_second(self, place: int) -> Trail:
        """The shortest way on which a second token comes to a place."""
        graph = self._graph
        moves = [
            (source, move)
            for source, moves in graph.ways.items()
            for move in moves
            if move.step.twice & place
        ]
        before: Layer = {}
        for source, move in moves:
            before[source] = before.get(source, 0) | move.effect.leading_to(graph.reached[source], -1)
        at, bit, trail = graph.trail_to(before)
        last = next(move for source, move in moves if source == at and move.effect.of(bit))
        return trail + last.step.trail

    def _note(self, place: int, new: int) -> None:
        graph = self._graph
        graph.reached[place] = graph.reached.get(place, 0) | new
        graph.states += new.bit_count()
        if place in self._waiting:
            self._waiting[place] |= new
        else:
            self._waiting[place] = new
            heappush(self._queue, place)

    def _spent(self) -> bool:
        over = self._graph.states > self._limit.states
        return over or (thread_time() - self._began) * 1000 > self._limit.milliseconds

    def _visit(self, place: int, bits: int) -> None:
        reached = self._graph.reached
        for move in self._chosen(place, bits):
            after = move.effect.of(bits)
            if after:
                move.used = True
                self._twice |= move.step.twice
                new = after & ~reached.get(move.target, 0)
                if new:
                    self._note(move.target, new)

    def _chosen(self, place: int, bits: int) -> tuple[Move, ...]:
        row = self._graph.moves.of(place)
        if row.alone and not self._every_order:
            reached = self._graph.reached
            for moves in row.alone:
                if not any(move.effect.of(bits) & reached.get(move.target, 0) for move in moves):
                    # All the other orders lead to the same words; that it leads somewhere new keeps rings from closing.
                    return moves
        return row.moves
