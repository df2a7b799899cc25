"""Has this person been here before? Likely the same in other cases, with the reasons, beside what is known of this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from engine.casework.candidates import Alike, Candidate, SharedWay, likely_same, shared_ways, sharing_a_way
from engine.casework.search_keys import PERSONS, is_found
from engine.domain.birth_dates import birth_date_in
from engine.domain.case_links import LinkKind
from engine.domain.cases import Case
from engine.domain.likeness import Description, described, telephones
from engine.domain.people import Role
from engine.domain.policy import Action
from engine.executor import Query, Work
from engine.executor.permissions import permit_case, require_role
from engine.queries.in_sight import PersonInSight, in_sight
from engine.queries.relations import Relations, relations_of
from engine.queries.search import Hit, hits_of, log_search, shows_name
from engine.storage.parties import Party

MOST_SHOWN: Final = 8
JUDGED: Final = (LinkKind.SAME_PERSON, LinkKind.NOT_SAME)
"""Links that answer the question: the pair is proposed no more."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    case: Case
    name: str
    hits: tuple[Hit, ...]
    family: tuple[Hit, ...]
    """Cases of other persons who may be of the same family."""
    same_way: tuple[Hit, ...]
    """Other cases in which somebody has the same telephone or e-mail address as somebody in this one."""
    shared_ways: Mapping[UUID, tuple[SharedWay, ...]]
    """Of those in `same_way`, by case: whose way it is on both sides, without names that the reader may not see now."""
    has_hidden: bool
    relations: Relations
    people: Mapping[UUID, str]
    names: Mapping[UUID, str]
    """Of the people of linked cases and of those handled together, where the reader may see them now; by case."""
    in_sight: PersonInSight | None
    """For the page of its own."""


@dataclass(frozen=True)
class LikelyDuplicates(Query[Duplicates]):
    """Return the cases whose person is likely the same as this one's, each with an entry in its own log."""

    reference: str
    on_own_page: bool = False
    """Name the people of the linked cases too, each with an entry in its own log, and gather what stays in sight."""
    looks: bool = True
    """False: look for nobody, since the reader has looked for others as often as one may."""

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.LIKELY_DUPLICATES)

    def execute(self, work: Work) -> Duplicates:
        case = work.stores.cases.by_reference(self.reference)
        if case.is_shut_to(work.actor, case.received_at) or not shows_name(work, case):
            return self._shown_of(work, case, (), Alike((), ()), ())
        parties = work.stores.parties.of_case(case.id)
        if not self.looks:
            return self._shown_of(work, case, parties, Alike((), ()), ())
        people = [described(each.identity, each.contact) for each in parties if each.kind in PERSONS]
        family = {each.id for each in work.stores.cases.relatives_of(case)}
        judged = work.stores.case_links.linked_with(case.id, JUDGED)
        found = likely_same(work, people, kinds=PERSONS, without={case.id, *family, *judged})
        linked = work.stores.case_links.linked_with(case.id, tuple(LinkKind))
        found = Alike(found.same, tuple(each for each in found.family if each.case.id not in linked))
        shown = {each.case.id for each in (*found.same, *found.family)}
        reached = [described(each.identity, each.contact) for each in parties if is_found(each)]
        same_way = sharing_a_way(work, reached, without={case.id, *family, *judged, *linked, *shown})
        return self._shown_of(work, case, parties, found, same_way)

    def _shown_of(
        self,
        work: Work,
        case: Case,
        parties: Sequence[Party],
        found: Alike,
        same_way: Sequence[Candidate],
    ) -> Duplicates:
        name = next((each.name for each in parties if each.kind == "applicant"), "")
        people = {each.id: each.name for each in work.stores.people.all()}
        hits, family, ways, has_hidden = _shown(work, found, same_way)
        relations = relations_of(work, case)
        names = _names_of_linked(work, relations) if self.on_own_page else {}
        shared = _shared_ways(work, parties, ways)
        seen = in_sight(work, case) if self.on_own_page else None
        return Duplicates(case, name, hits, family, ways, shared, has_hidden, relations, people, names, seen)


@dataclass(frozen=True)
class WhoIsLookedFor(Query[str]):
    """Return a keyed digest of the details by which `LikelyDuplicates` looks for the people of the case, and empty where it
    looks for nobody. Another name or birth date makes another: with it the page is a search."""

    reference: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.LIKELY_DUPLICATES)

    def execute(self, work: Work) -> str:
        case = work.stores.cases.by_reference(self.reference)
        if case.is_shut_to(work.actor, case.received_at) or not shows_name(work, case):
            return ""
        parties = work.stores.parties.of_case(case.id)
        people = [
            described(each.identity, each.contact)
            for each in parties
            if each.kind in PERSONS or is_found(each)
        ]
        details = sorted(_details(each) for each in people if each != Description())
        return work.stores.root.digest("looked for", f"{case.id}|{details}") if details else ""


def _details(person: Description) -> list[str]:
    ways = [sorted(each) for each in (person.phones, person.emails, person.addresses)]
    return [person.family_name, person.given_names, str(person.born_on or ""), *map(str, ways)]


def _shared_ways(
    work: Work, mine: Sequence[Party], hits: Sequence[Hit]
) -> Mapping[UUID, tuple[SharedWay, ...]]:
    parties = work.stores.parties.of_cases([each.case.id for each in hits]) if hits else {}
    found = {each.case.id: shared_ways(mine, parties.get(each.case.id, ())) for each in hits}
    unnamed = {each.case.id for each in hits if not shows_name(work, each.case)}
    return {
        case_id: tuple(_without_names(each) for each in ways) if case_id in unnamed else ways
        for case_id, ways in found.items()
    }


def _without_names(way: SharedWay) -> SharedWay:
    return replace(way, theirs=tuple(replace(each, name="") for each in way.theirs))


def _names_of_linked(work: Work, relations: Relations) -> Mapping[UUID, str]:
    linked = {each.case.id: each.case for each in relations.links}
    linked |= {each.id: each for each in (relations.together.cases if relations.together else ())}
    shown = [each for each in linked.values() if shows_name(work, each)]
    for each in shown:
        work.stores.access.log_case(each.id, work.actor, Action.LIKELY_DUPLICATES, work.now)
    parties = work.stores.parties.of_cases([each.id for each in shown]) if shown else {}
    return {
        case_id: next((each.name for each in found if each.kind == "applicant"), "")
        for case_id, found in parties.items()
    }


@dataclass(frozen=True)
class LikelyDuplicatesOf(Query[tuple[tuple[Hit, ...], bool]]):
    """Return the cases of who is likely the person that somebody describes on the telephone, before there is a case; and
    True if one fits that the actor does not see."""

    given_names: str = ""
    family_name: str = ""
    born_on: str = ""
    phone: str = ""
    email: str = ""
    ring_back_phone: str = ""

    def permit(self, work: Work) -> None:
        require_role(work, Role.INTAKE, Role.ON_CALL, Role.CASEWORKER)

    def execute(self, work: Work) -> tuple[tuple[Hit, ...], bool]:
        person = Description(
            self.family_name,
            self.given_names,
            birth_date_in(self.born_on),
            telephones([self.phone, self.ring_back_phone]),
            frozenset([self.email.strip().casefold()] if self.email.strip() else ()),
        )
        same = likely_same(work, [person], kinds=PERSONS).same
        hits, _, _, has_hidden = _shown(work, Alike(same, ()))
        return hits, has_hidden


def _shown(
    work: Work, found: Alike, same_way: Sequence[Candidate] = ()
) -> tuple[tuple[Hit, ...], tuple[Hit, ...], tuple[Hit, ...], bool]:
    """Return the hits that the actor sees, those of the family, those that share a way, and True if one person is likely
    the same and is not seen. Nobody unseen is shown as of the family: a name and a shared number would give them away."""
    seen, family, ways = _seen(found.same), _seen(found.family), _seen(same_way)
    hidden = [each for each in found.same if not each.is_seen]
    log_search(work, [*seen, *family, *ways], hidden, Action.LIKELY_DUPLICATES)
    return hits_of(work, seen), hits_of(work, family), hits_of(work, ways), bool(hidden)


def _seen(found: Sequence[Candidate]) -> list[Candidate]:
    return [each for each in found if each.is_seen][:MOST_SHOWN]
