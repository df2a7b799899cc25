"""FEEL functions of models beside the standard ones. None has the name of a standard function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from engine.bpmn import dates
from engine.clock import HELSINKI, day_of
from engine.domain.calendar import working_days_later

SIGNATURES: Final[Mapping[str, str]] = {
    "later(moment, length)": "the date or moment so much later; whole days by the calendar in Finland",
    "earlier(moment, length)": "the date or moment so much earlier",
    "latest(moments…)": "the last of those that are known",
    "working_days_later(moment, days)": "so many Finnish working days later; a moment in a running case gives a date",
    "now()": "the moment of the step",
    "today()": "the day of the step in Finland",
}
"""A length is a duration or a text such as "P3D" or "PT4H"."""
NAMES: Final = frozenset({"later", "earlier", "latest", "working_days_later"})
"""Own functions; `now` and `today` are FEEL's and read the command's moment."""


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "working_days_later": lambda day, days: working_days_later(
        day_of(day) if isinstance(day, datetime) else day, int(days)
    )
}
"""Functions that a running case adds: working days from a moment give a date."""


def functions(environment: Any) -> Mapping[str, Callable[..., Any]]:
    """Return the functions for one step. The environment adds its own, such as the calendar of working days."""
    now = environment.now
    return {
        "later": _later,
        "earlier": _earlier,
        "latest": dates.latest,
        "working_days_later": _working_days_later,
        "now": lambda: now.astimezone(HELSINKI),
        "today": lambda: now.astimezone(HELSINKI).date(),
        **environment.functions,
    }


def _later(moment: Any, length: Any) -> date | None:
    found = _length(length)
    return dates.later(moment, found) if isinstance(moment, date) and found is not None else None


def _earlier(moment: Any, length: Any) -> date | None:
    found = _length(length)
    return dates.earlier(moment, found) if isinstance(moment, date) and found is not None else None


def _working_days_later(moment: Any, days: Any) -> date | None:
    """Return the day so many working days later; a moment keeps its time of day."""
    if not isinstance(moment, date) or not isinstance(days, int | Decimal) or days != int(days):
        return None
    if not isinstance(moment, datetime):
        return working_days_later(moment, int(days))
    local = dates.start_of(moment).astimezone(HELSINKI)
    return datetime.combine(working_days_later(local.date(), int(days)), local.time(), HELSINKI)


def _length(length: Any) -> timedelta | None:
    return (
        dates.period(length) if isinstance(length, str) else length if isinstance(length, timedelta) else None
    )
