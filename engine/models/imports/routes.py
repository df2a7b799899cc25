"""Routes arrows over a grid: through which gaps between columns and strips between rows each runs, and in which lane
of them.

Horizontal pieces run along a free row or in a strip, vertical ones in a gap or a free column. No two pieces share a
line unless they meet at the same end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from engine.models.imports.grid import Arrow, Cell, Grid

Side: TypeAlias = Literal["left", "right", "top", "bottom"]
GATEWAY = "Gateway"


@dataclass(slots=True)
class Track:
    """One vertical line in the gap before a column, or one horizontal line in the strip above a row."""

    line: int
    """Index of the gap or strip."""
    begin: int
    end: int
    """Of the other axis, doubled: even in strips and gaps, odd in rows and columns."""
    lane: int = -1


@dataclass(slots=True)
class Route:
    """An arrow's course: from the side `leaves`, through gaps and strips in turn, to the side `enters`. Without
    tracks: straight, or with one corner."""

    arrow: Arrow
    leaves: Side
    enters: Side
    gap: Track | None = None
    strip: Track | None = None
    last_gap: Track | None = None


@dataclass(slots=True)
class Routes:
    found: list[Route] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    """Number of lines in the gap before each column, and after the last."""
    strips: list[int] = field(default_factory=list)


def routed(grid: Grid) -> Routes:
    router = _Router(grid)
    # The plain ones first: they keep their rows, and the long ones go round them.
    plain = sorted(grid.arrows, key=lambda each: (each.key in grid.back, router.distance(each)))
    routes = [router.route(each) for each in plain]
    gaps = [each for route in routes for each in (route.gap, route.last_gap) if each]
    strips = [route.strip for route in routes if route.strip]
    return Routes(routes, _spread(gaps, grid.columns + 1), _spread(strips, grid.rows + 1))


def _spread(tracks: Sequence[Track], lines: int) -> list[int]:
    """Give each track a lane of its own where tracks overlap. Return the number of lanes of each gap or strip."""
    counts = [0] * lines
    by_line: dict[int, list[Track]] = {}
    for each in tracks:
        by_line.setdefault(each.line, []).append(each)
    for line, found in by_line.items():
        lanes: list[list[Track]] = []
        before = _before(found)
        for each in _in_turn(found, before):
            first = max((other.lane + 1 for other in before[id(each)]), default=0)
            number = next(
                (n for n in range(first, len(lanes)) if not any(_overlap(each, one) for one in lanes[n])),
                max(first, len(lanes)),
            )
            lanes.extend([] for _ in range(number + 1 - len(lanes)))
            lanes[number].append(each)
            each.lane = number
        counts[line] = len(lanes)
    return counts


def _before(tracks: Sequence[Track]) -> dict[int, list[Track]]:
    """Return, for each track by id, the tracks that leave the row it arrives at. To the right of it, they would look
    like one arrow."""
    leaving: dict[int, list[Track]] = {}
    for each in tracks:
        leaving.setdefault(each.begin, []).append(each)
    return {
        id(each): [other for other in leaving.get(each.end, ()) if other is not each] if each.end % 2 else []
        for each in tracks
    }


def _in_turn(tracks: Sequence[Track], before: Mapping[int, list[Track]]) -> list[Track]:
    """Return the tracks in an order in which those that leave a row come before those that arrive at it; circles are cut."""
    order: list[Track] = []
    begun: set[int] = set()
    for start in sorted(tracks, key=lambda each: (min(each.begin, each.end), max(each.begin, each.end))):
        walk = [(start, iter(before[id(start)]))] if id(start) not in begun else []
        begun.add(id(start))
        while walk:
            track, left = walk[-1]
            following = next((each for each in left if id(each) not in begun), None)
            if following is None:
                order.append(track)
                walk.pop()
            else:
                begun.add(id(following))
                walk.append((following, iter(before[id(following)])))
    return order


def _overlap(one: Track, other: Track) -> bool:
    low, high = sorted((one.begin, one.end))
    first, last = sorted((other.begin, other.end))
    return low <= last and first <= high


class _Router:
    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._nodes = {(cell.row, cell.column) for cell in grid.cells.values()}
        self._level: set[tuple[int, int]] = set()
        """Cells with a level line through them."""
        self._upright: set[tuple[int, int]] = set()
        self._sides: dict[tuple[str, Side], str] = {}
        """Sides of gateways and edges that an arrow leaves or enters by."""

    def distance(self, arrow: Arrow) -> int:
        source, target = self._ends(arrow)
        return abs(source.row - target.row) + abs(source.column - target.column)

    def route(self, arrow: Arrow) -> Route:
        source, target = self._ends(arrow)
        if arrow.source == arrow.target:
            return self._round(arrow, source)
        if arrow.key in self._grid.back or target.column <= source.column:
            return self._backwards(arrow, source, target)
        for simple in (self._straight, self._down_then_along, self._along_then_down, self._past):
            found = simple(arrow, source, target)
            if found is not None:
                return found
        return self._around(arrow, source, target)

    def _ends(self, arrow: Arrow) -> tuple[Cell, Cell]:
        return self._grid.cells[arrow.source], self._grid.cells[arrow.target]

    def _turns(self, key: str) -> bool:
        """Return True if arrows may leave or reach the node from above and below, as they do at gateways."""
        return self._grid.items[key].kind.endswith(GATEWAY)

    def _is_free(self, cells: Iterable[tuple[int, int]], lines: set[tuple[int, int]]) -> bool:
        return not any(each in self._nodes or each in lines for each in cells)

    def _straight(self, arrow: Arrow, source: Cell, target: Cell) -> Route | None:
        between = [(source.row, column) for column in range(source.column + 1, target.column)]
        if arrow.hung or source.row != target.row or not self._is_free(between, self._level):
            return None
        self._level.update(between)
        self._sides.setdefault((arrow.source, "right"), arrow.key)
        return Route(arrow, "right", "left")

    def _down_then_along(self, arrow: Arrow, source: Cell, target: Cell) -> Route | None:
        side: Side = "bottom" if target.row > source.row else "top"
        if target.row == source.row or not (self._turns(arrow.source) or arrow.hung):
            return None
        if (arrow.hung and side == "top") or (arrow.hung or arrow.source, side) in self._sides:
            return None
        first, last = sorted((source.row, target.row))
        upright = [(row, source.column) for row in range(first, last + 1) if row != source.row]
        along = [(target.row, column) for column in range(source.column + 1, target.column)]
        if not self._is_free(upright, self._upright) or not self._is_free(along, self._level):
            return None
        if (target.row, source.column) in self._level:
            return None
        self._upright.update(upright)
        self._level.update([*along, (target.row, source.column)])
        self._sides[arrow.hung or arrow.source, side] = arrow.key
        return Route(arrow, side, "left")

    def _along_then_down(self, arrow: Arrow, source: Cell, target: Cell) -> Route | None:
        side: Side = "top" if target.row > source.row else "bottom"
        if target.row == source.row or arrow.hung or not self._turns(arrow.target):
            return None
        if (arrow.target, side) in self._sides or (
            self._turns(arrow.source) and (arrow.source, "right") in self._sides
        ):
            return None
        first, last = sorted((source.row, target.row))
        upright = [(row, target.column) for row in range(first, last + 1) if row != target.row]
        along = [(source.row, column) for column in range(source.column + 1, target.column)]
        if not self._is_free(upright, self._upright) or not self._is_free(along, self._level):
            return None
        if (source.row, target.column) in self._level:
            return None
        self._upright.update(upright)
        self._level.update([*along, (source.row, target.column)])
        self._sides[arrow.target, side] = arrow.key
        self._sides.setdefault((arrow.source, "right"), arrow.key)
        return Route(arrow, "right", side)

    def _past(self, arrow: Arrow, source: Cell, target: Cell) -> Route | None:
        """Route an arrow out of a gateway's top or bottom and along the strip, past the nodes between; None if that
        side is taken."""
        if not self._turns(arrow.source) or (arrow.source, "right") not in self._sides:
            return None
        leaves = self._leaves(arrow)
        if leaves is None or (leaves == "top" and target.row > source.row):
            return None
        strip = source.row + (leaves == "bottom")
        self._sides[arrow.source, leaves] = arrow.key
        hangs = self._grid.items[arrow.target].hangs and leaves == "bottom"
        if source.row == target.row and not hangs and (arrow.target, leaves) not in self._sides:
            self._sides[arrow.target, leaves] = arrow.key
            level = Track(strip, 2 * source.column + 1, 2 * target.column + 1)
            return Route(arrow, leaves, leaves, None, level)
        return self._by_the_side(arrow, source, target, leaves)

    def _around(self, arrow: Arrow, source: Cell, target: Cell) -> Route:
        if arrow.hung:
            return self._from_the_edge(arrow, source, target)
        if target.column == source.column + 1 and source.row != target.row:
            gap = Track(target.column, 2 * source.row + 1, 2 * target.row + 1)
            return Route(arrow, "right", "left", gap)
        strip = target.row if target.row > source.row else target.row + 1
        return self._through(arrow, source, target, strip)

    def _through(self, arrow: Arrow, source: Cell, target: Cell, strip: int) -> Route:
        """Route an arrow out at the right, along a strip, in at the left."""
        return Route(
            arrow,
            "right",
            "left",
            Track(source.column + 1, 2 * source.row + 1, 2 * strip),
            Track(strip, 2 * (source.column + 1), 2 * target.column),
            Track(target.column, 2 * strip, 2 * target.row + 1),
        )

    def _from_the_edge(self, arrow: Arrow, source: Cell, target: Cell) -> Route:
        strip = source.row + 1
        self._sides[arrow.hung or "", "bottom"] = arrow.key
        return Route(
            arrow,
            "bottom",
            "left",
            None,
            Track(strip, 2 * source.column + 1, 2 * target.column),
            Track(target.column, 2 * strip, 2 * target.row + 1),
        )

    def _backwards(self, arrow: Arrow, source: Cell, target: Cell) -> Route:
        """Route an arrow back, below the target's row and up into it; from above if something hangs on the target's lower edge."""
        node = self._grid.items[arrow.target]
        enters: Side = "top" if node.hangs or (arrow.target, "bottom") in self._sides else "bottom"
        strip = target.row + (enters == "bottom")
        free = self._leaves(arrow)
        if free and self._turns(arrow.source) and (arrow.source, "right") in self._sides:
            if source.row + (free == "bottom") != strip or self._is_shut(arrow.target, enters):
                return self._by_the_side(arrow, source, target, free)
        elif self._is_shut(arrow.target, enters):
            return self._through(arrow, source, target, strip)
        self._sides.setdefault((arrow.target, enters), arrow.key)
        if free and source.row + (free == "bottom") == strip:
            self._sides[arrow.hung or arrow.source, free] = arrow.key
            level = Track(strip, 2 * source.column + 1, 2 * target.column + 1)
            return Route(arrow, free, enters, None, level)
        if arrow.hung:
            return self._from_the_edge(arrow, source, target)
        return Route(
            arrow,
            "right",
            enters,
            Track(source.column + 1, 2 * source.row + 1, 2 * strip),
            Track(strip, 2 * (source.column + 1), 2 * target.column + 1),
        )

    def _is_shut(self, key: str, side: Side) -> bool:
        """Return True if another arrow reaches or leaves the gateway on that side."""
        return self._turns(key) and (key, side) in self._sides

    def _by_the_side(self, arrow: Arrow, source: Cell, target: Cell, leaves: Side) -> Route:
        self._sides[arrow.source, leaves] = arrow.key
        strip = source.row + (leaves == "bottom")
        level = Track(strip, 2 * source.column + 1, 2 * target.column)
        return Route(arrow, leaves, "left", None, level, Track(target.column, 2 * strip, 2 * target.row + 1))

    def _leaves(self, arrow: Arrow) -> Side | None:
        if arrow.hung:
            return "bottom"
        sides: tuple[Side, ...] = ("bottom", "top") if not self._grid.items[arrow.source].hangs else ("top",)
        return next((side for side in sides if (arrow.source, side) not in self._sides), None)

    def _round(self, arrow: Arrow, cell: Cell) -> Route:
        """Route an arrow from a step to itself."""
        return Route(
            arrow,
            "right",
            "top",
            Track(cell.column + 1, 2 * cell.row + 1, 2 * cell.row),
            Track(cell.row, 2 * (cell.column + 1), 2 * cell.column + 1),
        )
