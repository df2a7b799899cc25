"""A step: one thing that a person, a timer or a message brings, with all that follows automatically.

Automatic elements run until everything waits again, and nothing from outside comes between, as in the engine. They run in every
order if the order matters, and else in one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple

from engine.guardrails.prover.fact_changes import FactChange, FactChanges
from engine.guardrails.prover.model import NOWHERE, Milestone, Net, Place, Places, Transition
from engine.guardrails.prover.tokens import Marking, Tokens

MOST_RUNS: Final = 20_000
"""Most ways in which one step is followed; beyond it nothing is called proven."""
_by_number = attrgetter("number")


class TooWide(Exception):
    """One step can go on in more than MOST_RUNS ways."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One outcome of a step. It is the same from every marking with the same tokens in the places that the step looks at."""

    gone: Places
    come: Places
    change: FactChange
    milestones: tuple[Milestone, ...]
    way: tuple[Transition, ...]
    """One of those that come to the same."""

    def from_marking(self, marking: Marking) -> Marking:
        return (marking - self.gone) | self.come


class _Run(NamedTuple):
    """A step under way: tokens gone and come, change of facts, milestones reached so far."""

    gone: Places
    come: Places
    change: FactChange
    milestones: tuple[Milestone, ...]


@dataclass(slots=True, eq=False)
class _Settled:
    """All runs that can follow a transition."""

    ways: dict[_Run, tuple[Transition, ...]] = field(default_factory=dict)
    """For each run the first sequence of transitions that led to it."""
    fired: list[tuple[_Run, tuple[Transition, ...]]] = field(default_factory=list)
    ends: list[_Run] = field(default_factory=list)
    looked_at: set[Place] = field(default_factory=set)

    def add(self, runs: list[_Run], way: tuple[Transition, ...]) -> list[_Run]:
        """Note the runs that a sequence of transitions leads to, and return those that are new."""
        self.fired += [(run, way) for run in runs]
        new = [run for run in runs if run not in self.ways]
        self.ways.update((run, way) for run in new)
        return new


class Steps:
    """Computes the steps of a net. Those that look at the same places and find the same tokens there are computed once."""

    def __init__(self, net: Net) -> None:
        self.tokens = Tokens(net)
        self._changes = FactChanges(len(net.facts))
        self._goes_on = frozenset(each.moved_by for each in net.transitions if not each.waits)
        """The places from which a token goes on by itself."""
        self._automatic: dict[int, list[Transition]] = {place.number: [] for place in self._goes_on}
        for each in net.transitions:
            if not each.waits:
                self._automatic[each.moved_by.number].append(each)
        partners: dict[Place, set[Place]] = {}
        for each in net.transitions:
            for place in each.takes:
                partners.setdefault(place, set()).update(each.takes)
        self._joined = [
            frozenset().union(*[partners.get(place, {place}) for place in each.puts])
            for each in net.transitions
        ]
        """By number of the transition: where its tokens come to, with the others from which joins there take."""
        self._merging = {each.moved_by for each in net.transitions if each.moved_by.merges}
        """An inclusive join goes on as soon as nothing can come to it, so any token that goes may be the one it waits for."""
        self._known: dict[int, dict[Places, dict[Marking, tuple[Step, ...]]]] = {}
        """Number of the transition to the places looked at to the tokens found there to the steps."""
        self._longer: dict[tuple[FactChange, int], FactChange | None] = {}
        self._shorter: dict[tuple[FactChange, frozenset[int]], FactChange] = {}

    def after(self, marking: Marking, transition: Transition) -> tuple[Step, ...]:
        """Return the steps that begin with a transition. Raise TooWide if there are too many."""
        known = self._known.setdefault(transition.number, {})
        if not self.tokens.has_extra:
            for looked_at, by_found in known.items():
                steps = by_found.get(marking & looked_at)
                if steps is not None:
                    return steps
        settled = self._settled(marking, transition)
        steps = tuple([Step(*run, settled.ways[run]) for run in settled.ends])
        if not self.tokens.has_extra:
            looked_at = frozenset(settled.looked_at)
            known.setdefault(looked_at, {})[marking & looked_at] = steps
        return steps

    def halfway(self, marking: Marking, transition: Transition) -> Iterator[Step]:
        """Yield the beginnings of the steps that begin with a transition: one for each transition that happens, as a
        step that stops there."""
        for run, way in self._settled(marking, transition).fired:
            yield Step(*run, way)

    def forgetting(self, change: FactChange, facts: frozenset[int]) -> FactChange:
        """Return a change without the values of these facts, which will be written before they are read."""
        key = change, facts
        if key not in self._shorter:
            self._shorter[key] = self._changes.forgetting(change, facts)
        return self._shorter[key]

    def _settled(self, marking: Marking, begin: Transition) -> _Settled:
        """Run automatic elements until only waits are left. Raise TooWide if there are too many runs."""
        found = _Settled(looked_at={*begin.takes, *begin.needs, *self._merging})
        nothing_yet = _Run(NOWHERE, NOWHERE, self._changes.nothing, ())
        waiting = found.add(self._fired(marking, marking, nothing_yet, begin), (begin,))
        while waiting:
            run = waiting.pop()
            here = (marking - run.gone) | run.come
            turns = self._turns(here, run.come, found.looked_at)
            if not turns:
                found.ends.append(run)
            for transition in turns:
                way = (*found.ways[run], transition)
                waiting += found.add(self._fired(marking, here, run, transition), way)
            if len(found.ways) > MOST_RUNS:
                raise TooWide
        found.looked_at.update(
            *[self._joined[number] for number in {way[-1].number for _, way in found.fired}]
        )
        return found

    def _turns(self, marking: Marking, come: Places, looked_at: set[Place]) -> list[Transition]:
        """Return the transitions that go next: those of one element whose order nobody notices, else those of all
        automatic elements."""
        noticed: list[Transition] = []
        for place in sorted(marking & self._goes_on, key=_by_number):
            transitions = self._automatic[place.number]
            found = [each for each in transitions if _finds_open(each, marking, come, looked_at)]
            if found and not any(each.is_noticed for each in found):
                return found
            noticed += found
        return noticed

    def _fired(self, marking: Marking, here: Marking, run: _Run, transition: Transition) -> list[_Run]:
        """Return the runs after a transition; an empty list if it requires a value that a fact does not have.

        `marking`: where the step began. `here`: where the run stands.
        """
        change: FactChange | None = run.change
        if transition.operations:
            key = run.change, transition.number
            if key not in self._longer:
                self._longer[key] = self._changes.then(run.change, transition.operations)
            change = self._longer[key]
        if change is None:
            return []
        milestones = run.milestones + transition.milestones
        moved = self.tokens.moved(marking, here, run.gone, run.come, transition)
        return [_Run(gone, come, change, milestones) for gone, come in moved]


def is_open(transition: Transition, marking: Marking) -> bool:
    """Return True if the marking has the tokens that the transition requires. Facts are not considered."""
    return (
        transition.takes <= marking
        and transition.needs <= marking
        and transition.after.isdisjoint(marking)
        and not (transition.beside and transition.beside.isdisjoint(marking))
    )


def _finds_open(transition: Transition, marking: Marking, come: Places, looked_at: set[Place]) -> bool:
    """Return the same as `is_open`. Add to `looked_at` the places that decide it, without tokens that the step has put itself."""
    if not transition.takes <= marking:
        return False
    if transition.after and _finds_any(transition.after, marking, come, looked_at):
        return False
    return not transition.beside or _finds_any(transition.beside, marking, come, looked_at)


def _finds_any(places: Places, marking: Marking, come: Places, looked_at: set[Place]) -> bool:
    met = places & marking
    if not met:
        looked_at |= places
    elif met.isdisjoint(come):
        looked_at.add(min(met, key=_by_number))
    return bool(met)
