"""FEEL's functions that convert texts to values and values to text."""

from __future__ import annotations

import re
from decimal import Decimal

from .. import syntax
from ..budget import Run
from ..comparison import compared
from ..numbers import number
from ..parser import Parser
from ..problems import FeelProblem, Unfit
from ..temporal import read_date, read_date_and_time, read_duration, read_time
from ..text import text_of
from ..value_types import Range, Value
from .registry import builtin

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,5})?", re.ASCII)
_CONSTRUCTORS = {
    "date": read_date,
    "time": read_time,
    "date and time": read_date_and_time,
    "duration": read_duration,
}


@builtin("string", "from")
def string(run: Run, value: Value) -> str | None:
    return None if value is None else text_of(run, value)


@builtin("number", "from: number")
def number_from_number(run: Run, value: Decimal) -> Decimal:
    return value


@builtin("number", "from: string, grouping separator?: string, decimal separator?: string")
def number_from_text(run: Run, text: str, grouping: str | None, decimal: str | None) -> Decimal:
    if grouping not in (None, " ", ".", ",") or decimal not in (None, ".", ",") or grouping == (decimal or 0):
        raise Unfit("wrong_arguments", name="number")
    run.spend_text(len(text))
    digits = text.replace(grouping, "") if grouping else text
    digits = digits.replace(decimal, ".") if decimal else digits
    if len(digits) > 10_000 or not _NUMBER.fullmatch(digits):
        raise Unfit("bad_value", value=text[:40])
    return number(digits)


@builtin("range", "from: string")
def range_(run: Run, text: str) -> Range:
    """Parse a range written as text; its ends must be literals."""
    run.spend_text(len(text))
    run.spend(20 + 4 * len(text))
    try:
        node = Parser(text).whole()
    except FeelProblem:
        raise Unfit("bad_range") from None
    if not isinstance(node, syntax.RangeOf):
        raise Unfit("bad_range")
    low, high = _end(node.low), _end(node.high)
    if (low is None and high is None) or (low is not None and high is not None and compared(">", low, high)):
        raise Unfit("bad_range")
    return Range(node.start_included, low, high, node.end_included)


def _end(node: syntax.Node) -> Value:
    match node:
        case syntax.Literal(value):
            return value
        case syntax.Negation(syntax.Literal(Decimal() as value)):
            return value.copy_negate()
        case syntax.Call(syntax.Name(name), (syntax.Literal(str() as text),)) if name in _CONSTRUCTORS:
            found = _CONSTRUCTORS[name](text)
            if found is not None:
                return found
    raise Unfit("bad_range")
