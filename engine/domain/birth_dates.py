"""Birth dates as they are known: whole, or with a day or a month that nobody knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

_DAY: Final = re.compile(
    r"(?P<d>\d{1,2}|[?x_-]{1,2})\.\s?(?P<m>\d{1,2}|[?x_-]{1,2})\.\s?(?P<y>\d{4})", re.IGNORECASE
)
_ISO: Final = re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})(?:-(?P<d>\d{2}))?")
_MONTH: Final = re.compile(r"(?P<m>\d{1,2})[/.](?P<y>\d{4})")
_YEAR: Final = re.compile(r"(?P<y>\d{4})")
_SHORT: Final = re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{2})")
_DIGITS: Final = re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{2})")
"""As an identity code begins."""
EARLIEST: Final = 1900


class Agreement(StrEnum):
    """How two birth dates of what may be one person stand to each other."""

    SAME = "same_date"
    SWAPPED = "swapped_date"
    """Day and month have changed places."""
    NEAR = "near_date"
    """One digit or one part is another: a slip of the pen."""
    PART = "part_of_date"
    """The known parts agree, and one lacks a part or stands at the first of January."""
    UNKNOWN = "unknown_date"
    OTHER = "other_date"


@dataclass(frozen=True, slots=True)
class BirthDate:
    year: int
    month: int | None = None
    day: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.month is not None and self.day is not None

    @property
    def is_telling(self) -> bool:
        """The first of January is written where nobody knows the day."""
        return self.is_whole and (self.month, self.day) != (1, 1)

    @property
    def swapped(self) -> BirthDate | None:
        if self.day is None or self.month is None or self.day > 12 or self.day == self.month:
            return None
        return BirthDate(self.year, self.day, self.month)

    def __str__(self) -> str:
        parts = [f"{self.year:04}", *(f"{each:02}" for each in (self.month, self.day) if each is not None)]
        return "-".join(parts)

    @classmethod
    def of(cls, stored: object) -> BirthDate | None:
        """Return a stored date; None for anything else."""
        if isinstance(stored, date):
            return cls(stored.year, stored.month, stored.day)
        return birth_date_in(stored) if isinstance(stored, str) else None


def birth_date_in(text: str) -> BirthDate | None:
    """Return the date that somebody wrote, such as 17.5.1994, ?.5.1994, 5/1994, 1994 or 1994-05-17; None if it is none."""
    for pattern in (_DAY, _ISO, _MONTH, _YEAR):
        if found := pattern.fullmatch(text.strip()):
            parts = found.groupdict()
            return _made(int(parts["y"]), _number(parts.get("m")), _number(parts.get("d")))
    return None


def short_birth_date_in(text: str, today: date) -> BirthDate | None:
    """Return a whole date written with two digits of its year, such as 17.5.94 or 170594; None if it is none. The year is
    the last that has come."""
    found = _SHORT.fullmatch(text.strip()) or _DIGITS.fullmatch(text.strip())
    if found is None:
        return None
    parts = {name: int(each) for name, each in found.groupdict().items()}
    century = 2000 if 2000 + parts["y"] <= today.year else 1900
    return _made(century + parts["y"], parts["m"], parts["d"]) if parts["m"] and parts["d"] else None


def _number(written: str | None) -> int | None:
    """Return the number; None for a part that is unknown. Registers write an unknown day as 00."""
    return int(written) or None if written and written.isdigit() else None


def _made(year: int, month: int | None, day: int | None) -> BirthDate | None:
    if not EARLIEST <= year < 2200 or (month is not None and month > 12):
        return None
    if month is None:
        return BirthDate(year)
    if day is None:
        return BirthDate(year, month)
    try:
        date(year, month, day)
    except ValueError:
        return None
    return BirthDate(year, month, day)


def agreement(one: BirthDate | None, other: BirthDate | None) -> Agreement:
    if one is None or other is None:
        return Agreement.UNKNOWN
    if one == other:
        return Agreement.SAME if one.is_telling else Agreement.PART
    if one.year == other.year and _is_partly(one, other):
        return Agreement.PART
    if one.swapped == other:
        return Agreement.SWAPPED
    return Agreement.NEAR if _is_near(one, other) else Agreement.OTHER


def _is_partly(one: BirthDate, other: BirthDate) -> bool:
    if not (one.is_telling and other.is_telling):
        both = [(a, b) for a, b in ((one.month, other.month), (one.day, other.day)) if a and b]
        is_first = (1, 1) in ((one.month, one.day), (other.month, other.day))
        return is_first or all(a == b for a, b in both)
    return False


def _is_near(one: BirthDate, other: BirthDate) -> bool:
    """Return True if one of day, month and year differs: by a digit, or by one."""
    parts = [(one.year, other.year), (one.month or 0, other.month or 0), (one.day or 0, other.day or 0)]
    unlike = [(a, b) for a, b in parts if a != b]
    if not (one.is_telling and other.is_telling) or len(unlike) != 1:
        return False
    (a, b) = unlike[0]
    digits = sum(x != y for x, y in zip(f"{a:04}", f"{b:04}", strict=True))
    is_year = (a, b) == parts[0]
    return (
        abs(a - b) == 1
        or (digits == 1 and not (is_year and abs(a - b) % 10 == 0 and abs(a - b) > 10))
        or sorted(f"{a:04}") == sorted(f"{b:04}")
    )
