"""Equality, order and membership, in three-valued logic. Comparing costs steps, since values may share parts without end."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from . import temporal_math as moments
from .budget import Run
from .extended_dates import FarDate, FarMoment
from .problems import Unfit
from .types import kind_of
from .value_types import Function, Range, Value, YearsMonths

SIMPLE = frozenset({Decimal, str, bool, date, FarDate, timedelta, YearsMonths})
"""Kinds whose values Python compares as FEEL does."""
ORDERED = frozenset({Decimal, str, date, FarDate, timedelta, YearsMonths})
FAR = (FarDate, FarMoment)
ORDERS: dict[str, Callable[[Value, Value], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def equal(run: Run, left: Value, right: Value) -> bool | None:
    """Return True or False; None for values of different kinds, which can't be compared. Null equals only null."""
    kind = type(left)
    if left is None or right is None:
        return left is right
    if kind is not type(right):
        # A near date and a far one are two dates.
        return False if kind_of(left) == kind_of(right) else None
    if kind in SIMPLE:
        return bool(left == right)
    return _EQUALS[kind](run, left, right)


def _equal_lists(run: Run, left: list[Value], right: list[Value]) -> bool:
    run.spend(1 + len(left))
    return len(left) == len(right) and all(
        map(lambda one, other: equal(run, one, other) is True, left, right)
    )


def _equal_contexts(run: Run, left: dict[str, Value], right: dict[str, Value]) -> bool:
    run.spend(1 + len(left))
    return left.keys() == right.keys() and all(equal(run, left[key], right[key]) is True for key in left)


def _equal_ranges(run: Run, left: Range, right: Range) -> bool:
    return (
        (left.start_included, left.end_included, left.sign)
        == (right.start_included, right.end_included, right.sign)
        and equal(run, left.low, right.low) is True
        and equal(run, left.high, right.high) is True
    )


def _equal_times(run: Run, left: time, right: time) -> bool:
    # Fractions of a second are no property of a time, and equality compares properties (10.3.2.3.4).
    one, other = moments.time_order(left.replace(microsecond=0), right.replace(microsecond=0))
    return one == other


def _equal_moments(run: Run, left: datetime, right: datetime) -> bool:
    one, other = moments.moment_order(left.replace(microsecond=0), right.replace(microsecond=0))
    return one == other


def _equal_far_moments(run: Run, left: FarMoment, right: FarMoment) -> bool:
    return moments.position(left) == moments.position(right)


def _same(run: Run, left: Value, right: Value) -> bool:
    return left is right


_EQUALS: dict[type, Callable[[Run, Value, Value], bool]] = {
    list: _equal_lists,
    dict: _equal_contexts,
    Range: _equal_ranges,
    time: _equal_times,
    datetime: _equal_moments,
    FarMoment: _equal_far_moments,
    Function: _same,
}


def compared(sign: str, left: Value, right: Value) -> bool:
    """Return `left sign right` for `<`, `<=`, `>`, `>=`. Raise Unfit if the values have no order."""
    kind = type(left)
    if kind is type(right):
        if kind in ORDERED:
            return ORDERS[sign](left, right)
        if kind is datetime:
            return ORDERS[sign](*moments.moment_order(left, right))
        if kind is time:
            return ORDERS[sign](*moments.time_order(left, right))
    if (isinstance(left, FAR) or isinstance(right, FAR)) and kind_of(left) == kind_of(right):
        return ORDERS[sign](moments.position(left), moments.position(right))
    raise Unfit("not_comparable", left=kind_of(left), right=kind_of(right))


def included(run: Run, value: Value, within: Range) -> bool | None:
    """Return True if the value is in the range. A missing end makes it None, unless the range was written as a test (`> 5`)."""
    if within.sign in ("=", "!="):
        same = equal(run, value, within.low)
        return same if within.sign == "=" or same is None else not same
    low, high = within.low, within.high
    if within.sign is None and (low is None or high is None):
        return None
    above = low is None or compared(">=" if within.start_included else ">", value, low)
    below = high is None or compared("<=" if within.end_included else "<", value, high)
    return above and below


def belongs(run: Run, value: Value, probe: Value) -> bool | None:
    """Return `value in probe`: True if it lies in a range, is in a list, or is equal."""
    if type(probe) is Range and type(value) is not Range:
        return included(run, value, probe)
    if type(probe) is list:
        if type(value) is list and equal(run, value, probe):
            return True
        run.spend(1 + len(probe))
        return any(_one_of(run, value, item) for item in probe)
    return equal(run, value, probe)


def _one_of(run: Run, value: Value, item: Value) -> bool:
    try:
        if type(item) is Range and type(value) is not Range:
            return included(run, value, item) is True
    except Unfit:
        return False
    return equal(run, value, item) is True


def sorting_key(value: Value) -> Value:
    """Return a key by which Python sorts: for values of one ordered type, without far dates."""
    if type(value) is datetime:
        return moments.instant(value)
    if type(value) is time:
        return moments.time_order(value, value)[0]
    if type(value) in ORDERED:
        return value
    raise Unfit("not_comparable", left=kind_of(value), right=kind_of(value))


def order_of(values: list[Value]) -> Callable[[Value], Value]:
    """Return the sort key for these values. Raise Unfit unless all have one ordered type."""
    kinds = {kind_of(value) for value in values}
    if len(kinds) > 1:
        left, right, *_ = sorted(kinds)
        raise Unfit("not_comparable", left=left, right=right)
    return moments.position if any(isinstance(value, FAR) for value in values) else sorting_key
