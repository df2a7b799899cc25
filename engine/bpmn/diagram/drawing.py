"""Draws one process as a self-contained SVG: no scripts, no style attributes, readable by a screen reader."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from itertools import pairwise
from math import hypot

from engine import xml
from engine.bpmn.diagram import layout
from engine.bpmn.diagram.layout import Box, Layout, Named, Point
from engine.bpmn.diagram.lettering import broken, number, texts, width
from engine.bpmn.diagram.listing import summary
from engine.bpmn.diagram.marks import Mark
from engine.bpmn.diagram.shapes import CLASSES, shape
from engine.bpmn.drawings import Drawn
from engine.bpmn.elements import Element, Flow

NOTHING = Mark()
LEADING = 12 * 1.18
"""Height of a line of a label."""


def draw(
    parsed: Drawn, process_id: str, *, marks: Mapping[str, Mark] | None = None, language: str = "fi"
) -> str:
    """Return the SVG of a process; marks are by element or flow id."""
    marks = marks or {}
    drawn = _layout(parsed.files[parsed.paths[process_id]])
    flows = [flow for flow in parsed.flows.values() if flow.process_id == process_id]
    elements = [element for element in parsed.elements.values() if element.process_id == process_id]
    # Hosts before what hangs on their edge, outer before inner.
    elements.sort(key=lambda each: (each.kind != "subProcess", each.kind == "boundaryEvent"))
    parts = [_band(band) for band in drawn.bands]
    containers = [each for each in elements if each.kind == "subProcess"]
    parts += [_node(each, drawn, marks) for each in containers]
    parts += [_flow(parsed, flow, drawn, marks) for flow in flows if flow.flow_id in drawn.ways]
    parts += [_note(note) for note in drawn.notes]
    parts += [_node(each, drawn, marks) for each in elements if each.kind != "subProcess"]
    parts += [_badge(key, mark, drawn) for key, mark in marks.items() if mark.badge]
    frame = drawn.frame
    view = " ".join(number(each) for each in (frame.x, frame.y, frame.width, frame.height))
    label = escape(summary(parsed, process_id, marks, language))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpmn" viewBox="{view}" role="img" aria-label="{label}"'
        f' font-family="sans-serif">{"".join(parts)}</svg>'
    )


@lru_cache(maxsize=64)
def _layout(data: bytes) -> Layout:
    return layout.read(xml.parse(data))


def _band(band: Named) -> str:
    box = band.box
    place = (
        f'x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" height="{number(box.height)}"'
    )
    edge = f"M{number(box.x + 30)} {number(box.y)}v{number(box.height)}"
    turn = f"translate({number(box.x + 19)} {number(box.y + box.height / 2)}) rotate(-90)"
    name = broken(band.name, box.height - 10, 13, 1)
    return (
        f'<rect class="bpmn-lane" {place} fill="#fff" stroke="#8a8a8a"/>'
        f'<path class="bpmn-lane-edge" d="{edge}" stroke="#8a8a8a"/>'
        f'<text class="bpmn-lane-name" transform="{turn}" text-anchor="middle" font-size="13">'
        f"{escape(' '.join(name))}</text>"
    )


def _node(element: Element, drawn: Layout, marks: Mapping[str, Mark]) -> str:
    box = drawn.boxes.get(element.element_id)
    if box is None:
        return ""
    mark = marks.get(element.element_id, NOTHING)
    css = " ".join(
        each for each in ("bpmn-node", f"bpmn-{CLASSES.get(element.kind, 'task')}", mark.classes) if each
    )
    title = escape(": ".join(each for each in (element.name, mark.title) if each))
    label = drawn.labels.get(element.element_id) if element.kind.endswith(("Event", "Gateway")) else None
    return (
        f'<g class="{css}" data-element="{escape(element.element_id)}"><title>{title}</title>'
        f"{shape(element, box)}{_label(element.name, label, box)}</g>"
    )


def _label(name: str, box: Box | None, beside: Box | None = None) -> str:
    if not name or box is None:
        return ""
    lines, (x, y) = label_lines(name, box, beside)
    return texts(lines, x, y, "bpmn-label", 12)


def label_lines(name: str, box: Box, beside: Box | None = None) -> tuple[list[str], Point]:
    """Return the lines of a label, and the middle of the room that they take. A label below or above its element keeps
    its distance to it, however many lines a language needs; `box` fits the Finnish name."""
    lines, (x, y) = broken(name, max(box.width, 60) + 6, 12, 4), box.middle
    half = LEADING * len(lines) / 2
    if beside is not None and box.y >= beside.y + beside.height:
        y = box.y + half
    elif beside is not None and box.y + box.height <= beside.y:
        y = box.y + box.height - half
    return lines, (x, y)


def _note(note: Named) -> str:
    box = note.box
    bracket = f"M{number(box.x + 12)} {number(box.y)}h-12v{number(box.height)}h12"
    lines = broken(note.name, box.width - 10, 12, 6)
    return (
        f'<g class="bpmn-note"><path class="bpmn-line" d="{bracket}" fill="none" stroke="#8a8a8a"/>'
        f"{texts(lines, *box.middle, 'bpmn-label', 12)}</g>"
    )


def _flow(parsed: Drawn, flow: Flow, drawn: Layout, marks: Mapping[str, Mark]) -> str:
    way = drawn.ways[flow.flow_id]
    if len(way) < 2:
        return ""
    mark = marks.get(flow.flow_id, NOTHING)
    css = f"bpmn-flow {mark.classes}".strip()
    title = f"<title>{escape(mark.title)}</title>" if mark.title else ""
    source = parsed.elements.get((flow.process_id, flow.source))
    slash = _slash(way) if source is not None and source.default == flow.flow_id else ""
    return (
        f'<g class="{css}" data-element="{escape(flow.flow_id)}">{title}'
        f'<path class="bpmn-line" d="{_rounded(way)}" fill="none" stroke="#3d3d3d" stroke-width="1.5"/>'
        f'<path class="bpmn-arrow" d="{_arrow(way)}"/>{slash}'
        f"{_label(flow.name, drawn.labels.get(flow.flow_id) or _beside(way, flow.name))}</g>"
    )


def _rounded(way: tuple[Point, ...]) -> str:
    """Return the line with rounded corners of six pixels."""
    path = f"M{_at(way[0])}"
    for before, corner, after in zip(way, way[1:], way[2:], strict=False):
        path += f"L{_at(_towards(corner, before, 6))}Q{_at(corner)} {_at(_towards(corner, after, 6))}"
    return path + f"L{_at(way[-1])}"


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _towards(start: Point, end: Point, length: float) -> Point:
    whole = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    part = min(length / whole, 0.5)
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _arrow(way: tuple[Point, ...]) -> str:
    tip, back = way[-1], _towards(way[-1], way[-2], 9)
    dx, dy = (tip[0] - back[0]) / 2, (tip[1] - back[1]) / 2
    return f"M{_at(tip)}L{_at((back[0] - dy, back[1] + dx))}L{_at((back[0] + dy, back[1] - dx))}z"


def _halfway(way: tuple[Point, ...]) -> Point:
    """Return the middle of the longest piece of the line."""
    start, end = max(
        pairwise(way), key=lambda piece: hypot(piece[1][0] - piece[0][0], piece[1][1] - piece[0][1])
    )
    return (start[0] + end[0]) / 2, (start[1] + end[1]) / 2


def _slash(way: tuple[Point, ...]) -> str:
    """Draw the small stroke across a default flow."""
    x, y = _towards(way[0], way[1], 10)
    level = abs(way[1][0] - way[0][0]) >= abs(way[1][1] - way[0][1])
    path = f"M{_at((x - 3, y + 5))}l6-10" if level else f"M{_at((x - 5, y + 3))}l10-6"
    return f'<path class="bpmn-slash bpmn-line" d="{path}" fill="none" stroke="#3d3d3d"/>'


def _beside(way: tuple[Point, ...], name: str) -> Box:
    """Return the box for a label without coordinates in the file: above the first horizontal piece."""
    x, y = _towards(way[0], way[1], 24)
    return Box(x, y - 18, width(name, 12), 14)


def _badge(key: str, mark: Mark, drawn: Layout) -> str:
    """Draw a mark's badge at the upper right corner of an element, or half-way along a flow."""
    if key in drawn.boxes:
        box = drawn.boxes[key]
        x, y = box.x + box.width - 2, box.y + 2
    elif len(drawn.ways.get(key, ())) > 1:
        x, y = _halfway(drawn.ways[key])
        y += 16
    else:
        return ""
    half = max(11.0, width(mark.badge, 13) / 2 + 7)
    return (
        f'<g class="bpmn-badge {mark.classes}"><rect class="bpmn-step" x="{number(x - half)}" y="{number(y - 11)}"'
        f' width="{number(2 * half)}" height="22" rx="11" fill="#1b1b1b"/>'
        f'<text class="bpmn-step-number" x="{number(x)}" y="{number(y + 4.5)}" text-anchor="middle" font-size="13"'
        f' fill="#fff">{escape(mark.badge)}</text></g>'
    )
