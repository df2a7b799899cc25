"""Finds the places from which a fact is still read. Elsewhere it is forgotten: it will be written before it is read."""

from __future__ import annotations

from engine.guardrails.prover.fact_changes import Assign, Copy, Require
from engine.guardrails.prover.model import Net, Place, Places, Transition


def where_read(net: Net) -> tuple[Places, ...]:
    """Return, for each fact, the places from which a token may read it before writing it."""
    places: list[set[Place]] = [set() for _ in net.facts]
    is_complete = False
    while not is_complete:
        is_complete = True
        # Transitions are numbered along the ways, so that from behind few rounds are needed.
        for transition in reversed(net.transitions):
            for fact in _read_from(transition, places, net.read_at_end):
                if transition.moved_by not in places[fact]:
                    places[fact].add(transition.moved_by)
                    is_complete = False
    return tuple(frozenset(each) for each in places)


def _read_from(transition: Transition, places: list[set[Place]], read_at_end: frozenset[int]) -> set[int]:
    """Return the numbers of facts that the transition or a later one reads before any writes them."""
    read = {fact for fact, found in enumerate(places) if not found.isdisjoint(transition.puts)}
    gone = transition.takes | transition.clears
    for operation in reversed(transition.operations):
        match operation:
            case Require(fact):
                read.add(fact)
            case Assign(fact):
                read.discard(fact)
            case Copy(fact, source):
                # The copy may be read by another token, from any place where it is read at all.
                if fact in read or fact in read_at_end or not places[fact] <= gone:
                    read.add(source)
                if source != fact:
                    read.discard(fact)
    return read
