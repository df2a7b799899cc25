"""Divide each column of a table into the values that matter, and each cell into those it takes.

A column's points stand for all its values: every constant its cells mention, one value between each two neighbours,
one beyond each end, and one that nobody mentions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import FeelProblem, Range, UnaryTests, Value, YearsMonths, syntax
from engine.feel.budget import Run
from engine.feel.comparison import FAR, ORDERED, equal, sorting_key
from engine.feel.expression import Expression
from engine.feel.numbers import CONTEXT
from engine.feel.problems import Unfit
from engine.feel.syntax import Node
from engine.feel.types import Kind, kind_of

from .cover import TooLarge
from .model import Cell, Input, Table

MOST_TRIES = 3_000_000
"""Cells times points, in one column: a second or two."""
OTHER_TEXT = "jokin muu"
STEPS_A_CELL = 2_000


@dataclass(frozen=True, slots=True)
class Column:
    """An input expression of the table with its points. Inputs with the same expression are one column."""

    text: str
    label: str
    indexes: tuple[int, ...]
    points: tuple[Value, ...]
    possible: int
    """Mask of the points that may occur: within the allowed values, and not null."""


@dataclass(frozen=True, slots=True)
class Region:
    """The points that a rule matches, as a mask for each column: bit n stands for the column's point n."""

    rule: str
    masks: tuple[int, ...]
    exact: bool
    """True if every cell depends on constants only, so that the points tell all."""


@dataclass(frozen=True, slots=True)
class Regions:
    columns: tuple[Column, ...]
    rules: tuple[Region, ...]

    def example(self, points: Iterable[int]) -> dict[str, Value]:
        """Return the inputs at one point of each column, given by its index."""
        return {column.text: column.points[point] for column, point in zip(self.columns, points, strict=True)}


def regions(table: Table) -> Regions:
    groups: dict[str, list[int]] = {}
    for index, column in enumerate(table.inputs):
        groups.setdefault(column.text or f"#{index + 1}", []).append(index)
    columns = tuple(_column(table, text, indexes) for text, indexes in groups.items())
    return Regions(columns, tuple(_region(rule.id, rule.inputs, columns) for rule in table.rules))


def _column(table: Table, text: str, indexes: list[int]) -> Column:
    first = table.inputs[indexes[0]]
    cells = [rule.inputs[index] for rule in table.rules for index in indexes if index < len(rule.inputs)]
    allowed = [cell for index in indexes if (cell := table.inputs[index].allowed) is not None]
    constants = [value for cell in (*cells, *allowed) for value in _constants(cell.tests)]
    points = tuple(_points(first, constants))
    if len(points) * len(cells) > MOST_TRIES:
        raise TooLarge
    possible = sum(1 << at for at, point in enumerate(points) if point is not None)
    for cell in allowed:
        possible &= _taken(cell, points)
    return Column(text, first.label, tuple(indexes), points, possible)


def _region(rule: str, cells: tuple[Cell, ...], columns: tuple[Column, ...]) -> Region:
    masks, exact = [], True
    for column in columns:
        mask = (1 << len(column.points)) - 1
        for index in column.indexes:
            cell = cells[index]
            exact = exact and _is_exact(cell)
            mask &= _taken(cell, column.points)
        masks.append(mask)
    return Region(rule, tuple(masks), exact)


def _taken(cell: Cell, points: tuple[Value, ...]) -> int:
    """Return the mask of the points that a cell matches."""
    if not cell.tests.tests:
        return (1 << len(points)) - 1
    passing = UnaryTests(cell.text, cell.tests).passing(points, STEPS_A_CELL)
    return sum(1 << at for at, passes in enumerate(passing) if passes)


# --- constants -----------------------------------------------------------------------------------


def _bare(node: Node) -> Node:
    while isinstance(node, syntax.Within):
        node = node.node
    return node


def constant(node: Node) -> tuple[Value] | None:
    """Evaluate an expression that reads no names. Return the value in a tuple, since it may be null; None if there is none."""
    node = _bare(node)
    if isinstance(node, syntax.Literal):
        return (node.value,)
    try:
        expression = Expression("", node)
        if expression.names or expression.names_in_filters:
            return None
        return (expression.evaluate({}, budget=STEPS_A_CELL),)
    except (FeelProblem, KeyError):
        return None


def _is_exact(cell: Cell) -> bool:
    return all(ends(test) is not None for test in cell.tests.tests)


def ends(node: Node) -> list[Value] | None:
    """Return the constants that a test compares with; None if it reads `?` or a name."""
    node = _bare(node)
    if isinstance(node, syntax.UnaryTest):
        return _listed(constant(node.operand))
    found = constant(node) if not _reads_names(node) else None
    return _listed(found)


def _reads_names(node: Node) -> bool:
    """Return True if the expression reads a name or `?` (the tested value), so that it has no constant value."""
    try:
        return bool(Expression("", node).names)
    except FeelProblem:
        return True


def _listed(found: tuple[Value] | None) -> list[Value] | None:
    if found is None:
        return None
    value = found[0]
    if type(value) is Range:
        return [value.low, value.high]
    return value if type(value) is list else [value]


def _constants(tests: syntax.Tests) -> Iterator[Value]:
    for test in tests.tests:
        yield from ends(test) or _inner_constants(_bare(test))


def _inner_constants(node: Any) -> Iterator[Value]:
    """Yield the literals anywhere in an expression: its result may change there."""
    if isinstance(node, syntax.Literal):
        yield node.value
    elif isinstance(node, tuple):
        for part in node:
            yield from _inner_constants(part)
    elif hasattr(node, "__dataclass_fields__") and type(node).__module__ == syntax.__name__:
        for name in node.__dataclass_fields__:
            yield from _inner_constants(getattr(node, name))


# --- points --------------------------------------------------------------------------------------


def _points(column: Input, constants: list[Value]) -> Iterator[Value]:
    kind = column.type.name if isinstance(column.type, Kind) else None
    if kind is None:
        kind = next((kind_of(value) for value in constants if value is not None), None)
    own = [value for value in constants if kind_of(value) == kind and not isinstance(value, FAR)]
    distinct: list[Value] = []
    for value in own:
        if not any(equal(Run({}), value, other) for other in distinct):
            distinct.append(value)
    if kind == "boolean":
        yield from (True, False)
    elif kind == "string":
        yield from (*distinct, _unmentioned(distinct))
    elif distinct and (type(distinct[0]) in ORDERED or type(distinct[0]) in (datetime, time)):
        yield from _line(sorted(distinct, key=sorting_key))
    else:
        yield from distinct
    if kind != "boolean" and not distinct:
        yield _SOME.get(kind or "", OTHER_TEXT) if kind != "string" else ""
    yield None


_SOME: dict[str, Value] = {
    "number": Decimal(0),
    "date": date(2026, 1, 1),
    "time": time(12),
    "date and time": datetime(2026, 1, 1, 12),  # noqa: DTZ001 - an example of a local time
    "days and time duration": timedelta(days=1),
    "years and months duration": YearsMonths(1),
}


def _unmentioned(texts: list[str]) -> str:
    text = OTHER_TEXT
    while text in texts:
        text += "!"
    return text


def _line(values: list[Value]) -> Iterator[Value]:
    """Yield the values in order, one between each two neighbours if there is room, and one beyond each end."""
    for at, value in enumerate(values):
        before = _between(values[at - 1], value) if at else _moved(value, -1)
        if before is not None:
            yield before
        yield value
    beyond = _moved(values[-1], 1)
    if beyond is not None:
        yield beyond


def _moved(value: Value, steps: int) -> Value:
    try:
        match value:
            case Decimal():
                return CONTEXT.add(value, Decimal(steps))
            case time():
                moment = datetime.combine(date(2026, 1, 1), value) + timedelta(seconds=steps)
                return moment.timetz() if moment.date() == date(2026, 1, 1) else None
            case timedelta() | date():
                return value + timedelta(days=steps)
            case YearsMonths():
                return YearsMonths(value.months + steps)
    except (OverflowError, ArithmeticError, Unfit):
        return None
    return None


def _between(low: Value, high: Value) -> Value:
    match low:
        case Decimal():
            return CONTEXT.divide(CONTEXT.add(low, high), Decimal(2))
        case timedelta() | datetime():
            return low + (high - low) / 2
    following = _moved(low, 1)
    return following if following is not None and sorting_key(following) < sorting_key(high) else None
