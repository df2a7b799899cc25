"""A version of the models as a replay needs it, and which of its elements are another version's under a new name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

from engine.bpmn import ParsedModels, parse_models
from engine.bpmn.elements import GATEWAYS, Element
from engine.bpmn.guardrails import Rules
from engine.casework.anonymising import names_in
from engine.casework.replay_facts import Place
from engine.dmn import DecisionModel
from engine.models.bundle import Bundle
from forms.definition import FormDefinition

_WRITTEN: Final = re.compile(r"(\w+)\s*:\s*([^,{}]*)")
_ANSWER: Final = re.compile(r"answers\.(\w+)")
_SAYS: Final = ("form", "operation", "decision")
"""Properties by which an element that was renamed is known again."""


@dataclass(frozen=True, eq=False)
class Model:
    parsed: ParsedModels
    tables: Mapping[str, DecisionModel]
    forms: Mapping[str, FormDefinition]
    rules: Rules | None

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Self:
        """Raises ModelRejected and the like for files that can't be read."""
        drawings = {path: data for path, data in files.items() if path.endswith(".bpmn")}
        # As every real case: on specs that were stored, which behave otherwise than those just parsed.
        parsed = ParsedModels.from_json(parse_models(drawings).to_json(), drawings)
        bundle = Bundle(files)
        return cls(parsed, bundle.tables, bundle.forms, bundle.guardrails)

    def element(self, place: Place) -> Element:
        return self.parsed.elements[place]

    def needed(self, element: Element) -> frozenset[str]:
        """Questions whose answers this task hands to something that is read elsewhere."""
        found: set[str] = set()
        for name, right in _WRITTEN.findall(element.properties.get("output", "")):
            if name in self._read:
                found.update(_ANSWER.findall(right))
        return frozenset(found)

    @cached_property
    def _read(self) -> frozenset[str]:
        """Names that a condition, a table, a timer, a call or an operation reads."""
        found: set[str] = set()
        for text in self._expressions():
            found |= names_in(text)
        for table in self.tables.values():
            for each in table.compiled.values():
                found |= each.names
        return frozenset(found)

    def _expressions(self) -> Iterator[str]:
        yield from (flow.condition for flow in self.parsed.flows.values() if flow.condition)
        for element in self.parsed.elements.values():
            if element.expression:
                yield element.expression
            for name, text in element.properties.items():
                if name != "output":
                    yield text
                elif element.kind != "userTask":
                    yield " ".join(right for _, right in _WRITTEN.findall(text))


def counterparts(old: ParsedModels, new: ParsedModels) -> dict[Place, Place]:
    """Each element of the old drawing to itself in the new one: by id, else by what it does where that is one of a kind."""
    found = {place: place for place in old.elements if place in new.elements}
    gone: dict[tuple[str, ...], list[Place]] = {}
    fresh: dict[tuple[str, ...], list[Place]] = {}
    for kept, parsed, other in ((gone, old, new), (fresh, new, old)):
        for place, element in parsed.elements.items():
            does = _does(element)
            if place not in other.elements and does is not None:
                kept.setdefault(does, []).append(place)
    for does, places in gone.items():
        there = fresh.get(does, ())
        if len(places) == 1 and len(there) == 1:
            found[places[0]] = there[0]
    return found


def _does(element: Element) -> tuple[str, ...] | None:
    said = next((element.properties[name] for name in _SAYS if element.properties.get(name)), None)
    said = said or element.calls
    return None if said is None else (element.process_id, element.kind, said)


def is_way(kind: str) -> bool:
    """Whether passing such an element is something that happens, and not only how the drawing leads there."""
    return kind not in GATEWAYS and kind not in ("startEvent", "subProcess")
