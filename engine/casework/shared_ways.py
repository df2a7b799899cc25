"""One address, number or mailbox that several parties have: unsafe for one, it is not known to be safe for the others.

A mother says that somebody opens her letters, and the letters of her child go to the same home. The mark reaches the parties
of the same case and of the linked ones in the transaction of the change. It never comes off by itself: that a way is safe
again for one says nothing of the others. A case that is marked does not learn from which case the mark came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from engine.casework.party_changes import hold, store_change
from engine.domain.case_links import LinkKind
from engine.domain.cases import Case, CaseState
from engine.domain.parties import ADDRESSES, Ground
from engine.domain.people import SYSTEM
from engine.domain.safe_contact import WAYS, safe_ways, unsafe_ways
from engine.executor.engine import Work
from engine.storage.parties import Party

SAME_WAY: Final = "same_way"
"""Source of a mark that came from another party with the same way."""
MARKED: Final = "shared_way_unsafe"
STOPPED: Final = "contact_stopped"
LINKED: Final = (LinkKind.SAME_PERSON, LinkKind.FAMILY, LinkKind.SAME_EVENTS)
_HOLDERS: Final = {**ADDRESSES, "via_person": ("contact_person_name", "contact_person_phone")}
_NUMBERS: Final = frozenset({"phone", "sms", "via_person"})
_COUNTRY: Final = "358"
_FEWEST_DIGITS: Final = 5
Way: TypeAlias = tuple[str, str]
"""A way and its address, as it is compared."""


def ways_lost(before: Party, after: Party) -> frozenset[Way]:
    """Return the ways that a change took from a party, or that a party who is unsafe brings with them."""
    turned = unsafe_ways(after.contact) - unsafe_ways(before.contact)
    known_before = frozenset(
        (way, address) for held in turned for way, address in _reaching(before, held, after)
    )
    return (unsafe_of(after) - unsafe_of(before)) | known_before


def unsafe_of(party: Party) -> frozenset[Way]:
    """Return the ways that are unsafe for the party; all of them, if the party is."""
    if party.is_unsafe:
        name = _plain(party.name)
        own = {("via_person", name)} if name else set()
        return frozenset(own | {each for way in WAYS for each in _ways_to(party, way)})
    return frozenset(each for way in unsafe_ways(party.contact) for each in _reaching(party, way, party))


def post_of(party: Party) -> frozenset[Way]:
    """Return the party's postal address as a way."""
    return frozenset(("post", each) for each in _addresses(party, "post"))


def numbers_of(party: Party) -> frozenset[Way]:
    """Return the numbers and mailboxes of a party, safe or not: a home is shared by those who live there, these are not."""
    return frozenset(each for way in ("phone", "sms", "email") for each in _ways_to(party, way))


def names_alike(one: Party, other: Party) -> bool:
    """True if the two have a name in common, however it is written."""
    return bool(set(_plain(one.name).split()) & set(_plain(other.name).split()))


def mark_others(work: Work, case: Case, party: Party, lost: frozenset[Way]) -> tuple[Case, ...]:
    """Take these ways from all others who have them, here and in linked cases, and stop what goes to them. Return the
    cases in which somebody must ask."""
    if not lost:
        return ()
    return tuple(
        each for each in (case, *linked_cases(work, case)) if mark_in(work, each, lost, apart_from=party)
    )


def mark_in(work: Work, case: Case, lost: frozenset[Way], *, apart_from: Party) -> bool:
    """Mark the parties of one case. Return True if what goes to somebody was stopped."""
    is_stopped = False
    is_own = case.id == apart_from.case_id
    for each in work.stores.parties.of_case(case.id):
        hit = {way for way in safe_ways(each.contact) if lost & _ways_to(each, way)}
        if each.id == apart_from.id or each.is_unsafe or not hit:
            continue
        left = [way for way in each.contact["safe_channels"] if way not in hit]
        contact = {**each.contact, "safe_channels": left}
        # A name would say in which other case the change was made.
        actor = work.actor if is_own else SYSTEM
        ground = Ground(SAME_WAY, work.today, "")
        store_change(work, case, each, replace(each, contact=contact), ground, actor=actor)
        work.stores.timeline.record(case.id, MARKED, actor, work.now, each.kind, ways=sorted(hit))
        is_stopped |= _stop(work, case, each, is_own=is_own)
    return is_stopped


def mark_each_other(work: Work, one: Case, other: Case) -> tuple[Case, ...]:
    """Two cases are linked now: what is unsafe in the one is not known to be safe in the other. Return the cases in which
    somebody must ask."""
    found = set()
    for source, marked in ((one, other), (other, one)):
        for party in work.stores.parties.of_case(source.id):
            if mark_in(work, marked, unsafe_of(party), apart_from=party):
                found.add(marked.id)
    return tuple(each for each in (one, other) if each.id in found)


def stop_others(work: Work, case: Case, party: Party) -> tuple[Case, ...]:
    """A party reported that a way is not safe and did not name it: stop what goes to others who have any of their ways, until
    somebody has asked. Return the cases in which somebody must."""
    shared = frozenset(each for way in safe_ways(party.contact) for each in _ways_to(party, way))
    found: list[Case] = []
    for each in (case, *linked_cases(work, case)) if shared else ():
        sharing = [
            one
            for one in work.stores.parties.of_case(each.id)
            if one.id != party.id
            and not one.is_silent
            and any(shared & _ways_to(one, way) for way in safe_ways(one.contact))
        ]
        stopped = [_stop(work, each, one, is_own=each.id == case.id) for one in sharing]
        if any(stopped):
            found.append(each)
    return tuple(found)


def _stop(work: Work, case: Case, party: Party, *, is_own: bool) -> bool:
    known = work.stores.parties.get(case.id, party.id)
    if case.state is CaseState.CLOSED or known.held_at is not None:
        return False
    effects = hold(work, case, known, actor=None if is_own else SYSTEM)
    work.stores.timeline.record(
        case.id,
        STOPPED,
        work.actor if is_own else SYSTEM,
        work.now,
        party.kind,
        party=str(party.id),
        withheld=effects.withheld,
        links=effects.links_ended,
    )
    return True


def linked_cases(work: Work, case: Case) -> Iterator[Case]:
    """Give the relatives of a case and the cases linked with it, always in the same order: two who change them at once take
    turns."""
    relatives = {each.id for each in work.stores.cases.relatives_of(case)}
    linked = work.stores.case_links.linked_with(case.id, LINKED)
    for case_id in sorted((relatives | linked) - {case.id}):
        yield work.stores.cases.get(case_id)


def _ways_to(party: Party, way: str) -> frozenset[Way]:
    return frozenset((way, each) for each in _addresses(party, way))


def _reaching(party: Party, unsafe: str, now: Party) -> frozenset[Way]:
    """Return every way to the addresses of one that is unsafe: one who answers the phone reads its messages, unless the
    party calls that other way safe still."""
    lost = _addresses(party, unsafe)
    others = _NUMBERS if unsafe in _NUMBERS else frozenset({unsafe})
    still = {way: _addresses(now, way) for way in safe_ways(now.contact)}
    return frozenset(
        (way, each) for way in others | {unsafe} for each in lost if each not in still.get(way, ())
    )


def _addresses(party: Party, way: str) -> frozenset[str]:
    texts = (party.contact.get(name) for name in _HOLDERS[way])
    return frozenset(
        plain for text in texts if isinstance(text, str) and (plain := _compared(way, text.strip()))
    )


def _compared(way: str, text: str) -> str:
    """Return an address as it is compared: the same number, however it is grouped and with its country or without."""
    digits = "".join(each for each in text if each.isdecimal())
    if way in _NUMBERS and len(digits) >= _FEWEST_DIGITS:
        return _national(digits, text)
    return text.casefold() if way == "email" else _plain(text)


def _national(digits: str, text: str) -> str:
    if text.startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
        # +358 (0)40 is written too.
        return (
            "0" + digits.removeprefix(_COUNTRY).removeprefix("0") if digits.startswith(_COUNTRY) else digits
        )
    return digits


def _plain(text: str) -> str:
    """Return the words alone: line breaks, commas and capitals make no other address."""
    words = "".join(each if each.isalnum() else " " for each in text.casefold()).split()
    return " ".join(words)
