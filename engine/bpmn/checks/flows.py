"""Stage two: flows that tokens cannot enter or leave, or that lead elsewhere than drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.bpmn.checks.model import Model, cycles, reachable, roots
from engine.bpmn.elements import CONTAINERS, GATEWAYS, Element
from engine.bpmn.findings import Finding, at, finding

SPLITS: Final = frozenset({"exclusiveGateway", "inclusiveGateway"})
WAITS: Final = frozenset({"userTask", "intermediateCatchEvent", "boundaryEvent", "eventBasedGateway"})


def check(model: Model) -> Iterator[Finding]:
    yield from _ends_of_flows(model)
    yield from _same_start(model)
    for scope, elements in model.scopes.items():
        yield from _starts(model, scope, elements)
        yield from _ways(model, scope, elements)
        yield from _loops(model, scope)
        yield from _inclusive(model, scope, elements)
        for element in elements:
            yield from _out(model, element)
            yield from _boundary(model, element)
            yield from _event_gateway(model, element)
        yield from _errors(elements)


def _ends_of_flows(model: Model) -> Iterator[Finding]:
    for flow in model.drawn.flows.values():
        ends = [model.drawn.elements.get((flow.process_id, end)) for end in (flow.source, flow.target)]
        place = {"process_id": flow.process_id, "element_id": flow.flow_id}
        if None in ends:
            yield finding("dangling_flow", **place)
        elif {end.scope for end in ends if end} != {flow.scope}:
            yield finding("crossing_flow", **place)
        elif flow.condition is not None and ends[0] is not None and ends[0].kind not in SPLITS:
            yield finding("condition_ignored", **place)


def _same_start(model: Model) -> Iterator[Finding]:
    begun: set[str] = set()
    for element in model.elements:
        if element.kind == "startEvent" and element.message:
            if element.message in begun:
                yield at(element, "start_twice")
            begun.add(element.message)


def _starts(model: Model, scope: str, elements: tuple[Element, ...]) -> Iterator[Finding]:
    starts = [element for element in elements if element.kind == "startEvent"]
    process_id = elements[0].process_id if elements else scope
    place = {"process_id": process_id, "element_id": None if scope == process_id else scope}
    plain = [start for start in starts if not start.events]
    if not starts:
        yield finding("no_start", **place)
    if not any(element.kind == "endEvent" for element in elements):
        yield finding("no_end", **place)
    if len(plain) > 1 or (plain and len(starts) > len(plain)):
        yield at(starts[1], "several_starts")
    inner = scope != process_id or scope in model.callers
    for start in starts:
        if inner and start.events:
            yield at(start, "start_never")


def _ways(model: Model, scope: str, elements: tuple[Element, ...]) -> Iterator[Finding]:
    after = model.following(scope)
    reached = reachable({e.element_id for e in elements if e.kind == "startEvent"}, after)
    before: dict[str, set[str]] = {node: set() for node in after}
    for node, following in after.items():
        for each in following:
            before[each].add(node)
    ends = reachable({e.element_id for e in elements if e.kind == "endEvent"}, before)
    first = roots((e.element_id for e in elements if e.element_id not in reached), after)
    yield from (at(element, "unreachable") for element in elements if element.element_id in first)
    for element in elements:
        if element.element_id not in reached:
            continue
        if element.kind == "endEvent" and element.outgoing:
            yield at(element, "after_end")
        elif element.kind != "endEvent" and not element.outgoing:
            yield at(element, "no_way_on")
        elif element.element_id not in ends:
            yield at(element, "cannot_end")


def _loops(model: Model, scope: str) -> Iterator[Finding]:
    for ring in cycles(model.following(scope)):
        inside = [element for element in model.scopes[scope] if element.element_id in ring]
        for element in inside:
            joins = element.kind in {"parallelGateway", "inclusiveGateway"} and len(element.incoming) > 1
            if joins:
                yield at(element, "join_on_cycle")
        if not any(waits(model, element, set()) for element in inside):
            yield at(inside[0], "engine_loop")


def _inclusive(model: Model, scope: str, elements: tuple[Element, ...]) -> Iterator[Finding]:
    """Accept an inclusive join only as the partner of one inclusive split: one way in, one way out, no branch aside.

    Otherwise the library guesses which tokens might still come.
    """
    after = model.following(scope)
    splits = [e.element_id for e in elements if e.kind == "inclusiveGateway" and len(e.outgoing) > 1]
    aside = {e.element_id for e in elements if e.kind == "endEvent"}
    for join in elements:
        if join.kind != "inclusiveGateway" or len(join.incoming) < 2:
            continue
        without = {node: following for node, following in after.items() if node != join.element_id}
        blocks = ((split, reachable(after[split], without) - {join.element_id}) for split in splits)
        if not any(
            _pair(split, join.element_id, block, after) and not block & aside for split, block in blocks
        ):
            yield at(join, "inclusive_alone")


def _pair(split: str, join: str, block: set[str], after: Mapping[str, set[str]]) -> bool:
    inside = block | {split}
    into_join = {node for node, following in after.items() if join in following}
    entered = any(following & block for node, following in after.items() if node not in inside)
    return split not in block and not entered and into_join <= inside


def waits(model: Model, element: Element, seen: set[str]) -> bool:
    """Return True if a token waits here, or inside, for a person, a timer or a message."""
    if element.kind in WAITS:
        return True
    if element.kind == "serviceTask":
        shape = model.references.operations.get(element.properties.get("operation", ""))
        return shape is not None and shape.waits
    inner = element.calls or (element.element_id if element.kind == "subProcess" else None)
    if inner is None or inner in seen:
        return False
    seen.add(inner)
    return any(waits(model, each, seen) for each in model.scopes.get(inner, ()))


def _out(model: Model, element: Element) -> Iterator[Finding]:
    flows = [model.drawn.flows[element.process_id, flow] for flow in element.outgoing]
    if element.kind not in GATEWAYS and element.kind != "startEvent" and len(flows) > 1:
        yield at(element, "many_flows_out")
    if element.kind not in SPLITS or len(flows) < 2:
        return
    if element.default not in element.outgoing:
        yield at(element, "no_default")
    for flow in flows:
        if flow.flow_id == element.default and flow.condition:
            yield finding("condition_on_default", process_id=flow.process_id, element_id=flow.flow_id)
        if flow.flow_id != element.default and not flow.condition:
            yield finding(
                "no_condition", process_id=flow.process_id, element_id=flow.flow_id, name=element.name
            )
    if element.kind == "exclusiveGateway" and not element.name:
        yield at(element, "question_missing")


def _boundary(model: Model, element: Element) -> Iterator[Finding]:
    if element.kind != "boundaryEvent":
        return
    host = model.drawn.elements.get((element.process_id, element.attached_to or ""))
    if host is None or host.scope != element.scope:
        yield at(element, "boundary_unattached")
    elif host.multiple:
        yield at(element, "boundary_on_multiple")
    elif host.kind not in CONTAINERS | {"userTask"} or (
        element.events == ("error",) and host.kind == "userTask"
    ):
        yield at(element, "boundary_useless")
    if element.incoming:
        yield at(element, "boundary_incoming")


def _event_gateway(model: Model, element: Element) -> Iterator[Finding]:
    if element.kind != "eventBasedGateway":
        return
    targets = [model.drawn.flows[element.process_id, flow].target for flow in element.outgoing]
    found = [model.drawn.elements.get((element.process_id, target)) for target in targets]
    if any(each is None or each.kind != "intermediateCatchEvent" or len(each.incoming) > 1 for each in found):
        yield at(element, "event_gateway_target")
    elif sum(1 for each in found if each and each.events == ("timer",)) > 1:
        # Both timers would keep their due moment in one place of the library's.
        yield at(element, "event_gateway_timers")


def _errors(elements: tuple[Element, ...]) -> Iterator[Finding]:
    """Refuse an error code caught twice on a level: the library throws it at every catching event, also at siblings."""
    caught: set[str] = set()
    for element in elements:
        if element.kind == "boundaryEvent" and element.error:
            if element.error in caught:
                yield at(element, "error_twice", error=element.error)
            caught.add(element.error)
