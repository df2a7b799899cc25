"""One version of the models as a replay needs it, and the same element in another version's diagrams."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

from engine.bpmn import ParsedModels, parse_models
from engine.bpmn.elements import GATEWAYS, Element
from engine.casework.anonymising import names_in
from engine.casework.replay_facts import Place
from engine.models.bundle import Bundle, model_files, names_read

_ENTRY: Final = re.compile(r"(\w+)\s*:\s*([^,{}]*)")
_ANSWER: Final = re.compile(r"answers\.(\w+)")
_PURPOSES: Final = ("form_key", "operation", "decision")
"""Properties by which an element that was renamed is known again."""


@dataclass(frozen=True, eq=False)
class ReplayModels:
    parsed: ParsedModels
    bundle: Bundle

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Self:
        """Read all files. Raise ModelRejected, InvalidDefinition and the like if one cannot be read."""
        bundle = Bundle(files)
        bundle.read_all()
        return cls(parse_models(model_files(files)), bundle)

    def element(self, place: Place) -> Element:
        return self.parsed.elements[place]

    def needed_answers(self, element: Element) -> frozenset[str]:
        """Return the questions whose answers this task writes to variables that something reads."""
        found: set[str] = set()
        for name, right in _ENTRY.findall(element.properties.get("output", "")):
            if name in self._names_read:
                found.update(_ANSWER.findall(right))
        return frozenset(found)

    @cached_property
    def _names_read(self) -> frozenset[str]:
        """The names that conditions, tables, timers, calls and operations read."""
        texts = (names_in(text) for text in self._expressions())
        return frozenset().union(*texts, *(names_read(table) for table in self.bundle.tables.values()))

    def _expressions(self) -> Iterator[str]:
        yield from (flow.condition for flow in self.parsed.flows.values() if flow.condition)
        for element in self.parsed.elements.values():
            if element.expression:
                yield element.expression
            for name, text in element.properties.items():
                if name != "output":
                    yield text
                elif element.kind != "userTask":
                    yield " ".join(right for _, right in _ENTRY.findall(text))


def counterparts(old: ParsedModels, new: ParsedModels) -> dict[Place, Place]:
    """Map each element of the old diagrams to the new: by id, else by form, operation or table if only one element of
    each has it."""
    found = {place: place for place in old.elements if place in new.elements}
    removed, added = _by_purpose(old, new), _by_purpose(new, old)
    for purpose, places in removed.items():
        there = added.get(purpose, [])
        if len(places) == 1 and len(there) == 1:
            found[places[0]] = there[0]
    return found


def _by_purpose(parsed: ParsedModels, other: ParsedModels) -> dict[tuple[str, ...], list[Place]]:
    """Return the elements that `other` does not have, by process, kind and purpose (form, operation, table or called process)."""
    found: dict[tuple[str, ...], list[Place]] = {}
    for place, element in parsed.elements.items():
        given = (element.properties.get(name) for name in _PURPOSES)
        purpose = next((each for each in given if each), element.calls)
        if place not in other.elements and purpose is not None:
            found.setdefault((element.process_id, element.kind, purpose), []).append(place)
    return found


def is_way(kind: str) -> bool:
    """Return True for elements whose passing says something about a case; False for those that only lead on, such as gateways."""
    return kind not in GATEWAYS and kind not in ("startEvent", "subProcess")
