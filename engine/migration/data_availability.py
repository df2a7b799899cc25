"""Checks that values which new steps ahead read are available: one that should have been written earlier never will be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.bpmn.checks.reading import FeelProblem, Reading, read
from engine.bpmn.dates import period
from engine.bpmn.elements import Element
from engine.migration.drawings import Drawing, called
from engine.migration.position import Standing
from engine.migration.reasons import Reason, reason

GIVEN = frozenset({"answers", "actor", "result"})
_EXPRESSIONS = ("collection", "business_key", "candidate_group", "not_by", "input", "output")


@dataclass(frozen=True)
class Ahead:
    old: Drawing
    new: Drawing
    carried: Mapping[str, frozenset[str]]
    """Message to the variables it brings."""

    def reasons(self, standing: Standing) -> Iterator[Reason]:
        there: set[str] = set(standing.names)
        coming: set[tuple[str, str]] = set()
        self._gather(standing, coming)
        for found, each in standing.everywhere():
            there |= found.names | (each.inside.names if each.inside is not None else frozenset())
        elements = [self.new.parsed.elements[key] for key in sorted(coming)]
        for element in elements:
            there |= set(self._written(element))
        named: set[str] = set()
        for element in elements:
            for name in sorted(self._new_names(element) - there - named):
                named.add(name)
                yield reason(
                    "variable_missing",
                    element.process_id,
                    element.element_id,
                    name=called(element),
                    variable=name,
                )

    def _gather(self, standing: Standing, coming: set[tuple[str, str]]) -> None:
        """Add every element that may still come: after what waits, and inside what is called from there."""
        waiting = [(standing.scope, each.element_id) for each in standing.open]
        while waiting:
            scope, element_id = waiting.pop()
            element = self.new.find(scope, element_id)
            if element is None or (element.process_id, element_id) in coming:
                continue
            coming.add((element.process_id, element_id))
            waiting += [(scope, each) for each in self.new.after(scope, element_id)]
            inner = element_id if element.kind == "subProcess" else element.calls
            waiting += [(inner, each) for each in self._starts.get(inner or "", ()) if inner]
        for each in standing.open:
            if each.inside is not None:
                self._gather(each.inside, coming)

    @cached_property
    def _starts(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for element in self.new.parsed.elements.values():
            if element.kind == "startEvent":
                found.setdefault(element.scope, []).append(element.element_id)
        return found

    def _new_names(self, element: Element) -> set[str]:
        before = self.old.parsed.elements.get((element.process_id, element.element_id))
        known = set(_texts(self.old, before)) if before is not None else set()
        found: set[str] = set()
        for text in _texts(self.new, element):
            if text not in known:
                reading = _reading(text)
                found |= reading.names - GIVEN if reading else set()
        return found

    def _written(self, element: Element) -> Iterator[str]:
        for text in (element.properties.get("output"), element.properties.get("input"), element.expression):
            reading = _reading(text or "")
            yield from (reading.entries or ()) if reading else ()
        yield from self.carried.get(element.message or "", ())
        if "element" in element.properties:
            yield element.properties["element"]


def _texts(drawing: Drawing, element: Element) -> Iterator[str]:
    for name in _EXPRESSIONS:
        if element.properties.get(name):
            yield element.properties[name]
    if element.expression and period(element.expression) is None:
        yield element.expression
    for flow in element.outgoing:
        condition = drawing.parsed.flows[element.process_id, flow].condition
        if condition:
            yield condition


def _reading(text: str) -> Reading | None:
    """Return the names that an expression reads; None if it is empty or does not parse."""
    try:
        return read(text) if text else None
    except FeelProblem:
        return None
