"""Are these two the same person? Names, birth dates and ways to reach them, weighed as an experienced official would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, Final

from engine.domain.birth_dates import Agreement, BirthDate, agreement
from engine.domain.first_names import RELATED
from engine.domain.spellings import distance, has_vowels, heard, sounds_of, words_of

LIKELY: Final = 0.6
"""From here on two are shown as likely the same."""
_ALIKE: Final = 0.8
COMPARED_DIGITS: Final = 8
"""The last ones of a telephone number: they are the same with and without the country's code."""
SHORTEST_TELEPHONE: Final = 6


class Reason(StrEnum):
    """Why two may be one person, or of one family. The most telling first."""

    PHONE = "same_phone"
    EMAIL = "same_email"
    SAME_NAME = "same_name"
    LIKE_NAME = "like_name"
    PART_OF_NAME = "part_of_name"
    SAME_DATE = "same_date"
    SWAPPED_DATE = "swapped_date"
    NEAR_DATE = "near_date"
    PART_OF_DATE = "part_of_date"
    FAMILY_NAME = "family_name"
    ADDRESS = "same_address"


@dataclass(frozen=True)
class Description:
    """Details of a person that tell them from others."""

    family_name: str = ""
    given_names: str = ""
    born_on: BirthDate | None = None
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    @cached_property
    def family(self) -> tuple[str, ...]:
        return words_of(self.family_name)

    @cached_property
    def given(self) -> tuple[str, ...]:
        return words_of(self.given_names)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the whole name; many at most, since nobody's name has more."""
        return tuple(dict.fromkeys((*self.given, *self.family)))[:6]

    @cached_property
    def joined(self) -> tuple[Description, ...]:
        """The same with two words of a name written as one: Marie Claire, Marieclaire."""
        given = [replace(self, given_names=each) for each in _joined(self.given)]
        return (*given, *(replace(self, family_name=each) for each in _joined(self.family)))


def _joined(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        " ".join((*words[:place], words[place] + words[place + 1], *words[place + 2 :]))
        for place in range(len(words) - 1)
    )


@dataclass(frozen=True, slots=True)
class Likeness:
    score: float
    reasons: tuple[Reason, ...] = ()

    @property
    def is_likely(self) -> bool:
        return self.score >= LIKELY


UNLIKE: Final = Likeness(0.0)


def described(identity: Mapping[str, Any], contact: Mapping[str, Any]) -> Description:
    """Return the description of a party from its details."""
    name = identity.get("referrer_name")
    return Description(
        _text(identity.get("family_name")) or _text(name),
        _text(identity.get("given_names")),
        BirthDate.of(identity.get("born_on")),
        telephones(contact.get(each) for each in ("phone", "sms_phone", "referrer_phone")),
        frozenset(
            mail
            for each in ("email", "referrer_email")
            if (mail := _text(contact.get(each)).strip().casefold())
        ),
        frozenset(
            [plain]
            if (plain := " ".join(re.findall(r"\w+", _text(contact.get("postal_address")).casefold())))
            else ()
        ),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def telephones(written: Iterable[object]) -> frozenset[str]:
    return frozenset(number for each in written if isinstance(each, str) and (number := telephone(each)))


def telephone(written: str) -> str:
    """Return the digits by which a number is compared, however it is written; empty if it is none."""
    digits = "".join(each for each in _plain_digits(written) if each.isdigit())
    is_international = written.strip().startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00")
    if is_international:
        digits = digits.removeprefix("358")
    digits = digits.removeprefix("0") if len(digits) > COMPARED_DIGITS else digits
    return digits[-COMPARED_DIGITS:] if len(digits) >= SHORTEST_TELEPHONE else ""


def _plain_digits(written: str) -> str:
    return re.sub(r"\d", lambda found: str(int(found.group())), written)


def likeness(one: Description, other: Description) -> Likeness:
    """Return how likely it is that both are the same person, from 0 to 1, with the reasons."""
    names = _names_of(one, other)
    dates = agreement(one.born_on, other.born_on)
    has_phone = bool(one.phones & other.phones)
    has_email = bool(one.emails & other.emails)
    score = _score(names, dates, has_phone=has_phone, has_email=has_email)
    reasons = [
        *([Reason.PHONE] if has_phone else []),
        *([Reason.EMAIL] if has_email else []),
        *([names.reason] if names.reason else []),
        *([Reason(dates.value)] if dates not in (Agreement.UNKNOWN, Agreement.OTHER) else []),
    ]
    return Likeness(score, tuple(reasons))


def kinship(one: Description, other: Description) -> tuple[Reason, ...]:
    """Return why two who are not likely one person may be of one family: the same family name, and a way that they share.
    Empty for others."""
    ways = [
        *([Reason.PHONE] if one.phones & other.phones else []),
        *([Reason.EMAIL] if one.emails & other.emails else []),
        *([Reason.ADDRESS] if one.addresses & other.addresses else []),
    ]
    is_of_name = any(alike(a, b) > _ALIKE for a in one.family for b in other.family)
    if not ways or not is_of_name or likeness(one, other).is_likely:
        return ()
    return (Reason.FAMILY_NAME, *ways)


@dataclass(frozen=True, slots=True)
class Names:
    whole: float
    """How well all words of the shorter name are found in the longer one."""
    first: float
    """How well the given names agree: what tells sisters and brothers apart. 0.5 if one of them is unknown."""
    any_word: float
    words: int
    """Words of the shorter name."""

    @property
    def is_same(self) -> bool:
        return self.whole >= _ALIKE and self.words >= 2

    @property
    def reason(self) -> Reason | None:
        if self.is_same:
            return Reason.SAME_NAME if self.whole >= 0.99 else Reason.LIKE_NAME
        return Reason.PART_OF_NAME if self.any_word >= _ALIKE else None


def _score(names: Names, dates: Agreement, *, has_phone: bool, has_email: bool) -> float:
    by_name = _by_name_and_date(names, dates)
    if not (has_phone or has_email):
        return by_name
    # One number may serve a family, a flat or a reception centre: the name decides.
    if names.is_same:
        return max(by_name, 0.7 if dates is Agreement.OTHER else 0.97)
    if names.first >= _ALIKE or (names.any_word >= _ALIKE and names.first >= 0.5):
        return max(by_name, 0.3 if dates is Agreement.OTHER else 0.85)
    if names.any_word >= _ALIKE and dates in (Agreement.SAME, Agreement.SWAPPED, Agreement.PART):
        # Sisters and brothers share a number, and not a birth date: this one goes by another first name.
        return max(by_name, 0.7 if dates is not Agreement.PART else 0.62)
    if names.words == 0 and dates is not Agreement.OTHER:
        return 0.75
    if names.any_word < _ALIKE and dates in (Agreement.SAME, Agreement.SWAPPED) and names.first != 0:
        return max(by_name, 0.65)
    return by_name


def _by_name_and_date(names: Names, dates: Agreement) -> float:
    if names.is_same:
        return {
            Agreement.SAME: 0.98,
            Agreement.SWAPPED: 0.93,
            Agreement.NEAR: 0.85,
            Agreement.PART: 0.8,
            Agreement.UNKNOWN: 0.65,
            Agreement.OTHER: 0.2,
        }[dates] * min(1.0, 0.85 + 0.15 * names.whole)
    if names.first >= _ALIKE and dates in (Agreement.SAME, Agreement.SWAPPED):
        # A family name changes with a marriage.
        return 0.75
    if names.any_word >= _ALIKE and names.first == 0.5 and dates is Agreement.SAME:
        return 0.7
    return 0.3 if names.any_word >= _ALIKE else 0.0


def _names_of(one: Description, other: Description) -> Names:
    """Compare the names as they are written; where they differ, also with two of their words as one."""
    names = _names(one, other)
    if names.is_same and names.first >= _ALIKE:
        return names
    tried = [(each, other) for each in one.joined] + [(one, each) for each in other.joined]
    joined = (_names(*pair) for pair in tried)
    return next((each for each in joined if each.is_same and each.first >= _ALIKE), names)


def _names(one: Description, other: Description) -> Names:
    shorter, longer = sorted((one.words, other.words), key=len)
    found = _matched(shorter, longer)
    whole = sum(found) / len(shorter) if shorter and min(found) >= _ALIKE else 0.0
    return Names(whole, _first(one, other), max(found, default=0.0), len(shorter))


def _first(one: Description, other: Description) -> float:
    """Family and given name are exchanged as often as not: a given name may be found in either."""
    if not one.given or not other.given:
        return 0.5
    shorter, longer = sorted((one, other), key=lambda each: len(each.given))
    return max(_matched(shorter.given, longer.words), default=0.0)


def _matched(shorter: tuple[str, ...], longer: tuple[str, ...]) -> list[float]:
    """Return for each word how like the word is that it is paired with; no word is paired twice."""
    pairs = sorted(
        ((alike(a, b), i, j) for i, a in enumerate(shorter) for j, b in enumerate(longer)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    found, taken = [0.0] * len(shorter), set[int]()
    done = set[int]()
    for value, i, j in pairs:
        if i not in done and j not in taken:
            done.add(i)
            taken.add(j)
            found[i] = value
    return found


@lru_cache(maxsize=20_000)
def alike(one: str, other: str) -> float:
    """Return from 0 to 1 how likely two plain words are the same name, written twice."""
    if one == other:
        return 1.0
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == 1:
        return _ALIKE if longer.startswith(shorter) else 0.0
    if not {one, *RELATED.get(one, ())}.isdisjoint({other, *RELATED.get(other, ())}):
        return 0.93
    if len(shorter) >= 3 and longer.startswith(shorter):
        # A first name is called by its beginning.
        return _ALIKE
    if not set(sounds_of(one)).isdisjoint(sounds_of(other)) and _is_heard_alike(one, other):
        return 0.95
    slips = distance(one, other)
    if (slips == 1 and len(shorter) >= 4) or (slips == 2 and len(shorter) >= 8):
        return 0.85
    return 0.0


def _is_heard_alike(one: str, other: str) -> bool:
    if not (has_vowels(one) and has_vowels(other)):
        return min(len(one), len(other)) > 1
    first, second = heard(one), heard(other)
    longest = max(len(first), len(second))
    return 1 - distance(first, second) / longest >= (0.7 if longest < 7 else 0.6)
