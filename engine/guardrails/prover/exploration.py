"""Visits every situation that a case can come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from time import thread_time
from typing import Final

from engine.guardrails.prover.agenda import Agenda
from engine.guardrails.prover.fact_changes import Known
from engine.guardrails.prover.model import Net
from engine.guardrails.prover.states import Move, Moves, Situation
from engine.guardrails.prover.steps import TooWide
from engine.guardrails.prover.tokens import Marking

EVERY: Final = 64
"""Markings between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Bounds of an exploration. If one is exceeded, nothing is called proven."""

    situations: int = 150_000
    milliseconds: int = 8_000
    """Of the processor: on a busy machine the same is proved as on an idle one."""
    is_last: bool = True
    """True if no longer search follows: an open question then stops a publication."""


@dataclass(slots=True, eq=False)
class Exploration:
    """All situations that were visited, by marking, with the moves that lead from them."""

    moves: Moves
    begin: Mapping[Marking, frozenset[Known]]
    reached: dict[Marking, set[Known]] = field(default_factory=dict)
    taken: dict[Marking, tuple[Move, ...]] = field(default_factory=dict)
    """The moves that some situation of the marking has; a marking that was not visited any more is left out."""
    situations: int = 0
    is_complete: bool = True

    @property
    def net(self) -> Net:
        return self.moves.net

    @property
    def milestones(self) -> frozenset[str]:
        """The milestones that some way reaches."""
        moves = (move for several in self.taken.values() for move in several)
        return frozenset(each.name for move in moves for each in move.milestones)

    def add(self, marking: Marking, known: AbstractSet[Known], new: Agenda[Marking, Known]) -> None:
        """Note the values that are possible at a marking, and put those that were not noted before on the agenda `new`."""
        reached = self.reached.setdefault(marking, set())
        fresh = known - reached
        if fresh:
            reached |= fresh
            self.situations += len(fresh)
            new.add(marking, fresh)

    def moves_from(self, marking: Marking) -> tuple[Move, ...]:
        return self.taken.get(marking, ())

    def following(self, situation: Situation) -> Iterator[tuple[Move, Situation]]:
        for move in self.moves_from(situation.marking):
            for known in move.change.of(situation.known):
                yield move, Situation(move.target, known)


def from_the_beginning(moves: Moves) -> Mapping[Marking, frozenset[Known]]:
    """Return the situation of a case that nobody has started. A fact of the case can have any of its values."""
    marking = frozenset({moves.net.begin})
    forgotten = moves.forgotten(marking)
    known: Known = tuple(
        frozenset(fact.values) if not fact.path and number not in forgotten else None
        for number, fact in enumerate(moves.net.facts)
    )
    return {marking: frozenset({known})}


def explore(
    moves: Moves, limit: Limit, begin: Mapping[Marking, frozenset[Known]] | None = None
) -> Exploration:
    """Visit every situation from the beginning of a case, or from the situations in `begin`, within the limit.

    All values that are new at a marking are followed together.
    """
    began = thread_time()
    found = Exploration(moves, from_the_beginning(moves) if begin is None else begin)
    new: Agenda[Marking, Known] = Agenda()
    for marking, known in found.begin.items():
        found.add(marking, known, new)
    possible: set[Move] = set()
    visited = 0
    while new and found.is_complete:
        try:
            possible.update(_visit(found, new))
        except TooWide:
            found.is_complete = False
        visited += 1
        if visited % EVERY == 0:
            spent = (thread_time() - began) * 1000
            found.is_complete = found.situations <= limit.situations and spent <= limit.milliseconds
    for marking, moves_here in found.taken.items():
        if not all(move in possible for move in moves_here if move.change.required):
            found.taken[marking] = tuple(
                [move for move in moves_here if move in possible or not move.change.required]
            )
    return found


def _visit(found: Exploration, new: Agenda[Marking, Known]) -> Iterator[Move]:
    """Follow the moves from one marking with the values that are new there.

    Yields the moves that require values of facts and find them. Moves without a requirement are possible wherever
    their marking is.
    """
    marking, here = new.take()
    found.taken[marking] = found.moves.of(marking)
    for move in found.taken[marking]:
        after = move.after(here)
        if after:
            found.add(move.target, after, new)
            if move.change.required:
                yield move
