"""Rules for identified persons who read their own case: when reading is open, and which letters they see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.casework.decision_corrections import reached_with
from engine.domain.cases import Case
from engine.domain.own_reading import OwnReading, own_reading
from engine.domain.people import Actor, Role
from engine.errors import NotFound
from engine.executor.engine import Work
from engine.storage.parties import Party
from engine.storage.resolutions import Delivery, Resolution
from engine.storage.sealing import SealingClass

PERSON = Actor(name=Role.APPLICANT.value, roles=frozenset({Role.APPLICANT}))
"""The person whose matter it is: in the access log beside those who work with it."""


@dataclass(frozen=True, slots=True)
class LivingReading:
    """A reading session that has not ended: the case, the person, and when it ends."""

    case: Case
    person: Party
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """A signed resolution, and the last delivery by which it was sent to this person."""

    resolution: Resolution
    delivery: Delivery


def reading_of(work: Work, case: Case) -> OwnReading:
    """Return whether the case is open to reading now: by the register, the answers on safe contact, and the last choice made."""
    person = work.stores.parties.applicant_of(case.id)
    return own_reading(
        case,
        person.identity if person else {},
        person.contact if person else {},
        work.stores.own_access_sessions.choice(case.id),
        # A doubt about an adult's birth date counts as a child too (746/2011 5 §): nobody else may hold the means to read.
        is_minor=person is None or person.is_minor or person.is_minor_on(work.today),
    )


def living_reading(work: Work, key: str) -> LivingReading:
    """Return the reading session with this key. Raise NotFound if it has ended or the case is closed to reading."""
    found = work.stores.own_access_sessions.find(key, work.now)
    if found is None:
        raise NotFound
    case = work.stores.cases.get(found[0])
    person = work.stores.parties.applicant_of(case.id)
    if person is None or not reading_of(work, case).is_open:
        raise NotFound
    return LivingReading(case, person, found[1])


def own_letters(work: Work, reading: LivingReading) -> tuple[OwnLetter, ...]:
    """Return the resolutions signed and dispatched to this person. Before dispatch one may still be recalled; afterwards it
    stays theirs, also if it was not fetched or came back and goes another way."""
    case, person = reading.case, reading.person
    if not work.stores.vault.has_key(case.id, SealingClass.DECISION):
        return ()
    sent = [
        each
        for each in work.stores.deliveries.of_case(case.id)
        if each.party_id == person.id and each.dispatched_at is not None
    ]
    letters, resolutions = [], work.stores.resolutions.of_case(case.id)
    for decided in resolutions:
        its = [each for each in sent if each.resolution_id == decided.id]
        resolution = (reached_with(resolutions, its[-1]) if its else None) or decided
        if its and resolution.state == "signed" and resolution.document_id is not None:
            letters.append(OwnLetter(resolution, its[-1]))
    return tuple(letters)
