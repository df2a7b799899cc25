"""The shortest way to a situation in which something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.guardrails.prover.exploration import Bound, Exploration
from engine.guardrails.prover.fact_changes import Assign, Copy, Known
from engine.guardrails.prover.facts import OTHER
from engine.guardrails.prover.model import Fact, Passed, Place
from engine.guardrails.prover.states import Move
from engine.guardrails.prover.steps import Step
from engine.guardrails.prover.tokens import Marking

N = TypeVar("N")
"""Markings, or markings each with the state of a guardrail."""


class BoundExceeded(Exception):
    """A search ended before it had looked everywhere."""


@dataclass(frozen=True, slots=True)
class Counterexample(Generic[N]):
    node: N
    known: Known
    steps: tuple[Step, ...]

    @property
    def passed(self) -> tuple[Passed, ...]:
        """The elements on the way, in order."""
        return tuple(passed for step in self.steps for transition in step.way for passed in transition.passes)

    def assumed(self, facts: Sequence[Fact]) -> tuple[Mapping[str, frozenset[str]], ...]:
        """Return, for each element on the way, the values that facts must have got by then for the way to go on."""
        found: dict[tuple[int, int], frozenset[str]] = {}
        got: dict[int, tuple[int, int]] = {}
        count = 0
        for transition in (each for step in self.steps for each in step.way):
            count += len(transition.passes)
            here = max(count - 1, 0)
            for operation in transition.operations:
                fact = operation.fact
                if isinstance(operation, Copy):
                    got[fact] = got.get(operation.source, (0, operation.source))
                elif isinstance(operation, Assign):
                    got[fact] = here, fact
                    found[here, fact] = operation.values
                else:
                    origin = got.get(fact, (0, fact))
                    found[origin] = found.get(origin, operation.values) & operation.values
        return tuple(
            {
                facts[fact].name: values - {OTHER}
                for (at, fact), values in found.items()
                if at == number and values < frozenset(facts[fact].values)
            }
            for number in range(count)
        )


def shortest(
    begin: Mapping[N, frozenset[Known]],
    moves: Callable[[N], Iterable[tuple[N, Move]]],
    wrong: Callable[[N, AbstractSet[Known]], AbstractSet[Known]],
    bound: Bound | None = None,
) -> Counterexample[N] | None:
    """Search breadth first for a wrong situation. Return the way there with the fewest waits; None if no situation is
    wrong. Raise BoundExceeded if the search goes beyond the bound.

    `wrong(node, known)` returns those of the known values with which a node is wrong; an empty set where it is right.
    """
    layer = {node: set(known) for node, known in begin.items()}
    seen = {node: set(known) for node, known in layer.items()}
    layers = [layer]
    situations = sum(map(len, layer.values()))
    while layer:
        for node, known in layer.items():
            found = wrong(node, known)
            if found:
                end = min(found, key=_in_order)
                return Counterexample(node, end, _way_back(layers, moves, node, end))
        layer = {}
        for node, known in layers[-1].items():
            if bound is not None and bound.is_exceeded(situations):
                raise BoundExceeded
            for after, move in moves(node):
                new = move.after(known) - seen.setdefault(after, set())
                if new:
                    seen[after] |= new
                    situations += len(new)
                    layer.setdefault(after, set()).update(new)
        layers.append(layer)
    return None


def _way_back(
    layers: list[dict[N, set[Known]]],
    moves: Callable[[N], Iterable[tuple[N, Move]]],
    node: N,
    known: Known,
) -> tuple[Step, ...]:
    """Return the steps to a situation of the last layer, traced back by the first move that leads there from each layer before."""
    found: list[Step] = []
    for layer in reversed(layers[:-1]):
        node, known, move = next(
            (source, each, move)
            for source, several in layer.items()
            for after, move in moves(source)
            if after == node
            for each in sorted(several, key=_in_order)
            if known in move.change.of(each)
        )
        found.append(move.step)
    return tuple(reversed(found))


def _in_order(known: Known) -> tuple[tuple[str, ...], ...]:
    """Return a sort key. Sets have another order in each run of Python; the same model has to give the same way."""
    return tuple(tuple(sorted(values)) if values else () for values in known)


def to_one_of(
    exploration: Exploration, wanted: Mapping[Marking, set[Known]]
) -> Counterexample[Marking] | None:
    """Return a shortest way to one of these situations; None if none of them is reached."""
    return shortest(
        exploration.begin,
        lambda marking: ((move.target, move) for move in exploration.moves_from(marking)),
        lambda marking, known: known & wanted.get(marking, frozenset()),
    )


def to_crowds(exploration: Exploration) -> dict[Place, Counterexample[Marking]]:
    """Return the places in which a second token can come to wait, each with a shortest way there."""
    arriving: dict[Place, dict[Marking, list[tuple[Step, set[Known]]]]] = {}
    tokens = exploration.moves.tokens
    for marking in exploration.taken if tokens.has_extra else ():
        for step in exploration.moves.halfway(marking):
            crowded = tokens.crowded(step.from_marking(marking))
            reached = exploration.reached[marking] if crowded else ()
            known = {each for each in reached if step.change.is_possible(each)}
            for place in crowded if known else ():
                arriving.setdefault(place, {}).setdefault(marking, []).append((step, known))
    found: dict[Place, Counterexample[Marking]] = {}
    for place in sorted(arriving, key=lambda each: each.number):
        before = {
            marking: set[Known]().union(*(known for _, known in steps))
            for marking, steps in arriving[place].items()
        }
        way = to_one_of(exploration, before)
        if way is not None:
            last = next(step for step, known in arriving[place][way.node] if way.known in known)
            found[place] = Counterexample(last.from_marking(way.node), way.known, (*way.steps, last))
    return found
