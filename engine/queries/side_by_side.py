"""Two cases side by side: what is known of both people, field by field, and what makes them alike or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from engine.casework.appeals import sent_back_among
from engine.casework.search_keys import PERSONS
from engine.domain.birth_dates import Agreement, BirthDate, agreement
from engine.domain.case_links import ITSELF, LinkKind, NoSuchCase
from engine.domain.cases import Case, CaseState
from engine.domain.likeness import UNLIKE, Likeness, Reason, described, likeness, telephones
from engine.domain.people import Person
from engine.domain.policy import Action, admits
from engine.domain.search_words import reference_in
from engine.errors import Invalid, NotFound
from engine.executor import Query, Work
from engine.executor.permissions import permit_case
from engine.queries.in_sight import PersonInSight, in_sight
from engine.queries.search import shows_name
from engine.storage.parties import Party

_PHONES: Final = ("phone", "sms_phone")
_OF_NAMES: Final = frozenset({Reason.SAME_NAME, Reason.LIKE_NAME, Reason.PART_OF_NAME})


class Sameness(StrEnum):
    SAME = "same"
    ALIKE = "alike"
    OTHER = "other"
    UNKNOWN = "unknown"
    """One of the two is not known."""


class Field(StrEnum):
    NAME = "name"
    BORN = "born"
    PHONE = "phone"
    EMAIL = "email"
    LANGUAGE = "language"
    REFERRER = "referrer"


@dataclass(frozen=True, slots=True)
class ComparedField:
    field: Field
    one: tuple[str, ...]
    other: tuple[str, ...]
    sameness: Sameness
    reason: Reason | None = None
    """The likeness, where it is one of those by which duplicates are proposed."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    one: Case
    other: Case
    one_name: str
    other_name: str
    fields: tuple[ComparedField, ...]
    """Empty where the names of one of the cases may not be shown now."""
    likeness: Likeness
    links: frozenset[LinkKind]
    are_together: bool
    may_join: bool
    """Both are under way and neither is restricted."""
    caseworkers: tuple[Person, ...]
    """Those of the two cases; one if it is the same person."""
    may_assign: bool
    sent_back: frozenset[UUID]
    """Those of the two whose decision a court annulled or returned: its outcome is in force no longer."""
    in_sight: PersonInSight
    """Of the first case, whose page it is."""


@dataclass(frozen=True)
class CompareCases(Query[SideBySide]):
    """Return two cases that the actor sees, compared. Each has an entry in its own log.

    Raise Invalid for a case beside itself, and for one that the actor does not see, as for one that does not exist.
    """

    reference: str
    other: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.LIKELY_DUPLICATES)

    def execute(self, work: Work) -> SideBySide:
        one = work.stores.cases.by_reference(self.reference)
        wanted = reference_in(self.other)
        if wanted == one.reference:
            raise Invalid(ITSELF, field="other")
        try:
            other = work.open_reference(wanted, Action.LIKELY_DUPLICATES)
        except NotFound as refused:
            raise NoSuchCase(field="other", hidden=refused.hidden) from None
        is_shown = all(_is_shown(work, each) for each in (one, other))
        mine = work.stores.parties.of_case(one.id) if is_shown else ()
        theirs = work.stores.parties.of_case(other.id) if is_shown else ()
        first, second, found = _likest(mine, theirs)
        links = work.stores.case_links.of_case(one.id)
        place = work.stores.joint_handlings.of_case(one.id)
        are_together = place is not None and other.id in work.stores.joint_handlings.cases_of(place.group_id)
        ids = dict.fromkeys(each.caseworker_id for each in (one, other) if each.caseworker_id is not None)
        return SideBySide(
            one,
            other,
            first.name if first else "",
            second.name if second else "",
            _fields(one, other, first, second, found, mine, theirs) if first and second else (),
            found,
            frozenset(each.kind for each in links if each.other_case_id == other.id),
            are_together=are_together,
            may_join=all(
                not each.is_restricted and each.state is not CaseState.CLOSED for each in (one, other)
            ),
            caseworkers=tuple(work.stores.people.get(each) for each in ids),
            may_assign=admits(Action.ASSIGN_CASE, work.actor.roles),
            sent_back=sent_back_among(work, (one, other)),
            in_sight=in_sight(work, one),
        )


def _is_shown(work: Work, case: Case) -> bool:
    return shows_name(work, case) and not case.is_shut_to(work.actor, case.received_at)


def _likest(mine: Sequence[Party], theirs: Sequence[Party]) -> tuple[Party | None, Party | None, Likeness]:
    """Return the two people, one of each case, who are most alike; the applicants if nobody is."""
    pairs = [
        (one, other, likeness(described(one.identity, one.contact), described(other.identity, other.contact)))
        for one in mine
        for other in theirs
        if one.kind in PERSONS and other.kind in PERSONS
    ]
    return max(
        pairs,
        key=lambda pair: (pair[2].score, pair[0].kind == pair[1].kind == "applicant"),
        default=(None, None, UNLIKE),
    )


def _fields(
    one: Case,
    other: Case,
    first: Party,
    second: Party,
    found: Likeness,
    mine: Sequence[Party],
    theirs: Sequence[Party],
) -> tuple[ComparedField, ...]:
    known = next((each for each in found.reasons if each in _OF_NAMES), None)
    names = _named(first.name), _named(second.name)
    sameness = _by_reason(*names, known, Reason.SAME_NAME)
    return (
        ComparedField(Field.NAME, *names, sameness, known),
        _born(first, second),
        _compared(Field.PHONE, _texts(first, *_PHONES), _texts(second, *_PHONES), telephones, Reason.PHONE),
        _compared(Field.EMAIL, _texts(first, "email"), _texts(second, "email"), _folded, Reason.EMAIL),
        _compared(Field.LANGUAGE, (one.language,), (other.language,), _folded, None),
        _compared(Field.REFERRER, _referrer(mine), _referrer(theirs), _folded, None),
    )


def _born(first: Party, second: Party) -> ComparedField:
    dates = [BirthDate.of(each.identity.get("born_on")) for each in (first, second)]
    found = agreement(*dates)
    known = Reason(found.value) if found not in (Agreement.UNKNOWN, Agreement.OTHER) else None
    one, other = (_named(str(each) if each else "") for each in dates)
    return ComparedField(Field.BORN, one, other, _by_reason(one, other, known, Reason.SAME_DATE), known)


def _by_reason(one: tuple[str, ...], other: tuple[str, ...], known: Reason | None, same: Reason) -> Sameness:
    if not one or not other:
        return Sameness.UNKNOWN
    if known is None:
        return Sameness.OTHER
    return Sameness.SAME if known is same else Sameness.ALIKE


def _compared(
    field: Field,
    one: tuple[str, ...],
    other: tuple[str, ...],
    plain: Callable[[Sequence[str]], frozenset[str]],
    reason: Reason | None,
) -> ComparedField:
    if not one or not other:
        return ComparedField(field, one, other, Sameness.UNKNOWN)
    is_same = bool(plain(one) & plain(other))
    sameness = Sameness.SAME if is_same else Sameness.OTHER
    return ComparedField(field, one, other, sameness, reason if is_same else None)


def _folded(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(" ".join(each.casefold().split()) for each in texts)


def _texts(party: Party, *names: str) -> tuple[str, ...]:
    found: list[Any] = [party.contact.get(name) for name in names]
    return tuple(dict.fromkeys(each for each in found if isinstance(each, str) and each))


def _referrer(parties: Sequence[Party]) -> tuple[str, ...]:
    return next((_named(each.name) for each in parties if each.kind == "referrer"), ())


def _named(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
