"""What can still become of a case in the new drawing: every way from where it stands, with the promises as they stand.

The ways are those of the prover, begun in the middle. Where a case begun in the new version could stand just so, with
its promises just so, the proof of its publication speaks for it, and only a look is needed. Of the copies of a
multi-instance one is followed at a time, and two where a promise can be broken by two together, as in the prover.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations_with_replacement, product
from typing import Final, TypeAlias

from engine.bpmn.elements import Element
from engine.bpmn.guardrails import Rule, Rules
from engine.bpmn.guardrails.automata import is_broken, reached_with, unable_to_end, witness
from engine.bpmn.guardrails.compiling import Compiler
from engine.bpmn.guardrails.explore import Graph, Limit, explore, single_bits
from engine.bpmn.guardrails.firing import Trail
from engine.bpmn.guardrails.ground import Ground, Surroundings
from engine.bpmn.guardrails.moves import Moves
from engine.bpmn.guardrails.net import Net, Outcome, Wait
from engine.bpmn.guardrails.places import Scope
from engine.bpmn.guardrails.prove import TWO
from engine.bpmn.guardrails.reckoning import applied
from engine.bpmn.guardrails.rules import DEAD, Value
from engine.bpmn.parsed_models import ParsedModels
from engine.bpmn.snapshots import TaskState
from engine.migration.position import Open, Standing
from engine.migration.reasons import Reason, reason
from engine.migration.structure_diff import called

LIMIT: Final = Limit(states=50_000, milliseconds=5_000)
WHOLE: Final = Limit(states=200_000, milliseconds=20_000)
"""For all situations of the new version, looked at once."""
MOST_CHOICES: Final = 64
"""Ways to choose which copies of multi-instances are followed; beyond it nothing is called safe."""
MOST_TOLD: Final = 10

Promised: TypeAlias = Mapping[str, str]
"""Promise to the state in which the case would bring it along."""


class NoSuchPlace(Exception):
    """Something waits where the new drawing has no place to wait."""

    def __init__(self, element: Element) -> None:
        super().__init__(element.element_id)
        self.element = element


class _Placed(Compiler):
    """Remembers where each scope's places are."""

    scopes: dict[str, Scope]

    def _allocate(
        self,
        scope_id: str,
        process_id: str,
        path: str,
        around: Scope | None,
        host: Element | None,
        role: str | None,
    ) -> Scope:
        made = super()._allocate(scope_id, process_id, path, around, host, role)
        vars(self).setdefault("scopes", {})[path] = made
        return made

    def value(self, scope: Scope, fact: str, value: str) -> int:
        """The bit of a value in a scope's own frame; all of the fact for one that is not known or not listed."""
        return (self._mask(fact, (value,)) or self._all(fact)) << scope.frame[fact]


@dataclass
class _Process:
    """One process of the new bundle, compiled with all it calls, for some of its promises."""

    placed: _Placed
    net: Net
    rules: tuple[Rule, ...]

    def is_known(self, marking: int, facts: int, promised: Promised) -> bool:
        """Whether a case begun in the new version can stand there, with its promises as these."""
        if self._proof is None:
            return False
        states = {rule.key: promised.get(rule.key, rule.automaton.start) for rule in self.rules}
        return self._proof.covers(marking, facts, states)

    def graph(self, marking: int, facts: int) -> Graph:
        """Every way from a marking."""
        begun = Wait(0, 0, 0, (Outcome(add=marking),), 0)
        return explore(replace(self.net, starts=[begun], start_facts=facts), LIMIT)

    @cached_property
    def _proof(self) -> _Proof | None:
        """None where not all of the new version is proven: then nothing is known by a look."""
        graph = explore(self.net, WHOLE, every_order=True)
        if not graph.complete or unable_to_end(graph) or any(is_broken(graph, rule) for rule in self.rules):
            return None
        return _Proof.of(graph, self.rules)


@dataclass(frozen=True)
class _Proof:
    """All situations of the proven version. The graph itself is let go: this is a small part of it."""

    moves: Moves
    standings: Mapping[int, int]
    reached: Mapping[int, int]
    by_rule: Mapping[str, tuple[Rule, Mapping[tuple[int, str], int]]]

    @classmethod
    def of(cls, graph: Graph, rules: tuple[Rule, ...]) -> _Proof:
        return cls(
            Moves(graph.net, 0, known=graph.moves.known),
            {standing: number for number, standing in enumerate(graph.moves.standings)},
            graph.reached,
            {rule.key: (rule, reached_with(graph, rule)) for rule in rules},
        )

    def covers(self, marking: int, facts: int, states: Promised) -> bool:
        """A situation stands for all values that facts may still have in it, so one with more of them says it as well."""
        standing, swaps = self.moves.alike(marking, ())
        number = self.standings.get(standing)
        if number is None or not self._holds(self.reached.get(number, 0), applied(facts, swaps)):
            return False
        return all(
            rule.automaton.value(states[key]) is Value.KEPT_FOR_GOOD
            or self._holds(found.get((number, states[key]), 0), applied(facts, swaps))
            for key, (rule, found) in self.by_rule.items()
        )

    def _holds(self, bits: int, facts: int) -> bool:
        return any(not facts & ~self.moves.known.values[bit.bit_length() - 1] for bit in single_bits(bits))


@dataclass
class Futures:
    """Of one bundle. Keeps what it has explored."""

    parsed: ParsedModels
    rules: Rules
    around: Surroundings
    _processes: dict[tuple[str, int], _Process] = field(default_factory=dict)

    def reasons(self, standing: Standing, promised: Promised) -> Iterator[Reason]:
        """What could go wrong from here. `promised`: of the promises watched on this very instance."""
        watched = self.rules.of(standing.scope)
        once = tuple(rule for rule in watched if rule.template not in TWO)
        twofold = tuple(rule for rule in watched if rule.template in TWO)
        try:
            yield from self._reasons(standing, promised, once, copies=1)
            if twofold:
                yield from self._reasons(standing, promised, twofold, copies=2)
        except NoSuchPlace as nowhere:
            element = nowhere.element
            yield reason("no_continuation", element.process_id, element.element_id, name=called(element))

    def _reasons(
        self, standing: Standing, promised: Promised, rules: tuple[Rule, ...], *, copies: int
    ) -> Iterator[Reason]:
        process = self._process(standing.scope, rules, copies)
        choices = list(_choices(standing, copies))
        if len(choices) > MOST_CHOICES:
            yield reason("not_explored")
            return
        told: set[str] = set()
        for chosen in choices:
            at = _Marking(process.placed, self.parsed).of(chosen)
            if process.is_known(*at, promised):
                continue
            for each in self._of_graph(process.graph(*at), rules, promised):
                if each.code not in told:
                    told.add(each.code)
                    yield each

    def _of_graph(self, graph: Graph, rules: tuple[Rule, ...], promised: Promised) -> Iterator[Reason]:
        for rule in rules:
            state = promised.get(rule.key, rule.automaton.start)
            if state == DEAD:
                yield reason("promise_broken", **said(rule))
            elif (trail := witness(graph, rule, state)) is not None:
                yield reason("promise_ahead", steps=_steps(graph, trail), **said(rule))
        if not graph.complete:
            yield reason("not_explored")
        elif unable_to_end(graph):
            yield reason("cannot_end")

    @cached_property
    def _ground(self) -> Ground:
        return Ground(self.parsed, self.rules.facts, self.around)

    def _process(self, process_id: str, rules: tuple[Rule, ...], copies: int) -> _Process:
        key = process_id, copies
        if key not in self._processes:
            placed = _Placed(self._ground, process_id, rules, cuts={}, copies=copies)
            self._processes[key] = _Process(placed, placed.net(), rules)
        return self._processes[key]


def said(rule: Rule) -> dict[str, str]:
    own = {f"promise_{language}": sentence.rstrip(".") for language, sentence in rule.sentences.items()}
    return {"promise": own.get("promise_fi", rule.key), **own}


def _steps(graph: Graph, trail: Trail) -> str:
    named = [called(graph.net.steps[number].element) for number in trail if graph.net.steps[number].waits]
    shown = named if len(named) <= MOST_TOLD else [*named[:3], "…", *named[-(MOST_TOLD - 4) :]]
    return " → ".join(shown)


def _choices(standing: Standing, copies: int) -> Iterator[Standing]:
    """The standing with at most so many copies of each multi-instance, in all the ways there are."""
    children: dict[str, list[Open]] = {}
    rest: list[list[Open]] = []
    for each in standing.open:
        if each.is_child:
            children.setdefault(each.element_id, []).append(each)
        else:
            rest.append([each])
    options: list[list[tuple[Open, ...]]] = [
        [(each,) for each in _inside(alone[0], copies)] for alone in rest
    ]
    options += [list(_picked(each, copies)) for each in children.values()]
    for chosen in product(*options):
        flat = [(place, each) for group in chosen for place, each in enumerate(group)]
        yield replace(standing, open=frozenset(replace(each, times=place) for place, each in flat))


def _picked(children: list[Open], copies: int) -> Iterator[tuple[Open, ...]]:
    """Some of the copies. How many of them stand alike is known up to two."""
    total = sum(each.times for each in children)
    for group in combinations_with_replacement(children, min(copies, total)):
        if all(group.count(each) <= each.times for each in group):
            yield from product(*(list(_inside(each, copies)) for each in group))


def _inside(found: Open, copies: int) -> Iterator[Open]:
    if found.inside is None:
        yield found
        return
    for inner in _choices(found.inside, copies):
        yield replace(found, inside=inner)


@dataclass
class _Marking:
    """From what waits to bits. `times` of a copy is its place here."""

    placed: _Placed
    parsed: ParsedModels
    tokens: int = 0
    facts: int = 0

    def of(self, standing: Standing) -> tuple[int, int]:
        self._mark(standing, "")
        return self.tokens, self.facts

    def _mark(self, standing: Standing, path: str) -> None:
        scope = self.placed.scopes.get(path)
        if scope is None:
            raise NoSuchPlace(self._any(standing))
        values = dict(standing.facts)
        for fact in scope.frame:
            self.facts |= self.placed.value(scope, fact, values.get(fact, ""))
        for each in standing.open:
            self._put(scope, each, self.parsed.element(standing.scope, each.element_id))

    def _put(self, scope: Scope, found: Open, element: Element) -> None:
        key = element.element_id
        if found.is_child:
            path = f"{scope.path}{key}[{found.times}]/"
            self.tokens |= self.placed.scopes[path].place[""]
            if found.inside is not None:
                self._mark(found.inside, path)
        elif element.kind == "boundaryEvent":
            self.tokens |= scope.armed.get(key, 0)
        elif key in scope.joins and found.state == TaskState.WAITING:
            self._arrived(scope, found, element)
        elif key in scope.place:
            self.tokens |= scope.place[key]
            if found.inside is not None:
                self._mark(found.inside, f"{scope.path}{key}/")
        else:
            raise NoSuchPlace(element)

    def _arrived(self, scope: Scope, found: Open, element: Element) -> None:
        for flow in element.incoming:
            if self.parsed.flows[element.process_id, flow].source in found.arrived:
                self.tokens |= scope.inputs[flow]

    def _any(self, standing: Standing) -> Element:
        return self.parsed.element(standing.scope, min(each.element_id for each in standing.open))
