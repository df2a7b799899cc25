"""Compile decision tables: matching rules and hit policies.

A slot is an index in the frame, the list that compiled code works on (see `engine.feel.compiler`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.feel import FeelProblem, Value
from engine.feel.budget import Run, Spot
from engine.feel.comparison import equal, order_of
from engine.feel.compiler import Binding, Code, Compiler, Frame, compiles
from engine.feel.operators import add
from engine.feel.problems import Unfit
from engine.feel.value_types import Type

from .model import Cell, Table

Row = tuple[Code, ...]
Ranks = Callable[[Run, list[Value]], tuple[int, ...]]


class TableRun(Run):
    """A run that also records which rules fired."""

    __slots__ = ("fired",)

    def __init__(
        self,
        functions: Mapping[str, Callable[..., Value]],
        steps: int,
        problems: list[FeelProblem] | None,
        types: Mapping[str, Type],
    ) -> None:
        super().__init__(functions, steps, problems, types)
        self.fired: list[str] = []


class Compiled:
    """The compiled code of one table, and the slots of its inputs."""

    def __init__(self, compiler: Compiler, table: Table) -> None:
        self.table = table
        self.spot = Spot("", 0, table.id)
        self.names = [output.name for output in table.outputs]
        self.inputs: list[tuple[int, Code, Code | None]] = []
        for column in table.inputs:
            slot, code = compiler.slot(), compiler(column.node)
            self.inputs.append((slot, code, _test_of(compiler, slot, column.allowed)))
        slots = [slot for slot, _, _ in self.inputs]
        self.rules = [
            (
                rule.id,
                tuple(
                    test
                    for slot, cell in zip(slots, rule.inputs, strict=False)
                    if (test := _test_of(compiler, slot, cell)) is not None
                ),
                tuple(compiler(cell.node) for cell in rule.outputs),
            )
            for rule in table.rules
        ]
        self.cost = 1 + len(table.rules) * max(1, len(table.inputs)) // 8
        self.defaults = tuple(compiler(one.default.node) if one.default else None for one in table.outputs)
        self.priorities = [_priorities(compiler, one.allowed) for one in table.outputs]

    def matching(self, frame: Frame, *, first: bool) -> list[tuple[str, Row]]:
        found = []
        for rule, tests, outputs in self.rules:
            for test in tests:
                if test(frame) is not True:
                    break
            else:
                found.append((rule, outputs))
                if first:
                    break
        return found

    def set_inputs(self, frame: Frame) -> bool:
        """Compute the inputs into their slots. Return False if one is outside its column's allowed values."""
        for (slot, code, allowed), column in zip(self.inputs, self.table.inputs, strict=True):
            value = frame[slot] = code(frame)
            if allowed is not None and value is not None and allowed(frame) is not True:
                frame[1].note(Spot(column.text, 0, column.id), "not_allowed", name=column.label)
                return False
        return True

    def value(self, frame: Frame, outputs: Row) -> Value:
        if len(self.names) == 1:
            return outputs[0](frame)
        return {name or "": output(frame) for name, output in zip(self.names, outputs, strict=False)}

    def default(self, frame: Frame) -> Value:
        if not any(self.defaults):
            return None
        row = tuple(code or (lambda frame: None) for code in self.defaults)
        return self.value(frame, row)

    def ranks(self, frame: Frame, value: Value) -> tuple[int, ...]:
        """Return the rank of each output among its allowed values; unlisted ones come last."""
        parts = [value] if len(self.names) == 1 else list(value.values())
        ranks = []
        for part, priorities in zip(parts, self.priorities, strict=True):
            listed = [priority(frame) for priority in priorities]
            places = (at for at, one in enumerate(listed) if equal(frame[1], part, one) is True)
            ranks.append(next(places, len(listed)))
        return tuple(ranks)


def _test_of(compiler: Compiler, slot: int, cell: Cell | None) -> Code | None:
    """Compile a cell into a test of the input in this slot. Return None for a dash or a missing cell, which match everything."""
    if cell is None or not cell.tests.tests:
        return None
    with compiler.binding(Binding("?", slot)):
        return compiler(cell.tests)


def _priorities(compiler: Compiler, allowed: Cell | None) -> list[Code]:
    return [compiler(test) for test in allowed.tests.tests] if allowed else []


@compiles(Table)
def table(compiler: Compiler, node: Table) -> Code:
    compiled = Compiled(compiler, node)
    policy = _POLICIES[node.hit_policy]
    first = node.hit_policy == "FIRST"

    def code(frame: Frame) -> Value:
        run: TableRun = frame[1]
        run.spend(compiled.cost)
        if not compiled.set_inputs(frame):
            return None
        matching = compiled.matching(frame, first=first)
        run.fired.extend(rule for rule, _ in matching)
        if not matching and node.hit_policy != "COLLECT":
            return compiled.default(frame)
        return policy(compiled, frame, [outputs for _, outputs in matching])

    return code


def _unique(compiled: Compiled, frame: Frame, rows: list[Row]) -> Value:
    if len(rows) > 1:
        frame[1].note(compiled.spot, "several_rules")
        return None
    return compiled.value(frame, rows[0])


def _first(compiled: Compiled, frame: Frame, rows: list[Row]) -> Value:
    return compiled.value(frame, rows[0])


def _any(compiled: Compiled, frame: Frame, rows: list[Row]) -> Value:
    values = [compiled.value(frame, row) for row in rows]
    if any(equal(frame[1], values[0], value) is not True for value in values[1:]):
        frame[1].note(compiled.spot, "rules_disagree")
        return None
    return values[0]


def _rule_order(compiled: Compiled, frame: Frame, rows: list[Row]) -> Value:
    return [compiled.value(frame, row) for row in rows]


def _output_order(compiled: Compiled, frame: Frame, rows: list[Row]) -> list[Value]:
    values = [compiled.value(frame, row) for row in rows]
    return sorted(values, key=lambda value: compiled.ranks(frame, value))


def _priority(compiled: Compiled, frame: Frame, rows: list[Row]) -> Value:
    return _output_order(compiled, frame, rows)[0]


def _collect(compiled: Compiled, frame: Frame, rows: list[Row]) -> Value:
    aggregation = compiled.table.aggregation
    if not rows and aggregation != "COUNT":
        default = compiled.default(frame)
        return default if default is not None or aggregation else []
    values = [compiled.value(frame, row) for row in rows]
    if aggregation is None:
        return values
    try:
        return _AGGREGATIONS[aggregation](frame[1], values)
    except Unfit as unfit:
        frame[1].unfit(compiled.spot, unfit)
        return None


def _sum(run: Run, values: list[Value]) -> Value:
    total = values[0]
    for value in values[1:]:
        total = add(run, total, value)
    return total


def _extreme(choose: Callable[..., Value]) -> Callable[[Run, list[Value]], Value]:
    def chosen(run: Run, values: list[Value]) -> Value:
        return choose(values, key=order_of(values))

    return chosen


def _count(run: Run, values: list[Value]) -> Decimal:
    return Decimal(len(values))


_AGGREGATIONS: dict[str, Callable[[Run, list[Any]], Value]] = {
    "SUM": _sum,
    "MIN": _extreme(min),
    "MAX": _extreme(max),
    "COUNT": _count,
}
_POLICIES: dict[str, Callable[[Compiled, Frame, list[Row]], Value]] = {
    "UNIQUE": _unique,
    "FIRST": _first,
    "ANY": _any,
    "PRIORITY": _priority,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": _output_order,
    "COLLECT": _collect,
}
