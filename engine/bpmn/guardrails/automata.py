"""The rules over a graph: all at once and roughly, then each that may be broken by itself and exactly."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

from engine.bpmn.guardrails.explore import Graph, nearest, single_bits
from engine.bpmn.guardrails.firing import Label, Trail
from engine.bpmn.guardrails.moves import Move
from engine.bpmn.guardrails.net import Letter
from engine.bpmn.guardrails.rules import DEAD, Rule, Value


def moved(rule: Rule, state: str, letter: Letter) -> str:
    """One letter further. Whether the rule's `when` holds was settled where the milestone stands."""
    holds = rule.when is not None and rule.key not in letter.beside
    facts = {rule.when.fact: min(rule.when.values)} if rule.when is not None and holds else {}
    return rule.step(state, letter.milestone, facts)


@dataclass(slots=True)
class Sweep:
    """For each standing the states in which every rule can be there, whatever is known of the facts.

    Forgetting what is known adds ways and takes none away: what is not broken here is not broken. Each automaton has
    its own bits, so a set of states of all of them is one integer.
    """

    graph: Graph
    rules: tuple[Rule, ...]
    bits: dict[tuple[str, str], int] = field(default_factory=dict)
    sets: dict[int, int] = field(default_factory=dict)
    _moves: list[dict[int, int]] = field(default_factory=list)
    _memo: dict[tuple[Label, int], int] = field(default_factory=dict)

    def run(self) -> None:
        self._number()
        sets = self.sets = dict.fromkeys(self.graph.reached, 0)
        sets[0] = sum(self.bits[rule.key, rule.automaton.start] for rule in self.rules)
        ways, queue, waiting = self.graph.ways, [0], {0}
        while queue:
            place = heappop(queue)
            waiting.discard(place)
            states = sets[place]
            for move in ways[place]:
                label, target = move.step.label, move.target
                after = self._after(label, states) if label else states
                if after & ~sets[target]:
                    sets[target] |= after
                    if target not in waiting:
                        waiting.add(target)
                        heappush(queue, target)

    def _number(self) -> None:
        states = [(rule, state) for rule in self.rules for state in (*rule.automaton.moves, DEAD)]
        self.bits = {(rule.key, state): 1 << place for place, (rule, state) in enumerate(states)}
        self._moves = [
            {
                self.bits[rule.key, state]: self.bits[
                    rule.key, DEAD if state == DEAD else moved(rule, state, letter)
                ]
                for rule, state in states
            }
            for letter in self.graph.net.letters
        ]

    def _after(self, label: Label, states: int) -> int:
        key = label, states
        found = self._memo.get(key)
        if found is None:
            found = states
            for letter in label:
                moves, left, found = self._moves[letter], found, 0
                while left:
                    bit = left & -left
                    left ^= bit
                    found |= moves[bit]
            self._memo[key] = found
        return found

    def may_be_broken(self, rule: Rule) -> bool:
        dead = self.bits[rule.key, DEAD]
        if any(states & dead for states in self.sets.values()):
            return True
        return any(
            self.sets[place] & self.bits[rule.key, state] and failing(self.graph, rule, place, state)
            for place in self.graph.finished
            for state in rule.automaton.moves
        )


def failing(graph: Graph, rule: Rule, place: int, state: str) -> int:
    """With what knowledge a case that ends there has not kept the rule."""
    reached = graph.reached[place]
    if state in rule.automaton.accepting:
        return 0
    fact = rule.when.fact if rule.when is not None and not rule.automaton.demanding else None
    if fact is None or rule.when is None or fact not in graph.net.groups:
        return reached
    values = graph.moves.known.values
    return sum(
        bit
        for bit in single_bits(reached)
        if graph.net.possible(values[bit.bit_length() - 1], fact) & rule.when.values
    )


def witness(graph: Graph, rule: Rule, state: str | None = None) -> Trail | None:
    """The elements on a shortest way to break the rule, begun in a state of it or at its start; None when there is none."""
    return _Product(graph, rule).witness(state or rule.automaton.start)


def is_broken(graph: Graph, rule: Rule) -> bool:
    return _Product(graph, rule).is_broken()


def reached_with(graph: Graph, rule: Rule) -> dict[tuple[int, str], int]:
    """Every standing with each state the rule can be in there, and what can be known of the facts then."""
    return _Product(graph, rule).reached()


class _Product:
    """Situations once more, each with a state of one rule."""

    def __init__(self, graph: Graph, rule: Rule) -> None:
        self._graph = graph
        self._rule = rule
        self._states = (*rule.automaton.moves, DEAD)
        self._memo: dict[tuple[Label, int], int] = {}
        automaton = rule.automaton
        self._safe = {
            number
            for number, state in enumerate(automaton.moves)
            if automaton.value(state) is Value.KEPT_FOR_GOOD
        }
        self._fails: dict[int, int] = {}
        for place in graph.finished:
            for number, state in enumerate(rule.automaton.moves):
                self._fails[place * len(self._states) + number] = failing(graph, rule, place, state)

    def is_broken(self) -> bool:
        return any(bits & self._failing(node) for node, bits in self._spread())

    def _failing(self, node: int) -> int:
        place, state = divmod(node, len(self._states))
        return self._graph.reached[place] if self._states[state] == DEAD else self._fails.get(node, 0)

    def witness(self, state: str) -> Trail | None:
        found = nearest(self._graph, self._failing, self._ways_on, self._states.index(state))
        return None if found is None else found[2]

    def reached(self) -> dict[tuple[int, str], int]:
        count = len(self._states)
        found: dict[tuple[int, str], int] = {}
        for node, bits in self._spread():
            key = node // count, self._states[node % count]
            found[key] = found.get(key, 0) | bits
        return found

    def _spread(self) -> Iterator[tuple[int, int]]:
        """Each situation there can be, with what is newly known in it; it waits until most of what comes to it has come."""
        graph, count, safe = self._graph, len(self._states), self._safe
        reached, waiting, queue = graph.reached, {0: graph.reached[0]}, [0]
        seen = dict(waiting)
        while queue:
            node = heappop(queue)
            bits = waiting.pop(node)
            yield node, bits
            place, state = divmod(node, count)
            for move in graph.ways[place]:
                label = move.step.label
                after = self._after(label, state) if label else state
                if after in safe:
                    continue
                target = move.target * count + after
                new = move.effect.of(bits) & reached[move.target] & ~seen.get(target, 0)
                if new:
                    seen[target] = seen.get(target, 0) | new
                    if target in waiting:
                        waiting[target] |= new
                    else:
                        waiting[target] = new
                        heappush(queue, target)

    def _ways_on(self, node: int) -> Iterator[tuple[int, Move]]:
        count, safe = len(self._states), self._safe
        place, state = divmod(node, count)
        for move in self._graph.ways[place]:
            label = move.step.label
            after = self._after(label, state) if label else state
            if after not in safe:
                yield move.target * count + after, move

    def _after(self, label: Label, state: int) -> int:
        found = self._memo.get((label, state))
        if found is None:
            name = self._states[state]
            for letter in label:
                name = DEAD if name == DEAD else moved(self._rule, name, self._graph.net.letters[letter])
            found = self._memo[label, state] = self._states.index(name)
        return found


def unable_to_end(graph: Graph) -> dict[int, int]:
    """For each standing the knowledge with which the case can no longer come to its end, where there is any."""
    finished = set(graph.finished)
    left = {place: bits for place, bits in graph.reached.items() if place not in finished}
    # Standings are numbered as they were met: backwards, few are left after one look.
    for place in sorted(left, reverse=True):
        _find_way_out(graph, left, place)
    sources: dict[int, list[int]] = {}
    for place in left:
        for move in graph.ways[place]:
            sources.setdefault(move.target, []).append(place)
    waiting = deque(left)
    while waiting:
        place = waiting.popleft()
        if place in left and _find_way_out(graph, left, place):
            waiting.extend(sources.get(place, ()))
    return left


def _find_way_out(graph: Graph, left: dict[int, int], place: int) -> bool:
    """Takes from what is left at a standing what a move brings to where the case can end, and tells whether any."""
    unable, reached = left[place], graph.reached
    for move in graph.ways[place]:
        able = reached[move.target] & ~left.get(move.target, 0)
        if able:
            unable &= ~move.effect.leading_to(unable, able)
        if not unable:
            del left[place]
            return True
    found = unable != left[place]
    left[place] = unable
    return found
