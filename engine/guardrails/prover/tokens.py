"""Moves tokens between the places of a marking, including places with several tokens.

Two tokens that wait in one place stand for any number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from engine.guardrails.prover.model import Net, Place, Places, Transition

Marking: TypeAlias = frozenset[Place]


class Tokens:
    def __init__(self, net: Net) -> None:
        self._gone = [each.takes | each.clears for each in net.transitions]
        self._extra = {place for each in net.transitions for place in each.puts if place.extra}
        """The places of extra tokens that have been met."""

    def moved(
        self, marking: Marking, here: Marking, gone: Places, come: Places, transition: Transition
    ) -> list[tuple[Places, Places]]:
        """Return, as pairs, the tokens gone from a marking and come to it once the transition happens too. `here`: the
        marking with the tokens that have gone and come so far.

        There is one pair as long as each place holds one token; what a transition clears then counts as gone from any
        marking.
        """
        leaves = self._gone[transition.number]
        left = here - leaves
        met = transition.puts & left
        if self._extra or not all(place.merges for place in met):
            found = [self._put(each, transition.puts) for each in self._left(here, transition)]
            return [(marking - each, each - marking) for each in found]
        if not leaves <= come:
            gone |= leaves
        return [(gone, (come - leaves) | (transition.puts - met))]

    def _left(self, marking: Marking, transition: Transition) -> Iterator[Marking]:
        gone = self._gone[transition.number]
        extra = [place for place in marking if place.extra and _first(place) in gone]
        taken = [place for place in transition.takes if place.more in marking]
        kept: set[Place] = set()
        for place in taken:
            if place.runs_by_itself and place not in transition.clears:
                last = max(each.extra for each in extra if each.number == place.number)
                kept |= {replace(place, extra=number) for number in range(last)}
        yield marking - gone - frozenset(extra) | kept
        if taken and all(place.waits for place in taken):
            yield marking

    def _put(self, marking: Marking, places: Places) -> Marking:
        found = set(marking)
        for place in sorted(places, key=lambda each: (each.number, each.extra)):
            free = place
            while free in found and not place.merges and (place.runs_by_itself or not free.extra):
                free = free.more
            found.add(free)
            if free.extra:
                self._extra.add(free)
        return frozenset(found)

    @property
    def has_extra(self) -> bool:
        return bool(self._extra)

    def crowded(self, marking: Marking) -> Places:
        """Return the places with several tokens that do not go on by themselves."""
        extra = [place for place in marking & self._extra if not place.runs_by_itself]
        return frozenset(_first(place) for place in extra)


def _first(place: Place) -> Place:
    return replace(place, extra=0)
