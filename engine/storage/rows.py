"""Converts rows to values and back. A column and a field with the same name hold the same thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from types import NoneType
from typing import Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

from sqlalchemy import RowMapping, Table

V = TypeVar("V")
_Conversion: TypeAlias = Callable[[Any], Any]


def value_of(kind: Callable[..., V], row: RowMapping, prefix: str = "", **given: Any) -> V:
    """Build a dataclass from a row whose columns may have a prefix.

    `given`: fields that no column holds as they are, such as unsealed ones.
    """
    read = {
        name: row[prefix + name] if convert is None else convert(row[prefix + name])
        for name, convert in _fields(kind).items()
        if name not in given
    }
    return kind(**read, **given)


def row_of(table: Table, value: Any, **given: Any) -> dict[str, Any]:
    """Return the fields of a dataclass that are columns of the table, and the given columns."""
    kind: Callable[..., Any] = type(value)
    return {name: getattr(value, name) for name in _fields(kind) if name in table.c} | given


@lru_cache
def _fields(kind: Callable[..., Any]) -> Mapping[str, _Conversion | None]:
    return {name: _conversion(hint) for name, hint in get_type_hints(kind).items()}


def _conversion(hint: Any) -> _Conversion | None:
    """Return the conversion for a field's type: text to its enumeration, JSON lists to tuples and sets; None if it is
    stored as it is."""
    if NoneType in get_args(hint):
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    plain = get_origin(hint) or hint
    if not issubclass(plain, (Enum, tuple, frozenset)):
        return None
    return lambda value: None if value is None else plain(value)
