"""Moments, days in Finland, holidays and periods (law 150/1930)."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
SATURDAY = 5


def moment(value: Any) -> datetime | None:
    """Read an ISO moment; none when the value is not one."""
    if not isinstance(value, str) or len(value) <= len("2026-01-01"):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=HELSINKI)


def day(value: Any) -> date | None:
    """Read the day in Finland of an ISO day or moment; none when the value is neither."""
    if not isinstance(value, str):
        return None
    found = moment(value)
    if found is not None:
        return found.astimezone(HELSINKI).date()
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def utc(value: datetime) -> str:
    """Format a moment in UTC."""
    return value.astimezone(UTC).isoformat()


def easter(year: int) -> date:
    """Compute Easter Sunday (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, rest = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, rest + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """List the days of a year that are no working days besides weekends."""
    sunday = easter(year)
    fixed = [(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)]
    eve = next(date(year, 6, n) for n in range(19, 26) if date(year, 6, n).weekday() == SATURDAY - 1)
    moving = [sunday + timedelta(days=n) for n in (-2, 1, 39)]
    return frozenset([date(year, month, number) for month, number in fixed] + [*moving, eve])


def is_working_day(value: date) -> bool:
    """Tell a working day from a weekend or a holiday."""
    return value.weekday() < SATURDAY and value not in holidays(value.year)


def moved(value: date) -> date:
    """Move a last day to the next working day."""
    while not is_working_day(value):
        value += timedelta(days=1)
    return value


def add_working_days(start: date, count: int) -> date:
    """Count working days, the first day left out."""
    value = start
    while count > 0:
        value += timedelta(days=1)
        count -= is_working_day(value)
    return value


def add_months(start: date, count: int) -> date:
    """Add calendar months; the day is cut to the month's last."""
    years, month = divmod(start.month - 1 + count, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def age(born: date, on: date) -> int:
    """Count the full years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
