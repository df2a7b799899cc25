"""Visits every situation that a case can come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from time import thread_time
from typing import Final

from engine.guardrails.prover.agenda import Agenda
from engine.guardrails.prover.fact_changes import Known
from engine.guardrails.prover.model import Net, Place
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

    @property
    def widest(self) -> list[Place]:
        """The places of the marking with the most tokens."""
        return self.moves.tokens.places(max(self.reached, key=int.bit_count, default=0))

    def moves_from(self, marking: Marking) -> tuple[Move, ...]:
        return self.taken.get(marking, ())

    def following(self, situation: Situation) -> Iterator[tuple[Move, Situation]]:
        for move in self.moves_from(situation.marking):
            for known in move.change.of(situation.known):
                yield move, Situation(move.target, known)


class Bound:
    """Notices when a search goes beyond its limit."""

    def __init__(self, limit: Limit) -> None:
        self.situations = 0
        self._limit = limit
        self._began = thread_time()
        self._visited = 0

    def is_exceeded(self, situations: int) -> bool:
        """Return True if the search has met too many situations or taken too long. Asked at each marking, it looks at
        some."""
        self.situations = situations
        self._visited += 1
        if self._visited % EVERY:
            return False
        spent = (thread_time() - self._began) * 1000
        return situations > self._limit.situations or spent > self._limit.milliseconds


def explore(
    moves: Moves, limit: Limit, begin: Mapping[Marking, frozenset[Known]] | None = None
) -> Exploration:
    """Visit every situation from the beginning of a case, or from the situations in `begin`, within the limit.

    All values that are new at a marking are followed together.
    """
    bound = Bound(limit)
    found = Exploration(moves, moves.begin if begin is None else begin)
    new: Agenda[Marking, Known] = Agenda()
    for marking, known in found.begin.items():
        found.add(marking, known, new)
    possible: set[Move] = set()
    while new and found.is_complete:
        try:
            possible.update(_visit(found, new))
        except TooWide:
            found.is_complete = False
        if bound.is_exceeded(found.situations):
            found.is_complete = False
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
    found.taken[marking] = found.moves.moves_from(marking)
    for move in found.taken[marking]:
        after = move.after(here)
        if after:
            found.add(move.target, after, new)
            if move.change.required:
                yield move
