"""Somebody who may be the exploiter is a danger in every linked case in which they are a party.

A father whom one child fears is the guardian in the case of the sister too: he must not be heard or served there either. The
mark reaches the linked cases in the transaction that records it, closed ones too. It never comes off by itself: that he is no
danger is recorded in each case by somebody who knows it. Nobody is marked in a case of their own: there they are the person
who may be a victim.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from engine.casework.party_changes import store_change
from engine.casework.protection_orders import is_same_person
from engine.casework.shared_ways import linked_cases
from engine.domain.cases import Case, CaseState
from engine.domain.parties import SERVED_BY_LAW, Ground
from engine.domain.people import SYSTEM
from engine.executor.engine import Work
from engine.storage.parties import Party

SAME_PERSON: Final = "same_person_unsafe"
"""Source of a mark that came from another case of the same person."""
MARKED: Final = "party_marked_unsafe"
_OWN: Final = frozenset({"applicant", "child"})


def mark_linked(
    work: Work, case: Case, party: Party, *, without: frozenset[UUID] = frozenset()
) -> tuple[Case, ...]:
    """A party was marked unsafe, or added as such: mark the same person in the linked cases. Return those in which something
    did not reach anybody by it."""
    found = []
    for each in linked_cases(work, case):
        if each.id in without:
            continue
        is_marked, is_untold = _mark_in(work, each, party)
        if is_marked:
            # Somebody who acts in the linked case at the same moment meets another version.
            work.save_case(each)
        if is_untold:
            found.append(work.stores.cases.get(each.id))
    return tuple(found)


def mark_if_known(work: Work, case: Case, party: Party) -> Party:
    """A party who was added is unsafe already if the same person is in a linked case. Return the party as they are now."""
    linked = (each for other in linked_cases(work, case) for each in work.stores.parties.of_case(other.id))
    if party.is_unsafe or not any(each.is_unsafe and is_same_person(each, party) for each in linked):
        return party
    _mark(work, case, party)
    return work.stores.parties.get(case.id, party.id)


def mark_each_other(work: Work, one: Case, other: Case) -> tuple[Case, ...]:
    """Two cases are linked now, whose next versions are stored already: who is unsafe in the one is so in the other, and in the
    cases that the other is linked with. Return those in which something did not reach anybody by it."""
    found: set[UUID] = set()
    for source, marked in ((one, other), (other, one)):
        for party in work.stores.parties.of_case(source.id):
            if not party.is_unsafe:
                continue
            is_marked, is_untold = _mark_in(work, marked, party)
            both = frozenset({one.id, other.id})
            further = mark_linked(work, marked, party, without=both) if is_marked else ()
            found |= {each.id for each in further} | ({marked.id} if is_untold else set())
    return tuple(work.stores.cases.get(each) for each in found)


def _mark_in(work: Work, case: Case, unsafe: Party) -> tuple[bool, bool]:
    found = [
        each
        for each in work.stores.parties.of_case(case.id)
        if each.id != unsafe.id
        and each.kind not in _OWN
        and not each.is_unsafe
        and is_same_person(each, unsafe)
    ]
    untold = [_mark(work, case, each) for each in found]
    return bool(found), any(untold) and case.state is not CaseState.CLOSED


def _mark(work: Work, case: Case, party: Party) -> bool:
    """Mark a party, who speaks for nobody any more. Return True if something did not reach them by it."""
    # A name would say in which other case the mark was made.
    ground = Ground(SAME_PERSON, work.today, "")
    is_recipient = party.is_recipient and party.kind in SERVED_BY_LAW
    marked = replace(party, is_unsafe=True, powers=(), is_recipient=is_recipient)
    effects = store_change(work, case, party, marked, ground, actor=SYSTEM)
    work.stores.timeline.record(case.id, MARKED, SYSTEM, work.now, party.kind, party=str(party.id))
    return effects.is_untold
