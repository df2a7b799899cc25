"""Lengths of time and their quantiles within a statement: PostgreSQL has both, SQLite neither."""

from __future__ import annotations

from math import floor
from sqlite3 import Connection
from typing import Any, Final

from sqlalchemy import Double
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_SECONDS_A_DAY: Final = 86_400


class Seconds(FunctionElement[float]):
    """From the first moment to the second; 0 if that was before it. On SQLite to the millisecond."""

    type = Double()
    inherit_cache = True


class Quantile(FunctionElement[float]):
    """The aggregate below which this part of the values lies, between two of them where it falls there, as
    `statistics.quantiles` with the method "inclusive" has it."""

    type = Double()
    inherit_cache = True


@compiles(Seconds)
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    began, ended = (compiler.process(each, **options) for each in element.clauses)
    return f"greatest(0, extract(epoch from {ended} - {began})::float8)"


@compiles(Seconds, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    began, ended = (compiler.process(each, **options) for each in element.clauses)
    return f"max(0.0, (julianday({ended}) - julianday({began})) * {_SECONDS_A_DAY})"


@compiles(Quantile)
def _quantile_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    value, part = (compiler.process(each, **options) for each in element.clauses)
    return f"percentile_cont({part}) within group (order by {value})"


@compiles(Quantile, "sqlite")
def _quantile_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    value, part = (compiler.process(each, **options) for each in element.clauses)
    return f"quantile({value}, {part})"


class _Values:
    """Gathers the values of a group."""

    def __init__(self) -> None:
        self._values: list[float] = []
        self._part = 0.0

    def step(self, value: float | None, part: float) -> None:
        if value is not None:
            self._values.append(value)
        self._part = part

    def finalize(self) -> float | None:
        values = sorted(self._values)
        if not values:
            return None
        place = (len(values) - 1) * self._part
        below = floor(place)
        above = min(below + 1, len(values) - 1)
        return values[below] + (values[above] - values[below]) * (place - below)


def give_quantiles(connection: Connection) -> None:
    connection.create_aggregate("quantile", 2, _Values)  # type: ignore[arg-type]  # typed for one value
