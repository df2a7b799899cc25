"""The only module that reads the time. All others are given their moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
"""The zone in which the authority's days begin and end."""


def now() -> datetime:
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """Return the calendar day in Finland at that moment."""
    return moment.astimezone(HELSINKI).date()


def noon_of(day: date) -> datetime:
    """Return noon in Finland, the moment for something known only by its day."""
    return datetime.combine(day, time(12), tzinfo=HELSINKI).astimezone(UTC)


def moment_of(day: date, hour: str) -> datetime:
    """Return the moment of a time written as 2.40 or 2:40, in Finland."""
    hours, minutes = (int(part) for part in hour.replace(":", ".").split("."))
    return datetime.combine(day, time(hours, minutes), tzinfo=HELSINKI)


def night_before(moment: datetime, begins: time) -> datetime:
    """Return when the last night began that has begun. `begins`: the hour in Finland from which something is done at night."""
    there = moment.astimezone(HELSINKI)
    began = datetime.combine(there.date(), begins, tzinfo=HELSINKI)
    return began if began <= there else began - timedelta(days=1)
