"""Writes coordinates into a diagram file that has none: shapes, edges and labels as other tools read them (BPMN DI)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element

from engine.bpmn.catalogue import BPMN, children, local
from engine.bpmn.diagram.layout import DC, DI, WAYPOINT, Box, Point
from engine.models.imports.layout import Laid, lay_out
from engine.models.imports.layout_input import EMBEDDED, Lane

HEAD = 30.0
CORNER = (160.0, 80.0)
BETWEEN_POOLS = 60.0
CLOSED_POOL = 80.0
NARROWEST = 600.0
_PREFIXES = {"bpmndi": DI[1:-1], "dc": DC[1:-1], "di": WAYPOINT.partition("}")[0][1:]}


@dataclass(slots=True)
class _Plane:
    """One drawing area of the file, showing the collaboration or one process."""

    element_id: str
    boxes: dict[str, Box] = field(default_factory=dict)
    bands: dict[str, Box] = field(default_factory=dict)
    ways: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)

    def takes(self, laid: Laid) -> None:
        self.boxes |= laid.boxes
        self.ways |= laid.ways
        self.labels |= laid.labels


def has_shapes(root: _Element) -> bool:
    return any(shape.find(DC + "Bounds") is not None for shape in root.iter(DI + "BPMNShape"))


def not_drawn(root: _Element) -> list[_Element]:
    """Return the steps without a shape, except those inside a collapsed sub-process."""
    drawn = {shape.get("bpmnElement") for shape in root.iter(DI + "BPMNShape")}
    folded = {
        shape.get("bpmnElement")
        for shape in root.iter(DI + "BPMNShape")
        if shape.get("isExpanded") == "false"
    }
    return [
        node
        for process in children(root, "process")
        for node in _steps(process, folded)
        if node.get("id") and node.get("id") not in drawn
    ]


def _steps(scope: _Element, folded: set[str | None]) -> Iterator[_Element]:
    for node in scope:
        if node.get("id") and local(node).endswith(
            ("Task", "task", "Event", "Gateway", "ubProcess", "Activity")
        ):
            yield node
            if local(node) in EMBEDDED and node.get("id") not in folded:
                yield from _steps(node, folded)


def draw(root: _Element) -> None:
    """Add the missing diagrams to the file; existing ones stay as they are."""
    processes = {each.get("id", ""): each for each in children(root, "process")}
    taken = {node.get("id") for node in root.iter() if node.get("id")}
    for meeting in children(root, "collaboration"):
        pools = list(children(meeting, "participant"))
        if meeting.get("id") and pools:
            _write(root, _of_meeting(meeting, pools, processes), taken)
    for key, process in processes.items():
        if key:
            _write(root, _of_process(process), taken)


def _of_process(process: _Element) -> _Plane:
    plane = _Plane(process.get("id", ""))
    laid = lay_out(process)
    _place(plane, laid, *CORNER)
    return plane


def _place(plane: _Plane, laid: Laid, x: float, y: float) -> None:
    depth = HEAD * _depth(laid.scope.lanes)
    laid = laid.moved(x + depth, y)
    plane.takes(laid)
    _lanes(plane, laid.scope.lanes, laid.edges, x, x + depth + laid.width)


def _of_meeting(meeting: _Element, pools: Sequence[_Element], processes: dict[str, _Element]) -> _Plane:
    plane = _Plane(meeting.get("id", ""))
    laid = [
        lay_out(processes.pop(pool.get("processRef", "")))
        if pool.get("processRef", "") in processes
        else None
        for pool in pools
    ]
    across = max(
        [
            NARROWEST,
            *(HEAD + HEAD * _depth(each.scope.lanes) + each.width for each in laid if each is not None),
        ]
    )
    x, y = CORNER
    for pool, each in zip(pools, laid, strict=True):
        down = CLOSED_POOL if each is None else each.height
        if each is not None:
            depth = HEAD * _depth(each.scope.lanes)
            # As wide as the widest: lanes end where their pool ends.
            moved = each.moved(x + HEAD + depth, y)
            plane.takes(moved)
            _lanes(plane, each.scope.lanes, moved.edges, x + HEAD, x + across)
        plane.bands[pool.get("id", "")] = Box(x, y, across, down)
        y += down + BETWEEN_POOLS
    for flow in children(meeting, "messageFlow"):
        way = _message(plane, flow.get("sourceRef", ""), flow.get("targetRef", ""))
        if way and flow.get("id"):
            plane.ways[flow.get("id", "")] = way
    return plane


def _depth(lanes: Sequence[Lane]) -> int:
    return max((1 + _depth(lane.inner) for lane in lanes), default=0)


def _lanes(plane: _Plane, lanes: Sequence[Lane], edges: Sequence[float], left: float, right: float) -> None:
    for number, lane in enumerate(lanes):
        top = edges[lane.first]
        # Steps in no lane stand below the last: the lane ends above them.
        bottom = edges[lane.last + 1]
        plane.bands[lane.key or f"lane {number}"] = Box(left, top, right - left, bottom - top)
        _lanes(plane, lane.inner, edges, left + HEAD, right)


def _message(plane: _Plane, source: str, target: str) -> tuple[Point, ...]:
    ends = [plane.boxes.get(each) or plane.bands.get(each) for each in (source, target)]
    first, second = ends
    if first is None or second is None:
        return ()
    if source in plane.bands and target not in plane.bands:
        start = second.middle[0]
    else:
        start = first.middle[0] if source not in plane.bands else CORNER[0] + NARROWEST / 2
    end = second.middle[0] if target not in plane.bands else start
    down = first.y < second.y
    begin = (start, first.y + first.height if down else first.y)
    finish = (end, second.y if down else second.y + second.height)
    halfway = finish[1] - BETWEEN_POOLS / 4 if down else finish[1] + BETWEEN_POOLS / 4
    if start == end:
        return begin, finish
    return begin, (start, halfway), (end, halfway), finish


def _write(root: _Element, plane: _Plane, taken: set[str | None]) -> None:
    diagram = _element(root, DI + "BPMNDiagram", id=_free(f"{plane.element_id}_diagram", taken))
    held = _element(
        diagram, DI + "BPMNPlane", id=_free(f"{plane.element_id}_plane", taken), bpmnElement=plane.element_id
    )
    kinds = {node.get("id", ""): local(node) for node in root.iter(BPMN + "*") if node.get("id")}
    for key, box in (*plane.bands.items(), *plane.boxes.items()):
        if key not in kinds:
            continue
        shape = _element(held, DI + "BPMNShape", id=_free(f"{key}_di", taken), bpmnElement=key)
        if key in plane.bands:
            shape.set("isHorizontal", "true")
        elif kinds[key] in EMBEDDED:
            shape.set("isExpanded", "true")
        elif kinds[key] == "exclusiveGateway":
            shape.set("isMarkerVisible", "true")
        _bounds(shape, box)
        _label(shape, plane.labels.get(key))
    for key, way in plane.ways.items():
        edge = _element(held, DI + "BPMNEdge", id=_free(f"{key}_di", taken), bpmnElement=key)
        for x, y in way:
            _element(edge, WAYPOINT, x=_number(x), y=_number(y))
        _label(edge, plane.labels.get(key))


def _label(owner: _Element, box: Box | None) -> None:
    if box is not None:
        _bounds(_element(owner, DI + "BPMNLabel"), box)


def _bounds(owner: _Element, box: Box) -> None:
    places = {name: _number(getattr(box, name)) for name in ("x", "y", "width", "height")}
    _element(owner, DC + "Bounds", **places)


def _element(parent: _Element, tag: str, **attributes: str) -> _Element:
    return etree.SubElement(parent, tag, attributes, nsmap=_PREFIXES)


def _number(value: float) -> str:
    return f"{round(value)}"


def _free(wanted: str, taken: set[str | None]) -> str:
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted}_{number}", number + 1
    taken.add(found)
    return found
