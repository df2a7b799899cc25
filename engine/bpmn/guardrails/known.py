"""What may be known of the facts, numbered: a set of such knowledge is one integer, whatever it is a set of."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from engine.bpmn.guardrails.net import SHARE, Op
from engine.bpmn.guardrails.reckoning import UNCHANGED, Formula, each_way, formula_of


@dataclass(eq=False)
class Known:
    """Every knowledge met so far: for each fact the values it may still have, in the bits of the net."""

    values: list[int] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)
    _effects: dict[tuple[tuple[Op, ...], int], Effect] = field(default_factory=dict)
    _alike: dict[Hashable, Effect] = field(default_factory=dict)
    """One for all that do alike."""

    def bit(self, value: int) -> int:
        """The set of this one."""
        return 1 << self.number(value)

    def number(self, value: int) -> int:
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self.values)
            self.values.append(value)
        return number

    def effect(self, ops: tuple[Op, ...], unread: int) -> Effect:
        """`unread`: facts that nobody will read before they are written again; all their values are then alike."""
        key = ops, unread
        found = self._effects.get(key)
        if found is None:
            guesses = any(op[0] == SHARE for op in ops)
            formula = None if guesses else formula_of(ops, unread)
            alike = key if guesses else formula
            found = self._alike.get(alike)
            if found is None:
                found = self._alike[alike] = Effect(self, ops, unread, formula, formula == UNCHANGED)
            self._effects[key] = found
        return found


@dataclass(slots=True, eq=False)
class Effect:
    """What a step does to what is known."""

    known: Known
    ops: tuple[Op, ...]
    unread: int
    formula: Formula | None
    """None where a value is guessed on the way, or no way is open."""
    is_nothing: bool
    _sets: dict[int, int] = field(default_factory=dict)
    _met: int = 0
    """Those that were reckoned one by one."""
    _same: int = 0
    """Those that it leaves as they are."""
    _others: dict[int, int] = field(default_factory=dict)
    """Those that it makes others of, and into what: nothing where the way is not open, several where one is guessed."""

    def of(self, bits: int) -> int:
        """What is known afterwards: nothing where the way is not open. Each set is reckoned once."""
        if self.is_nothing:
            return bits
        found = self._sets.get(bits)
        if found is None:
            if bits & ~self._met:
                self._meet(bits & ~self._met)
            found, left, others = bits & self._same, bits & ~self._same, self._others
            while left:
                bit = left & -left
                left ^= bit
                found |= others[bit]
            self._sets[bits] = found
        return found

    def _meet(self, bits: int) -> None:
        number, values, formula = self.known.number, self.known.values, self.formula
        self._met |= bits
        while bits:
            bit = bits & -bits
            bits ^= bit
            value = values[bit.bit_length() - 1]
            if formula is not None:
                after = formula.of(value)
                found = 0 if after < 0 else 1 << number(after)
            else:
                found = 0
                for after in each_way(value, self.ops):
                    found |= 1 << number(after | self.unread)
            if found == bit:
                self._same |= bit
            else:
                self._others[bit] = found

    def leading_to(self, bits: int, wanted: int) -> int:
        """Those of a set after which what is wanted is known."""
        if self.is_nothing:
            return bits & wanted
        after = self.of(bits)
        if not after & wanted:
            return 0
        if self.formula is not None and not self.formula.needs and not after & ~wanted:
            return bits
        found, left, others = bits & wanted & self._same, bits & ~self._same, self._others
        while left:
            bit = left & -left
            left ^= bit
            if others[bit] & wanted:
                found |= bit
        return found
