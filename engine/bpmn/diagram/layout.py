"""The coordinates in a file, read from its diagram interchange (BPMN DI)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml.etree import _Element

from engine.bpmn.catalogue import BPMN, children, local

DI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT: Final = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Named:
    """A pool or a lane."""

    element_id: str
    name: str
    box: Box


@dataclass(frozen=True, slots=True)
class Layout:
    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    ways: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    bands: tuple[Named, ...] = ()
    notes: tuple[Named, ...] = ()

    @property
    def frame(self) -> Box:
        """Return the bounds of everything, with a margin."""
        corners = [(box.x, box.y) for box in self._all()]
        corners += [(box.x + box.width, box.y + box.height) for box in self._all()]
        corners += [point for way in self.ways.values() for point in way]
        if not corners:
            return Box(0, 0, 0, 0)
        left, top = min(x for x, _ in corners) - 8, min(y for _, y in corners) - 8
        return Box(left, top, max(x for x, _ in corners) - left + 8, max(y for _, y in corners) - top + 8)

    def _all(self) -> list[Box]:
        return [*self.boxes.values(), *self.labels.values(), *(band.box for band in self.bands)]


def read(root: _Element) -> Layout:
    boxes: dict[str, Box] = {}
    labels: dict[str, Box] = {}
    ways: dict[str, tuple[Point, ...]] = {}
    for drawn in root.iter(DI + "BPMNShape", DI + "BPMNEdge"):
        key = drawn.get("bpmnElement", "")
        box, label = _box(drawn), drawn.find(DI + "BPMNLabel")
        if local(drawn) == "BPMNShape" and box is not None:
            boxes[key] = box
        elif local(drawn) == "BPMNEdge":
            ways[key] = tuple((_number(p, "x"), _number(p, "y")) for p in drawn.iterchildren(WAYPOINT))
        written = None if label is None else _box(label)
        if written is not None:
            labels[key] = written
    bands = tuple(Named(key, name, boxes.pop(key)) for key, name in _bands(root) if key in boxes)
    notes = tuple(Named(key, name, boxes.pop(key)) for key, name in _notes(root) if key in boxes)
    return Layout(boxes, labels, ways, bands, notes)


def _box(node: _Element) -> Box | None:
    bounds = node.find(DC + "Bounds")
    if bounds is None:
        return None
    return Box(*(_number(bounds, name) for name in ("x", "y", "width", "height")))


def _number(node: _Element, name: str) -> float:
    try:
        return float(node.get(name, "0"))
    except ValueError:
        return 0.0


def _bands(root: _Element) -> Iterator[tuple[str, str]]:
    """Yield pools before their lanes, outer lanes before inner."""
    for meeting in children(root, "collaboration"):
        for pool in children(meeting, "participant"):
            yield pool.get("id", ""), pool.get("name", "")
    for lane in root.iter(BPMN + "lane"):
        yield lane.get("id", ""), lane.get("name", "")


def _notes(root: _Element) -> Iterator[tuple[str, str]]:
    for note in root.iter(BPMN + "textAnnotation"):
        text = note.find(BPMN + "text")
        yield note.get("id", ""), "" if text is None else (text.text or "")
