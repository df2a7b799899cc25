"""What a transaction only adds or removes, and asks nothing of, waits here and is sent together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from typing import TypeAlias

from sqlalchemy import Connection, Delete, Insert, Table, Update, insert

from engine.errors import Outdated
from engine.storage.prepared import Row, write, write_one
from engine.storage.tables.metadata import METADATA
from engine.storage.together import Seen, may_be_seen_together, may_go_together, write_together

Writes: TypeAlias = tuple[Insert | Update | Delete, list[Row]]


class Gathered:
    """Writes of one transaction whose answers nobody waits for: one statement for all rows of a kind.

    On PostgreSQL they go out in one round trip. Whoever reads a table says so first (`reading`) and sees all of it.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seen: list[tuple[Update, Row]] = []
        self._added: dict[Insert, list[Row]] = {}
        self._changed: dict[Update | Delete, list[Row]] = {}
        self._tables: set[str] = set()

    @property
    def dialect(self) -> str:
        return self._connection.dialect.name

    def add(self, table: Table, *rows: Row) -> None:
        """Rows of one table; all have the same columns."""
        self.add_by(adding(table), rows)

    def add_by(self, statement: Insert, rows: Iterable[Row]) -> None:
        self._added.setdefault(statement, []).extend(rows)
        self._tables.add(statement.table.name)

    def change(self, statement: Update | Delete, rows: Iterable[Row]) -> None:
        """Once for each row of bound values, after everything that was added. The statement's bound values name the rows."""
        self._changed.setdefault(statement, []).extend(rows)
        self._tables.add(statement.table.name)  # type: ignore[union-attr]  # of tables, never of joins

    def change_seen(self, statement: Update, row: Row) -> None:
        """Before everything that was added or changed: a row that must still be as it was seen.

        `flush` raises Outdated where it is not, since somebody else has changed it meanwhile.
        """
        self._seen.append((statement, row))
        self._tables.add(statement.table.name)  # type: ignore[union-attr]  # of tables, never of joins

    def reading(self, *tables: Table) -> Connection:
        """The connection, once what waits to be written into these tables is in them."""
        if any(table.name in self._tables for table in tables):
            self.flush()
        return self._connection

    def flush(self) -> None:
        """Raises Outdated where a row is no longer as it was seen: whoever comes second has changed nothing."""
        # Always in one order, the case before what is in it: two who change the same do not wait for each other.
        seen = sorted(self._seen, key=lambda each: _place(each[0]))
        waiting = [*sorted(self._added.items(), key=lambda each: _place(each[0])), *self._changed.items()]
        self._seen, self._added, self._changed, self._tables = [], {}, {}, set()
        rows_of = [(statement, rows) for statement, rows in waiting if rows]
        if not seen and not rows_of:
            return
        found = (
            self._send_as_one(seen, rows_of) if self.dialect == "postgresql" else self._send(seen, rows_of)
        )
        if any(count != 1 for count in found):
            raise Outdated

    def _send(self, seen: Seen, waiting: Sequence[Writes]) -> Iterable[int]:
        """How many rows each change of what was seen has found."""
        with self._at_once():
            cursors = [write_one(self._connection, statement, row) for statement, row in seen]
            for statement, rows in waiting:
                write(self._connection, statement, rows)
        return [cursor.rowcount for cursor in cursors]

    def _send_as_one(self, seen: Seen, waiting: Sequence[Writes]) -> Iterable[int]:
        """But for what is to find what was added before it."""
        additions = [
            (statement, rows)
            for statement, rows in waiting
            if isinstance(statement, Insert) and may_go_together(statement, rows)
        ]
        if not additions or not may_be_seen_together(seen):
            return self._send(seen, waiting)
        gone = {statement for statement, _ in additions}
        after = [(statement, rows) for statement, rows in waiting if statement not in gone]
        with self._at_once() if after else nullcontext():
            cursor = write_together(self._connection, seen, additions)
            for statement, rows in after:
                write(self._connection, statement, rows)
        return cursor.fetchone() or () if seen else ()

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Without waiting for one answer before sending the next, where the driver can."""
        if self.dialect != "postgresql":
            yield
            return
        # What fails inside is told at the end, by the driver itself: `Database.transaction` knows both kinds of refusal.
        with self._connection.connection.driver_connection.pipeline():  # type: ignore[union-attr]  # psycopg's own
            yield


@lru_cache
def adding(table: Table) -> Insert:
    """Built once: putting a statement together costs as much as running it."""
    return insert(table)


def _place(statement: Insert | Update) -> int:
    return _places()[statement.table.name]  # type: ignore[union-attr]  # of tables, never of joins


@lru_cache
def _places() -> Mapping[str, int]:
    """What is pointed to stands before what points to it."""
    return {table.name: place for place, table in enumerate(METADATA.sorted_tables)}


class Gathering:
    """A store whose additions are gathered. Whatever it asks the database, it sees them."""

    def __init__(self, gathered: Gathered, *tables: Table) -> None:
        self._gathered = gathered
        self._tables = tables

    @property
    def _connection(self) -> Connection:
        return self._gathered.reading(*self._tables)
