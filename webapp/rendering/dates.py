"""Moments and dates as people read them, in Finnish time: ti 24.11.2026 klo 14.05."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date

from engine.clock import HELSINKI, day_of
from webapp.http.languages import current_language

_DAY = {"fi": "EEE d.M.yyyy", "sv": "EEE d.M.yyyy", "en": "EEE d MMM yyyy"}
_SHORT = {"fi": "d.M.yyyy", "sv": "d.M.yyyy", "en": "d MMM yyyy"}
_AT = {"fi": "klo", "sv": "kl.", "en": "at"}
_CLOCK = {"fi": "%H.%M", "sv": "%H.%M", "en": "%H:%M"}


def day(value: date | datetime) -> str:
    """ti 24.11.2026"""
    return _formatted(value, _DAY)


def short_day(value: date | datetime) -> str:
    """24.11.2026"""
    return _formatted(value, _SHORT)


def moment(value: datetime) -> str:
    """ti 24.11.2026 klo 14.05"""
    code = current_language().code
    return f"{day(value)} {_AT[code]} {clock(value)}"


def clock(value: datetime) -> str:
    """14.05; midnight is 0.00"""
    text = value.astimezone(HELSINKI).strftime(_CLOCK[current_language().code])
    return text.removeprefix("0") if text.startswith("0") else text


def machine(value: date | datetime) -> str:
    """For the datetime attribute: with its offset, so that it means one moment."""
    return (
        value.astimezone(HELSINKI).isoformat(timespec="minutes")
        if isinstance(value, datetime)
        else value.isoformat()
    )


def _formatted(value: date | datetime, patterns: dict[str, str]) -> str:
    code = current_language().code
    on = day_of(value) if isinstance(value, datetime) else value
    weekday = format_date(on, "EEE", locale=code)
    # Some versions of CLDR put a full stop behind a shortened weekday; we never do.
    return format_date(on, patterns[code], locale=code).replace(weekday, weekday.rstrip("."), 1)
