"""All rules at once over a graph: each automaton has its own bits, a set of states of all of them is one integer."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from engine.bpmn.guardrails.explore import Graph, Label, Trail
from engine.bpmn.guardrails.net import Letter
from engine.bpmn.guardrails.rules import DEAD, Rule


def moved(rule: Rule, state: str, letter: Letter) -> str:
    """One letter further. Whether the rule's `when` holds was settled where the milestone stands."""
    holds = rule.when is not None and rule.key not in letter.beside
    facts = {rule.when.fact: min(rule.when.values)} if rule.when is not None and holds else {}
    return rule.step(state, letter.milestone, facts)


@dataclass(slots=True)
class Sweep:
    """For each situation the states in which every rule can be there."""

    graph: Graph
    rules: tuple[Rule, ...]
    bits: dict[tuple[str, str], int] = field(default_factory=dict)
    sets: list[int] = field(default_factory=list)
    _moves: list[dict[int, int]] = field(default_factory=list)
    _memo: dict[tuple[Label, int], int] = field(default_factory=dict)

    def run(self) -> None:
        self._number()
        graph = self.graph
        self.sets = [0] * len(graph.markings)
        self.sets[0] = sum(self.bits[rule.key, rule.automaton.start] for rule in self.rules)
        waiting: deque[int] = deque([0])
        queued = {0}
        while waiting:
            place = waiting.popleft()
            queued.discard(place)
            states = self.sets[place]
            for target, label in graph.rows[place]:
                after = self._after(label, states) if label else states
                if after | self.sets[target] != self.sets[target]:
                    self.sets[target] |= after
                    if target not in queued:
                        queued.add(target)
                        waiting.append(target)

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

    def is_broken(self, rule: Rule) -> bool:
        dead = self.bits[rule.key, DEAD]
        if any(states & dead for states in self.sets):
            return True
        return any(
            self.sets[place] & self.bits[rule.key, state]
            for place in self.graph.finished
            for state in rule.automaton.moves
            if fails_at_end(self.graph, rule, place, state)
        )


def fails_at_end(graph: Graph, rule: Rule, place: int, state: str) -> bool:
    """Whether a case that ends there has not kept the rule."""
    if state in rule.automaton.accepting:
        return False
    if rule.when is None or rule.automaton.demanding:
        return True
    if rule.when.fact not in graph.net.groups:
        return True
    return bool(graph.net.possible(graph.markings[place], rule.when.fact) & rule.when.values)


def witness(graph: Graph, rule: Rule) -> Trail:
    """The elements on a shortest way to break the rule; the rule is known to be broken."""
    start = (0, rule.automaton.start)
    came: dict[tuple[int, str], tuple[tuple[int, str], Trail] | None] = {start: None}
    waiting = deque([start])
    finished = set(graph.finished)
    while waiting:
        at = waiting.popleft()
        place, state = at
        if state == DEAD or (place in finished and fails_at_end(graph, rule, place, state)):
            return _trail(came, at)
        for (target, label), trail in graph.rows[place].items():
            after = state
            for letter in label:
                after = DEAD if after == DEAD else moved(rule, after, graph.net.letters[letter])
            if (target, after) not in came:
                came[target, after] = at, trail
                waiting.append((target, after))
    return ()


def _trail(came: dict[tuple[int, str], tuple[tuple[int, str], Trail] | None], end: tuple[int, str]) -> Trail:
    parts: list[Trail] = []
    before = came[end]
    while before is not None:
        parts.append(before[1])
        before = came[before[0]]
    return tuple(step for part in reversed(parts) for step in part)


def able_to_end(graph: Graph) -> set[int]:
    """The situations from which the case can still come to its end."""
    before: dict[int, list[int]] = {}
    for source, row in enumerate(graph.rows):
        for target, _ in row:
            before.setdefault(target, []).append(source)
    found, waiting = set(graph.finished), list(graph.finished)
    while waiting:
        for source in before.get(waiting.pop(), ()):
            if source not in found:
                found.add(source)
                waiting.append(source)
    return found
