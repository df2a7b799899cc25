"""Operators, and arithmetic on values other than two numbers.

Raise Unfit for values that an operator does not accept; the closures turn that into null and a note.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from . import temporal_math as moments
from .budget import Run
from .extended_dates import FarDate, FarMoment
from .numbers import CONTEXT
from .problems import Unfit
from .types import kind_of
from .value_types import Value, YearsMonths

Operation = Callable[["Run", Value, Value], Value]


def _unfit(operator: str, left: Value, right: Value) -> Unfit:
    return Unfit("not_computable", operator=operator, left=kind_of(left), right=kind_of(right))


def add(run: Run, left: Value, right: Value) -> Value:
    match left, right:
        case Decimal(), Decimal():
            return _number(CONTEXT.add, left, right)
        case str(), str():
            run.spend_text(len(left) + len(right))
            return left + right
        case (date() | time() | FarDate() | FarMoment(), timedelta() | YearsMonths()):
            return _later(left, right, 1)
        case (timedelta() | YearsMonths(), date() | time() | FarDate() | FarMoment()):
            return _later(right, left, 1)
    return _add_durations(left, right, 1)


def subtract(run: Run, left: Value, right: Value) -> Value:
    match left, right:
        case Decimal(), Decimal():
            return _number(CONTEXT.subtract, left, right)
        case (date() | time() | FarDate() | FarMoment(), timedelta() | YearsMonths()):
            return _later(left, right, -1)
        case (date() | time() | FarDate() | FarMoment(), date() | time() | FarDate() | FarMoment()):
            return moments.between(left, right)
    return _add_durations(left, right, -1)


def _later(value: Value, length: Value, sign: int) -> Value:
    if isinstance(length, timedelta):
        return moments.later(value, length * sign)
    if isinstance(value, time):
        raise _unfit("+", value, length)
    return moments.months_later(value, length.months * sign)


def _add_durations(left: Value, right: Value, sign: int) -> Value:
    try:
        if isinstance(left, timedelta) and isinstance(right, timedelta):
            return left + right * sign
    except OverflowError:
        raise Unfit("out_of_range") from None
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return moments.months_of(Decimal(left.months + right.months * sign))
    raise _unfit("+" if sign > 0 else "-", left, right)


def multiply(run: Run, left: Value, right: Value) -> Value:
    match left, right:
        case Decimal(), Decimal():
            return _number(CONTEXT.multiply, left, right)
        case (timedelta() | YearsMonths(), Decimal()):
            return _scaled(left, CONTEXT.multiply, right)
        case (Decimal(), timedelta() | YearsMonths()):
            return _scaled(right, CONTEXT.multiply, left)
    raise _unfit("*", left, right)


def divide(run: Run, left: Value, right: Value) -> Value:
    match left, right:
        case Decimal(), Decimal():
            return _number(CONTEXT.divide, left, right)
        case (timedelta() | YearsMonths(), Decimal()):
            return _scaled(left, CONTEXT.divide, right)
        case timedelta(), timedelta():
            return _number(CONTEXT.divide, moments.micros(left), moments.micros(right))
        case YearsMonths(), YearsMonths():
            return _number(CONTEXT.divide, Decimal(left.months), Decimal(right.months))
    raise _unfit("/", left, right)


def power(run: Run, left: Value, right: Value) -> Value:
    if type(left) is not Decimal or type(right) is not Decimal:
        raise _unfit("**", left, right)
    run.spend(40)
    return _number(CONTEXT.power, left, right)


def _number(operation: Callable[[Decimal, Decimal], Decimal], left: Decimal, right: Decimal) -> Decimal:
    try:
        return operation(left, right)
    except ZeroDivisionError:
        raise Unfit("division_by_zero") from None
    except ArithmeticError:
        # 0 / 0 and 0 ** 0 are invalid operations; the rest is too large.
        key = "division_by_zero" if operation == CONTEXT.divide else "out_of_range"
        raise Unfit(key) from None


def _scaled(length: Value, operation: Callable[[Decimal, Decimal], Decimal], factor: Decimal) -> Value:
    if isinstance(length, timedelta):
        return moments.length_of(_number(operation, moments.micros(length), factor))
    return moments.months_of(_number(operation, Decimal(length.months), factor))


def negated(value: Value) -> Value:
    if type(value) is Decimal:
        return CONTEXT.minus(value)
    if isinstance(value, timedelta):
        return moments.length_of(-moments.micros(value))
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    raise Unfit("not_computable", operator="-", left="", right=kind_of(value))


ARITHMETIC: dict[str, Operation] = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}
NUMERIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
}
TEMPORAL = (date, time, datetime, timedelta, YearsMonths)
