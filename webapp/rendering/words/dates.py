"""Moments and dates for people, in Finnish time: ti 24.11.2026 klo 14.05."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date

from engine.clock import HELSINKI, day_of, noon_of
from webapp.http.languages import current_language

_NUMBERS = "d.M.yyyy"
"""The Finnish way in every language but English, which reads 4.11. as April."""
_NAMED = {"en": "d MMM yyyy"}
_AT = {
    "fi": "klo",
    "selko": "kello",
    "sv": "kl.",
    "en": "at",
    "ru": "в",
    "uk": "о",
    "ar": "الساعة",
    "fa": "ساعت",
    "so": "saacadda",
    "vi": "lúc",
    "fr": "à",
    "es": "a las",
}
_DOTTED = frozenset({"fi", "selko", "sv"})
"""Languages that write 14.05; the others write 14:05."""


def day(value: date | datetime) -> str:
    """Return the date as "ti 24.11.2026"."""
    on = _on(value)
    return f"{weekday(on)} {short_day(on)}"


def weekday(value: date) -> str:
    """Return the day of the week as "ti"."""
    # Some versions of CLDR put a full stop behind a shortened weekday; we never do.
    return format_date(value, "EEE", locale=current_language().locale).rstrip(".")


def day_of_month(value: date) -> str:
    """Return the date without its year, as "24.11.", for the head of a narrow column."""
    language = current_language()
    return format_date(value, "d MMM" if language.code == "en" else "d.M.", locale=language.locale)


def short_day(value: date | datetime) -> str:
    """Return the date as "24.11.2026"."""
    language = current_language()
    return format_date(_on(value), _NAMED.get(language.code, _NUMBERS), locale=language.locale)


def moment(value: datetime) -> str:
    """Return date and time in Finland in the page's language: "ti 24.11.2026 klo 14.05" in Finnish."""
    return f"{day(value)} {_AT[current_language().code]} {clock(value)}"


def moment_or_day(value: datetime) -> str:
    """Return date and time; the day alone of something known only by its day, for which noon stands: nobody gave that hour."""
    return day(value) if value == noon_of(day_of(value)) else moment(value)


def clock(value: datetime) -> str:
    """Return the time in Finland in the page's language: "14.05" in Finnish and Swedish, "14:05" in others; midnight
    is "0.00" or "0:00"."""
    at = value.astimezone(HELSINKI)
    return f"{at.hour}{'.' if current_language().code in _DOTTED else ':'}{at.minute:02}"


def machine(value: date | datetime) -> str:
    """Return the value for a datetime attribute, with its UTC offset."""
    return (
        value.astimezone(HELSINKI).isoformat(timespec="minutes")
        if isinstance(value, datetime)
        else value.isoformat()
    )


def _on(value: date | datetime) -> date:
    return day_of(value) if isinstance(value, datetime) else value
