"""The one reader of the time. Everything else is given its moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
"""The zone in which the authority's days begin and end."""


def now() -> datetime:
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The calendar day in Finland at that moment."""
    return moment.astimezone(HELSINKI).date()
