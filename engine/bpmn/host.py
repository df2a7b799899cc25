"""The functions that models may use beside FEEL's own. None takes the name of a standard one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from engine.bpmn import moments
from engine.clock import HELSINKI

NAMES: Final = frozenset({"later", "earlier", "latest", "working_days_later"})
"""Ours; `now` and `today` are FEEL's and read the command's moment."""


def functions(environment: Any) -> Mapping[str, Callable[..., Any]]:
    """The functions of one step. The environment adds its own, such as the calendar of working days."""
    now = environment.now
    return {
        "later": _later,
        "earlier": _earlier,
        "latest": moments.latest,
        "now": lambda: now.astimezone(HELSINKI),
        "today": lambda: now.astimezone(HELSINKI).date(),
        **environment.functions,
    }


def _later(moment: Any, length: Any) -> date | None:
    found = _length(length)
    return moments.later(moment, found) if isinstance(moment, date) and found is not None else None


def _earlier(moment: Any, length: Any) -> date | None:
    found = _length(length)
    return moments.earlier(moment, found) if isinstance(moment, date) and found is not None else None


def _length(length: Any) -> timedelta | None:
    return (
        moments.period(length)
        if isinstance(length, str)
        else length
        if isinstance(length, timedelta)
        else None
    )
