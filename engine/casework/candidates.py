"""Candidates: people whom keys find, judged on what is known of them.

Their details are opened to be compared, also those of cases that the actor does not see. Nothing of those leaves this
module but that there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from engine.casework.search_keys import FOUND, is_found
from engine.domain.cases import Case
from engine.domain.likeness import LIKELY, UNLIKE, Description, Likeness, Reason, described, kinship, likeness
from engine.domain.policy import Relation
from engine.domain.search_keys import duplicate_keys
from engine.executor.engine import Work
from engine.storage.parties import Party
from engine.storage.sealing import SealingClass

MOST_WEIGHED: Final = 40
"""Candidates whose details are opened, those with the most telling keys first."""
_WEIGHTS: Final[Mapping[str, int]] = {
    "phone": 10, "mail": 10, "day": 8, "ending": 6, "pair": 4, "date": 3, "born": 2, "name": 2,
}  # fmt: skip
HIDDEN_MATCH: Final = "hidden_match"
"""Word in the log of a case that somebody met without seeing it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    case: Case
    party: Party | None
    """None where the case itself was found, by the ending of its code."""
    likeness: Likeness
    is_seen: bool
    """False: the actor may know that there is one, and whom to ask."""


@dataclass(frozen=True, slots=True)
class Met:
    """A person whom a key found, or with None the case itself."""

    person: Description | None
    has_ending: bool
    """The ending of the case's code was found too."""


Weigh = Callable[[Met], Likeness]


def found_by(
    work: Work,
    keys: Sequence[str],
    weigh: Weigh,
    *,
    kinds: Collection[str] = FOUND,
    without: Collection[UUID] = (),
) -> tuple[Candidate, ...]:
    """Return the candidates, one a case, the likeliest first. Cases that somebody is disqualified from are not there, nor are
    those whose content is sealed to them: even a match of a name or a number would tell it. Their number alone finds them."""
    places = work.stores.search_keys.found(keys)
    endings = {case_id for case_id, subject_id in places if case_id == subject_id}
    ranked = sorted(
        (place for place in places if place[0] not in without),
        key=lambda place: (-_weight(places[place]), str(place)),
    )[:MOST_WEIGHED]
    # A database restored from before an erasure has the digests still: an erased person is not found by them.
    held = work.stores.vault.still_held({case_id for case_id, _ in ranked}, SealingClass.IDENTITY)
    ranked = [place for place in ranked if place[0] in held]
    if not ranked:
        return ()
    best = _weighed(work, ranked, weigh, endings & held, kinds)
    cases = work.stores.cases.among(work.actor, best)
    found = [
        Candidate(case, *best[case.id], is_seen)
        for case, relation, is_seen in cases
        if relation is not Relation.DISQUALIFIED and not case.is_sealed_to(work.actor)
    ]
    return tuple(sorted(found, key=lambda each: (-each.likeness.score, each.case.reference)))


def _weighed(
    work: Work,
    places: Sequence[tuple[UUID, UUID]],
    weigh: Weigh,
    endings: Collection[UUID],
    kinds: Collection[str],
) -> dict[UUID, tuple[Party | None, Likeness]]:
    best: dict[UUID, tuple[Party | None, Likeness]] = {}
    for case_id in endings:
        best[case_id] = None, weigh(Met(None, has_ending=True))
    for party in work.stores.parties.among(
        [subject_id for case_id, subject_id in places if case_id != subject_id]
    ):
        if party.kind not in kinds:
            continue
        judged = weigh(Met(described(party.identity, party.contact), party.case_id in endings))
        if judged.score > best.get(party.case_id, (None, UNLIKE))[1].score:
            best[party.case_id] = party, judged
    return {case_id: found for case_id, found in best.items() if found[1].score > 0}


def _weight(keys: Collection[str]) -> int:
    """A key that names a year beside the sounds is narrower than one without."""
    return sum(_WEIGHTS.get(each.partition(" ")[0], 1) + any(map(str.isdigit, each)) for each in keys)


@dataclass(frozen=True, slots=True)
class Alike:
    """Those in other cases who are likely one of these people, and those who may be of their family."""

    same: tuple[Candidate, ...]
    family: tuple[Candidate, ...]


def likely_same(
    work: Work, people: Sequence[Description], *, kinds: Collection[str], without: Collection[UUID] = ()
) -> Alike:
    keys = tuple(dict.fromkeys(key for person in people for key in duplicate_keys(person)))

    def weigh(met: Met) -> Likeness:
        judged = (likeness(person, met.person) for person in people if met.person is not None)
        return max(judged, key=lambda each: each.score, default=UNLIKE)

    found = found_by(work, keys, weigh, kinds=kinds, without=without)
    same = tuple(each for each in found if each.likeness.score >= LIKELY)
    others = (_of_family(each, people) for each in found if each.likeness.score < LIKELY)
    return Alike(same, tuple(each for each in others if each is not None))


def sharing_a_way(
    work: Work, people: Sequence[Description], *, without: Collection[UUID] = ()
) -> tuple[Candidate, ...]:
    """Return those in other cases, referrers and representatives too, who have a telephone or an e-mail address of one of
    these people. One number serves a family, a flat or an office: it tells of no same person."""
    phones = frozenset(each for person in people for each in person.phones)
    emails = frozenset(each for person in people for each in person.emails)
    keys = (*(f"phone {each}" for each in sorted(phones)), *(f"mail {each}" for each in sorted(emails)))

    def weigh(met: Met) -> Likeness:
        if met.person is None:
            return UNLIKE
        reasons = (
            *([Reason.PHONE] if phones & met.person.phones else []),
            *([Reason.EMAIL] if emails & met.person.emails else []),
        )
        return Likeness(float(len(reasons)), reasons)

    return found_by(work, keys, weigh, without=without) if keys else ()


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has a shared telephone or e-mail address."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class SharedWay:
    """A telephone or an e-mail address that people of two cases have: everybody who has it, on both sides."""

    reason: Reason
    mine: tuple[Holder, ...]
    theirs: tuple[Holder, ...]


def shared_ways(mine: Sequence[Party], theirs: Sequence[Party]) -> tuple[SharedWay, ...]:
    """Return the ways that the found people of both cases share, one entry for each way."""
    here, there = _holders(mine), _holders(theirs)
    return tuple(
        SharedWay(way[0], tuple(here[way]), tuple(there[way])) for way in sorted(here) if way in there
    )


def _holders(parties: Sequence[Party]) -> dict[tuple[Reason, str], list[Holder]]:
    found: dict[tuple[Reason, str], list[Holder]] = {}
    for each in filter(is_found, parties):
        known = described(each.identity, each.contact)
        ways = [
            *((Reason.PHONE, way) for way in known.phones),
            *((Reason.EMAIL, way) for way in known.emails),
        ]
        for way in ways:
            found.setdefault(way, []).append(Holder(each.kind, each.name))
    return found


def _of_family(candidate: Candidate, people: Sequence[Description]) -> Candidate | None:
    party = candidate.party
    if party is None:
        return None
    met = described(party.identity, party.contact)
    reasons = next((why for person in people if (why := kinship(person, met))), ())
    return replace(candidate, likeness=Likeness(candidate.likeness.score, reasons)) if reasons else None
