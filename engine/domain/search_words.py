"""The words typed into the one box of the search, understood: a reference, names, a birth date, a telephone, a code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from engine.domain.birth_dates import BirthDate, birth_date_in, short_birth_date_in
from engine.domain.likeness import Description, alike, telephone
from engine.domain.search_keys import ENDING, asked_keys, ending_key
from engine.domain.spellings import words_of

LONGEST: Final = 200
SHORTEST_WORD: Final = 2
MOST_WORDS: Final = 6
_REFERENCE: Final = re.compile(r"(\d{4})\s?[-–/]\s?(\d{1,9})")
_TELEPHONE: Final = re.compile(r"[+(]?\d[\d\s().–-]{4,24}\d")
_SIX: Final = re.compile(r"\d{6}[,;]?")
_AREA: Final = re.compile(r"\+\d{1,4}|\(?0\d{0,3}\)?|[1-9]\d{0,1}")
"""Area codes before six digits of a telephone: 09, (014), +358, or the 9 of +358 9."""
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_FOUND: Final = 0.8


@dataclass(frozen=True, slots=True)
class SearchWords:
    """Everything that is searched for. All of it must fit."""

    reference: str = ""
    words: tuple[str, ...] = ()
    born_on: BirthDate | None = None
    phone: str = ""
    """Six digits may be a birth date too: then both are asked for."""
    email: str = ""
    ending: str = ""
    """The last digits of a code. A year of birth may be meant: then both are asked for."""
    may_be_either: bool = False
    """The telephone and the birth date are the same six digits."""

    @property
    def is_empty(self) -> bool:
        return self == SearchWords(has_letters=self.has_letters)

    has_letters: bool = False
    """At least two letters were typed: what no name has, such as "Zzzz", was understood, and is not found."""

    @property
    def is_telling(self) -> bool:
        """True if it names one person rather than many: only then may it be known that a hidden case fits."""
        is_number = self.phone and not self.may_be_either
        return bool(is_number or self.email or (self.words and self.born_on) or len(self.words) >= 2)

    @property
    def keys(self) -> tuple[str, ...]:
        keys = [f"phone {self.phone}"] if self.phone else []
        keys += [f"mail {self.email}"] if self.email else []
        keys += [ending_key(self.ending)] if self.ending else []
        if self.words:
            return (*keys, *asked_keys(self.words, self.born_on))
        if self.born_on is not None:
            dates = (self.born_on, self.born_on.swapped)
            keys += [f"date {each}" for each in dates if each is not None]
        return tuple(keys)

    def fit(self, person: Description | None, *, has_ending: bool) -> float:
        """Return from 0 to 1 how well a person fits; 0 if a part does not. `person`: None for the case itself."""
        if person is None:
            return 1.0 if has_ending and not (self.words or self.phone or self.email) else 0.0
        if self.ending and self.born_on is None and not has_ending:
            return 0.0
        if self.email and self.email not in person.emails:
            return 0.0
        has_phone = self.phone in person.phones if self.phone else None
        has_date = _is_within(self.born_on, person.born_on) if self.born_on is not None else None
        if not (has_phone or has_date) if self.may_be_either else False in (has_phone, has_date):
            return 0.0
        return self._fit_of_name(person)

    def _fit_of_name(self, person: Description) -> float:
        if not self.words:
            return 1.0 if self.phone or self.email or self.born_on else 0.0
        words = {*person.words, *(word for each in person.joined for word in each.words)}
        found = [max((_fits(typed, word) for word in words), default=0.0) for typed in self.words]
        missing = sum(each < _FOUND for each in found)
        # Of three names or more, one may have been heard wrongly or never written down.
        if missing and (missing > 1 or len(found) < 3):
            return 0.0
        return sum(found) / len(found)


def _fits(typed: str, word: str) -> float:
    if len(typed) < len(word) and len(typed) >= 3 and word.startswith(typed):
        return 0.9
    return alike(typed, word) if len(typed) > 1 else 0.0


def _is_within(typed: BirthDate, known: BirthDate | None) -> bool:
    if known is None or typed.year != known.year:
        return False
    asked = [(typed.month, known.month), (typed.day, known.day)]
    return all(a is None or b is None or a == b for a, b in asked) or typed.swapped == known


def reference_in(text: str) -> str:
    """Return a typed case number as it is stored: 2026-8 and 2026/000008 are 2026-000008. Other texts stay as they are."""
    text = " ".join(text.split())
    found = _REFERENCE.fullmatch(text)
    return f"{found.group(1)}-{int(found.group(2)):06}" if found else text


def understood(text: str, today: date) -> SearchWords:
    """Return what was typed. Nothing that means anything, such as "%", gives an empty search."""
    text = " ".join(text[:LONGEST].split())
    if _REFERENCE.fullmatch(text) and not birth_date_in(text):
        return SearchWords(reference=reference_in(text))
    parts = text.split(" ")
    email = next((each.casefold() for each in parts if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", each)), "")
    dialled = {each for before, each in pairwise(parts) if _AREA.fullmatch(before) and _SIX.fullmatch(each)}
    born = {
        each: known for each in parts if each not in dialled and (known := _born(each.strip(",;"), today))
    }
    born_on, dates = next(iter(born.values()), None), set(born)
    rest = " ".join(each for each in parts if each.casefold() != email and each not in dates)
    phone, ending = _numbers(rest, dates)
    six = next((each.strip(",;") for each in born if _SIX.fullmatch(each)), "") if not phone else ""
    named = _TELEPHONE.sub(" ", rest) if phone else rest
    words = [word for word in words_of(named) if len(word) >= SHORTEST_WORD and not word.isdigit()]
    has_letters = _LETTERS.search(text) is not None
    return SearchWords(
        words=tuple(words[:MOST_WORDS]),
        born_on=born_on,
        phone=phone or telephone(six),
        email=email,
        ending=ending,
        may_be_either=bool(six),
        has_letters=has_letters,
    )


def _born(text: str, today: date) -> BirthDate | None:
    return birth_date_in(text) or short_birth_date_in(text, today)


def _numbers(rest: str, dates: set[str]) -> tuple[str, str]:
    """Return a telephone number and the ending of a code. Sixteen digits are a whole code."""
    found = _TELEPHONE.search(rest)
    digits = "".join(each for each in found.group() if each.isdigit()) if found else ""
    if len(digits) == 16:
        return "", digits[-ENDING:]
    if digits:
        return telephone(found.group()) if found else "", ""
    four = [each for each in (*rest.split(" "), *dates) if re.fullmatch(r"\d{4}", each)]
    return "", four[0] if four else ""
