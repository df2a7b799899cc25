"""A process in words, for people who do not see the drawing or prefer reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.bpmn.diagram.marks import Mark
from engine.bpmn.drawings import Drawn
from engine.bpmn.elements import Element
from engine.texts import text

KINDS: Final = {
    "userTask": "tehtävä",
    "serviceTask": "järjestelmän toiminto",
    "businessRuleTask": "päätöstaulukko",
    "scriptTask": "laskenta",
    "callActivity": "kutsuttu prosessi",
    "subProcess": "aliprosessi",
    "exclusiveGateway": "valinta",
    "parallelGateway": "rinnakkaiset haarat",
    "inclusiveGateway": "yksi tai useampi haara",
    "eventBasedGateway": "odotus: mikä tapahtuu ensin",
    "startEvent": "alku",
    "endEvent": "loppu",
    "intermediateThrowEvent": "virstanpylväs",
}
EVENTS: Final = {"message": "viestin odotus", "timer": "ajastin", "error": "virhe"}
STATES: Final = {
    "current": "asia on tässä",
    "done": "kuljettu",
    "broken": "lupaus rikkoutuu tässä",
    "skipped": "ohitettiin",
    "selected": "valittu",
    "added": "lisätty",
    "removed": "poistettu",
    "changed": "muutettu",
    "moved": "siirretty",
}


@dataclass(frozen=True, slots=True)
class Line:
    element_id: str
    name: str
    kind: str
    lane: str | None
    mark: str
    """The mark in words; empty when there is none."""
    leads_to: tuple[tuple[str, str], ...]
    """Label of the flow and name of the next element; boundary events come with their hosts."""


def as_list(
    parsed: Drawn, process_id: str, marks: Mapping[str, Mark] | None = None, language: str = "fi"
) -> tuple[Line, ...]:
    """Return every element in the order of the flows from the start, without unnamed joins."""
    marks = marks or {}
    elements = {e.element_id: e for e in parsed.elements.values() if e.process_id == process_id}
    return tuple(
        _line(parsed, elements, element, marks.get(element.element_id), language)
        for element in _in_order(parsed, elements)
        if element.name or len(element.outgoing) > 1 or element.element_id in marks
    )


def summary(parsed: Drawn, process_id: str, marks: Mapping[str, Mark], language: str) -> str:
    """Return one sentence that sums up the process."""
    name = parsed.processes[process_id]
    here = [
        parsed.elements[process_id, key].name
        for key, mark in marks.items()
        if mark.state == "current" and (process_id, key) in parsed.elements
    ]
    if here:
        return text(language, "Kaavio: {name}. Asia on kohdassa {here}.", name=name, here=", ".join(here))
    return text(language, "Kaavio: {name}.", name=name)


def _line(
    parsed: Drawn, elements: Mapping[str, Element], element: Element, mark: Mark | None, language: str
) -> Line:
    event = next(iter(element.events), None)
    word = KINDS.get(element.kind) or EVENTS.get(event or "", "tapahtuma")
    marks = (
        []
        if mark is None
        else [text(language, STATES[mark.state]) if mark.state else "", mark.title, mark.badge]
    )
    return Line(
        element_id=element.element_id,
        name=element.name or text(language, word),
        kind=text(language, word),
        lane=element.lane,
        mark=" · ".join(each for each in marks if each),
        leads_to=tuple(_ways(parsed, elements, element, language)),
    )


def _ways(
    parsed: Drawn, elements: Mapping[str, Element], element: Element, language: str
) -> list[tuple[str, str]]:
    found = []
    for flow_id in element.outgoing:
        flow = parsed.flows[element.process_id, flow_id]
        target = elements.get(flow.target)
        if target is not None:
            found.append((flow.name, target.name or text(language, KINDS.get(target.kind, "tapahtuma"))))
    found += [
        ("", each.name or text(language, "tapahtuma"))
        for each in elements.values()
        if each.attached_to == element.element_id
    ]
    return found


def _in_order(parsed: Drawn, elements: Mapping[str, Element]) -> list[Element]:
    """Sort depth first from the starts, so that the next element is read next; unreachable ones come last."""
    found: dict[str, Element] = {}
    waiting = [e for e in elements.values() if e.kind == "startEvent" and e.scope == e.process_id][::-1]
    while waiting:
        element = waiting.pop()
        if element.element_id in found:
            continue
        found[element.element_id] = element
        following = [elements.get(parsed.flows[element.process_id, flow].target) for flow in element.outgoing]
        following += [each for each in elements.values() if each.attached_to == element.element_id]
        following += [
            e for e in elements.values() if e.scope == element.element_id and e.kind == "startEvent"
        ]
        waiting.extend(each for each in reversed(following) if each is not None)
    return [*found.values(), *(each for key, each in elements.items() if key not in found)]
