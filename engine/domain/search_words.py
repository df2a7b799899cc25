"""The words typed into the one box of the search, understood: a reference, names, a birth date, a telephone, a code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
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
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_FOUND: Final = 0.8


@dataclass(frozen=True, slots=True)
class SearchWords:
    """Everything that is searched for. All of it must fit."""

    reference: str = ""
    words: tuple[str, ...] = ()
    born_on: BirthDate | None = None
    phone: str = ""
    email: str = ""
    ending: str = ""
    """The last digits of a code. A year of birth may be meant: then both are asked for."""

    @property
    def is_empty(self) -> bool:
        return self == SearchWords(has_letters=self.has_letters)

    has_letters: bool = False
    """At least two letters were typed: what no name has, such as "Zzzz", was understood, and is not found."""

    @property
    def is_telling(self) -> bool:
        """True if it names one person rather than many: only then may it be known that a hidden case fits."""
        return bool(self.phone or self.email or (self.words and self.born_on) or len(self.words) >= 2)

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
        if (self.phone and self.phone not in person.phones) or (
            self.email and self.email not in person.emails
        ):
            return 0.0
        if self.born_on is not None and not _is_within(self.born_on, person.born_on):
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


def understood(text: str, today: date) -> SearchWords:
    """Return what was typed. Nothing that means anything, such as "%", gives an empty search."""
    text = " ".join(text[:LONGEST].split())
    if (found := _REFERENCE.fullmatch(text)) and not birth_date_in(text):
        return SearchWords(reference=f"{found.group(1)}-{int(found.group(2)):06}")
    parts = text.split(" ")
    email = next((each.casefold() for each in parts if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", each)), "")
    born = {each: known for each in parts if (known := _born(each.strip(",;"), today))}
    born_on, dates = next(iter(born.values()), None), set(born)
    rest = " ".join(each for each in parts if each.casefold() != email and each not in dates)
    phone, ending = _numbers(rest, dates)
    named = _TELEPHONE.sub(" ", rest) if phone else rest
    words = [word for word in words_of(named) if len(word) >= SHORTEST_WORD and not word.isdigit()]
    has_letters = _LETTERS.search(text) is not None
    return SearchWords("", tuple(words[:MOST_WORDS]), born_on, phone, email, ending, has_letters)


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
