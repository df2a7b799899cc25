"""Search a table for inputs that lead to a result it must not give while some facts are as they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.feel import UnaryTests, Value
from engine.feel.expression import Expression, Functions

from .cover import Masks, Search, common
from .model import Cell, Input, Rule, Table
from .regions import Column, Regions, constant, regions

IN_ORDER: Final = frozenset({"FIRST", "UNIQUE", "ANY"})
"""Hit policies under which the first rule that matches may be taken for the one that counts."""
TODAY: Final = date(2026, 1, 1)
"""Stands for every day: a table asks how far a date is from it."""
FUNCTIONS: Final[Functions] = {"today": lambda: TODAY}


class NotFollowed(Exception):
    """The table is of a kind that is not searched, or a column reads a fact together with another name."""


@dataclass(frozen=True, slots=True)
class OtherResult:
    inputs: Mapping[str, Value]
    """By the texts of the columns."""
    rule: int | None
    """The number of the rule that gives it; None where no rule matches."""


def other_result(
    table: Table, facts: Mapping[str, Value], output: str, allowed: Collection[Value]
) -> OtherResult | None:
    """Return inputs with these facts for which the output is none of the allowed values; None if there are none.

    The columns that do not read the facts take every allowed value, and none at all. Raise NotFollowed, or TooLarge.
    """
    if table.hit_policy not in IN_ORDER:
        raise NotFollowed
    space = regions(table)
    asked = {at: _value(table.inputs[each.indexes[0]], facts) for at, each in enumerate(space.columns)}
    held = {at: value for at, value in asked.items() if value is not None}
    free = [at for at in asked if at not in held]
    within = tuple(_possible(space.columns[at]) for at in free)
    if all(_is_allowed(table.inputs[space.columns[at].indexes[0]], value) for at, value in held.items()):
        taking = [number for number, rule in enumerate(table.rules) if _takes(rule, space, held)]
        boxes = {number: _box(space, number, free, within) for number in taking}
        bad = {number for number in taking if not _gives(table, table.rules[number], output, allowed)}
        found = _search(space, boxes, bad, within)
    else:
        found = [0] * len(free), None
    if found is None:
        return None
    columns = [space.columns[at] for at in free]
    inputs = {each.text: each.points[at] for each, at in zip(columns, found[0], strict=True)}
    return OtherResult({**inputs, **facts}, found[1])


def _search(
    space: Regions, boxes: Mapping[int, Masks | None], bad: Collection[int], within: Masks
) -> tuple[list[int], int | None] | None:
    """Return a point that a bad rule takes first, with the rule's number, or one that no rule takes."""
    earlier: list[Masks] = []
    for number, box in boxes.items():
        point = Search(box, earlier).uncovered() if box is not None and number in bad else None
        if point is not None:
            return point, number + 1
        if box is not None and space.rules[number].exact:
            earlier.append(box)
    point = Search(within, earlier).uncovered()
    return None if point is None else (point, None)


def _value(column: Input, facts: Mapping[str, Value]) -> tuple[Value] | None:
    """Return the value of a column that reads the facts, in a tuple, since it may be null."""
    asked = Expression(column.text, column.node)
    if asked.names.isdisjoint(facts):
        return None
    if not asked.names <= facts.keys():
        raise NotFollowed
    return (asked.evaluate(facts, functions=FUNCTIONS),)


def _is_allowed(column: Input, held: tuple[Value]) -> bool:
    """Return False for a value on which the table gives nothing at all."""
    return column.allowed is None or held[0] is None or _passes(column.allowed, held[0])


def _possible(column: Column) -> int:
    """The mask of the points within the allowed values, and of the missing answer, which comes last."""
    return column.possible | 1 << len(column.points) - 1


def _takes(rule: Rule, space: Regions, held: Mapping[int, tuple[Value]]) -> bool:
    return all(
        _passes(rule.inputs[index], value)
        for at, (value,) in held.items()
        for index in space.columns[at].indexes
    )


def _passes(cell: Cell, value: Value) -> bool:
    tests = UnaryTests(cell.text, cell.tests)
    return not cell.tests.tests or tests.test(value, functions=FUNCTIONS)


def _box(space: Regions, number: int, free: Sequence[int], within: Masks) -> Masks | None:
    """The points of the free columns that a rule takes; all of them where its cells depend on other names."""
    region = space.rules[number]
    return common(tuple(region.masks[at] for at in free), within) if region.exact else within


def _gives(table: Table, rule: Rule, output: str, allowed: Collection[Value]) -> bool:
    for column, cell in zip(table.outputs, rule.outputs, strict=True):
        if column.name == output or (column.name is None and len(table.outputs) == 1):
            value = constant(cell.node)
            return value is not None and value[0] in allowed
    return False
