"""What can happen where tokens stand, whatever is known of the facts: worked out once for each standing.

A marking is split in two. Where tokens stand decides what can happen; what is known of the facts decides which of it
may happen here and what is known afterwards. The same standing is met with many knowledges, and asks for its moves once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.bpmn.guardrails.firing import Doing, Firing, Step
from engine.bpmn.guardrails.known import Effect, Known
from engine.bpmn.guardrails.net import SHARE, SWAP, Net, Op, Wait
from engine.bpmn.guardrails.reckoning import applied, touched, without_guesses


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
    _swaps: dict[tuple[Op, ...], tuple[Op, ...]] = field(default_factory=dict)
    _met: dict[tuple[int, ...], int] = field(default_factory=dict)
    _rows: dict[int, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._firing = Firing(self.net, self.many)
        self._waiting = sum(self.net.waits)
        self.standings.append(-1)
        self._unread.append(0)
        self._groups.append(())
        self._met[()] = 0

    def of(self, number: int) -> Row:
        row = self._rows.get(number)
        if row is None:
            row = self._rows[number] = self._worked_out(number)
        return row

    def let_go(self, number: int) -> tuple[Move, ...]:
        """Its moves, if anybody came there to ask for them; they are not kept here any longer."""
        row = self._rows.pop(number, None)
        return row.moves if row is not None else ()

    def _worked_out(self, number: int) -> Row:
        marking = self.standings[number] if number else 0
        moves: list[Move] = []
        alone: list[tuple[Move, ...]] = []
        for wait in self._open(marking) if number else self.net.starts:
            begin = len(moves)
            for step in self._firing.steps(marking, wait):
                moves.append(self._move(number, marking & ~step.gone | step.come, step))
            if wait.alone and len(moves) > begin:
                alone.append(tuple(moves[begin:]))
        return Row(tuple(moves), tuple(alone))

    def _open(self, marking: int) -> Iterator[Wait]:
        left = marking & self._waiting
        while left:
            bit = left & -left
            left ^= bit
            for wait in self.net.waits[bit]:
                if marking & wait.needs == wait.needs:
                    yield wait

    def _move(self, source: int, target: int, step: Step) -> Move:
        doing = step.doing
        if self.net.twins:
            target, swaps = self.alike(target, ())
            if swaps:
                doing = self._firing.then(doing, self._swaps.setdefault(swaps, swaps)) or doing
        number = self._index.get(target)
        if number is None:
            number = self._number(target)
        before, after = self._unread[source], self._unread[number]
        key = before << 32 | after
        effect = doing.effects.get(key)
        if effect is None:
            effect = doing.effects[key] = self._effect(doing, self._groups[before], self._groups[after])
        return Move(number, effect, step)

    def _effect(self, doing: Doing, before: tuple[int, ...], after: tuple[int, ...]) -> Effect:
        """What is unread where it begins is forgotten there already, unless the step itself touches it."""
        ops = doing.ops
        if any(op[0] == SHARE for op in ops):
            ops = without_guesses(ops, after)
        mask = touched(ops)
        return self.known.effect(ops, sum([each for each in after if each & mask or each not in before]))

    def _number(self, standing: int) -> int:
        number = self._index[standing] = len(self.standings)
        self.standings.append(standing)
        groups = tuple([group for group, read_from in self.net.unread if not standing & read_from])
        met = self._met.get(groups)
        if met is None:
            met = self._met[groups] = len(self._groups)
            self._groups.append(groups)
        self._unread.append(met)
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
