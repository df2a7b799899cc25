"""Proves one guardrail on a slice of its process: with few facts, and without what it does not listen to.

Where a fact is forgotten, every choice that reads it can go either way. That adds ways and removes none, so a guardrail
that holds in the slice holds. If it does not hold there, the way that breaks it may be one that the forgotten facts close:
the facts that it reads are added, and the slice is tried again.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from engine.guardrails.definitions import Guardrail
from engine.guardrails.prover.counterexample import BoundExceeded, shortest, to_crowds
from engine.guardrails.prover.exploration import Bound, Limit, explore
from engine.guardrails.prover.fact_changes import Known
from engine.guardrails.prover.findings import Names
from engine.guardrails.prover.judgement import is_empty
from engine.guardrails.prover.model import Net, Passed
from engine.guardrails.prover.model_index import ModelIndex
from engine.guardrails.prover.properties import OneGuardrail
from engine.guardrails.prover.states import Moves
from engine.guardrails.prover.steps import Step, TooWide
from engine.guardrails.prover.tokens import Marking

Way: TypeAlias = tuple[tuple[Passed, ...], ...]
"""The elements that each step passes."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The answer of one slice."""

    situations: int
    is_proven: bool
    """True if no way in the slice breaks the guardrail, and some way reaches what it speaks of."""
    way: Way = ()
    """The shortest way that breaks the guardrail in the slice. It may be one that cannot be gone."""


def attempt(net: Net, guardrail: Guardrail, limit: Limit) -> tuple[Attempt, bool]:
    """Return the answer, and True if no longer search gives another.

    The way that breaks the guardrail is looked for first: where there is one, the rest of the slice is not visited.
    """
    moves, bound = Moves(net), Bound(limit)
    watched = OneGuardrail(moves, guardrail)
    try:
        way = shortest(watched.begin, watched.moves, watched.breaking, bound)
    except (BoundExceeded, TooWide):
        return Attempt(bound.situations, is_proven=False), False
    if way is not None:
        passed = tuple(_passed(each) for each in way.steps)
        return Attempt(bound.situations, is_proven=False, way=passed), True
    exploration = explore(moves, limit)
    is_exact = exploration.is_complete and not exploration.net.uncaught and not to_crowds(exploration)
    is_proven = is_exact and not is_empty(guardrail, exploration.milestones)
    return Attempt(exploration.situations, is_proven), exploration.is_complete


def facts_read(index: ModelIndex, names: Names, way: Way) -> frozenset[str]:
    """Return the facts that the conditions behind the elements of a way read."""
    flows = (flow for step in way for each in step for flow in index.flows_from(names.element(each.path)))
    return frozenset(fact for flow in flows for fact, _ in index.condition(flow.condition).asked)


def closing_step(net: Net, way: Way) -> tuple[Way, frozenset[str]]:
    """Return the first step of a way that cannot be gone in a net with more facts, and the facts that close it there.

    Both are a guess at which facts to follow next: nothing is proved by them. Empty if the whole way can be gone
    or a step of it can go on in too many ways.
    """
    try:
        return _first_closed(Moves(net), way)
    except TooWide:
        return (), frozenset()


def _first_closed(moves: Moves, way: Way) -> tuple[Way, frozenset[str]]:
    here: Mapping[Marking, AbstractSet[Known]] = moves.begin
    for passed in way:
        after: dict[Marking, AbstractSet[Known]] = {}
        closing: set[str] = set()
        for marking, known in here.items():
            for move in moves.moves_from(marking):
                if frozenset(_passed(move.step)) == frozenset(passed):
                    after[move.target] = after.get(move.target, frozenset()) | move.after(known)
                    closing.update(
                        moves.net.facts[fact].name
                        for fact, values in move.change.required
                        if all(values.isdisjoint(each[fact] or ()) for each in known)
                    )
        here = {marking: known for marking, known in after.items() if known}
        if not here:
            return (passed,), frozenset(closing)
    return (), frozenset()


def _passed(step: Step) -> tuple[Passed, ...]:
    return tuple(each for transition in step.way for each in transition.passes)
