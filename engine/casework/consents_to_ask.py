"""Consents to ask others of the person: whom each entry of the ledger names, which of them a request rests on, and what ended it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from engine.casework.official_requests import names_police
from engine.domain.cases import Case
from engine.domain.consents import (
    ASK_WITH_CONSENT,
    GIVEN,
    POLICE,
    REFUSED,
    SEVERAL,
    Consent,
    holding,
    names_one_of_many,
)
from engine.domain.people import Role
from engine.executor.engine import Work
from engine.storage.requests import CONSENT, InformationRequest

Notes = Mapping[UUID, str]
_WORD: Final = re.compile(r"\w+")
_LEAVES_OUT: Final = frozenset(
    {"paitsi", "ei", "eikä", "muttei", "utom", "förutom", "inte", "ej", "except", "excluding", "not"}
)
"""Words by which a note says that somebody is not to be asked."""


def recipient_in_ledger(row: Mapping[str, Any]) -> str:
    """Return the recipient that a consent to ask by this row of the form has to name."""
    return POLICE if row.get("is_police") == "yes" else str(row.get("recipient"))


def entry_on(work: Work, case: Case, recipient: str, name: object) -> Consent | None:
    """Return the newest entry on asking this recipient: a consent, its withdrawal or a refusal. None if the ledger names
    them nowhere."""
    found = entries_on(work, case, recipient, name)
    return found[-1] if found else None


def entries_on(work: Work, case: Case, recipient: str, name: object) -> Sequence[Consent]:
    """Return the entries on asking this recipient, the newest last."""
    entries, notes = _entries(work, case), work.stores.consents.notes_of(case.id)
    by_id = {each.id: each for each in entries}

    def is_meant(entry: Consent) -> bool:
        meant = by_id.get(entry.withdraws, entry) if entry.withdraws else entry
        is_named = _may_name if entry.withdraws else _names
        return _is_refusal_of(entry, recipient, name, notes) or (
            meant.state == GIVEN and meant.recipient == recipient and is_named(meant, recipient, name, notes)
        )

    return [each for each in entries if is_meant(each)]


def ended_by(work: Work, case: Case, request: InformationRequest) -> Consent | None:
    """Return the entry that ended the consent on which the request rests: its withdrawal, that of another consent to ask the
    same recipient, or a refusal; for a request from before its entry was kept, that of an entry of its role that names nobody. A
    consent that is given later begins no earlier request anew."""
    entries, notes = _entries(work, case), work.stores.consents.notes_of(case.id)
    behind = _behind(entries, request)
    name = request.recipient.get("name")
    recipient = behind.recipient if behind is not None else request.recipient_role
    by_id = {each.id: each for each in entries}
    later = entries[entries.index(behind) + 1 :] if behind is not None else entries
    for each in later:
        if _is_refusal_of(each, recipient, name, notes):
            return each
        taken = by_id.get(each.withdraws) if each.withdraws else None
        if taken is None:
            continue
        if (
            taken == behind
            or _may_name(taken, recipient, name, notes)
            or _may_be_behind(taken, request, notes)
        ):
            return each
    return None


def in_force_by_name(entries: Sequence[Consent], notes: Notes) -> frozenset[UUID]:
    """Return the consents of a case that hold by all that the ledger says. One to ask somebody holds no more once it, or another that
    names the same recipient, was taken back, or the person refused to have them asked."""
    by_id = {each.id: each for each in entries}

    def ends(later: Consent, given: Consent) -> bool:
        if later.purpose != ASK_WITH_CONSENT:
            return False
        meant = by_id.get(later.withdraws) if later.withdraws else later if later.state == REFUSED else None
        return meant is not None and _is_of_same(meant, given, notes)

    return frozenset(
        each.id
        for each in holding(entries)
        if not names_one_of_many(each)
        or not any(ends(later, each) for later in entries[entries.index(each) + 1 :])
    )


def _is_of_same(one: Consent, other: Consent, notes: Notes) -> bool:
    """Return True if two entries are about one recipient. The note of either may say more than the name."""
    if POLICE in (one.recipient, other.recipient) and all(
        each.recipient == POLICE or names_police(notes.get(each.id)) for each in (one, other)
    ):
        return True
    shorter, longer = sorted((_plain(notes.get(one.id)), _plain(notes.get(other.id))), key=len)
    return bool(shorter) and one.recipient in SEVERAL and shorter in longer


def _entries(work: Work, case: Case) -> Sequence[Consent]:
    return [each for each in work.stores.consents.of_case(case.id) if each.purpose == ASK_WITH_CONSENT]


def _behind(entries: Sequence[Consent], request: InformationRequest) -> Consent | None:
    kept = request.questions.get(CONSENT)
    if kept is not None:
        return next((each for each in entries if str(each.id) == kept), None)
    # A request from before its entry was kept: the newest consent for its role then.
    known = [
        each
        for each in entries
        if each.state == GIVEN
        and each.recipient == request.recipient_role
        and each.recorded_at <= request.created_at
    ]
    return known[-1] if known else None


def _may_be_behind(entry: Consent, request: InformationRequest, notes: Notes) -> bool:
    """Return True if an entry that names nobody may be that of a request from before its entry was kept. Which of several was
    behind it nobody knows: the end of any is its end, as it was then."""
    is_unnamed = entry.recipient == request.recipient_role and not _plain(notes.get(entry.id))
    return is_unnamed and CONSENT not in request.questions


def _names(entry: Consent, recipient: str, name: object, notes: Notes) -> bool:
    """Return True if a consent surely names this recipient. One authority is not another, though the ledger has one word for them
    all: which one it is stands in the note, whole, and in no sentence that leaves somebody out."""
    note, named = _words(notes.get(entry.id)), _words(name)
    if recipient not in (Role.OUTSIDE_AUTHORITY, POLICE):
        return entry.recipient == recipient
    if _is_referrer(recipient, name):
        return _is_of_police(entry, POLICE, notes)
    if note != named and not _LEAVES_OUT.isdisjoint(note):
        return False
    return _is_of_police(entry, name, notes) or _has(note, named)


def _may_name(entry: Consent, recipient: str, name: object, notes: Notes) -> bool:
    """Return True if a refusal, or a consent that was taken back, may mean this recipient: nobody is asked against a doubtful no.
    An office is meant with its authority, and the authority with its office."""
    if recipient not in (Role.OUTSIDE_AUTHORITY, POLICE):
        return entry.recipient == recipient
    if _is_referrer(recipient, name):
        return entry.recipient == Role.REFERRER or _is_of_police(entry, POLICE, notes)
    note = notes.get(entry.id)
    # The bare letters find a name with a Finnish ending too.
    is_within = bool(_plain(name)) and _plain(name) in _plain(note)
    return is_within or _is_of_police(entry, name, notes) or _has(_words(name), _words(note))


def _is_referrer(recipient: str, name: object) -> bool:
    """Return True of a referrer who is of the police: an authority that is asked has a name."""
    return recipient == POLICE and not _plain(name)


def _is_of_police(entry: Consent, name: object, notes: Notes) -> bool:
    note = notes.get(entry.id)
    return entry.recipient == POLICE and names_police(name) and (not _plain(note) or names_police(note))


def _is_refusal_of(entry: Consent, recipient: str, name: object, notes: Notes) -> bool:
    """Return True if a refusal holds for this recipient. Who refuses the police refuses every investigator."""
    if entry.state != REFUSED:
        return False
    is_police = recipient == POLICE or names_police(name)
    return (entry.recipient == POLICE and is_police) or _may_name(entry, recipient, name, notes)


def _plain(text: object) -> str:
    return " ".join(str(text or "").casefold().split())


def _words(text: object) -> Sequence[str]:
    return _WORD.findall(str(text or "").casefold())


def _has(words: Sequence[str], part: Sequence[str]) -> bool:
    """Return True if these words stand among the others, in a row."""
    places = range(len(words) - len(part) + 1)
    return bool(part) and any(words[place : place + len(part)] == part for place in places)
