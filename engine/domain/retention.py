"""Retention: how periods are counted, and the rules that no decision table has."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Final

_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")
ENQUIRY_RULE: Final = "VIREILLE_ENQUIRIES_KEPT"
"""Names the setting: no Act says a period for a question without identity."""
RETENTION_OWED: Final = "retention_owed"
"""A case that was opened again has closed: the days of its data are counted from now, through a due row."""
ENDED_RULE: Final = "ended"
"""Of what ends by itself on a day: drafts, messages of no case, identifications, try-outs."""
LONGEST_HOLD: Final = timedelta(days=731)
"""A hold is looked at again at least every second year."""


def period_later(day: date, period: str) -> date:
    """Return the day that many years, months or days later; the last of the month if it has no such day."""
    matched = _PERIOD.fullmatch(period)
    years, months, days = (int(part or 0) for part in matched.groups()) if matched else (0, 0, 0)
    months += day.month - 1 + 12 * years
    year, month = day.year + months // 12, months % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(day.day, last)) + timedelta(days=days)


def last_answered(today: date, months: int) -> date:
    """Return the last day such that whatever was answered by then is due."""
    day = answered_before(today, months)
    while period_later(day, f"P{months}M") > today:
        day -= timedelta(days=1)
    return day


def answered_before(today: date, months: int) -> date:
    """Return a day such that whatever was answered later is not due yet: the month's end is left to `period_later`."""
    counted = today.year * 12 + today.month - 1 - months
    year, month = divmod(counted, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])
