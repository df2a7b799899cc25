"""One wait fires: all the ways in which what follows by itself may go.

What a firing looks at is remembered with its result, so that it is worked out once for all standings that differ
only in what it never looked at: that is what makes parallel branches cheap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from engine.bpmn.guardrails.known import Effect
from engine.bpmn.guardrails.net import CHECK, FRESH, JOIN, MERGE, Automatic, Net, Op, Outcome, Wait
from engine.bpmn.guardrails.reckoning import applied

Label: TypeAlias = tuple[int, ...]
Trail: TypeAlias = tuple[int, ...]


@dataclass(slots=True, eq=False)
class Doing:
    """What steps do to the facts; one for all that do the same."""

    ops: tuple[Op, ...]
    known: int
    """What may at most be known of the facts afterwards."""
    longer: dict[int, Doing | None] = field(default_factory=dict)
    """By what is done next; None where that asks one fact to be two things."""
    effects: dict[int, Effect] = field(default_factory=dict)
    """By the facts that are unread where a step begins and where it leads."""


@dataclass(slots=True, eq=False)
class Step:
    """One way: tokens that go and come, what it does to facts, milestones, elements passed."""

    gone: int
    come: int
    doing: Doing
    label: Label
    trail: Trail
    passed: int
    """Elements of every way that comes to the same, as bits."""
    twice: int
    """Places where it found a token already."""


class _Run(NamedTuple):
    """A step on its way."""

    marking: int
    gone: int
    come: int
    doing: Doing
    label: Label = ()
    trail: Trail = ()
    passed: int = 0
    twice: int = 0


class Firing:
    def __init__(self, net: Net, many: int) -> None:
        self._net = net
        self._many = many
        self._automatic = sum(net.automatic)
        self._merges = sum(bit for bit, each in net.automatic.items() if each.kind == MERGE)
        """An inclusive join goes on when nothing more can come to it: whatever goes away may be what it waits for."""
        self._joins = {each.mask for each in net.automatic.values() if each.kind == JOIN}
        self._fired: dict[int, dict[int, dict[int, tuple[Step, ...]]]] = {}
        self._nothing = Doing((), net.facts)
        self._doings: dict[tuple[Op, ...], Doing] = {(): self._nothing}
        self._forgotten: dict[int, tuple[Op, ...]] = {}
        self._looked = 0
        self._outcomes: dict[int, tuple[int, int]] = {}

    def steps(self, marking: int, wait: Wait) -> tuple[Step, ...]:
        memos = self._fired.setdefault(id(wait), {})
        for looked, memo in memos.items():
            found = memo.get(marking & looked)
            if found is not None:
                return found
        self._looked = wait.needs | self._merges
        found = self._worked_out(marking, wait)
        memos.setdefault(self._looked, {})[marking & self._looked] = found
        return found

    def _worked_out(self, marking: int, wait: Wait) -> tuple[Step, ...]:
        found: dict[tuple[int, int, Label, Doing], Step] = {}
        for run in self._runs(marking, wait):
            key = run.gone, run.come, run.label, run.doing
            step = found.get(key)
            if step is None:
                found[key] = Step(run.gone, run.come, run.doing, run.label, run.trail, run.passed, run.twice)
            else:
                step.passed |= run.passed
                step.twice |= run.twice
        return tuple(found.values())

    def then(self, doing: Doing, ops: tuple[Op, ...]) -> Doing | None:
        """`ops` are the same object each time: those of an outcome, or kept here."""
        key = id(ops)
        if key not in doing.longer:
            both, known = doing.ops + ops, applied(doing.known, ops)
            if known >= 0 and both not in self._doings:
                self._doings[both] = Doing(both, known)
            doing.longer[key] = self._doings[both] if known >= 0 else None
        return doing.longer[key]

    def _runs(self, marking: int, wait: Wait) -> Iterator[_Run]:
        begin = _Run(marking, 0, 0, self._nothing)
        rests = [self._cleared(begin, wait.clears)]
        if wait.needs & self._many:
            rests.append(begin)
        for rest in rests:
            for outcome in wait.outcomes:
                run = self._put(rest, outcome, ignored=wait.needs)
                if run is None:
                    continue
                if run.marking & self._automatic:
                    yield from self._settled(run)
                else:
                    yield run

    def _cleared(self, run: _Run, clears: int) -> _Run:
        marking, gone, come, doing, label, trail, passed, twice = run
        forgotten = clears & self._net.facts
        if forgotten:
            ops = self._forgotten.setdefault(forgotten, ((FRESH, forgotten, 0, 0),))
            doing = self.then(doing, ops) or doing
        gone |= clears & ~forgotten
        return _Run(marking & ~clears, gone, come & ~clears, doing, label, trail, passed, twice)

    def _put(self, run: _Run, outcome: Outcome, ignored: int = 0) -> _Run | None:
        """None where it asks one fact to be two things."""
        marking, gone, come, before, label, trail, passed, twice = run
        doing = self.then(before, outcome.ops) if outcome.ops else before
        if doing is None:
            return None
        add = outcome.add
        counted = add & self._net.counted & ~ignored
        passed_by, joins = self._about(outcome)
        self._looked |= counted | joins
        return _Run(
            marking | add,
            gone,
            come | add,
            doing,
            label + outcome.label,
            trail + outcome.trail,
            passed | passed_by,
            twice | marking & counted,
        )

    def _about(self, outcome: Outcome) -> tuple[int, int]:
        """The elements it passes, as bits, and all ways into the joins it comes to."""
        found = self._outcomes.get(id(outcome))
        if found is None:
            passed = joins = 0
            for step in outcome.trail:
                passed |= 1 << step
            for mask in self._joins:
                if mask & outcome.add:
                    joins |= mask
            found = self._outcomes[id(outcome)] = passed, joins
        return found

    def _settled(self, run: _Run) -> Iterator[_Run]:
        """Run what runs by itself. What can be seen of it happens in every order, the rest at once."""
        waiting = [run]
        seen = {(run.marking, run.label, run.doing, run.passed)}
        while waiting:
            run = waiting.pop()
            turns = self._turns(run)
            if not turns:
                yield run
            for turn in turns:
                for each in self._turned(run, turn):
                    key = each.marking, each.label, each.doing, each.passed
                    if key not in seen:
                        seen.add(key)
                        waiting.append(each)

    def _turned(self, run: _Run, turn: Automatic) -> Iterator[_Run]:
        if turn.kind == CHECK and run.marking & turn.mask:
            yield self._cleared(run, turn.bit)
            return
        rest = self._cleared(run, turn.clears)
        for outcome in turn.outcomes:
            after = self._put(rest, outcome)
            if after is not None:
                yield after

    def _turns(self, run: _Run) -> list[Automatic]:
        """The first that nobody can tell, or all that can be told."""
        found: list[Automatic] = []
        marking = run.marking
        left = marking & self._automatic
        while left:
            bit = left & -left
            left ^= bit
            each = self._net.automatic[bit]
            if each.kind == JOIN:
                if marking & each.mask != each.mask or each.mask & -each.mask != bit:
                    continue
            elif each.kind in {MERGE, CHECK} and self._is_marked(run, each.mask):
                if each.kind == MERGE:
                    continue
                return [each]
            if each.quiet:
                return [each]
            found.append(each)
        return found

    def _is_marked(self, run: _Run, mask: int) -> bool:
        """Whether anything is there; notes what had to be looked at to know."""
        if run.come & mask:
            return True
        there = run.marking & mask
        self._looked |= there & -there if there else mask
        return bool(there)
