"""Shortens a net: a plain automatic transition is merged into the one before it.

The situations stay the same. A step passes a quarter of the transitions that it would pass otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.guardrails.prover.model import Net, Place, Places, Transition


def shortened(net: Net) -> Net:
    """Return the net with plain automatic transitions merged. Requires that elements that run by themselves form no ring."""
    passed_at_once = _passed_at_once(net)
    left_out = frozenset(passed_at_once)
    # A transition that needs a token beside it, in places that are all left out, can never happen.
    kept = [
        each
        for each in net.transitions
        if each.moved_by not in left_out and not (each.beside and each.beside <= left_out)
    ]
    return replace(
        net,
        places=tuple(each for each in net.places if each not in left_out),
        transitions=tuple(
            _shortened(number, each, passed_at_once, left_out) for number, each in enumerate(kept)
        ),
    )


def _passed_at_once(net: Net) -> dict[Place, Transition]:
    """Return the places that can be left out, each with the only transition that leads on from it."""
    from_place: dict[Place, list[Transition]] = {}
    for each in net.transitions:
        if each.moved_by.runs_by_itself:
            from_place.setdefault(each.moved_by, []).append(each)
    return {
        place: several[0]
        for place, several in from_place.items()
        if len(several) == 1 and _is_plain(several[0])
    }


def _is_plain(transition: Transition) -> bool:
    conditions = transition.needs | transition.after | transition.beside | transition.clears
    return not (transition.is_noticed or conditions) and transition.takes == {transition.moved_by}


def _shortened(
    number: int, transition: Transition, passed_at_once: dict[Place, Transition], left_out: Places
) -> Transition:
    """Return the transition extended by all plain ones that follow it at once."""
    operations, passes = list(transition.operations), list(transition.passes)
    waiting, tokens = _in_order(transition.puts), list[Place]()
    while waiting:
        place = waiting.pop(0)
        following = passed_at_once.get(place)
        if following is None:
            tokens.append(place)
        else:
            operations += following.operations
            passes += following.passes
            waiting += _in_order(following.puts)
    return replace(
        transition,
        number=number,
        puts=together(tokens),
        after=transition.after - left_out,
        beside=transition.beside - left_out,
        clears=transition.clears - left_out,
        operations=tuple(operations),
        passes=tuple(passes),
    )


def _in_order(places: Places) -> list[Place]:
    """Return the places by number, with `extra` reset: `together` counts further tokens anew."""
    ordered = sorted(places, key=lambda place: (place.number, place.extra))
    return [replace(place, extra=0) if place.extra else place for place in ordered]


def together(tokens: Iterable[Place]) -> Places:
    """Return the places of several tokens. A token whose place is taken gets the place beside it, unless tokens merge there."""
    found: set[Place] = set()
    for place in tokens:
        free = place
        while free in found and not place.merges:
            free = free.more
        found.add(free)
    return frozenset(found)
