"""Ages in whole years: they follow from the birth date on the day on which they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date


def age_on(day: date, born_on: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def age_of(details: Mapping[str, object], day: date) -> int | None:
    """Return the age of whom the details are, as a form or a register holds them; None if the birth date is not known."""
    given = details.get("born_on")
    if isinstance(given, str):
        given = date.fromisoformat(given)
    return age_on(day, given) if isinstance(given, date) else None
