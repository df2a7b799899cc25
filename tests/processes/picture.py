"""A diagram as geometry: shapes and edges, read from the interchange part of a BPMN file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}"
OMG_DI: Final = "{http://www.omg.org/spec/DD/20100524/DI}"
FRAMES: Final = frozenset({"participant", "lane", "subProcess"})

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def contains(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True)
class Piece:
    """One straight piece of a flow."""

    start: Point
    end: Point

    @property
    def level(self) -> bool:
        return self.start[1] == self.end[1]

    @property
    def box(self) -> Box:
        (x, y), (u, v) = self.start, self.end
        return Box(min(x, u), min(y, v), max(x, u), max(y, v))

    @property
    def length(self) -> float:
        return abs(self.start[0] - self.end[0]) + abs(self.start[1] - self.end[1])


@dataclass(frozen=True)
class Shape:
    id: str
    kind: str
    name: str
    box: Box
    label: Box | None
    host: str | None


@dataclass(frozen=True)
class Edge:
    id: str
    name: str
    source: str
    target: str
    points: tuple[Point, ...]
    label: Box | None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(Piece(start, end) for start, end in zip(self.points, self.points[1:], strict=False))


@dataclass(frozen=True)
class Picture:
    shapes: dict[str, Shape]
    edges: tuple[Edge, ...]
    drawn: frozenset[str]
    """Ids of everything in the model that should be drawn."""

    def frames(self, kind: str) -> list[Shape]:
        return [shape for shape in self.shapes.values() if shape.kind == kind]

    @property
    def nodes(self) -> list[Shape]:
        return [shape for shape in self.shapes.values() if shape.kind not in {"participant", "lane"}]

    def inside(self, shape: Shape, other: Shape) -> bool:
        """Return True if `shape` is drawn inside `other`, as nodes of an embedded sub-process are."""
        return other.kind == "subProcess" and shape is not other and other.box.contains(shape.box)


def read(data: bytes) -> Picture:
    root = etree.fromstring(data)
    model = {node.get("id", ""): node for node in root.iter(f"{BPMN}*") if node.get("id")}
    shapes = {
        each.get("bpmnElement", ""): _shape(each, model[each.get("bpmnElement", "")])
        for each in root.iter(DI + "BPMNShape")
    }
    edges = tuple(_edge(each, model[each.get("bpmnElement", "")]) for each in root.iter(DI + "BPMNEdge"))
    kinds = ("Task", "Event", "Gateway", "subProcess", "callActivity", "sequenceFlow", "participant", "lane")
    drawn = frozenset(key for key, node in model.items() if _tag(node).endswith(kinds))
    return Picture(shapes, edges, drawn)


def _tag(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _shape(shape: etree._Element, node: etree._Element) -> Shape:
    label = shape.find(f"{DI}BPMNLabel/{DC}Bounds")
    return Shape(
        id=node.get("id", ""),
        kind=_tag(node),
        name=node.get("name", ""),
        box=_box(shape.find(DC + "Bounds")),
        label=None if label is None else _box(label),
        host=node.get("attachedToRef"),
    )


def _edge(edge: etree._Element, node: etree._Element) -> Edge:
    label = edge.find(f"{DI}BPMNLabel/{DC}Bounds")
    return Edge(
        id=node.get("id", ""),
        name=node.get("name", ""),
        source=node.get("sourceRef", ""),
        target=node.get("targetRef", ""),
        points=tuple((float(p.get("x", "")), float(p.get("y", ""))) for p in edge.iter(OMG_DI + "waypoint")),
        label=None if label is None else _box(label),
    )


def _box(bounds: etree._Element | None) -> Box:
    assert bounds is not None
    x, y, width, height = (float(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)
