"""FEEL's values beside Python's own, and the conversion of values handed in.

None, bool, Decimal, str, date, time, datetime, timedelta (days and time), YearsMonths, list, dict, Range, Function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeAlias

from .extended_dates import FarDate, FarMoment
from .numbers import number
from .problems import FeelProblem

# FEEL is dynamically typed: what an operation accepts is decided by `operators`, not by the type checker.
Value: TypeAlias = Any


class Type(Protocol):
    def admits(self, value: Value, run: Any) -> bool:
        """Return True if the value has this type. Null has only the type Null. The run pays for what is looked at."""


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A duration of whole months, which has no length in days."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        sign = "-" if self.months < 0 else ""
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{sign}P{parts}"


@dataclass(frozen=True, slots=True)
class Range:
    """An interval. `sign` is the operator of one written as a test, like `(> 5)`; the end without a bound is then None."""

    start_included: bool
    low: Value
    high: Value
    end_included: bool
    sign: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: Type | None = None


@dataclass(eq=False, slots=True)
class Function:
    """A function as a value. `call` gets the run whose budget it spends, and the arguments in order."""

    parameters: tuple[Parameter, ...]
    call: Callable[[Any, tuple[Value, ...]], Value]
    result: Type | None = None
    named: Callable[[Any, Mapping[str, Value]], Value] | None = None
    """Set for built-ins, whose parameter names depend on which of their signatures fits."""
    frame: list[Any] | None = None
    """Values that a function written in FEEL closes over."""


class Settled(dict[str, Value]):
    """A scope whose values have FEEL's own types already, so that they need no conversion."""


PLAIN = frozenset(
    {
        type(None),
        bool,
        Decimal,
        str,
        date,
        time,
        datetime,
        timedelta,
        YearsMonths,
        Range,
        Function,
        FarDate,
        FarMoment,
    }
)
MAX_DEPTH = 200


def settled(value: Value, depth: int = 0) -> Value:
    """Convert ints and floats to decimals, tuples to lists and mappings to dicts, including nested ones."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is int or kind is float:
        return _number(value)
    if depth > MAX_DEPTH:
        raise FeelProblem("too_deep")
    if kind is dict or isinstance(value, Mapping):
        return {str(key): settled(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [settled(item, depth + 1) for item in value]
    return _relative(value)


def _relative(value: Value) -> Value:
    """Convert an instance of a subclass (an enum of text, a library's date) to the class that FEEL knows."""
    for kind in (bool, str, Decimal, datetime, date, time, timedelta):
        if isinstance(value, kind):
            return value
    if isinstance(value, int | float):
        return _number(value)
    raise FeelProblem("bad_value", value=type(value).__name__)


def _number(value: int | float) -> Decimal:
    try:
        return number(value)
    except ArithmeticError:
        raise FeelProblem("out_of_range") from None
