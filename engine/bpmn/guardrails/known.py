"""What may be known of the facts, numbered: a set of such knowledge is one integer, whatever it is a set of."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.bpmn.guardrails.net import SHARE, Op, applied, each_way, merged


@dataclass(eq=False)
class Known:
    """Every knowledge met so far: for each fact the values it may still have, in the bits of the net."""

    values: list[int] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)
    _effects: dict[tuple[tuple[Op, ...], tuple[int, ...]], Effect] = field(default_factory=dict)

    def bit(self, value: int) -> int:
        """The set of this one."""
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self.values)
            self.values.append(value)
        return 1 << number

    def effect(self, ops: tuple[Op, ...], unread: tuple[int, ...]) -> Effect:
        """`unread`: facts that nobody will read before they are written again; all their values are then alike."""
        key = ops, unread
        found = self._effects.get(key)
        if found is None:
            short = merged(ops)
            found = self._effects.get((short, unread)) or Effect(self, short, unread)
            self._effects[key] = self._effects[short, unread] = found
        return found


@dataclass(slots=True, eq=False)
class Effect:
    """What a step does to what is known."""

    known: Known
    ops: tuple[Op, ...]
    unread: tuple[int, ...]
    _sets: dict[int, int] = field(default_factory=dict)
    _single: dict[int, int] = field(default_factory=dict)
    _shares: bool = False

    def __post_init__(self) -> None:
        self._shares = any(op[0] == SHARE for op in self.ops)

    def of(self, bits: int) -> int:
        """What is known afterwards. Each set is reckoned once."""
        if not self.ops and not self.unread:
            return bits
        found = self._sets.get(bits)
        if found is None:
            found, left, single = 0, bits, self._single
            while left:
                bit = left & -left
                left ^= bit
                after = single.get(bit)
                found |= self.of_one(bit) if after is None else after
            self._sets[bits] = found
        return found

    def of_one(self, bit: int) -> int:
        """Nothing where the way is not open, several where a value is guessed on the way."""
        found = self._single.get(bit)
        if found is None:
            found = 0
            for value in self._after(self.known.values[bit.bit_length() - 1]):
                for group in self.unread:
                    if value & group:
                        value |= group
                found |= self.known.bit(value)
            self._single[bit] = found
        return found

    def _after(self, value: int) -> list[int]:
        if self._shares:
            return each_way(value, self.ops)
        after = applied(value, self.ops)
        return [] if after < 0 else [after]

    def leading_to(self, bits: int, wanted: int) -> int:
        """Those of a set after which what is wanted is known."""
        found, left = 0, bits
        while left:
            bit = left & -left
            left ^= bit
            if self.of_one(bit) & wanted:
                found |= bit
        return found
