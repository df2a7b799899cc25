"""The end of a day in Finland within a statement, for days that are compared with moments: as `calendar.end_of`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from sqlite3 import Connection
from typing import Any, Final

from sqlalchemy import ColumnElement, Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from engine.clock import day_of
from engine.domain.calendar import end_of
from engine.storage.tables.metadata import Instant

_MOMENT: Final = "%Y-%m-%d %H:%M:%S.%f"
"""As SQLAlchemy writes moments in SQLite."""


class EndOfDay(FunctionElement[datetime]):
    """The last second of the day of a column, which is a day or a moment."""

    type = Instant()
    inherit_cache = True

    def operate(self, op: Any, *other: Any, **options: Any) -> Any:
        """Compare a column of days with a moment as days: an index finds them, and no row is computed."""
        (of,) = self.clauses
        if op in _ON_DAYS and isinstance(of.type, Date) and isinstance(other[0], datetime):
            return _ON_DAYS[op](of, other[0])
        return super().operate(op, *other, **options)


Compare = Callable[[Any, Any], Any]


def _compared(same: Compare, on_the_day: Compare, on_others: Compare) -> Compare:
    def compare(day: ColumnElement[date], moment: datetime) -> Any:
        on = day_of(moment)
        return (on_the_day if same(end_of(on), moment) else on_others)(day, on)

    return compare


_ON_DAYS: Final[Mapping[Any, Compare]] = {
    operator.lt: _compared(operator.lt, operator.le, operator.lt),
    operator.le: _compared(operator.le, operator.le, operator.lt),
    operator.gt: _compared(operator.gt, operator.ge, operator.gt),
    operator.ge: _compared(operator.ge, operator.ge, operator.gt),
}


@compiles(EndOfDay)
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    (of,) = element.clauses
    column = compiler.process(of, **options)
    day = column if isinstance(of.type, Date) else f"cast(timezone('Europe/Helsinki', {column}) as date)"
    return f"timezone('Europe/Helsinki', {day} + time '23:59:59')"


@compiles(EndOfDay, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"end_of_finnish_day({compiler.process(element.clauses, **options)})"


def give_finnish_days(connection: Connection) -> None:
    """Teach a connection of SQLite, which knows no zones, where a day in Finland ends."""
    connection.create_function("end_of_finnish_day", 1, _end_of_stored, deterministic=True)


def _end_of_stored(stored: str | None) -> str | None:
    if stored is None:
        return None
    return end_of(_day_of_stored(stored)).astimezone(UTC).strftime(_MOMENT)


def _day_of_stored(stored: str) -> date:
    if " " not in stored:
        return date.fromisoformat(stored)
    return day_of(datetime.fromisoformat(stored).replace(tzinfo=UTC))
