"""Reads properties, lanes and texts from the XML.

Spiff gives no properties of gateways and multi-instance activities, and of a lane only its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml.etree import _Element

from engine.bpmn.elements import FLOW_NODES, Element, Flow

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF: Final = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
_TIMERS: Final = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


@dataclass(frozen=True, slots=True)
class Catalogue:
    processes: Mapping[str, str]
    files: Mapping[str, str]
    elements: Mapping[tuple[str, str], Element]
    flows: Mapping[tuple[str, str], Flow]


def local(node: _Element) -> str:
    """Return the tag without its namespace; for a comment, a text that is no tag."""
    return str(node.tag).rpartition("}")[2]


def children(node: _Element, tag: str) -> Iterator[_Element]:
    return (child for child in node if child.tag == BPMN + tag)


def read(roots: Mapping[str, _Element]) -> Catalogue:
    """Return the catalogue of all files, in their order."""
    processes: dict[str, str] = {}
    files: dict[str, str] = {}
    elements: dict[tuple[str, str], Element] = {}
    flows: dict[tuple[str, str], Flow] = {}
    for path, root in roots.items():
        names = _Names(root)
        for process in children(root, "process"):
            key = process.get("id", "")
            processes.setdefault(key, process.get("name") or names.pools.get(key) or key)
            files.setdefault(key, path)
            reader = _Reader(key, names)
            reader.scope(process, key, None)
            elements.update(((key, element.element_id), element) for element in reader.elements)
            flows.update(((key, flow.flow_id), flow) for flow in reader.flows)
    return Catalogue(processes, files, elements, flows)


class _Names:
    """Names of messages, errors and pools by their id."""

    def __init__(self, root: _Element) -> None:
        self.messages = {node.get("id"): node.get("name") for node in children(root, "message")}
        self.errors = {node.get("id"): node.get("errorCode") for node in children(root, "error")}
        self.pools = {
            pool.get("processRef"): pool.get("name")
            for meeting in children(root, "collaboration")
            for pool in children(meeting, "participant")
        }


class _Ends:
    """The incoming and outgoing flows of each element of a scope, in the order of the file."""

    def __init__(self, flows: list[Flow]) -> None:
        self.incoming: dict[str, list[str]] = {}
        self.outgoing: dict[str, list[str]] = {}
        for flow in flows:
            self.incoming.setdefault(flow.target, []).append(flow.flow_id)
            self.outgoing.setdefault(flow.source, []).append(flow.flow_id)


class _Reader:
    def __init__(self, process_id: str, names: _Names) -> None:
        self.process_id = process_id
        self.names = names
        self.elements: list[Element] = []
        self.flows: list[Flow] = []

    def scope(self, node: _Element, scope: str, around: tuple[str, str | None] | None) -> None:
        """Read the nodes of a process or an embedded sub-process. The nodes of the latter are in the lane of its host."""
        lanes = dict(_lanes(node)) if around is None else {}
        found = [self._flow(flow, scope) for flow in children(node, "sequenceFlow")]
        self.flows.extend(found)
        flows = _Ends(found)
        for child in node:
            if local(child) not in FLOW_NODES or not str(child.tag).startswith(BPMN):
                continue
            lane = around or lanes.get(child.get("id", ""))
            self.elements.append(self._element(child, scope, lane, flows))
            if local(child) in {"subProcess", "transaction", "adHocSubProcess"}:
                self.scope(child, child.get("id", ""), lane or ("", None))

    def _flow(self, node: _Element, scope: str) -> Flow:
        condition = node.find(BPMN + "conditionExpression")
        return Flow(
            self.process_id,
            node.get("id", ""),
            scope,
            node.get("sourceRef", ""),
            node.get("targetRef", ""),
            node.get("name", ""),
            None if condition is None else (condition.text or "").strip(),
        )

    def _element(
        self, node: _Element, scope: str, lane: tuple[str, str | None] | None, flows: _Ends
    ) -> Element:
        element_id = node.get("id", "")
        definitions = [child for child in node if local(child).endswith("EventDefinition")]
        timer, expression = _expression(node, definitions)
        documentation = node.find(BPMN + "documentation")
        return Element(
            process_id=self.process_id,
            element_id=element_id,
            kind=local(node),
            name=" ".join((node.get("name") or "").split()),
            scope=scope,
            lane=(lane[0] or None) if lane else None,
            role=lane[1] if lane else None,
            properties=properties(node),
            incoming=tuple(flows.incoming.get(element_id, ())),
            outgoing=tuple(flows.outgoing.get(element_id, ())),
            default=node.get("default"),
            events=tuple(local(each).removesuffix("EventDefinition") for each in definitions),
            message=self._message(node, definitions),
            timer=timer,
            expression=expression,
            error=next((self.names.errors.get(each.get("errorRef")) for each in definitions), None),
            attached_to=node.get("attachedToRef"),
            interrupting=node.get("cancelActivity", "true") == "true",
            calls=node.get("calledElement"),
            multiple=_multiple(node),
            documentation="" if documentation is None else (documentation.text or "").strip(),
        )

    def _message(self, node: _Element, definitions: list[_Element]) -> str | None:
        for each in definitions:
            if local(each) == "messageEventDefinition":
                return self.names.messages.get(each.get("messageRef"))
        return None


def properties(node: _Element) -> dict[str, str]:
    """Return the node's own properties, without those of nodes inside it."""
    found: dict[str, str] = {}
    for extension in children(node, "extensionElements"):
        for group in extension.iterchildren(SPIFF + "properties"):
            for each in group.iterchildren(SPIFF + "property"):
                found[each.get("name", "")] = each.get("value", "")
    return found


def _lanes(process: _Element) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """Yield element id with name and role of its lane. Inner lanes come last, so that they win over outer ones."""
    waiting = [lane for lanes in children(process, "laneSet") for lane in children(lanes, "lane")]
    while waiting:
        lane = waiting.pop(0)
        waiting.extend(inner for lanes in children(lane, "childLaneSet") for inner in children(lanes, "lane"))
        for reference in children(lane, "flowNodeRef"):
            yield (reference.text or "").strip(), (lane.get("name", ""), properties(lane).get("role"))


def _expression(node: _Element, definitions: list[_Element]) -> tuple[str | None, str | None]:
    for each in definitions:
        for child in each:
            if local(child) in _TIMERS:
                return _TIMERS[local(child)], (child.text or "").strip()
    script = node.find(BPMN + "script")
    if script is not None:
        return None, (script.text or "").strip()
    condition = node.find(f"{BPMN}multiInstanceLoopCharacteristics/{BPMN}completionCondition")
    return None, None if condition is None else (condition.text or "").strip()


def _multiple(node: _Element) -> str | None:
    if node.find(BPMN + "standardLoopCharacteristics") is not None:
        return "loop"
    characteristics = node.find(BPMN + "multiInstanceLoopCharacteristics")
    if characteristics is None:
        return None
    return "sequential" if characteristics.get("isSequential") == "true" else "parallel"
