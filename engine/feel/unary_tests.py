"""Compile tests: `in`, and the cells of decision tables. A probe is a compiled test of one value."""

from __future__ import annotations

from decimal import Decimal

from . import syntax
from .budget import Spot
from .comparison import ORDERED, ORDERS, SIMPLE, belongs, compared, equal, included
from .compiler import Binding, Code, Compiler, Frame, compiles
from .problems import Unfit
from .types import kind_of
from .value_types import Range, Value

Probe = Code
"""Takes the frame, with the value in the slot of `?`; answers True, False or None."""


@compiles(syntax.In)
def in_(compiler: Compiler, node: syntax.In) -> Code:
    value, slot = compiler(node.value), compiler.slot()
    with compiler.binding(Binding("?", slot)):
        test = any_of(compiler, node.tests, slot)

    def code(frame: Frame) -> Value:
        frame[slot] = value(frame)
        return test(frame)

    return code


@compiles(syntax.Tests)
def tests(compiler: Compiler, node: syntax.Tests) -> Code:
    """Compile the tests of a cell. They test `?`, which the caller has bound. The negation of an unknown is unknown."""
    if not node.tests:
        return lambda frame: True
    slot = compiler.find("?")[1]
    test = any_of(compiler, node.tests, slot if slot is not None else compiler.slot())
    if not node.negated:
        return test

    def negated(frame: Frame) -> bool | None:
        answer = test(frame)
        return None if answer is None else not answer

    return negated


def any_of(compiler: Compiler, nodes: tuple[syntax.Node, ...], slot: int) -> Code:
    """Compile tests joined by `or`: true if one holds, false if all fail, else unknown."""
    probes = [_probe(compiler, node, slot) for node in nodes]
    if len(probes) == 1:
        return probes[0]

    def code(frame: Frame) -> bool | None:
        answer: bool | None = False
        for probe in probes:
            holds = probe(frame)
            if holds is True:
                return True
            if holds is None:
                answer = None
        return answer

    return code


def _probe(compiler: Compiler, node: syntax.Node, slot: int) -> Probe:
    if isinstance(node, syntax.Within):
        with compiler.reading(node):
            return _probe(compiler, node.node, slot)
    spot = compiler.spot(node)
    if isinstance(node, syntax.UnaryTest):
        operand = compiler(node.operand)
        if node.operator in ORDERS:
            return _by_order(node.operator, operand, slot, spot)
        return _by_equality(operand, slot, negated=node.operator == "!=")
    if isinstance(node, syntax.Literal) and type(node.value) in SIMPLE:
        return _constant(node.value, slot)
    if isinstance(node, syntax.RangeOf):
        span = _in_range(compiler(node), slot, spot)
        return _between(node, slot, span) or span
    return _expression(compiler, node, slot, spot)


def _constant(wanted: Value, slot: int) -> Probe:
    kind = type(wanted)

    def probe(frame: Frame) -> bool | None:
        value = frame[slot]
        if type(value) is kind:
            return bool(value == wanted)
        return False if value is None else None

    return probe


def _by_order(sign: str, operand: Code, slot: int, spot: Spot) -> Probe:
    order = ORDERS[sign]

    def probe(frame: Frame) -> bool | None:
        value, bound = frame[slot], operand(frame)
        kind = type(value)
        if kind is type(bound) and kind in ORDERED:
            return order(value, bound)
        try:
            return compared(sign, value, bound)
        except Unfit as unfit:
            frame[1].unfit(spot, unfit)
            return None

    return probe


def _by_equality(operand: Code, slot: int, *, negated: bool) -> Probe:
    def probe(frame: Frame) -> bool | None:
        same = equal(frame[1], frame[slot], operand(frame))
        return not same if negated and same is not None else same

    return probe


def _in_range(span: Code, slot: int, spot: Spot) -> Probe:
    def probe(frame: Frame) -> bool | None:
        value, within = frame[slot], span(frame)
        if within is None:
            return None
        try:
            return (
                equal(frame[1], value, within) if type(value) is Range else included(frame[1], value, within)
            )
        except Unfit as unfit:
            frame[1].unfit(spot, unfit)
            return None

    return probe


def _between(node: syntax.RangeOf, slot: int, otherwise: Probe) -> Probe | None:
    """Compile a range with two constant ends of one type, the most frequent cell, without type checks; None for other ranges."""
    low, high = _literal(node.low), _literal(node.high)
    kind = type(low)
    if kind is not type(high) or kind not in ORDERED:
        return None
    above, below = ORDERS[">=" if node.start_included else ">"], ORDERS["<=" if node.end_included else "<"]

    def probe(frame: Frame) -> Value:
        value = frame[slot]
        if type(value) is kind:
            return above(value, low) and below(value, high)
        return otherwise(frame)

    return probe


def _literal(node: syntax.Node) -> Value:
    if isinstance(node, syntax.Negation) and type(number := _literal(node.operand)) is Decimal:
        return number.copy_negate()
    return node.value if isinstance(node, syntax.Literal) else None


def _expression(compiler: Compiler, node: syntax.Node, slot: int, spot: Spot) -> Probe:
    """Compile an expression as a test. If it reads `?`, its result is the answer; else its result is compared with the value."""
    before = slot in compiler.used
    compiler.used.discard(slot)
    expression = compiler(node)
    about_value = slot in compiler.used
    if before:
        compiler.used.add(slot)

    def answer(frame: Frame) -> bool | None:
        holds = expression(frame)
        if holds is None or type(holds) is bool:
            return holds
        frame[1].note(spot, "not_boolean", None, value=kind_of(holds))
        return None

    def held_against(frame: Frame) -> bool | None:
        probe = expression(frame)
        value = frame[slot]
        if type(probe) is bool and type(value) is not bool:
            return probe
        try:
            return belongs(frame[1], value, probe)
        except Unfit as unfit:
            frame[1].unfit(spot, unfit)
            return None

    return answer if about_value else held_against
