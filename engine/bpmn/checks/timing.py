"""Stage five: timers. Periods must mean the same everywhere; dates come from variables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from engine.bpmn.checks.model import Model
from engine.bpmn.checks.naming import reading_of
from engine.bpmn.dates import later, period
from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, at

CLOCK: Final = frozenset({"now", "today"})
WAITS: Final = frozenset(
    {"userTask", "intermediateCatchEvent", "eventBasedGateway", "callActivity", "subProcess"}
)
"""Elements at which time passes."""
BEGINS: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""From which periods are compared."""


def check(model: Model) -> Iterator[Finding]:
    for element in model.elements:
        if element.events == ("timer",):
            yield from _timer(element)
        if element.properties.get("timer") == "reminder":
            yield from _reminder(model, element)


def _reminder(model: Model, reminder: Element) -> Iterator[Finding]:
    """Find a reminder that comes after the day it reminds of, and one that is sent twice at once."""
    timers = [
        each for each in model.scopes[reminder.scope] if each is not reminder and each.events == ("timer",)
    ]
    for other in timers:
        kind = other.properties.get("timer")
        if kind == "due" and (reminder in _at_once(model, other) or _is_no_later(other, reminder)):
            yield at(reminder, "reminder_late", due=other.name or other.element_id)
        is_same = (other.timer, other.expression) == (reminder.timer, reminder.expression)
        if (
            kind == "reminder"
            and is_same
            and (reminder in _at_once(model, other) or _beside(other, reminder))
        ):
            yield at(reminder, "reminder_twice", other=other.name or other.element_id)
    sent: dict[tuple[str, str], Element] = {}
    for each in _at_once(model, reminder):
        key = each.properties.get("operation", ""), each.properties.get("input", "")
        if key[0] and key in sent:
            yield at(each, "reminder_twice", other=sent[key].name or sent[key].element_id)
        sent.setdefault(key, each)


def _at_once(model: Model, event: Element) -> list[Element]:
    """Return what follows an event before more time passes, up to the elements that wait."""
    after = model.following(event.scope)
    drawn = {each.element_id: each for each in model.scopes[event.scope]}
    found: list[Element] = []
    waiting = sorted(after[event.element_id])
    while waiting:
        each = drawn[waiting.pop(0)]
        if each not in found:
            found.append(each)
            if each.kind not in WAITS:
                waiting += sorted(after[each.element_id])
    return found


def _beside(one: Element, other: Element) -> bool:
    return one.attached_to is not None and one.attached_to == other.attached_to


def _is_no_later(due: Element, reminder: Element) -> bool:
    """Return True if both run from the same moment for fixed periods, and the due day is over when the reminder comes."""
    lengths = [period(each.expression or "") for each in (due, reminder)]
    if not _beside(due, reminder) or None in lengths:
        return False
    ends = [later(BEGINS, length) for length in lengths if length is not None]
    return str(ends[0]) <= str(ends[1])


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
