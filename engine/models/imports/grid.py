"""Places the steps of a process without coordinates on a grid: a column for each step of the way, rows in each lane.

The longest way to an end stays on one row, so that it reads straight along; branches from it go below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.bpmn.diagram.layout import Box


@dataclass(slots=True)
class Item:
    """Something that takes a cell."""

    key: str
    kind: str
    width: float
    height: float
    band: int
    """The lane it stands in, counted from the top."""
    named: bool = False
    beside: str | None = None
    """Of a note or a data object: the step it belongs to."""
    hangs: list[str] = field(default_factory=list)
    """Boundary events on its lower edge, from the left."""
    inside: object = None
    """Content of an embedded sub-process, laid out."""


@dataclass(frozen=True, slots=True)
class Arrow:
    key: str
    source: str
    target: str
    name: str = ""
    hung: str | None = None
    """The boundary event it leaves from; `source` is then the step that the event hangs on."""


@dataclass(slots=True)
class Cell:
    column: int
    row: int


@dataclass(slots=True)
class Grid:
    items: Mapping[str, Item]
    arrows: Sequence[Arrow]
    cells: dict[str, Cell]
    back: set[str]
    """Arrows that lead to an earlier column."""
    first_rows: list[int]
    """The first row of each band, and after the last one the number of rows."""
    boxes: dict[str, Box] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.first_rows[-1]

    @property
    def columns(self) -> int:
        return 1 + max((cell.column for cell in self.cells.values()), default=0)


def placed(items: Mapping[str, Item], arrows: Sequence[Arrow], bands: int) -> Grid:
    steps = [each for each in items.values() if each.beside is None]
    after: dict[str, list[Arrow]] = {each.key: [] for each in steps}
    for arrow in arrows:
        after[arrow.source].append(arrow)
    back = _back(steps, after)
    forward = {key: [each for each in found if each.key not in back] for key, found in after.items()}
    order = _in_order(steps, forward)
    columns, length = _columns(order, forward), _lengths(order, forward)
    rows = _Rows(items, columns, _straight_on(forward, length))
    before: dict[str, list[Arrow]] = {each.key: [] for each in steps}
    for found in forward.values():
        for arrow in found:
            before[arrow.target].append(arrow)
    place = {key: number for number, key in enumerate(order)}
    for key in sorted(order, key=lambda each: (columns[each], place[each])):
        rows.step(key, before[key])
    for note in (each for each in items.values() if each.beside is not None):
        rows.note(note, columns)
    counts = [
        1 + max((row for band, row, _ in rows.taken if band == each), default=0) for each in range(bands)
    ]
    first = [sum(counts[:band]) for band in range(bands + 1)]
    cells = {key: Cell(columns[key], first[items[key].band] + row) for key, row in rows.of.items()}
    return Grid(items, arrows, cells, back, first)


def _back(steps: Iterable[Item], after: Mapping[str, list[Arrow]]) -> set[str]:
    """Return the keys of arrows that close a circle, found on a walk from the start events in the order of the file."""
    reached = {arrow.target for found in after.values() for arrow in found}
    begin = sorted(steps, key=lambda each: (each.kind != "startEvent", each.key in reached))
    found: set[str] = set()
    state: dict[str, int] = {}
    for start in begin:
        if start.key in state:
            continue
        state[start.key] = 1
        walk: list[tuple[str, Iterator[Arrow]]] = [(start.key, iter(after[start.key]))]
        while walk:
            key, left = walk[-1]
            arrow = next(left, None)
            if arrow is None:
                state[key] = 2
                walk.pop()
            elif state.get(arrow.target) == 1:
                found.add(arrow.key)
            elif arrow.target not in state:
                state[arrow.target] = 1
                walk.append((arrow.target, iter(after[arrow.target])))
    return found


def _in_order(steps: Sequence[Item], forward: Mapping[str, list[Arrow]]) -> list[str]:
    """Return the steps so that each comes after all that lead to it."""
    waiting = {each.key: 0 for each in steps}
    for found in forward.values():
        for arrow in found:
            waiting[arrow.target] += 1
    free = [key for key, count in waiting.items() if not count]
    order: list[str] = []
    for key in free:  # grows as it goes
        order.append(key)
        for arrow in forward[key]:
            waiting[arrow.target] -= 1
            if not waiting[arrow.target]:
                free.append(arrow.target)
    return order


def _columns(order: Sequence[str], forward: Mapping[str, list[Arrow]]) -> dict[str, int]:
    found = dict.fromkeys(order, 0)
    for key in order:
        for arrow in forward[key]:
            found[arrow.target] = max(found[arrow.target], found[key] + 1)
    return found


def _lengths(order: Sequence[str], forward: Mapping[str, list[Arrow]]) -> dict[str, int]:
    """Return the length of the longest way from each step to an end."""
    found = dict.fromkeys(order, 0)
    for key in reversed(order):
        found[key] = max((found[arrow.target] + 1 for arrow in forward[key]), default=0)
    return found


def _straight_on(forward: Mapping[str, list[Arrow]], length: Mapping[str, int]) -> set[str]:
    """Return the keys of arrows that stay on their row: at most one from each step. Arrows of boundary events go below."""
    found: set[str] = set()
    for arrows in forward.values():
        usual = [each for each in arrows if each.hung is None]
        if usual:
            found.add(max(usual, key=lambda each: length[each.target]).key)
    return found


class _Rows:
    """Assigns rows within bands (lanes), so that no two nodes share a cell and a straight arrow crosses nothing."""

    def __init__(self, items: Mapping[str, Item], columns: dict[str, int], straight: set[str]) -> None:
        self._items = items
        self._columns = columns
        self._straight = straight
        self.of: dict[str, int] = {}
        self.taken: set[tuple[int, int, int]] = set()

    def step(self, key: str, before: Sequence[Arrow]) -> None:
        band, column = self._items[key].band, self._columns[key]
        own = [each for each in before if self._items[each.source].band == band]
        straight = [each for each in own if each.key in self._straight]
        if straight:
            leading = min(straight, key=lambda each: self.of[each.source])
            row, since = self.of[leading.source], self._columns[leading.source] + 1
        elif own:
            row, since = min(self.of[each.source] for each in own) + 1, column
        else:
            row, since = 0, column
        while any((band, row, each) in self.taken for each in range(since, column + 1)):
            row += 1
            since = column
        self._take(key, band, row, since, column)

    def note(self, note: Item, columns: dict[str, int]) -> None:
        """Place a note in the column of its step, in the nearest free row, above before below."""
        column = columns.setdefault(note.key, columns.get(note.beside or "", 0))
        near = self.of.get(note.beside or "", 0)
        row = near - 1 if near and (note.band, near - 1, column) not in self.taken else near
        while (note.band, row, column) in self.taken:
            row += 1
        self._take(note.key, note.band, row, column, column)

    def _take(self, key: str, band: int, row: int, since: int, column: int) -> None:
        self.of[key] = row
        self.taken |= {(band, row, each) for each in range(since, column + 1)}
