"""Calls in which the code of a request is read aloud to a professional, to a number from another source than the request.

Secret data is sent over a network only to a recipient who was identified in a way that is safe enough (906/2019 14 §).
A number that came with the link, or with the referral, proves nothing of who answers it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from engine.domain.likeness import telephone, telephones
from engine.domain.people import Role
from engine.errors import Conflict, Invalid

PROFESSIONALS: Final = frozenset({Role.REFERRER, Role.OUTSIDE_AUTHORITY})
"""Recipients of a request who get its code by a call that is recorded. The applicant has a code of their own."""
LONGEST_NUMBER: Final = 40
LONGEST_SOURCE: Final = 200
_WRITTEN_NUMBER: Final = re.compile(r"\+?\d[\d \u00a0().-]{4,}\d")


class NumberSource(StrEnum):
    DIRECTORY = "directory"
    """The recipient's own pages or a public directory."""
    SWITCHBOARD = "switchboard"
    EARLIER = "earlier"
    """An earlier call or meeting with the same office."""
    OTHER = "other"


class CallOutcome(StrEnum):
    READ = "read"
    NOT_REACHED = "not_reached"


class CodeCallRejected(Invalid):
    """A call with something to mend, beside each field."""

    sentence = "Tarkista tiedot."

    def __init__(self, problems: Mapping[str, Invalid]) -> None:
        super().__init__(field=next(iter(problems)))
        self.problems = problems


class NumberFromTheCase(Invalid):
    sentence = (
        "Tämä numero tuli pyynnön, hakemuksen tai ohjauksen mukana, tai se on asiaan kuuluvan ihmisen. "
        "Ota numero muualta, esimerkiksi viraston omilta sivuilta tai vaihteesta."
    )


class CallEnded(Conflict):
    sentence = "Puhelun tulos on jo kirjattu. Kirjaa uusi puhelu, jos soitat uudelleen."


@dataclass(frozen=True, slots=True)
class CallDetails:
    """A call that somebody is about to make."""

    number: str
    source: str
    source_words: str
    """Which directory, page or earlier call it was."""
    source_on: date | None
    """The day on which the number was taken from there."""


@dataclass(frozen=True, slots=True)
class CodeCall:
    id: UUID
    case_id: UUID
    request_id: UUID
    source: NumberSource
    source_on: date
    shown_by: UUID | None
    shown_by_name: str
    shown_at: datetime
    """When the code was shown to be read aloud: whether it was, only `outcome` says."""
    outcome: CallOutcome | None
    ended_at: datetime | None
    number: str
    """Empty once the case's contact data is erased, as `source_words`."""
    source_words: str


def problems_of(details: CallDetails, known: Collection[str], today: date) -> dict[str, Invalid]:
    """Return what is to be mended, by field. `known`: numbers that the case or the request itself holds."""
    problems: dict[str, Invalid] = {}
    number = telephone(details.number)
    if not number or len(details.number) > LONGEST_NUMBER:
        problems["number"] = Invalid("Kirjoita puhelinnumero, johon soitat.")
    elif number in known:
        problems["number"] = NumberFromTheCase()
    if details.source not in set(NumberSource):
        problems["source"] = Invalid("Valitse, mistä otit numeron.")
    if not details.source_words.strip():
        problems["source_words"] = Invalid("Kirjoita lähde niin, että toinen löytää saman numeron.")
    elif len(details.source_words) > LONGEST_SOURCE:
        problems["source_words"] = Invalid("Lyhennä lähde enintään 200 merkkiin.")
    if details.source_on is None:
        problems["source_on"] = Invalid("Kirjoita päivä, jona otit numeron.")
    elif details.source_on > today:
        problems["source_on"] = Invalid("Päivä ei voi olla tulevaisuudessa.")
    return problems


def numbers_in(values: Iterable[Any]) -> frozenset[str]:
    """Return the numbers that stand in values of a record, as they are compared."""
    return telephones(found for text in _texts(values) for found in (text, *_WRITTEN_NUMBER.findall(text)))


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from _texts(value.values())
