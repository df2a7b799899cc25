"""Markings as bits, and the tokens that a transition moves between their places, including places with several tokens.

A marking is an integer with one bit for each place, so that whole sets of places are compared and joined in one operation:
a proof does that a million times. Two tokens that wait in one place stand for any number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from engine.guardrails.prover.model import Net, Place, Places, Transition

Marking: TypeAlias = int
"""The places where tokens stand, or any set of places. Bits stand in the order of the diagrams; those of further tokens follow."""


@dataclass(frozen=True, slots=True, eq=False)
class Firing:
    """The places of a transition, as bits: in which markings it may happen, and the tokens it moves."""

    transition: Transition
    moved_by: Marking
    takes: Marking
    needs: Marking
    beside: Marking
    after: Marking
    gone: Marking
    puts: Marking

    def is_open(self, marking: Marking) -> bool:
        """Return True if the marking has the tokens that the transition requires. Facts are not considered."""
        required = self.takes | self.needs
        return (
            marking & required == required
            and not marking & self.after
            and (not self.beside or marking & self.beside != 0)
        )


class Tokens:
    def __init__(self, net: Net) -> None:
        self._places = {place.number: place for place in net.places}
        self._width = max(self._places) + 1
        self._merging = self.marking(place for place in net.places if place.merges)
        self.firings = tuple([self._firing(each) for each in net.transitions])
        """By number of the transition."""
        self.has_extra = any(self._extra(firing.puts) for firing in self.firings)
        """True if a second token has come to some place."""

    def marking(self, places: Iterable[Place]) -> Marking:
        found = 0
        for place in places:
            found |= 1 << (place.number + place.extra * self._width)
        return found

    def places(self, marking: Marking) -> list[Place]:
        """Return the places of a marking, in the order of the diagrams."""
        return sorted(map(self._place, bits(marking)), key=lambda place: (place.number, place.extra))

    def moved(
        self, marking: Marking, here: Marking, gone: Marking, come: Marking, firing: Firing
    ) -> list[tuple[Marking, Marking]]:
        """Return, as pairs, the tokens gone from a marking and come to it once the transition happens too. `here`: the
        marking with the tokens that have gone and come so far.

        There is one pair as long as each place holds one token; what a transition clears then counts as gone from any
        marking.
        """
        leaves = firing.gone
        met = firing.puts & here & ~leaves
        if self.has_extra or met & ~self._merging:
            transition, places = firing.transition, frozenset(self.places(here))
            found = [self._put(each, transition.puts) for each in _left(places, transition)]
            return [(marking & ~each, each & ~marking) for each in found]
        if leaves & ~come:
            gone |= leaves
        return [(gone, come & ~leaves | firing.puts & ~met)]

    def crowded(self, marking: Marking) -> Places:
        """Return the places with several tokens that do not go on by themselves."""
        extra = [place for place in self.places(self._extra(marking)) if not place.runs_by_itself]
        return frozenset(map(_first, extra))

    def _firing(self, transition: Transition) -> Firing:
        return Firing(
            transition,
            moved_by=self.marking({transition.moved_by}),
            takes=self.marking(transition.takes),
            needs=self.marking(transition.needs),
            beside=self.marking(transition.beside),
            after=self.marking(transition.after),
            gone=self.marking(transition.gone),
            puts=self.marking(transition.puts),
        )

    def _place(self, bit: Marking) -> Place:
        extra, number = divmod(bit.bit_length() - 1, self._width)
        return replace(self._places[number], extra=extra)

    def _extra(self, marking: Marking) -> Marking:
        """Return the places of further tokens."""
        return marking >> self._width << self._width

    def _put(self, marking: Places, places: Places) -> Marking:
        found = set(marking)
        for place in sorted(places, key=lambda each: (each.number, each.extra)):
            free = place
            while free in found and not place.merges and (place.runs_by_itself or not free.extra):
                free = free.more
            found.add(free)
            self.has_extra = self.has_extra or free.extra > 0
        return self.marking(found)


def bits(marking: Marking) -> Iterator[Marking]:
    """Yield each place of a marking by itself, in the order of the bits."""
    while marking:
        lowest = marking & -marking
        yield lowest
        marking ^= lowest


def _left(marking: Places, transition: Transition) -> Iterator[Places]:
    """Yield the places of the tokens that may be left when a transition has taken its own."""
    gone = transition.gone
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


def _first(place: Place) -> Place:
    return replace(place, extra=0)
