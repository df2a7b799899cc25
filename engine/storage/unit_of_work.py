"""The writes of one transaction: gathered, and sent before they are read and before the commit.

A step of a case writes into ten tables from as many stores. Each store names its rows here; rows of one kind go as one
statement. Reading flushes first what the read would miss, so a transaction always sees its own writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ClauseElement,
    ColumnElement,
    CompoundSelect,
    Connection,
    CursorResult,
    Delete,
    Executable,
    Insert,
    RowMapping,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import visitors

from engine.errors import NotFound, Outdated
from engine.storage.tables.metadata import METADATA

Row: TypeAlias = Mapping[str, Any]
_Where: TypeAlias = tuple[tuple[str, bool], ...]
"""Names of columns, each with whether it must be null."""


@dataclass(slots=True)
class _Write:
    statement: Insert | Update | Delete
    rows: list[Row]
    must_find: bool = False
    """Exactly one row must be found."""
    is_again: bool = False
    """The same transaction has changed that row as it was then: it is not there any more, and nobody else changed it."""

    def takes(self, other: _Write) -> bool:
        """Return True if both can be sent as one statement."""
        is_alike = self.statement is other.statement and self.rows[0].keys() == other.rows[0].keys()
        return is_alike and not (self.must_find or other.must_find)


class UnitOfWork:
    """The writes and reads of one transaction's stores.

    `Database.unit_of_work` opens one and flushes it before the commit.
    """

    def __init__(self, connection: Connection, begin: Callable[[], None] | None = None) -> None:
        """`begin` begins the transaction, before the first statement that writes or locks. None: it has begun, or the
        unit only reads."""
        self._connection = connection
        self._to_begin = begin
        self._waiting: dict[Table, list[_Write]] = {}
        self._changed: set[tuple[str, str]] = set()

    # ---------------------------------------------------------------- gathered

    def insert(self, table: Table, *rows: Row) -> None:
        for row in rows:
            self._gather(table, _Write(_insert(table), [row]))

    def upsert(self, table: Table, *rows: Row, change: tuple[str, ...]) -> None:
        """Insert rows. If the primary key exists, change these columns of the row that has it."""
        for row in rows:
            self._gather(table, _Write(_upsert(table, self._dialect, change), [row]))

    def update(self, table: Table, where: Row, values: Row) -> None:
        """Change the rows whose columns equal `where`; None in it means NULL."""
        self._gather(table, _Write(_update(table, _shape(where), tuple(values)), [_bound(where, values)]))

    def update_one(self, table: Table, where: Row, values: Row) -> None:
        """Change the one row that is still as `where` says. The flush raises Outdated if there is none; RuntimeError if this
        transaction has changed it so already, for that is no race."""
        statement = _update(table, _shape(where), tuple(values))
        seen = (table.name, repr(sorted(where.items(), key=lambda item: item[0])))
        again = seen in self._changed
        self._changed.add(seen)
        self._gather(table, _Write(statement, [_bound(where, values)], must_find=True, is_again=again))

    def delete(self, table: Table, where: Row) -> None:
        """Delete the rows whose columns equal `where`; None in it means NULL."""
        self._gather(table, _Write(_delete(table, _shape(where)), [_bound(where, {})]))

    def _gather(self, table: Table, write: _Write) -> None:
        waiting = self._waiting.setdefault(table, [])
        if waiting and waiting[-1].takes(write):
            waiting[-1].rows += write.rows
        else:
            waiting.append(write)

    def flush(self) -> None:
        """Send the gathered writes, table by table in the order of foreign keys; within a table in the order they
        came.

        A referenced row is written before the row that refers to it. Two transactions that change the same case lock
        its rows in the same order: the second waits at the case, finds it changed, and has changed nothing itself.
        """
        waiting, self._waiting = self._waiting, {}
        if waiting:
            self._begin()
        for table in sorted(waiting, key=_place):
            for write in waiting[table]:
                found = self._connection.execute(write.statement, write.rows)
                if write.must_find and found.rowcount != 1:
                    raise (
                        RuntimeError(f"{table.name} changed twice from one state")
                        if write.is_again
                        else Outdated
                    )

    def require_nothing_to_write(self) -> None:
        """Raise RuntimeError if writes were gathered where nothing will send them: a query that writes would lose them."""
        if self._waiting:
            tables = ", ".join(sorted(table.name for table in self._waiting))
            raise RuntimeError(f"a view writes nothing, and was given rows for {tables}")

    # ---------------------------------------------------------------- at once

    def execute(self, statement: Executable, bound: Row | None = None) -> CursorResult[*tuple[Any, ...]]:
        """Run a read, or a write that rows cannot express: a condition, a calculation, RETURNING.

        Gathered writes to a table that the statement names are sent first. Those to other tables wait, so that a step
        that reads a good deal still locks its case first.
        """
        if self._waiting and self._names_waiting(statement):
            self.flush()
        if self._to_begin is not None and not _only_reads(statement):
            self._begin()
        return self._connection.execute(statement, bound)

    def rows(self, statement: Executable, **bound: Any) -> Sequence[RowMapping]:
        return self.execute(statement, bound).mappings().all()

    def row(self, statement: Executable, **bound: Any) -> RowMapping | None:
        return self.execute(statement, bound).mappings().one_or_none()

    def one(self, statement: Executable, **bound: Any) -> RowMapping:
        """Return the one row. Raise NotFound if there is none."""
        row = self.row(statement, **bound)
        if row is None:
            raise NotFound
        return row

    def insert_if_absent(self, table: Table, row: Row) -> bool:
        """Insert at once. Return False if a row with the same key exists, or was committed while this waited for it."""
        statement = _insert_if_absent(table, self._dialect)
        return self.execute(statement, row).first() is not None

    def take_turn(self, what: UUID) -> None:
        """Wait for those who took a turn at the same thing before, until they commit. On SQLite all who write take
        turns already."""
        if self._dialect == "postgresql":
            self.execute(_TURN, {"number": int.from_bytes(what.bytes[8:], signed=True)})

    def keep_up(self) -> None:
        """Let each statement from here on see what is committed by then. On PostgreSQL a view does so anyway; on SQLite
        it goes on seeing the database as at its first read."""
        self.require_nothing_to_write()
        self._connection.rollback()

    def count_up(self, table: Table, row: Row, column: str) -> int:
        """Insert at once; if the primary key exists, add one to the column of the row that has it. Return its value."""
        counted = self.execute(_count_up(table, self._dialect, column), row)
        return int(counted.scalar_one())

    def _begin(self) -> None:
        if self._to_begin is not None:
            begin, self._to_begin = self._to_begin, None
            begin()

    @property
    def _dialect(self) -> str:
        return self._connection.dialect.name

    def _names_waiting(self, statement: Executable) -> bool:
        if not isinstance(statement, ClauseElement):
            return True
        named = _named(statement)
        # A statement that names none is text, and may read any.
        return not named or not named.isdisjoint(self._waiting)


# Statements are built once: SQLAlchemy takes longer to put one together than to run it.
_TURN = select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger)))


def _only_reads(statement: Executable) -> bool:
    """Return True for a select that neither locks rows nor takes a turn. Text may do anything."""
    if isinstance(statement, Select):
        return statement is not _TURN and statement._for_update_arg is None
    # Its parts can't lock: PostgreSQL refuses that.
    return isinstance(statement, CompoundSelect)


@lru_cache(maxsize=256)
def _named(statement: ClauseElement) -> frozenset[Table]:
    return frozenset(each for each in visitors.iterate(statement) if isinstance(each, Table))


@lru_cache
def _insert(table: Table) -> Insert:
    return insert(table)


@lru_cache
def _upsert(table: Table, dialect: str, change: tuple[str, ...]) -> Insert:
    statement = _insert_of(dialect)(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key), set_={name: statement.excluded[name] for name in change}
    )


@lru_cache
def _count_up(table: Table, dialect: str, column: str) -> Executable:
    counter = table.c[column]
    return (
        _insert_of(dialect)(table)
        .on_conflict_do_update(index_elements=list(table.primary_key), set_={column: counter + 1})
        .returning(counter)
    )


@lru_cache
def _insert_if_absent(table: Table, dialect: str) -> Executable:
    return _insert_of(dialect)(table).on_conflict_do_nothing().returning(*table.primary_key)


@lru_cache(maxsize=256)
def _update(table: Table, where: _Where, values: tuple[str, ...]) -> Update:
    return update(table).where(*_conditions(table, where)).values({name: bindparam(name) for name in values})


@lru_cache(maxsize=256)
def _delete(table: Table, where: _Where) -> Delete:
    return delete(table).where(*_conditions(table, where))


def _insert_of(dialect: str) -> Callable[[Table], postgresql.Insert | sqlite.Insert]:
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


def _conditions(table: Table, where: _Where) -> list[ColumnElement[bool]]:
    return [
        table.c[name].is_(None) if is_null else table.c[name] == bindparam(f"where_{name}")
        for name, is_null in where
    ]


def _shape(where: Row) -> _Where:
    return tuple((name, value is None) for name, value in where.items())


def _bound(where: Row, values: Row) -> Row:
    wanted = {f"where_{name}": value for name, value in where.items() if value is not None}
    return {**values, **wanted}


@lru_cache
def _place(table: Table) -> int:
    """Return the table's place in the order of foreign keys."""
    return METADATA.sorted_tables.index(table)
