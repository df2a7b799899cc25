"""Date arithmetic of models. A day is a calendar day in Finland, not 24 hours."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from engine.clock import HELSINKI

PERIOD: Final = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?")
"""`P[n]DT[n]H[n]M` only: months and years belong to the calendar of deadlines."""


def period(text: str) -> timedelta | None:
    """Return the length of an ISO 8601 duration; None for any other text."""
    match = PERIOD.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def start_of(value: date) -> datetime:
    """Return a moment unchanged, a bare date as its midnight in Finland, a time without zone as Finnish."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return value if value.tzinfo else value.replace(tzinfo=HELSINKI)


def later(moment: date, length: timedelta) -> date:
    """Add a period: whole days by the calendar, so that nine o'clock stays nine o'clock; hours by the clock."""
    days, rest = timedelta(days=length.days), timedelta(seconds=length.seconds)
    if not isinstance(moment, datetime):
        return moment + days if not rest else later(start_of(moment), length)
    local = start_of(moment).astimezone(HELSINKI)
    moved = (local.replace(tzinfo=None) + days).replace(tzinfo=HELSINKI)
    return (moved.astimezone(UTC) + rest).astimezone(moment.tzinfo or HELSINKI)


def earlier(moment: date, length: timedelta) -> date:
    return later(moment, -length)


def latest(*moments: date | None) -> date | None:
    """Return the latest of the moments that are not None; None if all are."""
    known = [moment for moment in moments if moment is not None]
    return max(known, key=start_of) if known else None
