"""Words that a diagram may use, with their meaning: properties of elements and kinds of timers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Property:
    """A setting of an element, kept as a `spiffworkflow:property`."""

    on: frozenset[str]
    """BPMN tags that may have it."""
    value: str
    meaning: str


_REACHED: Final = (
    "userTask serviceTask businessRuleTask scriptTask callActivity subProcess "
    "startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent"
)


def _property(on: str, value: str, meaning: str) -> Property:
    return Property(frozenset(on.split()), value, meaning)


PROPERTIES: Final[Mapping[str, Property]] = {
    "role": _property("lane", "role", "does the tasks of the lane"),
    "form_key": _property("userTask", "form key", "asked in the task"),
    "operation": _property("serviceTask", "operation", "performed by the task"),
    "decision": _property("businessRuleTask", "table key", "asked by the task"),
    "input": _property(
        "serviceTask businessRuleTask callActivity",
        "FEEL context",
        "more variables for the operation or table; of a call, the called process's own variables",
    ),
    "output": _property(
        "userTask serviceTask businessRuleTask callActivity",
        "FEEL context",
        "its entries become variables; sees `answers` and `actor` of a form, `result` of an operation or a table",
    ),
    "due_reason": _property("userTask", "variable", "its date is shown as due, its name as the reason"),
    "candidate_group": _property("userTask", "FEEL", "the role at run time, instead of the lane's"),
    "not_by": _property("userTask", "variable", "the person who may not do the task"),
    "collection": _property("userTask callActivity", "FEEL list", "one run of the element for each item"),
    "element": _property("userTask callActivity", "variable", "the item of one run"),
    "business_key": _property(
        "userTask callActivity", "FEEL", "tells one run from the others, such as a request's id"
    ),
    "timer": _property("intermediateCatchEvent boundaryEvent", "kind of timer", "its name in lists"),
    "outcome": _property("endEvent", "outcome", "how the case ends there"),
    "milestone": _property(_REACHED, "names", "reached when the element is done; guardrails speak of them"),
}
TIMERS: Final[Mapping[str, str]] = {
    "reminder": "someone is reminded",
    "due": "the time to answer or act is over",
    "stalled": "what was due has not gone on",
    "escalation": "the manager steps in",
    "fallback": "another way is taken",
    "presumed_service": "a letter is presumed received",
    "appeal_period": "the appeal period ends",
    "hold": "a signed resolution waits before dispatch",
}
"""Values of the property `timer`: lists and timelines name a timer by its kind."""


def properties_of(kind: str) -> frozenset[str]:
    """Return the names of the properties that an element of this kind may have."""
    return frozenset(name for name, each in PROPERTIES.items() if kind in each.on)
