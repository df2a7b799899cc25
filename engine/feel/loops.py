"""Compile filters, `for`, `some` and `every`. Each round costs as many steps as its body has nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from . import syntax
from .budget import Run
from .compiler import Binding, Code, Compiler, Frame, compiles
from .numbers import CONTEXT
from .problems import Unfit
from .types import kind_of
from .value_types import Range, Value

Rounds = Callable[[Frame], Iterator[None]]
"""Sets the iterators' slots for each round."""


@compiles(syntax.Filter)
def filter_(compiler: Compiler, node: syntax.Filter) -> Code:
    source, slot = compiler(node.source), compiler.slot()
    spot = compiler.spot(node)
    with compiler.binding(Binding("item", slot), Binding(None, slot)):
        condition, cost = compiler.body(node.condition)

    def code(frame: Frame) -> Value:
        items, run = source(frame), frame[1]
        if type(items) is not list:
            items = [] if items is None else [items]
        frame[slot] = items[0] if items else None
        first = condition(frame)
        if type(first) is Decimal:
            return _at(items, first)
        if items and first not in (True, False, None):
            run.note(spot, "not_boolean", None, value=kind_of(first))
            return None
        kept = [items[0]] if items and first is True else []
        for item in items[1:]:
            run.spend(cost)
            frame[slot] = item
            if condition(frame) is True:
                kept.append(item)
        return kept

    return code


def _at(items: list[Value], position: Decimal) -> Value:
    """Return the item at a position, counted from one, or from the end if negative."""
    index = int(position)
    if index != position or index == 0 or abs(index) > len(items):
        return None
    return items[index - 1 if index > 0 else index]


@compiles(syntax.For)
def for_(compiler: Compiler, node: syntax.For) -> Code:
    partial = compiler.slot()
    rounds, bindings = _iterators(compiler, node.iterators)
    with compiler.binding(Binding("partial", partial), *bindings):
        body, cost = compiler.body(node.body)
    wants_partial, spot = partial in compiler.used, compiler.spot(node)

    def code(frame: Frame) -> list[Value] | None:
        run: Run = frame[1]
        found: list[Value] = []
        try:
            for _ in rounds(frame):
                run.spend(cost)
                if wants_partial:
                    run.spend(len(found) >> 3)
                    frame[partial] = found[:]
                found.append(body(frame))
        except Unfit as unfit:
            run.unfit(spot, unfit)
            return None
        return found

    return code


@compiles(syntax.Quantified)
def quantified(compiler: Compiler, node: syntax.Quantified) -> Code:
    """Compile `some` or `every`, in three-valued logic: `every` joins its rounds like `and`, `some` like `or`."""
    rounds, bindings = _iterators(compiler, node.iterators)
    with compiler.binding(*bindings):
        condition, cost = compiler.body(node.condition)
    decisive, spot = not node.every, compiler.spot(node)

    def code(frame: Frame) -> Value:
        run: Run = frame[1]
        answer: bool | None = not decisive
        try:
            for _ in rounds(frame):
                run.spend(cost)
                holds = condition(frame)
                if holds is decisive:
                    return decisive
                if holds is not (not decisive):
                    answer = None
        except Unfit as unfit:
            run.unfit(spot, unfit)
            return None
        return answer

    return code


def _iterators(compiler: Compiler, iterators: tuple[syntax.Iterator, ...]) -> tuple[Rounds, list[Binding]]:
    """Compile the iterators of a loop. A later one may read the earlier ones, and changes faster."""
    bindings: list[Binding] = []
    levels: list[tuple[int, Callable[[Frame], Iterator[Value]]]] = []
    for iterator in iterators:
        with compiler.binding(*bindings):
            levels.append((slot := compiler.slot(), _source(compiler, iterator)))
        bindings.append(Binding(iterator.name, slot))

    def rounds(frame: Frame, level: int = 0) -> Iterator[None]:
        if level == len(levels):
            yield
            return
        slot, source = levels[level]
        for value in source(frame):
            frame[1].spend(1)
            frame[slot] = value
            yield from rounds(frame, level + 1)

    return rounds, bindings


def _source(compiler: Compiler, iterator: syntax.Iterator) -> Callable[[Frame], Iterator[Value]]:
    source = compiler(iterator.source)
    if iterator.until is None:
        return lambda frame: _items(source(frame))
    until = compiler(iterator.until)
    return lambda frame: _steps(source(frame), until(frame))


def _items(value: Value) -> Iterator[Value]:
    if type(value) is list:
        return iter(value)
    if type(value) is Range:
        return _within(value)
    if value is None:
        raise Unfit("not_iterable")
    return iter([value])


def _within(span: Range) -> Iterator[Value]:
    steps = _steps(span.low, span.high)
    if span.low > span.high:
        raise Unfit("not_iterable")
    return (
        value
        for value in steps
        if (span.start_included or value != span.low) and (span.end_included or value != span.high)
    )


def _steps(low: Value, high: Value) -> Iterator[Value]:
    """Yield whole numbers or days from one end to the other, backwards if `high` is lower."""
    if type(low) is Decimal and type(high) is Decimal:
        one = Decimal(1 if low <= high else -1)
        return _walk(low, high, lambda value: CONTEXT.add(value, one))
    if type(low) is date and type(high) is date:
        day = timedelta(days=1 if low <= high else -1)
        return _walk(low, high, lambda value: value + day)
    raise Unfit("not_iterable")


def _walk(low: Value, high: Value, following: Callable[[Value], Value]) -> Iterator[Value]:
    upwards = low <= high
    while (low <= high) if upwards else (low >= high):
        yield low
        reached = low
        try:
            low = following(low)
        except OverflowError:
            return  # the last day of the calendar
        if low == reached:
            raise Unfit("out_of_range")  # past 34 digits one more is the same number: it would go on for ever
