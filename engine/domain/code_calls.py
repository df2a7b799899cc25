"""Calls in which the code of a request is read aloud to a professional, to a number from another source than the request,
and text messages in which it goes to such a number.

Secret data is sent over a network only to a recipient who was identified in a way that is safe enough (906/2019 14 §).
A number that came with the link, or with the referral, proves nothing of who answers it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from engine.domain.likeness import COMPARED_DIGITS, telephone, telephones
from engine.domain.people import Role
from engine.errors import Conflict, Invalid

PROFESSIONALS: Final = frozenset({Role.REFERRER, Role.OUTSIDE_AUTHORITY})
"""Recipients of a request who get its code by a call that is recorded. The applicant has a code of their own."""
TEXT_LIVES: Final = timedelta(minutes=30)
"""A code that came by text message opens the request once, within this time."""
TEXT_RESTS: Final = timedelta(minutes=1)
"""A press sooner after the last is the same press: no second message leaves."""
MOST_TEXTS: Final = 5
TEXTS_WITHIN: Final = timedelta(days=1)
"""The holder of the link may have the code sent so many times in this time, and no more: nobody's phone is flooded."""
LONGEST_NUMBER: Final = 40
LONGEST_SOURCE: Final = 200
_HOME: Final = "358"
_MOBILE: Final = re.compile(r"(?:4\d|50)\d{6,8}")
"""Finnish numbers of mobile phones, after the country's code."""
_ONE_NUMBER: Final = re.compile(r"\(?\+?[\d\s().-]+")
_MOST_DIGITS: Final = 17
"""A number has 15 at most, with the country's code (E.164), and two zeros before it."""
_ABROAD: Final = re.compile(r"[1-9]\d{7,14}")
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
    MAY_TEXT = "may_text"
    """No call: the code may go to the number by text message. The newest of a request holds, until the texts are ended."""
    TEXTS_ENDED = "texts_ended"
    """No call: the code may go to the number no more. Another may be let after it."""
    TEXTED = "texted"
    """No call: a code of its own was sent, at the press of who holds the link."""
    TEXT_USED = "text_used"
    """Such a code has opened the request, and opens it no more."""
    OLD_GIVEN = "old_given"
    """Such a code was given when it was over. It counts among the messages of the day, and as no guess."""


CALL_ENDS: Final = (CallOutcome.READ, CallOutcome.NOT_REACHED)
LETS_TEXTS: Final = (CallOutcome.MAY_TEXT, CallOutcome.TEXTS_ENDED)


class CodeCallRejected(Invalid):
    """A call with something to mend, beside each field."""

    sentence = "Tarkista tiedot."

    def __init__(self, problems: Mapping[str, Invalid]) -> None:
        super().__init__(field=next(iter(problems)))
        self.problems = problems


class NotOneNumber(Invalid):
    sentence = "Kirjoita yksi puhelinnumero eikä muuta. Alanumero, kellonaika ja nimi kuuluvat lähteeseen."


class NumberFromTheCase(Invalid):
    sentence = (
        "Tämä numero tuli pyynnön, hakemuksen tai ohjauksen mukana, tai se on asiaan kuuluvan ihmisen. "
        "Ota numero muualta, esimerkiksi viraston omilta sivuilta tai vaihteesta."
    )


class NoTextsThere(Invalid):
    sentence = "Tekstiviesti menee vain matkapuhelimeen. Kirjoita numero, jonka alussa on 04, 050 tai + ja maatunnus."


class CallEnded(Conflict):
    sentence = "Puhelun tulos on jo kirjattu. Kirjaa uusi puhelu, jos soitat uudelleen."


@dataclass(frozen=True, slots=True)
class CallDetails:
    """A call that somebody is about to make, or a number to which they let text messages go."""

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


def is_to_be_read(outcomes: Iterable[CallOutcome | None], *, texts_leave: bool) -> bool:
    """Return True if somebody must call the recipient and read the code, by how the calls and messages of the request ended,
    oldest first. A code that was only shown, or that came by text message, opens nothing from now on."""
    known = tuple(outcomes)
    let = [each for each in known if each in LETS_TEXTS][-1:]
    gets_it_themselves = texts_leave and let == [CallOutcome.MAY_TEXT]
    return CallOutcome.READ not in known and not gets_it_themselves


def problems_of(details: CallDetails, known: Collection[str], today: date) -> dict[str, Invalid]:
    """Return what is to be mended, by field. `known`: numbers that the case or the request itself holds."""
    problems: dict[str, Invalid] = {}
    wrong = _wrong_in_number(details.number, known)
    if wrong is not None:
        problems["number"] = wrong
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


def _wrong_in_number(written: str, known: Collection[str]) -> Invalid | None:
    if not telephone(written) or len(written) > LONGEST_NUMBER:
        return Invalid("Kirjoita puhelinnumero, johon soitat.")
    if not is_one_number(written):
        return NotOneNumber()
    return NumberFromTheCase() if holds_known(written, known) else None


def is_one_number(written: str) -> bool:
    """Return True if all of it is one number: digits would be dialled that stand in words after it, or in a second number."""
    return _ONE_NUMBER.fullmatch(written.strip()) is not None and len(_digits(written)) <= _MOST_DIGITS


def holds_known(written: str, known: Collection[str]) -> bool:
    """Return True also where digits follow a known number: dialled so, the same telephone rings."""
    digits = _digits(written)
    has_known_in_it = any(each in digits for each in known if len(each) == COMPARED_DIGITS)
    return has_known_in_it or not numbers_in((written,)).isdisjoint(known)


def _digits(written: str) -> str:
    return "".join(str(int(each)) for each in written if each.isdecimal())


def number_to_text(written: str) -> str:
    """Return the digits of a number that takes text messages, with the country's code and without a plus; empty if none."""
    if not is_one_number(written):
        return ""
    digits = _digits(written)
    if written.strip().startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
        if not digits.startswith(_HOME):
            return digits if _ABROAD.fullmatch(digits) else ""
        digits = digits.removeprefix(_HOME).removeprefix("0")
    elif digits.startswith("0"):
        digits = digits[1:]
    else:
        return ""
    return f"{_HOME}{digits}" if _MOBILE.fullmatch(digits) else ""


def numbers_in(values: Iterable[Any]) -> frozenset[str]:
    """Return the numbers that stand in values of a record, as they are compared."""
    return telephones(found for text in _texts(values) for found in (text, *_WRITTEN_NUMBER.findall(text)))


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from _texts(value.values())
        elif isinstance(value, list | tuple):
            yield from _texts(value)
