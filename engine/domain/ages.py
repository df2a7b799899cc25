"""Ages in whole years: they follow from the birth date on the day on which they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any


def age_on(day: date, born_on: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def birth_date_of(details: Mapping[str, object]) -> date | None:
    """Return the birth date, as a form or a register holds it; None if it is not known, was left, or was emptied."""
    given = details.get("born_on")
    if isinstance(given, str) and given:
        return date.fromisoformat(given)
    return given if isinstance(given, date) else None


def age_of(details: Mapping[str, object], day: date) -> int | None:
    """Return the age of whom the details are, as a form or a register holds them; None if the birth date is not known."""
    born_on = birth_date_of(details)
    return None if born_on is None else age_on(day, born_on)


def with_age(inputs: Mapping[str, Any], identity: Mapping[str, object], *, is_minor: bool) -> dict[str, Any]:
    """Return a table's inputs with the age as the register has it now: a birth date may have been corrected since they were
    gathered (746/2011 5 §). Without a birth date, the answers hold."""
    is_read = "is_child" in inputs and birth_date_of(identity) is not None
    return {**inputs, "is_child": is_minor} if is_read else dict(inputs)
