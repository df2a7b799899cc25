"""FEEL's numbers: IEEE 754 decimal128, 34 digits, rounded half to even. There is no infinity: a number that does not
fit is null."""

from __future__ import annotations

import decimal
from decimal import Decimal

CONTEXT = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
ZERO, ONE = Decimal(0), Decimal(1)
MAX_SCALE, MIN_SCALE = 6176, -6111


def number(value: int | float | str | Decimal) -> Decimal:
    """Convert a Python number; a float by the digits it prints. Raise ArithmeticError for NaN, infinity and numbers too large."""
    found = CONTEXT.create_decimal(repr(value) if isinstance(value, float) else value)
    if not found.is_finite():
        raise decimal.InvalidOperation
    return found


def plain(value: Decimal) -> str:
    """Write digits without an exponent, as `string(1e3)` gives them."""
    return format(value + ZERO if value == 0 else value, "f").removeprefix("-" if value == 0 else "+")


def rounded(value: Decimal, scale: int, rounding: str) -> Decimal:
    """Round to `scale` decimals; a negative scale rounds to tens, hundreds …"""
    if value.is_zero() or -value.as_tuple().exponent <= scale:  # type: ignore[operator] # finite: it is an int
        return value
    # Rounding a 34-digit number to fewer decimals never needs more than 35 digits.
    wide = decimal.Context(prec=40, rounding=rounding, Emin=-6176, Emax=6176)
    result = wide.quantize(value, Decimal((0, (1,), -scale)))
    return CONTEXT.plus(result) if scale >= 0 else Decimal(int(result))
