"""Stage one: elements, events and extensions that may be drawn at all, ids, sizes.

SpiffWorkflow turns an event definition that it does not look for into a none event, which fires at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element

from engine.bpmn.catalogue import BPMN, SPIFF, children, local
from engine.bpmn.checks.model import Model
from engine.bpmn.elements import FLOW_NODES, Element
from engine.bpmn.findings import Finding, at, finding
from engine.bpmn.vocabulary import TIMERS, properties_of

MOST_NODES: Final = 300
NODES: Final = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "scriptTask",
        "callActivity",
        "subProcess",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
    }
)
PARTS: Final = frozenset(
    {
        "definitions",
        "collaboration",
        "participant",
        "process",
        "documentation",
        "extensionElements",
        "laneSet",
        "lane",
        "childLaneSet",
        "flowNodeRef",
        "sequenceFlow",
        "conditionExpression",
        "incoming",
        "outgoing",
        "script",
        "message",
        "error",
        "messageEventDefinition",
        "timerEventDefinition",
        "errorEventDefinition",
        "terminateEventDefinition",
        "timeDate",
        "timeDuration",
        "timeCycle",
        "multiInstanceLoopCharacteristics",
        "loopCardinality",
        "completionCondition",
        "textAnnotation",
        "text",
        "association",
        "group",
        "category",
        "categoryValue",
    }
)
EVENTS: Final[dict[str, set[tuple[str, ...]]]] = {
    "startEvent": {(), ("message",)},
    "endEvent": {(), ("terminate",), ("error",)},
    "intermediateCatchEvent": {("message",), ("timer",)},
    "intermediateThrowEvent": {()},
    "boundaryEvent": {("message",), ("timer",), ("error",)},
}


def check(model: Model) -> Iterator[Finding]:
    for path, root in model.roots.items():
        if next(children(root, "process"), None) is None:
            yield finding("no_process", file=path)
        yield from _parts(root)
        yield from _extensions(root)
        yield from _lanes(root)
    yield from _ids(model)
    yield from _processes(model)
    for element in model.elements:
        yield from _events(element)


def _place(node: _Element) -> tuple[str | None, str | None]:
    """Return the ids of the process and the element that contain a node, each None if there is none."""
    element_id: str | None = None
    process_id: str | None = None
    above: _Element | None = node
    while above is not None:
        if local(above) == "process":
            process_id = above.get("id")
        elif element_id is None and above.get("id"):
            element_id = above.get("id")
        above = above.getparent()
    return process_id, element_id


def _parts(root: _Element) -> Iterator[Finding]:
    for node in root.iter(BPMN + "*"):
        tag = local(node)
        if tag not in NODES and tag not in PARTS:
            process_id, element_id = _place(node)
            code = _UNSUPPORTED.get(tag, "unknown_element")
            yield finding(
                code,
                process_id=process_id,
                element_id=element_id,
                name=node.get("name") or element_id,
                tag=tag,
            )
        elif tag == "subProcess" and node.get("triggeredByEvent") == "true":
            process_id, element_id = _place(node)
            yield finding("event_subprocess", process_id=process_id, element_id=element_id)
        elif tag == "subProcess" and next(children(node, "laneSet"), None) is not None:
            process_id, element_id = _place(node)
            yield finding("lanes_in_subprocess", process_id=process_id, element_id=element_id)


_UNSUPPORTED = {
    "task": "plain_task",
    "manualTask": "plain_task",
    "sendTask": "message_task",
    "receiveTask": "message_task",
    "standardLoopCharacteristics": "multiple_kind",
    "loopDataInputRef": "multiple_data",
    "inputDataItem": "multiple_data",
    "loopDataOutputRef": "multiple_data",
    "outputDataItem": "multiple_data",
}


def _lanes(root: _Element) -> Iterator[Finding]:
    for lane in root.iter(BPMN + "lane"):
        if all(next(children(lane, tag), None) is None for tag in ("flowNodeRef", "childLaneSet")):
            process_id, element_id = _place(lane)
            yield finding(
                "lane_empty",
                process_id=process_id,
                element_id=element_id,
                name=lane.get("name") or element_id,
            )


def _extensions(root: _Element) -> Iterator[Finding]:
    for extension in root.iter(BPMN + "extensionElements"):
        owner = extension.getparent()
        tag = "" if owner is None else local(owner)
        process_id, element_id = _place(extension)
        for group in extension:
            if group.tag != SPIFF + "properties":
                yield finding(
                    "unknown_extension", process_id=process_id, element_id=element_id, tag=local(group)
                )
                continue
            for each in group.iterchildren(SPIFF + "property"):
                name = each.get("name", "")
                if name in properties_of(tag):
                    continue
                code = "milestone_here" if name == "milestone" else "unknown_property"
                yield finding(code, process_id=process_id, element_id=element_id, name=name)


def _ids(model: Model) -> Iterator[Finding]:
    """Require unique ids over the whole bundle: they name elements in paths, marks and findings."""
    counted: Counter[tuple[bool, str]] = Counter()
    for root in model.roots.values():
        for node in root.iter(BPMN + "*"):
            if node.get("id") and local(node) != "definitions":
                # A call may bear the id of a process that it calls in another file: processes are another name space,
                # with sub-processes in both. In one file no two ids are alike.
                names = {"process": (True,), "subProcess": (True, False)}.get(local(node), (False,))
                counted.update((name, node.get("id", "")) for name in names)
            elif local(node) in FLOW_NODES | {"sequenceFlow", "process"}:
                yield finding("missing_id", process_id=_place(node)[0], name=node.get("name") or local(node))
    twice = {element_id for (_, element_id), count in counted.items() if count > 1}
    twice |= {each for root in model.roots.values() for each in _named_as_their_process(root)}
    places = {element_id: process for process, element_id in model.drawn.elements if element_id in twice}
    for element_id, found in _bearers(model, twice).items():
        if not _shared(found):
            yield finding("duplicate_id", process_id=places.get(element_id), element_id=element_id)


def _named_as_their_process(root: _Element) -> set[str]:
    """Return the ids of processes in a file that something else in the same file bears too."""
    processes = {node.get("id", "") for node in children(root, "process")}
    return {node.get("id", "") for node in root.iter(BPMN + "*") if local(node) != "process"} & processes - {
        ""
    }


def _bearers(model: Model, ids: set[str]) -> dict[str, list[_Element]]:
    found: dict[str, list[_Element]] = {element_id: [] for element_id in ids}
    if ids:
        for root in model.roots.values():
            for node in root.iter(BPMN + "*"):
                if node.get("id") in ids:
                    found[node.get("id", "")].append(node)
    return found


def _shared(found: list[_Element]) -> bool:
    """Return True if only messages or errors have this id, and each file declares the same one."""
    roots = {id(node.getroottree().getroot()) for node in found}
    declared = {(local(node), node.get("name"), node.get("errorCode")) for node in found}
    return len(roots) == len(found) and len(declared) == 1 and local(found[0]) in {"message", "error"}


def _processes(model: Model) -> Iterator[Finding]:
    counted = Counter(element.process_id for element in model.elements)
    for root in model.roots.values():
        for process in children(root, "process"):
            key = process.get("id")
            if process.get("isExecutable", "true") != "true":
                yield finding("not_executable", process_id=key)
            nodes = counted[key or ""]
            if nodes > MOST_NODES:
                yield finding("too_many_nodes", process_id=key, count=nodes, most=MOST_NODES)


def _events(element: Element) -> Iterator[Finding]:
    allowed = EVENTS.get(element.kind)
    if allowed is None:
        return
    if len(element.events) > 1:
        yield at(element, "several_events")
    elif element.events not in allowed:
        yield at(element, "event_kind", event=element.events[0] if element.events else "none")
    elif element.events == ("message",) and not element.message:
        yield at(element, "message_unnamed")
    elif element.events == ("error",) and not element.error:
        yield at(element, "error_unnamed")
    kind = element.properties.get("timer")
    if kind is not None and (kind not in TIMERS or element.events != ("timer",)):
        yield at(element, "timer_kind", kind=kind)
