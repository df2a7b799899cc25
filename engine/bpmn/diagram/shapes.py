"""Shapes of elements. CSS classes style them; plain attributes serve where there is no style sheet."""

from __future__ import annotations

from typing import Final

from engine.bpmn.diagram.layout import Box
from engine.bpmn.diagram.lettering import broken, number, texts
from engine.bpmn.elements import GATEWAYS, Element

PLAIN: Final = 'fill="#fff" stroke="#1b1b1b"'
LINES: Final = 'fill="none" stroke="#1b1b1b"'
CLASSES: Final = {
    "userTask": "user",
    "serviceTask": "service",
    "businessRuleTask": "table",
    "scriptTask": "script",
    "callActivity": "call",
    "subProcess": "sub",
    "exclusiveGateway": "xor",
    "parallelGateway": "and",
    "inclusiveGateway": "or",
    "eventBasedGateway": "wait",
    "startEvent": "start",
    "endEvent": "end",
    "intermediateCatchEvent": "catch",
    "intermediateThrowEvent": "throw",
    "boundaryEvent": "boundary",
}
TYPES: Final = {
    "userTask": "M0 12v-1.5a4 4 0 0 1 4-4h4a4 4 0 0 1 4 4V12M6 4.6a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
    "serviceTask": "M6.5 3.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM6.5 0v3M6.5 10v3M0 6.5h3M10 6.5h3M2 2l2 2M9 9l2 2M11 2l-2 2M2 11l2-2",
    "businessRuleTask": "M0 0h13v11H0zM0 3.6h13M0 7.2h13M4.4 3.6V11",
    "scriptTask": "M3 0h10q-5 3 0 6t0 6H3q5-3 0-6t0-6zM4 3h5M5 6h5M5 9h5",
}
CROSSES: Final = {
    "exclusiveGateway": "M-7-7l14 14m0-14l-14 14",
    "parallelGateway": "M0-10v20M-10 0h20",
    "inclusiveGateway": "M0-9a9 9 0 1 0 0 18a9 9 0 1 0 0-18",
    "eventBasedGateway": "M0-7l7 5-3 8h-8l-3-8z",
}
EVENTS: Final = {
    "message": "M-8-5h16v10h-16zM-8-5l8 6 8-6",
    "timer": "M0-8a8 8 0 1 0 0 16a8 8 0 1 0 0-16M0-5v5h4",
    "error": "M-6 6l4-11 4 6 4-8-4 12-4-6z",
    "terminate": "M0-7a7 7 0 1 0 0 14a7 7 0 1 0 0-14",
}


def shape(element: Element, box: Box) -> str:
    """Draw the element without the label outside it."""
    if element.kind in GATEWAYS:
        return _gateway(element, box)
    if element.kind in CLASSES and element.kind.endswith("Event"):
        return _event(element, box)
    return _activity(element, box)


def _activity(element: Element, box: Box) -> str:
    width = 3 if element.kind == "callActivity" else 1.5
    drawn = (
        f'<rect class="bpmn-shape" x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}"'
        f' height="{number(box.height)}" rx="8" stroke-width="{width}" {PLAIN}/>'
    )
    icon = TYPES.get(element.kind)
    if icon:
        drawn += _path("bpmn-type", icon, box.x + 7, box.y + 7)
    if element.kind != "subProcess" or box.height <= 100:
        lines = broken(element.name, box.width - 12, 13, 3)
        low = box.y + box.height / 2 + (6 if icon else 0) - (6 if element.multiple else 0)
        drawn += texts(lines, box.x + box.width / 2, low, "bpmn-text", 13)
    elif element.name:
        drawn += texts([element.name], box.x + box.width / 2, box.y + 16, "bpmn-text", 13)
    bottom = box.y + box.height - 14
    if element.multiple:
        marker = "M-5 0v10M0 0v10M5 0v10" if element.multiple == "parallel" else "M-6 0h12M-6 5h12M-6 10h12"
        drawn += _path("bpmn-type", marker, box.x + box.width / 2 - (16 if element.calls else 0), bottom)
    if element.calls:
        drawn += _path("bpmn-type", "M-6-1h12v12h-12zM0 1v8M-4 5h8", box.x + box.width / 2, bottom)
    return drawn


def _gateway(element: Element, box: Box) -> str:
    x, y = box.middle
    points = f"M{number(x)} {number(box.y)}L{number(box.x + box.width)} {number(y)}"
    points += f"L{number(x)} {number(box.y + box.height)}L{number(box.x)} {number(y)}z"
    drawn = f'<path class="bpmn-shape" d="{points}" {PLAIN}/>'
    if element.kind == "eventBasedGateway":
        drawn += _path("bpmn-inner", "M0-13a13 13 0 1 0 0 26a13 13 0 1 0 0-26", x, y)
    return drawn + _path("bpmn-cross", CROSSES.get(element.kind, ""), x, y)


def _event(element: Element, box: Box) -> str:
    x, y = box.middle
    radius = box.width / 2
    width = 3 if element.kind == "endEvent" else 1.5
    dashes = ' stroke-dasharray="4 3"' if element.kind == "boundaryEvent" and not element.interrupting else ""
    drawn = f'<circle class="bpmn-shape" cx="{number(x)}" cy="{number(y)}" r="{number(radius - 1)}"'
    drawn += f' stroke-width="{width}"{dashes} {PLAIN}/>'
    if element.kind in {"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}:
        drawn += f'<circle class="bpmn-inner" cx="{number(x)}" cy="{number(y)}" r="{number(radius - 4)}"{dashes} {LINES}/>'
    for kind in element.events[:1]:
        solid = ' fill="#1b1b1b"' if kind == "terminate" else ""
        drawn += _path("bpmn-event bpmn-solid" if solid else "bpmn-type", EVENTS.get(kind, ""), x, y, solid)
    return drawn


def _path(css: str, path: str, x: float, y: float, looks: str = "") -> str:
    place = f'transform="translate({number(x)} {number(y)})"'
    return f'<path class="{css}" {place} d="{path}" {looks.strip() or LINES}/>'
