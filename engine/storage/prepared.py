"""Writing statements put together once for a driver: its own text, and what makes of each value what it takes.

SQLAlchemy looks all of it up again at every run, which costs more than the writing itself: a completed task writes into
ten tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Delete, Dialect, Insert, Update
from sqlalchemy.engine.interfaces import DBAPICursor

Row: TypeAlias = Mapping[str, Any]
Write: TypeAlias = Insert | Update | Delete


class Value(NamedTuple):
    name: str
    told: Callable[[Any], Any] | None
    """What makes the driver's value of ours; None where they are the same."""


@dataclass(frozen=True, slots=True)
class Driver:
    """Try-outs open a database each: what is put together for one is as good for all of its kind."""

    name: str
    dialect: Dialect = field(compare=False)


class Prepared(NamedTuple):
    text: str
    is_positional: bool
    values: tuple[Value, ...]
    constant: Row
    """What the statement itself says, for every row."""

    def bound(self, row: Row) -> Any:
        """The row in the order, or under the names, of the text."""
        row = {**self.constant, **row} if self.constant else row
        if self.is_positional:
            return tuple([row[name] if told is None else told(row[name]) for name, told in self.values])
        return {name: row[name] if told is None else told(row[name]) for name, told in self.values}


def write(connection: Connection, statement: Write, rows: Sequence[Row]) -> None:
    """Once for each row, of which there is at least one. All have the same names."""
    prepared = _prepared(statement, _driver_of(connection), tuple(rows[0]))
    if prepared is None:
        connection.execute(statement, rows)
        return
    bound = [prepared.bound(row) for row in rows]
    connection.exec_driver_sql(prepared.text, bound if len(bound) > 1 else bound[0])


def write_one(connection: Connection, statement: Update, row: Row) -> DBAPICursor:
    """Once. How many rows it found stands in the cursor, as soon as the database has answered."""
    prepared = _prepared(statement, _driver_of(connection), tuple(row))
    if prepared is None:
        return connection.execute(statement, row).context.cursor
    return connection.exec_driver_sql(prepared.text, prepared.bound(row)).context.cursor


def _driver_of(connection: Connection) -> Driver:
    return Driver(connection.dialect.name, connection.dialect)


@lru_cache(maxsize=256)
def _prepared(statement: Write, driver: Driver, names: tuple[str, ...]) -> Prepared | None:
    """None where Python gives a value by default. A list for IN is refused by SQLAlchemy: rows are many already."""
    dialect = driver.dialect
    compiled = statement.compile(dialect=dialect, column_keys=list(names), for_executemany=True)
    if compiled.insert_prefetch or compiled.update_prefetch:
        return None
    used = compiled.positiontup or list(compiled.binds)
    processors = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    return Prepared(
        compiled.string,
        compiled.positional,
        tuple(Value(name, processors[name]) for name in used),
        {name: compiled.binds[name].effective_value for name in used if name not in names},
    )
