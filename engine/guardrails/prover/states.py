"""Situations of a case, and the moves from one to the next.

A situation is a marking (the places where tokens stand) and what is known of the facts. The marking decides what can happen,
the facts decide which of it can happen here: so what can happen is worked out once for each marking.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from engine.guardrails.prover.fact_changes import FactChange, Known
from engine.guardrails.prover.fact_reading import where_read
from engine.guardrails.prover.model import Milestone, Net
from engine.guardrails.prover.steps import Step, Steps
from engine.guardrails.prover.tokens import Firing, Marking, Tokens, bits

NONE: Final[frozenset[int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Situation:
    marking: Marking
    known: Known


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """A step from one marking to another."""

    target: Marking
    change: FactChange
    """Without the facts that nobody will ask for any more."""
    step: Step
    keeps_facts: bool
    """True if the facts are known to be the same before and after."""

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        return self.step.milestones

    def after(self, several: AbstractSet[Known]) -> AbstractSet[Known]:
        """Return the known values after the move, from any of `several` before it; empty if the move is not possible."""
        return several if self.keeps_facts else self.change.of_all(several)


class Moves:
    """The moves from each marking of a net, computed at first use."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.steps = Steps(net)
        self._waiting: dict[Marking, list[Firing]] = {}
        self._waits: Marking = 0
        for firing in self.tokens.firings:
            if firing.transition.waits:
                self._waiting.setdefault(firing.moved_by, []).append(firing)
                self._waits |= firing.moved_by
        self._where_read = [self.tokens.marking(places) for places in where_read(net)]
        self._found: dict[Marking, tuple[Move, ...]] = {}
        self._met: dict[Marking, Marking] = {}
        """Each marking once: a wide model has many, and many moves to each."""
        self._forgotten: dict[Marking, frozenset[int]] = {}

    @property
    def tokens(self) -> Tokens:
        return self.steps.tokens

    @cached_property
    def begin(self) -> Mapping[Marking, frozenset[Known]]:
        """The situation of a case that nobody has started. A fact of the case can have any of its values."""
        marking = self.tokens.marking({self.net.begin})
        forgotten = self.forgotten(marking)
        known: Known = tuple(
            frozenset(fact.values) if not fact.path and number not in forgotten else None
            for number, fact in enumerate(self.net.facts)
        )
        return {marking: frozenset({known})}

    def moves_from(self, marking: Marking) -> tuple[Move, ...]:
        """Return the moves from a marking. Raise TooWide if a step can go on in too many ways."""
        found = self._found.get(marking)
        if found is None:
            found = self._found[marking] = tuple(self._worked_out(marking))
        return found

    def halfway(self, marking: Marking) -> Iterator[Step]:
        """Yield the beginnings of the moves from a marking, one for each transition that happens, as a step that stops there."""
        for firing in self._open(marking):
            yield from self.steps.halfway(marking, firing)

    def forgotten(self, marking: Marking) -> frozenset[int]:
        """Return the numbers of facts that, from this marking on, are written before they are read."""
        found = self._forgotten.get(marking) if self.net.facts else NONE
        if found is None:
            found = self._forgotten[marking] = frozenset(
                fact
                for fact, places in enumerate(self._where_read)
                if fact not in self.net.read_at_end and not places & marking
            )
        return found

    def _open(self, marking: Marking) -> Iterator[Firing]:
        """Yield the transitions that somebody or something outside can bring, in the order of the diagrams."""
        for place in bits(marking & self._waits):
            for firing in self._waiting[place]:
                if firing.is_open(marking):
                    yield firing

    def _worked_out(self, marking: Marking) -> Iterator[Move]:
        forgotten = self.forgotten(marking)
        for firing in self._open(marking):
            steps = self.steps.after(marking, firing)
            moves = [self._move(step, marking, forgotten) for step in steps]
            yield from moves if len(moves) < 2 else _without_same(moves)

    def _move(self, step: Step, marking: Marking, forgotten: frozenset[int]) -> Move:
        target = step.from_marking(marking)
        target = self._met.setdefault(target, target)
        after = self.forgotten(target)
        change = self.steps.forgetting(step.change, after)
        return Move(target, change, step, change.is_nothing and after <= forgotten)


def _without_same(moves: list[Move]) -> Iterable[Move]:
    """Return one move for all that have the same target, change and milestones."""
    found: dict[tuple[Marking, FactChange, tuple[Milestone, ...]], Move] = {}
    for each in moves:
        found.setdefault((each.target, each.change, each.milestones), each)
    return found.values()
