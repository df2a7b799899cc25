"""Dates before the year 1 and after 9999, which Python's own types cannot hold.

The calendar repeats every 400 years, weekdays included: a far date is its twin in 2000 … 2399 and the number of cycles
between them. No shipped model needs them; 48 cases of the conformance kit do, all in `0100-arithmetic` (durations added to
and subtracted from date-times of the year -2021, e.g. `add_lhs_dateAndTime_to_rhs_dtDuration_014`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from .problems import Unfit

CYCLE: Final = timedelta(days=146_097)
CYCLE_YEARS: Final = 400
CYCLE_MONTHS: Final = 4_800
FURTHEST_YEAR: Final = 999_999_999
_FIRST_YEAR: Final = 2000


@dataclass(frozen=True, slots=True, order=True)
class FarDate:
    cycles: int
    near: date

    @property
    def year(self) -> int:
        return self.near.year + CYCLE_YEARS * self.cycles


@dataclass(frozen=True, slots=True)
class FarMoment:
    cycles: int
    near: datetime

    @property
    def year(self) -> int:
        return self.near.year + CYCLE_YEARS * self.cycles


Day = date | FarDate | FarMoment
"""A date or a date-time, near or far."""


def day_of(year: int, month: int, day: int) -> date | FarDate:
    """Return the date. Raise ValueError if the month has no such day, Unfit if the standard has no such year."""
    cycles, rest = divmod(year - _FIRST_YEAR, CYCLE_YEARS)
    found = joined(cycles, date(_FIRST_YEAR + rest, month, day))
    assert not isinstance(found, FarMoment)  # noqa: S101 - it was made from a date
    return found


def split(value: Day) -> tuple[int, date]:
    """Return the number of 400-year cycles, and the date's twin in 2000 … 2399."""
    if isinstance(value, FarDate | FarMoment):
        return value.cycles, value.near
    cycles, rest = divmod(value.year - _FIRST_YEAR, CYCLE_YEARS)
    return cycles, value.replace(year=_FIRST_YEAR + rest)


def joined(cycles: int, near: date) -> Day:
    """Return the date so many 400-year cycles after `near`, as a Python date if Python can hold it."""
    more, near = split(near)
    year = near.year + CYCLE_YEARS * (cycles + more)
    if 1 <= year <= 9999:
        return near.replace(year=year)
    if abs(year) > FURTHEST_YEAR:
        raise Unfit("out_of_range")
    if isinstance(near, datetime):
        return FarMoment(cycles + more, near)
    return FarDate(cycles + more, near)
