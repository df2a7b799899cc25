"""FEEL's types: for `instance of`, parameters and DMN's item definitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from .budget import Run
from .extended_dates import FarDate, FarMoment
from .value_types import Function, Range, Type, Value, YearsMonths

KINDS: dict[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": date,
    "time": time,
    "date and time": datetime,
    "days and time duration": timedelta,
    "years and months duration": YearsMonths,
    "list": list,
    "context": dict,
    "function": Function,
    "range": Range,
}
# Namespaces of DMN 1.1 and 1.2, and of their editors.
ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "any": "Any",
    "integer": "number",
    "long": "number",
    "double": "number",
}


def kind_of(value: Value) -> str:
    """Return the name of a value's type, for messages."""
    return _WORDS.get(type(value), "null")


FAR: dict[type, type] = {date: FarDate, datetime: FarMoment}
"""Return True if FEEL considers the types the same."""
_WORDS = {kind: word for word, kind in KINDS.items()} | {FarDate: "date", FarMoment: "date and time"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A simple type, by its Python classes."""

    name: str
    python: type

    def admits(self, value: Value, run: Run) -> bool:
        return type(value) is self.python or type(value) is FAR.get(self.python)


@dataclass(frozen=True, slots=True)
class Anything:
    """The type Any: all values but null. As a parameter's type it accepts null too."""

    def admits(self, value: Value, run: Run) -> bool:
        return value is not None


@dataclass(frozen=True, slots=True)
class Nothing:
    def admits(self, value: Value, run: Run) -> bool:
        return value is None


@dataclass(frozen=True, slots=True)
class ListType:
    item: Type

    def admits(self, value: Value, run: Run) -> bool:
        if type(value) is not list:
            return False
        run.spend(1 + len(value))
        return all(fits(item, self.item, run) for item in value)


@dataclass(frozen=True, slots=True)
class ContextType:
    """A context with these entries. It may have further ones, but none of these may be missing."""

    entries: tuple[tuple[str, Type], ...]

    def admits(self, value: Value, run: Run) -> bool:
        return type(value) is dict and all(
            name in value and fits(value[name], type_, run) for name, type_ in self.entries
        )


@dataclass(frozen=True, slots=True)
class RangeType:
    item: Type

    def admits(self, value: Value, run: Run) -> bool:
        if type(value) is not Range:
            return False
        ends = [end for end in (value.low, value.high) if end is not None]
        return bool(ends) and all(self.item.admits(end, run) for end in ends)


@dataclass(frozen=True, slots=True)
class FunctionType:
    parameters: tuple[Type, ...]
    result: Type

    def admits(self, value: Value, run: Run) -> bool:
        if type(value) is not Function or len(value.parameters) != len(self.parameters):
            return False
        wanted = zip(value.parameters, self.parameters, strict=True)
        return all(_covers(own.type, asked, run) for own, asked in wanted) and _covers(
            self.result, value.result, run
        )


def _covers(wide: Type | None, narrow: Type | None, run: Run) -> bool:
    """Return True if every value of the narrow type is one of the wide type. None stands for Any."""
    wide, narrow = resolved(wide, run), resolved(narrow, run)
    return wide is None or narrow is None or isinstance(wide, Anything) or wide == narrow


def resolved(type_: Type | None, run: Run) -> Type | None:
    """Return the type that a name refers to; None if nothing defines it."""
    for _ in range(20):
        if not isinstance(type_, NamedType):
            return type_
        type_ = run.types.get(type_.name)
    return None


@dataclass(frozen=True, slots=True)
class NamedType:
    """A reference to a type defined outside the expression, looked up when it is used."""

    name: str

    def admits(self, value: Value, run: Run) -> bool:
        type_ = run.types.get(self.name)
        return type_ is not None and type_.admits(value, run)


ANY = Anything()


def named(name: str) -> Type:
    """Return the simple type with this name, or a reference to one defined elsewhere."""
    name = ALIASES.get(name, name)
    if name == "Any":
        return ANY
    if name == "Null":
        return Nothing()
    python = KINDS.get(name)
    return Kind(name, python) if python else NamedType(name)


def fits(value: Value, type_: Type | None, run: Run) -> bool:
    """Return True if the value has the type or is null, which fits in lists, entries and parameters."""
    return value is None or type_ is None or type_.admits(value, run)


def coerced(value: Value, type_: Type | None, run: Run) -> tuple[bool, Value]:
    """Convert a value to a type (DMN 1.5, 10.3.2.9.4). Return (True, value), or (False, null) if it does not conform."""
    if fits(value, type_, run):
        return True, value
    type_ = resolved(type_, run)
    if type_ is None:
        return False, None
    if type(value) is list and len(value) == 1 and type_.admits(value[0], run):
        return True, value[0]
    if type(value) is date and type_ == named("date and time"):
        return True, datetime(value.year, value.month, value.day, tzinfo=UTC)
    if type_.admits([value], run):
        return True, [value]
    return False, None
