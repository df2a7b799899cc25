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


def visible(outcomes: Iterable[Outcome]) -> bool:
    return not all(each.quiet for each in outcomes)


def together(branches: Sequence[Outcomes], pend: Callable[[Outcomes], Outcomes]) -> Outcomes:
    """All branches at once. Where more than one can be told from the others, they wait for their turn in any order."""
    if len(branches) == 1:
        return branches[0]
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
