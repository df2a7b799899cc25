"""What a step does to the facts: operations one after another, and all of them as one formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from engine.bpmn.guardrails.net import COPYING, MOVE, NARROW, SHARE, SWAP, Net, Op


def applied(marking: int, ops: Sequence[Op]) -> int:
    """The marking after facts were narrowed or written; -1 when no value is left, so the way is not open."""
    for kind, a, b, c in ops:
        if kind == NARROW:
            marking &= ~a
            if not marking & b:
                return -1
        elif kind in COPYING:
            marking = marking & ~(c << b) | (marking >> a & c) << b
        elif kind == SWAP:
            first, second = marking >> a & c, marking >> b & c
            marking = marking & ~(c << a | c << b) | second << a | first << b
        else:
            marking = marking & ~a | b
    return marking


class Formula(NamedTuple):
    """What is known afterwards, whatever was known before; written alike by all that do alike."""

    needs: tuple[int, ...]
    """Values of which one must still be possible, or the way is not open."""
    moves: tuple[tuple[int, int], ...]
    """Values that stay possible where they were, and how far they go."""
    puts: int
    """Values that are possible from now on."""

    def of(self, value: int) -> int:
        """-1 where the way is not open."""
        for need in self.needs:
            if not value & need:
                return -1
        found = self.puts
        for mask, far in self.moves:
            found |= (value & mask) << far if far >= 0 else (value & mask) >> -far
        return found


UNCHANGED: Final = Formula((), ((-1, 0),), 0)


def formula_of(ops: Sequence[Op], unread: int) -> Formula | None:
    """None where no value opens the way. `unread`: facts of which every value is as good as any other afterwards."""
    needs: list[int] = []
    stays, puts = {0: -1}, 0
    for kind, a, b, c in ops:
        if kind == NARROW:
            stays, puts = _without(stays, a), puts & ~a
            if not puts & b:
                need = 0
                for far, mask in stays.items():
                    need |= _shifted(mask & b, -far)
                if not need:
                    return None
                needs.append(need)
        elif kind == MOVE:
            came = _taken(stays, c << a, b - a)
            stays, puts = _without(stays, c << b), puts & ~(c << b) | (puts >> a & c) << b
            _add(stays, came)
        elif kind == SWAP:
            came, went = _taken(stays, c << a, b - a), _taken(stays, c << b, a - b)
            stays = _without(stays, c << a | c << b)
            puts = puts & ~(c << a | c << b) | (puts >> a & c) << b | (puts >> b & c) << a
            _add(stays, came)
            _add(stays, went)
        else:
            stays, puts = _without(stays, a), puts & ~a | b
    moves = sorted((_shifted(mask, -far), far) for far, mask in _without(stays, unread).items() if mask)
    asked = {need for need in needs if not any(other != need and not other & ~need for other in needs)}
    return Formula(tuple(sorted(asked)), tuple(moves), puts | unread)


def _without(stays: dict[int, int], bits: int) -> dict[int, int]:
    return {far: mask & ~bits for far, mask in stays.items()}


def _taken(stays: dict[int, int], bits: int, farther: int) -> dict[int, int]:
    return {far + farther: _shifted(mask & bits, farther) for far, mask in stays.items() if mask & bits}


def _add(stays: dict[int, int], more: dict[int, int]) -> None:
    for far, mask in more.items():
        stays[far] = stays.get(far, 0) | mask


def _shifted(mask: int, far: int) -> int:
    return mask << far if far >= 0 else mask >> -far


def each_way(value: int, ops: Sequence[Op]) -> list[int]:
    """What may be known after the ops. A value that two processes share from now on is guessed: what one learns of it
    later, it has learnt for the other as well."""
    for place, (kind, a, _, c) in enumerate(ops):
        if kind == SHARE and (shared := value >> a & c).bit_count() > 1:
            rest = ops[place:]
            singles = [1 << bit for bit in range(c.bit_length()) if shared >> bit & 1]
            ways = [each_way(value & ~(c << a) | single << a, rest) for single in singles]
            return [after for way in ways for after in way]
        value = applied(value, ops[place : place + 1])
        if value < 0:
            return []
    return [value]


def without_guesses(ops: tuple[Op, ...], unread: Sequence[int]) -> tuple[Op, ...]:
    """Nothing is guessed for two of which one will never be asked."""
    found = list(ops)
    for place, (kind, a, b, c) in enumerate(ops):
        rest = ops[place + 1 :]
        if kind == SHARE and any(
            group in unread and not first_touches(rest)[0] & group for group in (c << a, c << b)
        ):
            found[place] = MOVE, a, b, c
    return tuple(found)


def touched(ops: Sequence[Op]) -> int:
    """The bits that may be others afterwards."""
    found = 0
    for kind, a, b, c in ops:
        if kind == NARROW:
            found |= b
        elif kind in COPYING:
            found |= c << b
        elif kind == SWAP:
            found |= c << a | c << b
        else:
            found |= a
    return found


def first_touches(ops: Sequence[Op]) -> tuple[int, int]:
    """The bits of facts that are read before they are written, and those that are written first."""
    reads = writes = 0
    for kind, a, b, c in ops:
        if kind == NARROW:
            reads |= b & ~writes
        elif kind in COPYING:
            reads |= c << a & ~writes
            writes |= c << b & ~reads
        elif kind == SWAP:
            reads |= (c << a | c << b) & ~writes
        else:
            writes |= a & ~reads
    return reads, writes


def find_unread(net: Net, groups: Iterable[int], kept: int) -> list[tuple[int, int]]:
    """For each fact the places whose tokens may still come to read it. `kept`: facts that the end itself reads."""
    asked = [group for group in groups if not group & kept]
    if not asked:
        return []
    ways = [(wait.place, each) for waits in net.waits.values() for wait in waits for each in wait.outcomes]
    ways += [(each.bit, outcome) for each in net.automatic.values() for outcome in each.outcomes]
    touching = [(bit, way.add, *first_touches(way.ops)) for bit, way in ways if way.ops]
    untouching: dict[int, int] = {}
    for bit, way in ways:
        if not way.ops:
            untouching[bit] = untouching.get(bit, 0) | way.add
    # Places are numbered along the ways, and what is read is looked for from behind.
    untouched = sorted(untouching.items(), reverse=True)
    found: list[tuple[int, int]] = []
    for group in asked:
        reading = sum({bit for bit, _, reads, _ in touching if reads & group})
        passing = [(bit, add) for bit, add, reads, writes in touching if not (reads | writes) & group]
        found.append((group, _behind(reading, [*untouched, *passing])))
    return found


def _behind(places: int, ways: Iterable[tuple[int, int]]) -> int:
    """The places from which a token may come to one of these."""
    before = -1
    while before != places:
        before = places
        for bit, add in ways:
            if add & places:
                places |= bit
    return places
