"""FEEL's functions on numbers and truth values."""

from __future__ import annotations

import decimal
import random
from datetime import timedelta
from decimal import Decimal

from ..budget import Run
from ..numbers import CONTEXT, MAX_SCALE, MIN_SCALE, ONE, ZERO, rounded
from ..operators import negated
from ..problems import Unfit
from ..value_types import Value, YearsMonths
from .registry import builtin

ROUNDINGS = {
    "round up": decimal.ROUND_UP,
    "round down": decimal.ROUND_DOWN,
    "round half up": decimal.ROUND_HALF_UP,
    "round half down": decimal.ROUND_HALF_DOWN,
}


def _scale(scale: Decimal) -> int:
    whole = int(scale)
    if not MIN_SCALE <= whole <= MAX_SCALE:
        raise Unfit("out_of_range")
    return whole


def _declare_rounding(name: str, rounding: str, second: str) -> None:
    @builtin(name, f"n: number, {second}: number")
    def round_(run: Run, n: Decimal, scale: Decimal) -> Decimal:
        return rounded(n, _scale(scale), rounding)


def _declare_whole(name: str, rounding: str) -> None:
    @builtin(name, "n: number")
    def round_(run: Run, n: Decimal) -> Decimal:
        return rounded(n, 0, rounding)


for _name, _rounding in ROUNDINGS.items():
    _declare_rounding(_name, _rounding, "scale")
_declare_rounding("decimal", decimal.ROUND_HALF_EVEN, "scale")
for _name, _rounding in (("floor", decimal.ROUND_FLOOR), ("ceiling", decimal.ROUND_CEILING)):
    _declare_rounding(_name, _rounding, "scale")
    _declare_whole(_name, _rounding)


@builtin("abs", "n: number")
def abs_(run: Run, n: Decimal) -> Decimal:
    return n.copy_abs()


@builtin("abs", "n: days and time duration | years and months duration")
def abs_duration(run: Run, n: Value) -> Value:
    shorter = n < timedelta() if isinstance(n, timedelta) else n < YearsMonths(0)
    return negated(n) if shorter else n


@builtin("modulo", "dividend: number, divisor: number")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return the remainder, with the sign of the divisor."""
    if divisor == 0:
        raise Unfit("division_by_zero")
    rest = CONTEXT.remainder(dividend, divisor)
    return CONTEXT.add(rest, divisor) if rest != 0 and (rest < 0) != (divisor < 0) else rest


@builtin("sqrt", "number: number")
def sqrt(run: Run, number: Decimal) -> Decimal:
    if number < 0:
        raise Unfit("out_of_range")
    run.spend(10)
    return CONTEXT.sqrt(number)


@builtin("log", "number: number")
def log(run: Run, number: Decimal) -> Decimal:
    if number <= 0:
        raise Unfit("out_of_range")
    run.spend(40)
    return CONTEXT.ln(number)


@builtin("exp", "number: number")
def exp(run: Run, number: Decimal) -> Decimal:
    run.spend(40)
    return CONTEXT.exp(number)


@builtin("odd", "number: number")
def odd(run: Run, number: Decimal) -> bool | None:
    return _parity(number, ONE)


@builtin("even", "number: number")
def even(run: Run, number: Decimal) -> bool | None:
    return _parity(number, ZERO)


def _parity(number: Decimal, rest: Decimal) -> bool:
    # An even number of powers of ten is even whatever stands before them, and remainder would overflow.
    if number.adjusted() > 33:
        return rest == ZERO
    return abs(CONTEXT.remainder(number, Decimal(2))) == rest


@builtin("random number")
def random_number(run: Run) -> Decimal:
    return Decimal(str(random.random()))  # noqa: S311 - FEEL's own function promises no secrecy


@builtin("not", "negand: boolean")
def not_(run: Run, negand: bool) -> bool:  # noqa: FBT001 - FEEL hands arguments in order
    return not negand


@builtin("is", "value1, value2")
def is_(run: Run, value1: Value, value2: Value) -> bool:
    """Return True for the same kind, value and notation: a time in another zone differs even at the same moment."""
    return type(value1) is type(value2) and _written(value1) == _written(value2)


def _written(value: Value) -> object:
    zone = getattr(value, "tzinfo", None)
    return (value.replace(tzinfo=None), str(zone)) if zone is not None else value
