"""Reads a drawing that the checks refuse as far as it can be read, so that its ways are judged whatever else is wrong.

A step whose kind, form or called process is unknown is one that somebody does. An arrow that leads nowhere is left out,
and so is what no arrow leads to. Choices whose conditions can't be read are open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.bpmn.elements import CONTAINERS, FLOW_NODES, GATEWAYS, Element, Flow
from engine.guardrails.prover.model_index import Diagrams

DONE_BY_SOMEBODY: Final = frozenset({"task", "sendTask", "receiveTask", "manualTask"})
ENTERED_FROM_OUTSIDE: Final = frozenset({"startEvent", "boundaryEvent"})
KNOWN_ENDS: Final = frozenset({"terminate", "error"})


@dataclass(frozen=True, slots=True)
class Legible:
    processes: Mapping[str, str]
    elements: Mapping[tuple[str, str], Element]
    flows: Mapping[tuple[str, str], Flow]


def legible(drawn: Diagrams) -> Legible:
    """Return the part of diagrams that the prover understands. Their ids must be unique, and no process call itself."""
    elements = {key: _plain(each, drawn.processes) for key, each in drawn.elements.items()}
    flows = {key: flow for key, flow in drawn.flows.items() if key[1] and _leads(flow, elements)}
    reached = _reached(elements, flows)
    kept = {key: each for key, each in elements.items() if key in reached}
    flows = {
        key: flow
        for key, flow in flows.items()
        if {(flow.process_id, flow.source), (flow.process_id, flow.target)} <= reached
    }
    return Legible(drawn.processes, {key: _joined(each, flows) for key, each in kept.items()}, flows)


def _plain(element: Element, processes: Mapping[str, str]) -> Element:
    kind, events = element.kind, element.events
    if kind in DONE_BY_SOMEBODY or (kind == "callActivity" and element.calls not in processes):
        return replace(element, kind="userTask", calls=None)
    if kind == "complexGateway":
        return replace(element, kind="exclusiveGateway")
    if kind in CONTAINERS and kind != "callActivity":
        return replace(element, kind="subProcess", calls=None)
    if (
        kind == "endEvent"
        and events
        and (events[0] not in KNOWN_ENDS or (events[0] == "error" and not element.error))
    ):
        return replace(element, events=())
    return replace(element, calls=None) if kind != "callActivity" and element.calls else element


def _leads(flow: Flow, elements: Mapping[tuple[str, str], Element]) -> bool:
    source = elements.get((flow.process_id, flow.source))
    target = elements.get((flow.process_id, flow.target))
    if source is None or target is None or not source.scope == target.scope == flow.scope:
        return False
    return source.kind != "endEvent" and target.kind not in ENTERED_FROM_OUTSIDE


def _reached(
    elements: Mapping[tuple[str, str], Element], flows: Mapping[tuple[str, str], Flow]
) -> set[tuple[str, str]]:
    """Return the elements that a token can come to, if every choice is open."""
    after: dict[tuple[str, str], list[tuple[str, str]]] = {key: [] for key in elements}
    for flow in flows.values():
        after[flow.process_id, flow.source].append((flow.process_id, flow.target))
    for key, element in elements.items():
        host = elements.get((element.process_id, element.attached_to or ""))
        if element.kind == "boundaryEvent" and host is not None and _can_be_cut_off(element, host):
            after[element.process_id, host.element_id].append(key)
        if element.kind == "startEvent" and element.scope != element.process_id:
            after.setdefault((element.process_id, element.scope), []).append(key)
    waiting = [
        key for key, each in elements.items() if each.kind == "startEvent" and each.scope == each.process_id
    ]
    found = set(waiting)
    while waiting:
        for each in after[waiting.pop()]:
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def _can_be_cut_off(event: Element, host: Element) -> bool:
    return (
        host.scope == event.scope
        and host.kind in FLOW_NODES - GATEWAYS
        and host.kind not in ENTERED_FROM_OUTSIDE
    )


def _joined(element: Element, flows: Mapping[tuple[str, str], Flow]) -> Element:
    """Return the element without the arrows that were left out."""
    incoming, outgoing = (
        tuple(each for each in ids if (element.process_id, each) in flows)
        for ids in (element.incoming, element.outgoing)
    )
    return replace(element, incoming=incoming, outgoing=outgoing)
