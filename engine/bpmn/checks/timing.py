"""Stage five: timers. Periods must mean the same everywhere; dates come from variables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.bpmn.checks.model import Model
from engine.bpmn.checks.naming import reading_of
from engine.bpmn.dates import period
from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, at

CLOCK: Final = frozenset({"now", "today"})


def check(model: Model) -> Iterator[Finding]:
    for element in model.elements:
        if element.events == ("timer",):
            yield from _timer(element)


def _timer(element: Element) -> Iterator[Finding]:
    text = element.expression or ""
    if element.timer == "cycle":
        yield at(element, "timer_cycle")
    elif not text:
        yield at(element, "timer_empty")
    elif element.timer == "date":
        found = reading_of(text)
        if found is not None and found.functions & CLOCK:
            yield at(element, "timer_now")
    elif text.upper().startswith("P") and period(text) is None and "(" not in text and text[1:2].isdigit():
        yield at(element, "timer_period", text=text)
