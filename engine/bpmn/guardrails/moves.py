"""What can happen where tokens stand, whatever is known of the facts: worked out once for each standing.

A marking is split in two. Where tokens stand decides what can happen; what is known of the facts decides which of it
may happen here and what is known afterwards. The same standing is met with many knowledges, and asks for its moves once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.bpmn.guardrails.firing import Firing, Step
from engine.bpmn.guardrails.known import Effect, Known
from engine.bpmn.guardrails.net import SWAP, Net, Op, Wait, applied, touched, without_guesses


@dataclass(slots=True, eq=False)
class Move:
    """From one standing to another."""

    target: int
    effect: Effect
    step: Step
    used: bool = False


class Row(NamedTuple):
    """What can happen in one standing."""

    moves: tuple[Move, ...]
    alone: tuple[tuple[Move, ...], ...]
    """Those of waits of which nothing can tell when they happen, by wait."""


@dataclass(eq=False)
class Moves:
    """Standings by number, each with its moves once somebody has come there. The first is before any start event."""

    net: Net
    many: int
    """Places of which a token may both go and stay."""
    standings: list[int] = field(default_factory=list)
    known: Known = field(default_factory=Known)
    _index: dict[int, int] = field(default_factory=dict)
    _unread: list[int] = field(default_factory=list)
    _groups: list[tuple[int, ...]] = field(default_factory=list)
    """Facts that nobody reads, as they were met together; `_unread` has the number of each standing's."""
    _rows: dict[int, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._firing = Firing(self.net, self.many)
        self._waiting = sum(self.net.waits)
        self.standings.append(-1)
        self._unread.append(0)
        self._groups.append(())

    def of(self, number: int) -> Row:
        row = self._rows.get(number)
        if row is None:
            marking = self.standings[number] if number else 0
            waits = self._open(marking) if number else self.net.starts
            found = [
                (
                    wait,
                    tuple([self._move(number, marking, step) for step in self._firing.steps(marking, wait)]),
                )
                for wait in waits
            ]
            row = self._rows[number] = Row(
                tuple(move for _, moves in found for move in moves),
                tuple(moves for wait, moves in found if wait.alone and moves),
            )
        return row

    def _open(self, marking: int) -> Iterator[Wait]:
        left = marking & self._waiting
        while left:
            bit = left & -left
            left ^= bit
            for wait in self.net.waits[bit]:
                if marking & wait.needs == wait.needs:
                    yield wait

    def _move(self, source: int, marking: int, step: Step) -> Move:
        target, ops = marking & ~step.gone | step.come, step.ops
        if self.net.twins:
            target, ops = self.alike(target, ops)
        number = self._index.get(target)
        if number is None:
            number = self._number(target)
        key = self._unread[source], self._unread[number]
        effect = step.effects.get(key) if ops is step.ops else None
        if effect is None:
            effect = self._effect(ops, *key)
            if ops is step.ops:
                step.effects[key] = effect
        return Move(number, effect, step)

    def _effect(self, ops: tuple[Op, ...], before: int, after: int) -> Effect:
        """What is unread where it begins is forgotten there already, unless the step itself touches it."""
        ops = without_guesses(ops, self._groups[after])
        mask = touched(ops)
        groups = (each for each in self._groups[after] if each & mask or each not in self._groups[before])
        return self.known.effect(ops, tuple(groups))

    def _number(self, standing: int) -> int:
        number = self._index[standing] = len(self.standings)
        self.standings.append(standing)
        groups = tuple([group for group, read_from in self.net.unread if not standing & read_from])
        if groups not in self._groups:
            self._groups.append(groups)
        self._unread.append(self._groups.index(groups))
        return number

    def alike(self, marking: int, ops: tuple[Op, ...]) -> tuple[int, tuple[Op, ...]]:
        """One standing for all that differ only in which copy of an activity is which; its facts go with a copy."""
        for begins, bits in self.net.twins:
            for place, first in enumerate(begins):
                for second in begins[place + 1 :]:
                    if marking >> first & bits < marking >> second & bits:
                        swap = (SWAP, first, second, bits)
                        marking, ops = applied(marking, (swap,)), (*ops, swap)
        return marking, ops
