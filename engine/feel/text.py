"""Write values as `string()` does: a text without quotes, but with quotes inside a list or context, as FEEL parses them."""

from __future__ import annotations

from decimal import Decimal

from .budget import Run
from .names import needs_telling
from .numbers import plain
from .temporal import written
from .value_types import Function, Range, Value


def text_of(run: Run, value: Value) -> str:
    text = value if isinstance(value, str) else _inner(run, value)
    run.spend_text(len(text))
    return text


def _inner(run: Run, value: Value) -> str:
    run.spend(1)
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain(value)
        case str():
            return _quoted(value)
        case list():
            return "[" + ", ".join(_inner(run, item) for item in value) + "]"
        case dict():
            return "{" + ", ".join(f"{_key(key)}: {_inner(run, item)}" for key, item in value.items()) + "}"
        case Range():
            return _range(run, value)
    return _written(value)


def _written(value: Value) -> str:
    if isinstance(value, Function):
        return "function(" + ", ".join(parameter.name for parameter in value.parameters) + ")"
    return written(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _key(name: str) -> str:
    return _quoted(name) if not name or needs_telling(name) else name


def _range(run: Run, value: Range) -> str:
    if value.sign:
        return f"({value.sign} {_inner(run, value.high if value.low is None else value.low)})"
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{_inner(run, value.low)}..{_inner(run, value.high)}{closing}"
