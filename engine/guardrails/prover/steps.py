"""A step: one thing that a person, a timer or a message brings, with all that follows automatically.

Automatic elements run until everything waits again, and nothing from outside comes between, as in the engine. They run in every
order if the order matters, and else in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Final, NamedTuple

from engine.guardrails.prover.fact_changes import FactChange, FactChanges
from engine.guardrails.prover.model import Milestone, Net, Place, Transition
from engine.guardrails.prover.tokens import Firing, Marking, Tokens, bits

MOST_RUNS: Final = 20_000
"""Most ways in which one step is followed; beyond it nothing is called proven."""


class TooWide(Exception):
    """One step can go on in more than MOST_RUNS ways."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One outcome of a step. It is the same from every marking with the same tokens in the places that the step looks at."""

    gone: Marking
    come: Marking
    change: FactChange
    milestones: tuple[Milestone, ...]
    way: tuple[Transition, ...]
    """One of those that come to the same."""

    def from_marking(self, marking: Marking) -> Marking:
        return marking & ~self.gone | self.come


class _Run(NamedTuple):
    """A step under way: tokens gone and come, change of facts, milestones reached so far."""

    gone: Marking
    come: Marking
    change: FactChange
    milestones: tuple[Milestone, ...]


class _Fired(NamedTuple):
    """A transition, and the run that it went on from; None for the one that begins the step."""

    before: _Run | None
    transition: Transition


@dataclass(slots=True, eq=False)
class _Settled:
    """All runs that can follow a transition."""

    looked_at: Marking
    first: dict[_Run, _Fired] = field(default_factory=dict)
    """For each run the transition that first led to it."""
    fired: list[tuple[_Run, _Fired]] = field(default_factory=list)
    ends: list[_Run] = field(default_factory=list)

    def add(self, runs: list[_Run], fired: _Fired) -> list[_Run]:
        """Note the runs that a transition leads to, and return those that are new."""
        self.fired += [(run, fired) for run in runs]
        return [run for run in runs if self.first.setdefault(run, fired) is fired]

    def way(self, fired: _Fired) -> tuple[Transition, ...]:
        """Return the first sequence of transitions that ends with this one."""
        found = [fired.transition]
        while fired.before is not None:
            fired = self.first[fired.before]
            found.append(fired.transition)
        return tuple(reversed(found))

    def finds_open(self, firing: Firing, marking: Marking, come: Marking) -> bool:
        """Return the same as `Firing.is_open`. Note the places that decide it, without tokens that the step has put itself."""
        if firing.takes & ~marking:
            return False
        if firing.after and self._finds_any(firing.after, marking, come):
            return False
        return not firing.beside or self._finds_any(firing.beside, marking, come)

    def _finds_any(self, places: Marking, marking: Marking, come: Marking) -> bool:
        met = places & marking
        if not met:
            self.looked_at |= places
        elif not met & come:
            self.looked_at |= met & -met
        return met != 0


class Steps:
    """Computes the steps of a net. Those that look at the same places and find the same tokens there are computed once."""

    def __init__(self, net: Net) -> None:
        self.tokens = Tokens(net)
        self._changes = FactChanges(len(net.facts))
        self._automatic: dict[Marking, list[Firing]] = {}
        """By place from which a token goes on by itself."""
        for firing in self.tokens.firings:
            if not firing.transition.waits:
                self._automatic.setdefault(firing.moved_by, []).append(firing)
        self._goes_on = _union(self._automatic)
        partners: dict[Place, Marking] = {}
        for firing in self.tokens.firings:
            for place in firing.transition.takes:
                partners[place] = partners.get(place, 0) | firing.takes
        self._joined = [
            firing.puts | _union(partners.get(place, 0) for place in firing.transition.puts)
            for firing in self.tokens.firings
        ]
        """By number of the transition: where its tokens come to, with the others from which joins there take."""
        merging = (each.moved_by for each in net.transitions if each.moved_by.merges)
        self._merging = self.tokens.marking(merging)
        """An inclusive join goes on as soon as nothing can come to it, so any token that goes may be the one it waits for."""
        self._known: dict[int, dict[Marking, dict[Marking, tuple[Step, ...]]]] = {}
        """Number of the transition to the places looked at to the tokens found there to the steps."""
        self._longer: dict[tuple[FactChange, int], FactChange | None] = {}
        self._shorter: dict[tuple[FactChange, frozenset[int]], FactChange] = {}

    def after(self, marking: Marking, firing: Firing) -> tuple[Step, ...]:
        """Return the steps that begin with a transition. Raise TooWide if there are too many."""
        known = self._known.setdefault(firing.transition.number, {})
        if not self.tokens.has_extra:
            for looked_at, by_found in known.items():
                steps = by_found.get(marking & looked_at)
                if steps is not None:
                    return steps
        settled = self._settled(marking, firing)
        steps = tuple([Step(*run, settled.way(settled.first[run])) for run in settled.ends])
        if not self.tokens.has_extra:
            looked_at = settled.looked_at
            known.setdefault(looked_at, {})[marking & looked_at] = steps
        return steps

    def halfway(self, marking: Marking, firing: Firing) -> Iterator[Step]:
        """Yield the beginnings of the steps that begin with a transition: one for each transition that happens, as a
        step that stops there."""
        settled = self._settled(marking, firing)
        for run, fired in settled.fired:
            yield Step(*run, settled.way(fired))

    def forgetting(self, change: FactChange, facts: frozenset[int]) -> FactChange:
        """Return a change without the values of these facts, which will be written before they are read."""
        key = change, facts
        if key not in self._shorter:
            self._shorter[key] = self._changes.forgetting(change, facts)
        return self._shorter[key]

    def _settled(self, marking: Marking, begin: Firing) -> _Settled:
        """Run automatic elements until only waits are left. Raise TooWide if there are too many runs."""
        found = _Settled(begin.takes | begin.needs | self._merging)
        nothing_yet = _Run(0, 0, self._changes.nothing, ())
        waiting = found.add(self._fired(marking, marking, nothing_yet, begin), _Fired(None, begin.transition))
        while waiting:
            run = waiting.pop()
            here = marking & ~run.gone | run.come
            turns = self._turns(found, here, run.come)
            if not turns:
                found.ends.append(run)
            for firing in turns:
                fired = self._fired(marking, here, run, firing)
                waiting += found.add(fired, _Fired(run, firing.transition))
            if len(found.first) > MOST_RUNS:
                raise TooWide
        for number in {fired.transition.number for _, fired in found.fired}:
            found.looked_at |= self._joined[number]
        return found

    def _turns(self, settled: _Settled, here: Marking, come: Marking) -> list[Firing]:
        """Return the transitions that go next: those of one element whose order nobody notices, else those of all
        automatic elements."""
        noticed: list[Firing] = []
        for place in bits(here & self._goes_on):
            found = [each for each in self._automatic[place] if settled.finds_open(each, here, come)]
            if found and not any(each.transition.is_noticed for each in found):
                return found
            noticed += found
        return noticed

    def _fired(self, marking: Marking, here: Marking, run: _Run, firing: Firing) -> list[_Run]:
        """Return the runs after a transition; an empty list if it requires a value that a fact does not have.

        `marking`: where the step began. `here`: where the run stands.
        """
        transition = firing.transition
        change: FactChange | None = run.change
        if transition.operations:
            key = run.change, transition.number
            if key not in self._longer:
                self._longer[key] = self._changes.then(run.change, transition.operations)
            change = self._longer[key]
        if change is None:
            return []
        milestones = run.milestones + transition.milestones
        moved = self.tokens.moved(marking, here, run.gone, run.come, firing)
        return [_Run(gone, come, change, milestones) for gone, come in moved]


def _union(markings: Iterable[Marking]) -> Marking:
    return reduce(or_, markings, 0)
