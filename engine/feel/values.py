"""FEEL's values, and their conversion to JSON and back.

Values that JSON has stay as they are, others carry a tag: {"$": "decimal", "v": "1.5"}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from .extended_dates import FarDate, FarMoment
from .numbers import number
from .problems import FeelProblem
from .temporal import read_date, read_date_and_time, read_duration, read_time, written
from .value_types import Function, Parameter, Range, Settled, Value, YearsMonths, settled


def _decimal(text: str) -> Decimal | None:
    try:
        return number(text)
    except ArithmeticError:
        return None


_TAGS: dict[type, str] = {
    date: "date",
    time: "time",
    datetime: "datetime",
    FarDate: "date",
    FarMoment: "datetime",
    timedelta: "duration",
    YearsMonths: "duration",
}
_READERS: dict[str, Callable[[str], Value]] = {
    "decimal": _decimal,
    "date": read_date,
    "time": read_time,
    "datetime": read_date_and_time,
    "duration": read_duration,
}

_RANGE_PARTS = frozenset({"start_included", "low", "high", "end_included", "sign"})


def to_json(value: Value) -> Any:
    """Convert to JSON data that `from_json` reads. A function cannot be converted."""
    return _tagged(settled(value))


def _tagged(value: Value) -> Any:
    kind = type(value)
    if value is None or kind is bool or isinstance(value, str):
        return value
    if kind is list:
        return [_tagged(item) for item in value]
    if kind is dict:
        entries = {key: _tagged(item) for key, item in value.items()}
        return {"$": "context", "v": entries} if "$" in entries else entries
    if kind is Range:
        return {"$": "range", "v": _range(value)}
    if kind is Function:
        raise FeelProblem("bad_value", value="function")
    if isinstance(value, Decimal):
        return {"$": "decimal", "v": str(value)}
    return {"$": _TAGS[kind], "v": written(value)}


def _range(value: Range) -> dict[str, Any]:
    return {
        "start_included": value.start_included,
        "low": _tagged(value.low),
        "high": _tagged(value.high),
        "end_included": value.end_included,
        "sign": value.sign,
    }


def from_json(data: Any) -> Value:
    """Convert JSON data back to values. Bare numbers become decimals."""
    if isinstance(data, str) or data is None:
        return data
    if isinstance(data, list):
        return [from_json(item) for item in data]
    # Most are plain: asking a dict whether it is a Mapping takes ten times as long.
    if type(data) is dict or isinstance(data, Mapping):
        return _untagged(data["$"], data.get("v")) if "$" in data else _entries(data)
    return settled(data)


def _entries(data: Mapping[str, Any]) -> dict[str, Value]:
    return {str(key): from_json(item) for key, item in data.items()}


def _range_of(data: Any) -> Range:
    if not isinstance(data, Mapping) or data.keys() != _RANGE_PARTS:
        raise FeelProblem("bad_value", value="range")
    return Range(**{key: from_json(item) for key, item in data.items()})


def _untagged(tag: Any, data: Any) -> Value:
    if tag == "context" and isinstance(data, Mapping):
        return _entries(data)
    if tag == "range":
        return _range_of(data)
    reader = _READERS.get(str(tag))
    value = reader(data) if reader and isinstance(data, str) else None
    if value is None:
        raise FeelProblem("bad_value", value=str(tag))
    return value


__all__ = [
    "Function",
    "Parameter",
    "Range",
    "Settled",
    "Value",
    "YearsMonths",
    "from_json",
    "settled",
    "to_json",
]
