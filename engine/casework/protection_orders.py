"""Turvakielto (661/2009 36-37 §) belongs to a person, and one person may be a party of several cases.

A mother under turvakielto is the guardian in the case of each of her children: their copies must not show her address either.
The mark reaches the linked cases in the transaction that records it, closed ones too: copies are given out of them. It never
comes off by itself: the order's end is recorded in each case by somebody who has seen it end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.casework.party_changes import store_change
from engine.casework.shared_ways import linked_cases, names_alike, numbers_of
from engine.domain.ages import birth_date_of
from engine.domain.cases import Case
from engine.domain.parties import Ground
from engine.domain.people import SYSTEM
from engine.executor.engine import Work
from engine.storage.parties import Party

SAME_PERSON: Final = "same_person_protected"
"""Source of a mark that came from another case of the same person."""


def follow_protection(work: Work, case: Case, party: Party) -> None:
    """The party was changed or added: a turvakielto of theirs holds wherever the same person is a party."""
    if party.is_protected:
        for each in (case, *linked_cases(work, case)):
            if _mark_in(work, each, party) and each.id != case.id:
                # Somebody who acts in the linked case at the same moment meets another version.
                work.save_case(each)


def protect_if_known(work: Work, case: Case, party: Party) -> None:
    """A party who was added is under turvakielto already if the same person is in a linked case."""
    linked = (each for other in linked_cases(work, case) for each in work.stores.parties.of_case(other.id))
    if any(each.is_protected and is_same_person(each, party) for each in linked):
        _mark(work, case, party)


def protect_each_other(work: Work, one: Case, other: Case) -> None:
    """Two cases are linked now, whose next versions are stored already: a turvakielto of the one holds in the other, and in the
    cases that the other is linked with, such as those of its children."""
    for source, marked in ((one, other), (other, one)):
        for party in work.stores.parties.of_case(source.id):
            if party.is_protected and _mark_in(work, marked, party):
                for each in linked_cases(work, marked):
                    if each.id not in (one.id, other.id) and _mark_in(work, each, party):
                        work.save_case(each)


def is_same_person(one: Party, other: Party) -> bool:
    """True of the same full name; of a name that was corrected in one of the cases, with the same birth date, number or
    mailbox. Two who have different birth dates are two people."""
    # One that was skipped, or is not known, tells nothing.
    births = [born for each in (one, other) if (born := birth_date_of(each.identity))]
    if len(set(births)) > 1 or not names_alike(one, other):
        return False
    is_named = one.name.casefold().split() == other.name.casefold().split()
    return is_named or len(births) == 2 or bool(numbers_of(one) & numbers_of(other))


def _mark_in(work: Work, case: Case, protected: Party) -> bool:
    found = [
        each
        for each in work.stores.parties.of_case(case.id)
        if each.id != protected.id and not each.is_protected and is_same_person(each, protected)
    ]
    for each in found:
        _mark(work, case, each)
    return bool(found)


def _mark(work: Work, case: Case, party: Party) -> None:
    # A name would say in which other case the order was recorded.
    ground = Ground(SAME_PERSON, work.today, "")
    store_change(work, case, party, replace(party, is_protected=True), ground, actor=SYSTEM)
    work.stores.timeline.record(case.id, "party_changed", SYSTEM, work.now, party.kind)
