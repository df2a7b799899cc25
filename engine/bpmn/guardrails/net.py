"""Compiles a process with everything it calls into bits: a place is a bit, a situation one integer.

Follows the engine, not the standard (README of the package). What runs by itself is folded into the step before it,
so that a situation is always one in which somebody or something is waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from engine.bpmn.elements import Element

Op = tuple[int, int, int, int]
"""Kind and three numbers; see `applied`."""
NARROW, PUT, MOVE, FRESH, SWAP, SHARE = range(6)
COPYING = frozenset({MOVE, SHARE})
JOIN, MERGE, CHECK, STOP, PENDING = range(5)


@dataclass(frozen=True, slots=True)
class Passed:
    """An element on a path, by the calls it stands in."""

    element: Element
    path: str
    role: str | None
    waits: bool
    over: bool = False
    """A multi-instance when all its copies are done, perhaps none: each copy was passed by itself."""

    @property
    def milestones(self) -> tuple[str, ...]:
        return () if self.over else self.element.milestones


@dataclass(slots=True, eq=False)
class Outcome:
    """One way a run of automatic elements may go: tokens it leaves, facts it touches, milestones, elements passed."""

    add: int = 0
    ops: tuple[Op, ...] = ()
    label: tuple[int, ...] = ()
    trail: tuple[int, ...] = ()
    stops: bool = False
    """Whether it calls off what runs beside it."""
    stirs: bool = False
    """Whether a token comes to a join or to the end of a scope: what follows there may be seen."""

    def then(self, other: Outcome) -> Outcome:
        return Outcome(
            self.add | other.add,
            self.ops + other.ops,
            self.label + other.label,
            self.trail + other.trail,
            self.stops or other.stops,
            self.stirs or other.stirs,
        )

    @property
    def quiet(self) -> bool:
        """Whether nothing that runs beside it can tell when it happened."""
        return not self.label and not self.stops and all(op[0] == FRESH for op in self.ops)


Outcomes = tuple[Outcome, ...]


@dataclass(slots=True, eq=False)
class Wait:
    """Something that somebody does or that time or a message brings."""

    place: int
    needs: int
    clears: int
    outcomes: Outcomes
    step: int
    alone: bool = False
    """Whether nothing can tell when it happens, and it takes nothing from others nor gives to them."""


@dataclass(slots=True, eq=False)
class Automatic:
    """Runs by itself as soon as it can. `mask`: what must all be there (join), or must be gone (merge, check)."""

    kind: int
    bit: int
    mask: int
    clears: int
    outcomes: Outcomes
    quiet: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """A milestone as the rules read it; `beside`: rules whose `when` does not hold here."""

    milestone: str
    beside: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Net:
    """What is explored. All of it in document order, so that the same model gives the same paths."""

    process_id: str
    steps: list[Passed] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    waits: dict[int, list[Wait]] = field(default_factory=dict)
    automatic: dict[int, Automatic] = field(default_factory=dict)
    starts: list[Wait] = field(default_factory=list)
    names: dict[int, int] = field(default_factory=dict)
    """Place to the step that stands there."""
    plain: int = 0
    """Places of which a second token can be followed."""
    tokens: int = 0
    """All places; when none is marked, the case has ended."""
    counted: int = 0
    """Places where a second token matters."""
    twins: list[tuple[tuple[int, ...], int]] = field(default_factory=list)
    """Where the copies of a multi-instance begin, and the bits of one: copies are alike."""
    unread: list[tuple[int, int]] = field(default_factory=list)
    """Bits of a fact, and the places from which it is read before it is written again."""
    facts: int = 0
    """Every bit that is a value of a fact; all others are places."""
    start_facts: int = 0
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    """Facts of the outermost process: first bit and values."""
    uncaught: list[int] = field(default_factory=list)
    """Steps that throw an error no one catches."""

    def possible(self, marking: int, fact: str) -> frozenset[str]:
        first, values = self.groups[fact]
        return frozenset(value for place, value in enumerate(values) if marking >> (first + place) & 1)


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
    if not any(op[0] == SHARE for op in ops):
        return ops
    found = list(ops)
    for place, (kind, a, b, c) in enumerate(ops):
        rest = ops[place + 1 :]
        if kind == SHARE and any(
            group in unread and first_touch(rest, group) != "reads" for group in (c << a, c << b)
        ):
            found[place] = MOVE, a, b, c
    return tuple(found)


def merged(ops: Sequence[Op]) -> tuple[Op, ...]:
    """The same in fewer: writings that follow each other are one."""
    found: list[Op] = []
    for kind, a, b, c in ops:
        if kind in {PUT, FRESH} and found and found[-1][0] == PUT:
            _, before, values, _ = found[-1]
            found[-1] = PUT, before | a, values & ~a | b, 0
        else:
            found.append((PUT if kind == FRESH else kind, a, b, c))
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


def find_unread(net: Net, groups: Iterable[int], kept: int) -> list[tuple[int, int]]:
    """For each fact the places whose tokens may still come to read it. `kept`: facts that the end itself reads."""
    ways = [(wait.place, each) for waits in net.waits.values() for wait in waits for each in wait.outcomes]
    for each in net.automatic.values():
        ways += [(each.bit, outcome) for outcome in each.outcomes]
    found: list[tuple[int, int]] = []
    for group in groups:
        if group & kept:
            continue
        firsts = [first_touch(outcome.ops, group) for _, outcome in ways]
        reading = sum({bit for (bit, _), first in zip(ways, firsts, strict=True) if first == "reads"})
        passing = [way for way, first in zip(ways, firsts, strict=True) if first is None]
        while True:
            more = reading
            for bit, outcome in passing:
                if outcome.add & more:
                    more |= bit
            if more == reading:
                break
            reading = more
        found.append((group, reading))
    return found


def first_touch(ops: Sequence[Op], group: int) -> str | None:
    for kind, a, b, c in ops:
        if kind == NARROW and b & group:
            return "reads"
        if kind in COPYING:
            if c << a & group:
                return "reads"
            if c << b & group:
                return "writes"
        elif kind != NARROW and a & group:
            return "writes"
    return None


def visible(outcomes: Iterable[Outcome]) -> bool:
    return not all(each.quiet for each in outcomes)


def together(branches: Sequence[Outcomes], pend: Callable[[Outcomes], Outcomes]) -> Outcomes:
    """All branches at once. Where more than one can be told from the others, they wait for their turn in any order."""
    telling = [visible(each) or any(outcome.stirs for outcome in each) for each in branches]
    if sum(telling) > 1 and any(visible(each) for each in branches):
        branches = [pend(each) if tells else each for each, tells in zip(branches, telling, strict=True)]
    found: list[Outcome] = []
    for combination in product(*branches):
        whole = Outcome()
        for each in combination:
            whole = whole.then(each)
        found.append(whole)
    return tuple(found)


Cuts = Mapping[str, Literal["waits", "passes"]]
"""Called processes taken as one step: sound by their own proof, silent for the rules at hand."""
