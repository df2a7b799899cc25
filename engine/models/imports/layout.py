"""Computes coordinates for steps on a grid, and lines for its arrows. Embedded sub-processes are laid out first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from lxml.etree import _Element

from engine.bpmn.diagram.layout import Box, Point
from engine.bpmn.diagram.lettering import broken, width
from engine.models.imports import layout_input
from engine.models.imports.grid import Cell, Grid, Item, placed
from engine.models.imports.layout_input import EVENT, Scope
from engine.models.imports.routes import Route, Side, Track, routed

AIR = 20.0
APART = 12.0
BETWEEN_COLUMNS = 40.0
BETWEEN_ROWS = 34.0
LOWEST_ROW = 80.0
NAME_WIDTH = 90.0


@dataclass(slots=True)
class Laid:
    """A laid-out process or sub-process, in coordinates from its upper left corner."""

    scope: Scope
    width: float
    height: float
    boxes: dict[str, Box] = field(default_factory=dict)
    ways: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    edges: list[float] = field(default_factory=list)
    """Beginning of each band, and the end of the last."""

    def moved(self, x: float, y: float) -> Laid:
        return replace(
            self,
            boxes={key: _moved(box, x, y) for key, box in self.boxes.items()},
            ways={key: tuple((px + x, py + y) for px, py in way) for key, way in self.ways.items()},
            labels={key: _moved(box, x, y) for key, box in self.labels.items()},
            edges=[each + y for each in self.edges],
        )


def lay_out(element: _Element) -> Laid:
    """Lay out a process or an embedded sub-process, with everything in it."""

    def inner(item: _Element) -> tuple[object, float, float]:
        laid = lay_out(item)
        return laid, laid.width, laid.height

    scope = layout_input.read(element, inner)
    grid = placed(scope.items, scope.arrows, scope.bands)
    return _Measured(scope, grid).laid()


def _moved(box: Box, x: float, y: float) -> Box:
    return replace(box, x=box.x + x, y=box.y + y)


class _Measured:
    def __init__(self, scope: Scope, grid: Grid) -> None:
        self._scope = scope
        self._grid = grid
        self._routes = routed(grid)
        items, cells = grid.items, grid.cells
        across, down = [TASK_WIDTH] * grid.columns, [LOWEST_ROW] * grid.rows
        for key, cell in cells.items():
            across[cell.column] = max(across[cell.column], items[key].width)
            down[cell.row] = max(down[cell.row], items[key].height)
        bounds = {row for row in grid.first_rows if row}
        self._gaps = [BETWEEN_COLUMNS + APART * max(lines - 1, 0) for lines in self._routes.gaps]
        self._strips = [
            BETWEEN_ROWS + APART * max(lines - 1, 0) + (AIR if row in bounds or not row else 0)
            for row, lines in enumerate(self._routes.strips)
        ]
        self._x = _starts(self._gaps, across)
        self._y = _starts(self._strips, down)
        self._across, self._down = across, down

    def laid(self) -> Laid:
        boxes = {key: self._box(self._grid.items[key], cell) for key, cell in self._grid.cells.items()}
        for key, host in self._scope.hung.items():
            boxes[key] = _hung(boxes[host], self._scope.items[host].hangs, key)
        self._boxes = boxes
        width = self._x[-1] + self._gaps[-1]
        height = self._y[-1] + self._strips[-1]
        rows = self._grid.first_rows
        edges = [0.0, *(self._y[row] + self._strips[row] - AIR for row in rows[1:-1]), height]
        laid = Laid(self._scope, width, height, dict(boxes), {}, {}, edges)
        laid.ways = {each.arrow.key: self._way(each) for each in self._routes.found}
        laid.ways.update(_dotted(self._scope.ties, boxes))
        laid.labels = dict(_labels(self._scope, boxes, laid.ways))
        for key, item in self._grid.items.items():
            if isinstance(item.inside, Laid):
                inside = item.inside.moved(boxes[key].x, boxes[key].y)
                laid.boxes |= inside.boxes
                laid.ways |= inside.ways
                laid.labels |= inside.labels
        return laid

    def _box(self, item: Item, cell: Cell) -> Box:
        left = self._x[cell.column] + self._gaps[cell.column]
        top = self._y[cell.row] + self._strips[cell.row]
        x = left + (self._across[cell.column] - item.width) / 2
        y = top + (self._down[cell.row] - item.height) / 2
        return Box(x, y, item.width, item.height)

    def _way(self, route: Route) -> tuple[Point, ...]:
        start = _port(self._boxes[route.arrow.hung or route.arrow.source], route.leaves)
        end = _port(self._boxes[route.arrow.target], route.enters)
        points = [start]
        for track in (route.gap, route.strip, route.last_gap):
            if track is None:
                continue
            if track is route.strip:
                points.append((points[-1][0], self._strip(track)))
            else:
                points.append((self._gap(track), points[-1][1]))
        level = route.last_gap is not None or (route.gap is not None and route.strip is None)
        if level or (route.strip is None and route.leaves in {"top", "bottom"}):
            points.append((points[-1][0], end[1]))
        elif route.enters in {"top", "bottom"}:
            points.append((end[0], points[-1][1]))
        return _without_repeats([*points, end])

    def _gap(self, track: Track) -> float:
        return self._x[track.line] + AIR + APART * track.lane

    def _strip(self, track: Track) -> float:
        head = 0 if track.line else AIR
        return self._y[track.line] + head + BETWEEN_ROWS / 2 + APART * track.lane


TASK_WIDTH = layout_input.TASK[0]


def _starts(between: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Return where the gap before each band begins, and where the one after the last does."""
    return list(accumulate((gap + size for gap, size in zip(between, sizes, strict=False)), initial=0.0))


def _hung(host: Box, events: Sequence[str], key: str) -> Box:
    """Return the box of a boundary event on the lower edge: a single one to the right of the middle, several side by side."""
    place = (events.index(key) + 1) / (len(events) + 1) if len(events) > 1 else 0.72
    return Box(host.x + host.width * place - EVENT / 2, host.y + host.height - EVENT / 2, EVENT, EVENT)


def _port(box: Box, side: Side) -> Point:
    x, y = box.middle
    return {
        "left": (box.x, y),
        "right": (box.x + box.width, y),
        "top": (x, box.y),
        "bottom": (x, box.y + box.height),
    }[side]


def _without_repeats(points: Sequence[Point]) -> tuple[Point, ...]:
    found: list[Point] = []
    for point in points:
        if found and found[-1] == point:
            continue
        if len(found) > 1 and (
            found[-2][0] == found[-1][0] == point[0] or found[-2][1] == found[-1][1] == point[1]
        ):
            found[-1] = point
        else:
            found.append(point)
    return tuple(found)


def _dotted(
    ties: Sequence[tuple[str, str, str]], boxes: Mapping[str, Box]
) -> Iterator[tuple[str, tuple[Point, ...]]]:
    """Yield a straight line from edge to edge for each association."""
    for key, first, second in ties:
        if key and first in boxes and second in boxes:
            one, other = boxes[first], boxes[second]
            yield key, (_edge(one, other.middle), _edge(other, one.middle))


def _edge(box: Box, towards: Point) -> Point:
    x, y = box.middle
    dx, dy = towards[0] - x, towards[1] - y
    if not dx and not dy:
        return x, y
    part = min(
        box.width / 2 / abs(dx) if dx else float("inf"), box.height / 2 / abs(dy) if dy else float("inf"), 1.0
    )
    return x + dx * part, y + dy * part


def _labels(
    scope: Scope, boxes: Mapping[str, Box], ways: Mapping[str, tuple[Point, ...]]
) -> Iterator[tuple[str, Box]]:
    """Yield boxes for names: of events and gateways beside them, on a side without arrows; of arrows above a horizontal piece."""
    used = {point for way in ways.values() for point in (way[0], way[-1])}
    for key, name in scope.names.items():
        box = boxes.get(key)
        if box is None or not name or box.height > layout_input.GATEWAY:
            continue
        lines = broken(name, NAME_WIDTH, 12, 3)
        size = max(width(line, 12) for line in lines) + 4, 14.0 * len(lines)
        yield key, _outside(box, size, used, is_hung=key in scope.hung)
    for arrow in scope.arrows:
        way = ways.get(arrow.key, ())
        level = next((piece for piece in pairwise(way) if _is_level(piece)), None)
        if arrow.name and level:
            room = min(width(arrow.name, 12) + 4, max(abs(level[0][0] - level[1][0]) - 10, 40))
            lines = broken(arrow.name, room, 12, 3)
            # The arrow's beginning, for either direction.
            x = level[0][0] + 6 if level[0][0] < level[1][0] else level[0][0] - 6 - room
            yield arrow.key, Box(x, level[0][1] - 3 - 14.0 * len(lines), room, 14.0 * len(lines))


def _is_level(piece: tuple[Point, Point]) -> bool:
    return piece[0][1] == piece[1][1] and abs(piece[0][0] - piece[1][0]) > AIR


def _outside(box: Box, size: tuple[float, float], used: set[Point], *, is_hung: bool) -> Box:
    across, down = size
    x, _ = box.middle
    if is_hung:
        return Box(box.x + box.width + 1, box.y + box.height / 2 + 2, across, down)
    below = Box(x - across / 2, box.y + box.height + 4, across, down)
    above = Box(x - across / 2, box.y - down - 4, across, down)
    is_gateway = box.height == layout_input.GATEWAY
    first, second = ((above, "top"), (below, "bottom")) if is_gateway else ((below, "bottom"), (above, "top"))
    for place, side in (first, second):
        if _port(box, "top" if side == "top" else "bottom") not in used:
            return place
    return Box(x + 12, box.y - down + 2, across, down)
