"""A copy of what a case holds, given to its person, a party or somebody else, with what is withheld taken out.

A party sees what may affect the decision, but for what 621/1999 11 § keeps back; a person has the data on themselves
(621/1999 12 §, 615/2020 18 §, 1050/2018 34 §). Withheld words are removed, never covered, and a mark names the provision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.errors import Conflict, Invalid

LONGEST: Final = 2_000
SHORTEST_PASSAGE: Final = 2
_WITHIN_A_WORD: Final = r"(?:[-\u2010\u00ad]?[^\S\n]*\n\s*)?"
"""The end of a line at which a word may be divided."""


class CopyGround(StrEnum):
    """The ground on which the copy is given."""

    OWN = "own"
    PARTY = "party"
    CONSENT = "consent"
    LAW = "law"


class IdentityProof(StrEnum):
    """How it was made sure who gets the copy (615/2020 18 §)."""

    DOCUMENT = "document"
    STRONG = "strong"
    OFFICE = "office"
    """An authority, reached by a way that did not come with its request."""


class GivenBy(StrEnum):
    IN_PERSON = "in_person"
    SECURE_MAIL = "secure_mail"
    POST = "post"


GROUND_SECTIONS: Final[Mapping[str, str]] = {
    CopyGround.OWN: "621/1999 12 §",
    CopyGround.PARTY: "621/1999 11 §",
    CopyGround.CONSENT: "621/1999 26 §",
}
_OF_PEOPLE: Final = frozenset({CopyGround.OWN, CopyGround.PARTY})
PROVISIONS: Final = (
    "621/1999 11 § 2 mom. 1 k.",
    "621/1999 11 § 2 mom. 7 k.",
    "1050/2018 34 §",
    "621/1999 24 § 1 mom. 24 k.",
    "621/1999 24 § 1 mom. 25 k.",
    "621/1999 24 § 1 mom. 26 k.",
    "621/1999 24 § 1 mom. 31 k.",
    "621/1999 24 § 1 mom. 32 k.",
)
"""On which something may be withheld; the first three of a party and of the person themselves."""
ADDRESS_PROVISION: Final = "661/2009 36–37 §"


class CopyRejected(Invalid):
    """Something to mend, beside each field."""

    sentence = "Tarkista tiedot."

    def __init__(self, problems: Mapping[str, Invalid]) -> None:
        super().__init__(field=next(iter(problems)))
        self.problems = problems


class CopyMade(Conflict):
    sentence = "Jäljennös on jo tehty. Tee uusi, jos jotakin on muutettava."


class CopyChanged(Conflict):
    sentence = "Asiaan tai poistoihin tuli muutos, kun luit jäljennöstä. Lue se uudelleen ja tee se sitten."


class RecordsGone(Conflict):
    sentence = "Asian sisältö on hävitetty säilytysajan päätyttyä. Siitä ei voi enää antaa jäljennöstä."


class CopyEnded(Conflict):
    sentence = "Jäljennöksestä on jo kirjattu, annettiinko se."


@dataclass(frozen=True, slots=True)
class CopyDetails:
    """To whom, on which ground, and how it is known who they are."""

    recipient: str
    ground: str
    ground_words: str
    """The law's section and sentence, or which consent; empty for the person and a party."""
    proof: str
    proof_words: str
    """Which document was seen, or by which way the authority was reached."""
    asked_on: date | None


@dataclass(frozen=True, slots=True)
class Withholding:
    """Words that are taken out wherever they stand, or a whole piece."""

    id: str
    passage: str
    """Empty where a whole piece is withheld."""
    piece: str
    """Key of the piece; empty where a passage is withheld."""
    provision: str
    reason: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the file: answers of a form, a note, a document."""

    key: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class GivenCopy:
    id: UUID
    case_id: UUID
    prepared_by: UUID | None
    prepared_by_name: str
    prepared_at: datetime
    made_at: datetime | None
    document_id: UUID | None
    ended_at: datetime | None
    given_on: date | None
    version: int
    details: CopyDetails
    withheld: tuple[Withholding, ...]
    given_by: str
    not_given_why: str

    @property
    def is_open(self) -> bool:
        """Return True while it is being prepared."""
        return self.made_at is None and self.ended_at is None


def problems_of(details: CopyDetails, today: date) -> dict[str, Invalid]:
    """Return what is to be mended before a copy is begun, by field."""
    problems: dict[str, Invalid] = {}
    if not details.recipient.strip():
        problems["recipient"] = Invalid("Kirjoita, kuka jäljennöksen saa.")
    if details.ground not in set(CopyGround):
        problems["ground"] = Invalid("Valitse, millä perusteella jäljennös annetaan.")
    elif details.ground not in _OF_PEOPLE and not details.ground_words.strip():
        problems["ground_words"] = Invalid("Kirjoita säännös tai se, mikä suostumus on kyseessä.")
    if details.asked_on is None:
        problems["asked_on"] = Invalid("Kirjoita päivä, jona pyyntö tuli.")
    elif details.asked_on > today:
        problems["asked_on"] = Invalid("Päivä ei voi olla tulevaisuudessa.")
    return (
        problems
        | _problems_of_identity(details)
        | _too_long(details, "recipient", "ground_words", "proof_words")
    )


def _problems_of_identity(details: CopyDetails) -> dict[str, Invalid]:
    problems: dict[str, Invalid] = {}
    if details.proof not in set(IdentityProof):
        problems["proof"] = Invalid("Valitse, miten varmistit, kuka jäljennöksen saa.")
    elif details.ground in _OF_PEOPLE and details.proof == IdentityProof.OFFICE:
        problems["proof"] = Invalid(
            "Ihmisen henkilöllisyys todetaan asiakirjasta tai vahvalla tunnistuksella."
        )
    if not details.proof_words.strip():
        problems["proof_words"] = Invalid("Kirjoita, mikä asiakirja nähtiin tai mitä tietä varmistit.")
    return problems


def problems_of_withholding(wanted: Withholding, pieces: Sequence[Piece]) -> dict[str, Invalid]:
    """Return what is to be mended in a withholding, by field. A passage must stand in the file as it is now."""
    problems: dict[str, Invalid] = {}
    if wanted.provision not in PROVISIONS:
        problems["provision"] = Invalid("Valitse säännös, jonka nojalla kohta poistetaan.")
    if not wanted.reason.strip():
        problems["reason"] = Invalid("Kirjoita yhdellä virkkeellä, miksi kohta poistetaan.")
    elif wanted.passage and _pattern(wanted.passage).search(wanted.reason):
        problems["reason"] = Invalid("Syy näkyy jäljennöksessä. Kirjoita se ilman poistettavia sanoja.")
    return _problems_of_place(wanted, pieces) | problems | _too_long(wanted, "passage", "reason")


def _problems_of_place(wanted: Withholding, pieces: Sequence[Piece]) -> dict[str, Invalid]:
    if wanted.piece:
        is_there = wanted.piece in {each.key for each in pieces}
        return {} if is_there else {"piece": Invalid("Valitse kohta luettelosta.")}
    if len("".join(wanted.passage.split())) < SHORTEST_PASSAGE:
        return {"passage": Invalid("Valitse kokonainen kohta tai kirjoita poistettavat sanat.")}
    pattern = _pattern(wanted.passage)
    if not any(pattern.search(each.heading) or pattern.search(each.text) for each in pieces):
        return {"passage": Invalid("Näitä sanoja ei ole jäljennöksessä. Kopioi ne siitä.")}
    return {}


def _too_long(written: CopyDetails | Withholding, *names: str) -> dict[str, Invalid]:
    long = (name for name in names if len(getattr(written, name)) > LONGEST)
    return {name: Invalid("Lyhennä tätä: enintään 2 000 merkkiä.") for name in long}


def redacted(pieces: Iterable[Piece], withheld: Sequence[Withholding], mark: str) -> tuple[Piece, ...]:
    """Return the pieces without what is withheld. `mark` holds ``{provision}`` and stands in place of what was taken out."""
    whole = {each.piece: mark.format(provision=each.provision) for each in withheld if each.piece}
    passages = [
        (mark.format(provision=each.provision), _pattern(each.passage)) for each in withheld if not each.piece
    ]
    return tuple(
        Piece(each.key, "", whole[each.key])
        if each.key in whole
        else Piece(each.key, _without(each.heading, passages), _without(each.text, passages))
        for each in pieces
    )


def _pattern(passage: str) -> re.Pattern[str]:
    """Return the passage in any case, and however its lines are broken: between words and within one."""
    words = (_WITHIN_A_WORD.join(map(re.escape, each)) for each in passage.split())
    return re.compile(r"\s*".join(words), re.IGNORECASE)


def _without(text: str, passages: Iterable[tuple[str, re.Pattern[str]]]) -> str:
    """Return the text without every place of a passage. Places that overlap go as one: what is left of a withheld passage
    would show it."""
    places = sorted(
        (found.start(), found.end(), mark) for mark, pattern in passages for found in pattern.finditer(text)
    )
    kept: list[str] = []
    end = 0
    marks: list[str] = []
    for start, stop, mark in places:
        if start >= end or not marks:
            kept += [*marks, text[end:start]]
            marks = []
        marks += [mark] if mark not in marks else []
        end = max(end, stop)
    return "".join([*kept, *marks, text[end:]])
