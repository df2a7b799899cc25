"""Faults planted in the shipped diagrams, one in each mutant: a milestone or a `not_by` taken off, a gateway removed or bypassed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from lxml import etree
from lxml.etree import _Element

from engine import xml
from engine.bpmn import catalogue
from engine.bpmn.catalogue import BPMN, SPIFF, Catalogue, local
from engine.bpmn.elements import Element

Plant: TypeAlias = Callable[[_Element], None]
CONDITIONED: Final = frozenset({"exclusiveGateway", "inclusiveGateway"})


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    """The kind of fault, the element, and which of its milestones or ways."""
    path: str
    process_id: str
    flows: frozenset[str]
    """The arrows at the fault: a scenario that takes none of them goes as before."""
    plant: Plant
    is_alike: bool = False
    """True if nothing can go otherwise: arrows that met in a gateway meet in the step behind it, or each ends by itself."""

    @property
    def kind(self) -> str:
        return self.name.partition(" ")[0]

    def planted(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        root = xml.parse(files[self.path])
        self.plant(root)
        return {**files, self.path: etree.tostring(root, xml_declaration=True, encoding="UTF-8")}


def mutants_of(files: Mapping[str, bytes]) -> tuple[Mutant, ...]:
    """Return every mutant of the diagrams, in the order of files, processes and elements."""
    diagrams = {path: xml.parse(data) for path, data in sorted(files.items()) if path.endswith(".bpmn")}
    drawn = catalogue.read(diagrams)
    return tuple(mutant for element in drawn.elements.values() for mutant in _mutants_at(element, drawn))


def _mutants_at(element: Element, drawn: Catalogue) -> Iterator[Mutant]:
    flows, path = drawn.flows, drawn.files[element.process_id]
    at = f"{element.process_id}/{element.element_id}"
    near = frozenset({*element.incoming, *element.outgoing})

    def mutant(name: str, plant: Plant, *, is_alike: bool = False) -> Mutant:
        return Mutant(name, path, element.process_id, near, plant, is_alike)

    for milestone in element.milestones:
        yield mutant(f"milestone {at} {milestone}", _without_milestone(element, milestone))
    if "not_by" in element.properties:
        yield mutant(f"not_by {at}", _without_property(element, "not_by"))
    if not element.kind.endswith("Gateway"):
        return
    for key in element.outgoing:
        target = flows[element.process_id, key].target
        is_alike = _only_merges(element, drawn.elements[element.process_id, target])
        yield mutant(f"removed {at} to {target}", _removed(element, key, target), is_alike=is_alike)
    if element.kind in CONDITIONED and len(element.outgoing) > 1:
        for key in element.outgoing:
            target = flows[element.process_id, key].target
            yield mutant(f"bypassed {at} to {target}", _bypassed(element, key))


def _only_merges(gateway: Element, target: Element) -> bool:
    if len(gateway.outgoing) > 1:
        return False
    ends = target.kind == "endEvent" and not target.events
    return gateway.kind == "exclusiveGateway" or (gateway.kind == "parallelGateway" and ends)


def _without_milestone(element: Element, milestone: str) -> Plant:
    rest = " ".join(each for each in element.milestones if each != milestone)

    def plant(root: _Element) -> None:
        (held,) = _properties(root, element, "milestone")
        if rest:
            held.set("value", rest)
        else:
            _drop(held)

    return plant


def _without_property(element: Element, name: str) -> Plant:
    def plant(root: _Element) -> None:
        for held in _properties(root, element, name):
            _drop(held)

    return plant


def _removed(gateway: Element, key: str, target: str) -> Plant:
    """Every arrow into the gateway leads to where one of its arrows led; the gateway and its arrows are gone."""

    def plant(root: _Element) -> None:
        for flow in root.iter(BPMN + "sequenceFlow"):
            if flow.get("targetRef") == gateway.element_id:
                flow.set("targetRef", target)
        gone = {gateway.element_id, *gateway.outgoing}
        for node in [each for each in root.iter() if isinstance(each.tag, str)]:
            named = node.get("id") in gone or node.get("bpmnElement") in gone
            mentions = (
                local(node) in {"flowNodeRef", "incoming", "outgoing"} and (node.text or "").strip() in gone
            )
            if named or mentions:
                _drop(node)
        joined = next(each for each in root.iter(BPMN + "*") if each.get("id") == target)
        if key in {(each.text or "").strip() for each in joined.iter(BPMN + "incoming")}:
            raise ValueError(key)

    return plant


def _bypassed(gateway: Element, key: str) -> Plant:
    """The gateway stays drawn, and the case always leaves it by one arrow."""

    def plant(root: _Element) -> None:
        for flow in root.iter(BPMN + "sequenceFlow"):
            if flow.get("sourceRef") == gateway.element_id:
                for condition in flow.iter(BPMN + "conditionExpression"):
                    condition.text = "true" if flow.get("id") == key else "false"

    return plant


def _properties(root: _Element, element: Element, name: str) -> list[_Element]:
    node = next(each for each in root.iter(f"{BPMN}{element.kind}") if each.get("id") == element.element_id)
    own = (each for each in node if local(each) == "extensionElements")
    return [
        held for extension in own for held in extension.iter(SPIFF + "property") if held.get("name") == name
    ]


def _drop(node: _Element) -> None:
    above = node.getparent()
    if above is not None:
        above.remove(node)
