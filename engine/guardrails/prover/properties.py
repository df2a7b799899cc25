"""Holds an exploration against what has to be true of it: each guardrail, and that every case can always still end.

A guardrail is broken if some way brings its automaton into the state "broken", or a case to its end in a state that does not
accept. First all guardrails are followed together, as if every fact could always be anything: that adds ways and removes none,
so a guardrail that holds then holds. Each of the others is followed by itself, with the facts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, Protocol, TypeAlias

from engine.guardrails.definitions import BROKEN, Guardrail, Status
from engine.guardrails.prover.agenda import Agenda
from engine.guardrails.prover.exploration import Exploration
from engine.guardrails.prover.fact_changes import Known
from engine.guardrails.prover.model import Milestone, Net
from engine.guardrails.prover.states import Move
from engine.guardrails.prover.tokens import Marking

ENDED: Final[Marking] = 0
"""No token is left: the case has ended."""
NOTHING: Final[frozenset[Known]] = frozenset()
Watched: TypeAlias = tuple[str, str]
"""Key of a guardrail and the state it is in."""
Node: TypeAlias = tuple[Marking, str]
"""A marking and the state of one guardrail."""


def heard(guardrail: Guardrail, state: str, milestones: Iterable[Milestone]) -> str:
    """Return the state of a guardrail after these milestones."""
    for each in milestones:
        if state != BROKEN:
            state = guardrail.moved(state, each.name, applies=guardrail.key not in each.unheard_by)
    return state


class Ways(Protocol):
    """The moves of a net: all that were visited, or each when it is first asked for."""

    @property
    def net(self) -> Net: ...
    @property
    def begin(self) -> Mapping[Marking, frozenset[Known]]: ...
    def moves_from(self, marking: Marking) -> tuple[Move, ...]: ...


def not_kept_at_end(
    net: Net, guardrail: Guardrail, state: str, ended: AbstractSet[Known]
) -> AbstractSet[Known]:
    """Return those of the known values with which a case that ends with the guardrail in this state has broken it."""
    if state in guardrail.automaton.accepting:
        return NOTHING
    fact = net.fact_of_case(guardrail.when.fact) if guardrail.when else None
    if guardrail.when is None or fact is None or guardrail.automaton.demanding:
        return ended
    return {known for known in ended if (known[fact] or frozenset()) & guardrail.when.values}


class AllTogether:
    """The states that all guardrails can reach at each marking if facts are ignored."""

    def __init__(self, exploration: Exploration, guardrails: Iterable[Guardrail]) -> None:
        self._exploration = exploration
        self._guardrails = {each.key: each for each in guardrails}
        self._heard: dict[tuple[tuple[Milestone, ...], frozenset[Watched]], frozenset[Watched]] = {}
        self._seen: dict[Marking, set[Watched]] = {}
        self._spread()

    def can_break(self, guardrail: Guardrail) -> bool:
        """Return True if some way breaks the guardrail when facts are ignored. The facts may exclude that way; False
        is certain."""
        if any((guardrail.key, BROKEN) in watched for watched in self._seen.values()):
            return True
        states = [state for key, state in self._seen.get(ENDED, ()) if key == guardrail.key]
        net, ended = self._exploration.net, self._exploration.reached.get(ENDED, NOTHING)
        return any(not_kept_at_end(net, guardrail, state, ended) for state in states)

    def _spread(self) -> None:
        new: Agenda[Marking, Watched] = Agenda()
        begin = {(each.key, each.automaton.start) for each in self._guardrails.values()}
        for marking in self._exploration.begin:
            self._seen[marking] = set(begin)
            new.add(marking, begin)
        while new:
            marking, here = new.take()
            watched = frozenset(here)
            for move in self._exploration.moves_from(marking):
                after = self._after(move.milestones, watched) if move.milestones else watched
                fresh = after - self._seen.setdefault(move.target, set())
                if fresh:
                    self._seen[move.target] |= fresh
                    new.add(move.target, fresh)

    def _after(self, milestones: tuple[Milestone, ...], watched: frozenset[Watched]) -> frozenset[Watched]:
        found = self._heard.get((milestones, watched))
        if found is None:
            found = self._heard[milestones, watched] = frozenset(
                (key, heard(self._guardrails[key], state, milestones)) for key, state in watched
            )
        return found


class OneGuardrail:
    """All situations, each with the state of one guardrail."""

    def __init__(self, ways: Ways, guardrail: Guardrail, state: str | None = None) -> None:
        self._ways = ways
        self._guardrail = guardrail
        self._state = guardrail.automaton.start if state is None else state
        self._heard: dict[tuple[str, tuple[Milestone, ...]], str | None] = {}
        self._moves: dict[Node, list[tuple[Node, Move]]] = {}

    @property
    def begin(self) -> Mapping[Node, frozenset[Known]]:
        return {(marking, self._state): known for marking, known in self._ways.begin.items()}

    def breaking(self, node: Node, known: AbstractSet[Known]) -> AbstractSet[Known]:
        """Return those of the known values with which the guardrail is broken at a node."""
        marking, state = node
        if state == BROKEN:
            return known
        if marking != ENDED:
            return NOTHING
        return not_kept_at_end(self._ways.net, self._guardrail, state, known)

    def moves(self, node: Node) -> list[tuple[Node, Move]]:
        """Return the moves from a node, without those after which nothing can break the guardrail any more."""
        found = self._moves.get(node)
        if found is None:
            marking, state = node
            found = self._moves[node] = []
            for move in self._ways.moves_from(marking):
                after = self._after(state, move.milestones) if move.milestones else state
                if after is not None:
                    found.append(((move.target, after), move))
        return found

    def reached(self) -> dict[Node, set[Known]]:
        """Return the known values at each node, without nodes where nothing can break the guardrail any more."""
        found = {node: set(known) for node, known in self.begin.items()}
        new: Agenda[Node, Known] = Agenda()
        for node, known in self.begin.items():
            new.add(node, known)
        while new:
            node, here = new.take()
            for after, move in self.moves(node):
                fresh = move.after(here) - found.setdefault(after, set())
                if fresh:
                    found[after] |= fresh
                    new.add(after, fresh)
        return found

    def is_broken(self) -> bool:
        return any(self.breaking(node, known) for node, known in self.reached().items())

    def _after(self, state: str, milestones: tuple[Milestone, ...]) -> str | None:
        """Return the guardrail's state after the milestones; None if nothing can break it any more."""
        if (state, milestones) not in self._heard:
            after = heard(self._guardrail, state, milestones)
            is_kept = self._guardrail.automaton.status(after) is Status.KEPT_FOR_GOOD
            self._heard[state, milestones] = None if is_kept else after
        return self._heard[state, milestones]


def unable_to_end(exploration: Exploration) -> dict[Marking, set[Known]]:
    """Return the situations from which the case cannot reach its end."""
    reached = exploration.reached
    unable = {marking: set(known) for marking, known in reached.items() if marking != ENDED}
    before: dict[Marking, set[Marking]] = {}
    for marking in unable:
        for move in exploration.moves_from(marking):
            before.setdefault(move.target, set()).add(marking)
    # Markings stand in the order in which they were met: from behind, hardly any has to be looked at twice.
    waiting = OrderedDict.fromkeys(reversed(unable))
    while waiting:
        marking, _ = waiting.popitem(last=False)
        if unable[marking] and _find_ways_out(exploration, unable, marking):
            waiting.update(dict.fromkeys(each for each in before.get(marking, ()) if unable[each]))
    return {marking: left for marking, left in unable.items() if left}


def _find_ways_out(exploration: Exploration, unable: dict[Marking, set[Known]], marking: Marking) -> bool:
    """Remove from `unable` the situations of a marking from which a move leads to one that can end. Return True if
    any was removed."""
    left = unable[marking]
    found = False
    for move in exploration.moves_from(marking):
        able = exploration.reached[move.target] - unable.get(move.target, set())
        if able:
            if move.keeps_facts:
                out = left & able
            else:
                out = {known for known in left if not move.change.of(known).isdisjoint(able)}
            found = found or bool(out)
            left -= out
            if not left:
                break
    return found


def never_passed(exploration: Exploration, element_ids: Iterable[str]) -> set[str]:
    """Return those of the elements that no way passes."""
    missing = set(element_ids)
    for step in {move.step for moves in exploration.taken.values() for move in moves}:
        missing.difference_update(each.element_id for part in step.way for each in part.passes)
    # A move has one of the ways that come to the same. Elements on none of those are looked for on all ways.
    for marking, known in exploration.reached.items():
        for step in exploration.moves.halfway(marking) if missing else ():
            passed = {each.element_id for each in step.way[-1].passes}
            if not missing.isdisjoint(passed) and any(step.change.is_possible(each) for each in known):
                missing -= passed
    return missing
