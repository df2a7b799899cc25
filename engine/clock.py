"""The one reader of the time. Everything else is given its moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
"""The zone in which the authority's days begin and end."""


def now() -> datetime:
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The calendar day in Finland at that moment."""
    return moment.astimezone(HELSINKI).date()


def noon_of(day: date) -> datetime:
    """The moment for what is known only by its day."""
    return datetime.combine(day, time(12), tzinfo=HELSINKI).astimezone(UTC)
