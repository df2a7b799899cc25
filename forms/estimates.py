"""Days that people do not know exactly: a year that is missing, and words where a form says that an estimate will do.

An estimate is stored as ``{"estimate": "next week"}``: conditions, tables, deadlines and letters find no date in it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, TypeGuard

from forms.definition import Limits
from forms.errors import Problem
from forms.texts import FIRST_YEAR, LAST_YEAR, MONTHS, Refused, clean, date_as_typed, to_date

ESTIMATE: Final = "estimate"
MOST_ESTIMATE: Final = 100
"""Characters of an estimate: a few words, not a story."""
_YEARS: Final = 8
"""29 February comes again within so many years, also around 1900 and 2100."""
_JUST_PAST: Final = timedelta(days=30)
_YEAR_ALONE = re.compile(r"(?:(\d{1,2})\s?[./\-]\s?)?(\d{4})\.?")
_DAY_WITHIN = re.compile(
    # Months up to 12 alone: "10.30" is a time of day.
    r"(?<![\d.])([1-9]\d?|0[1-9])(?:\.\s?|/)(0?[1-9]|1[0-2])(?:[./](\d{4}|\d{2}))?(?![\d])"
    rf"|(?<!\d)(\d{{1,2}})\.?\s({'|'.join(sorted(map(re.escape, MONTHS), key=len, reverse=True))})(?:\s(\d{{4}}))?(?!\w)"
)


def is_estimate(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping) and ESTIMATE in value


def to_estimate(text: str) -> str:
    """Return the words of an estimate: a year, a month of a year, or a text with words. Raise Refused for anything else,
    and for a day in it that does not exist."""
    words = " ".join(clean(text).split())
    if len(words) > MOST_ESTIMATE:
        raise Refused("too_long", most=MOST_ESTIMATE, length=len(words))
    alone = _YEAR_ALONE.fullmatch(words)
    if alone:
        month, year = int(alone[1] or 1), int(alone[2])
        if not 1 <= month <= 12:
            raise Refused("no_such_date")
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Refused("date_out_of_range", first=FIRST_YEAR, last=LAST_YEAR)
        return words
    if not any(each.isalpha() for each in words):
        raise Refused("not_a_date")
    for day in _DAY_WITHIN.finditer(words.casefold()):
        _refuse_impossible(" ".join(part for part in day.groups() if part))
    return words


def _refuse_impossible(day: str) -> None:
    try:
        to_date(day)
    except Refused as refused:
        if refused.problem.key in {"no_such_date", "date_out_of_range"}:
            raise


def year_guessed(problem: Problem, limits: Limits, today: date) -> Problem:
    """Return the question about the day in the nearest year that makes sense there, instead of a problem of a missing year."""
    if problem.key != "year_missing":
        return problem
    day = nearest(int(str(problem.values["month"])), int(str(problem.values["day"])), limits, today)
    return Problem("year_guessed", {"day": date_as_typed(day)})


def nearest(month: int, day: int, limits: Limits, today: date) -> date:
    """Return the day of the nearest year: the last one for days gone by, the next one for days to come, the closer one near
    today; elsewhere the next one, if the last is more than a month ago."""
    years = range(today.year - _YEARS, today.year + _YEARS + 1)
    days = [date(year, month, day) for year in years if day <= monthrange(year, month)[1]]
    if limits.not_future:
        return max(each for each in days if each <= today)
    if limits.is_near:
        return min(days, key=lambda each: (abs(each - today), each < today))
    earliest = today if limits.not_past else today - _JUST_PAST
    return min(each for each in days if each >= earliest)
