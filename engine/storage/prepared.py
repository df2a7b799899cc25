"""Statements put together once for a driver: its own text, what makes of each value what it takes, and ours of what it gives.

SQLAlchemy looks all of it up again at every run, which costs more than the statement itself: a completed task writes into
ten tables, and every request begins with the same two questions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Delete, Dialect, Insert, RowMapping, Select, Update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from engine.storage.tables.metadata import Instant

Row: TypeAlias = Mapping[str, Any]
Found: TypeAlias = RowMapping | Row
"""A row that was read, by the names of its columns."""
Write: TypeAlias = Insert | Update | Delete


Told: TypeAlias = Callable[[Any], Any]


class Value(NamedTuple):
    name: str
    told: Told | None
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
    send(connection, prepared.text, bound if len(bound) > 1 else bound[0])


def write_one(connection: Connection, statement: Update, row: Row) -> DBAPICursor:
    """Once. How many rows it found stands in the cursor, as soon as the database has answered."""
    prepared = _prepared(statement, _driver_of(connection), tuple(row))
    if prepared is None:
        return connection.execute(statement, row).context.cursor
    return send(connection, prepared.text, prepared.bound(row))


def read_one(connection: Connection, statement: Select[Any], given: Row) -> Found | None:
    """The one row that answers, by the names of its columns; None when there is none. Of several, the first."""
    found = read(connection, statement, given)
    return found[0] if found else None


def read(connection: Connection, statement: Select[Any], given: Row) -> Sequence[Found]:
    """The rows that answer, by the names of their columns.

    The statement must be one of few, made once and kept (`lru_cache`), with what differs bound: for each a text is kept.
    """
    if connection.dispatch.before_cursor_execute:
        return connection.execute(statement, given).mappings().all()
    asked, names, told = _reading(statement, _driver_of(connection), tuple(given))
    cursor = send(connection, asked.text, asked.bound(given))
    rows = cursor.fetchall()
    cursor.close()
    return [
        {
            name: value if ours is None else ours(value)
            for name, ours, value in zip(names, told, row, strict=True)
        }
        for row in rows
    ]


def send(connection: Connection, text: str, bound: Any) -> DBAPICursor:
    """By the driver itself, which refuses in its own words: `Database.transaction` knows them.

    Through SQLAlchemy, which costs more, where somebody listens to what is said to the database.
    """
    if connection.dispatch.before_cursor_execute:
        return connection.exec_driver_sql(text, bound).context.cursor
    cursor = connection.connection.cursor()
    if isinstance(bound, list):
        cursor.executemany(text, bound)
    else:
        cursor.execute(text, bound)
    return cursor


def _driver_of(connection: Connection) -> Driver:
    return Driver(connection.dialect.name, connection.dialect)


def prepared_for(statement: Update, dialect: Dialect, names: tuple[str, ...]) -> Prepared:
    """For whoever puts it into a larger one."""
    prepared = _prepared(statement, Driver(dialect.name, dialect), names)
    if prepared is None:
        raise TypeError("a value that Python gives at every change has no place in a larger statement")
    return prepared


@lru_cache(maxsize=256)
def _prepared(statement: Write, driver: Driver, names: tuple[str, ...]) -> Prepared | None:
    """None where Python gives a value by default. A list for IN is refused by SQLAlchemy: rows are many already."""
    dialect = driver.dialect
    compiled = statement.compile(dialect=dialect, column_keys=list(names), for_executemany=True)
    if compiled.insert_prefetch or compiled.update_prefetch:
        return None
    return _bound_by(compiled, dialect, names)


def _bound_by(compiled: SQLCompiler, dialect: Dialect, names: tuple[str, ...]) -> Prepared:
    used = compiled.positiontup or list(compiled.binds)
    processors = {name: _told(bind.type, dialect) for name, bind in compiled.binds.items()}
    return Prepared(
        compiled.string,
        compiled.positional,
        tuple(Value(name, processors[name]) for name in used),
        {name: compiled.binds[name].effective_value for name in used if name not in names},
    )


def _told(kind: TypeEngine[Any], dialect: Dialect) -> Told | None:
    return _moment_told(dialect) if isinstance(kind, Instant) else _processor(kind, dialect)


@lru_cache(maxsize=8)
def _moment_told(dialect: Dialect) -> Told | None:
    """All that a step writes bears the same moment: put into words once."""
    told = _processor(Instant(), dialect)
    if told is None:
        return None
    once = lru_cache(maxsize=64)(told)
    # In a zone that puts its clocks back, two moments an hour apart are equal.
    return lambda moment: once(moment) if moment is None or moment.tzinfo is UTC else told(moment)


def _processor(kind: TypeEngine[Any], dialect: Dialect) -> Told | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=64)
def _reading(
    statement: Select[Any], driver: Driver, names: tuple[str, ...]
) -> tuple[Prepared, tuple[str, ...], tuple[Told | None, ...]]:
    """How to ask, the names of the columns, and what makes ours of each of their values."""
    dialect = driver.dialect
    columns = statement.selected_columns
    told = tuple(each.type.dialect_impl(dialect).result_processor(dialect, None) for each in columns)
    return _bound_by(statement.compile(dialect=dialect), dialect, names), tuple(columns.keys()), told
