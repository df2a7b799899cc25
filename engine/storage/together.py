"""On PostgreSQL, what a transaction has gathered goes as one statement: the rows it adds as JSON, which the database cuts into columns.

Putting ten statements and twenty rows into the driver's words costs more than the database needs to run them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import orjson
from sqlalchemy import ColumnElement, Connection, Dialect, Insert, LargeBinary, Update, column, select, text
from sqlalchemy.dialects.postgresql.dml import Insert as PostgresInsert
from sqlalchemy.engine.interfaces import DBAPICursor

from engine.storage.prepared import Row, prepared_for, send
from engine.storage.tables.metadata import Instant

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""As JSON has it; a backslash before it makes it the six letters that somebody typed."""
_NAME = re.compile(r"%\((\w+)\)s")

Seen: TypeAlias = Sequence[tuple[Update, Row]]
"""Each change of a row that must be as it was seen."""
Additions: TypeAlias = Sequence[tuple[Insert, Sequence[Row]]]
"""Each statement with its rows, of which there is at least one. Rows of one have the same names."""
_Names: TypeAlias = tuple[str, ...]


class Rows(NamedTuple):
    """How the rows of one statement are told."""

    name: str
    moments: _Names
    sealed: _Names


class Whole(NamedTuple):
    text: str
    rows: tuple[Rows, ...]


def may_be_seen_together(seen: Seen) -> bool:
    """One statement sees every row as it was before: a row that is changed twice is changed by two."""
    return len({statement.table for statement, _ in seen}) == len(seen)


def may_go_together(statement: Insert, rows: Sequence[Row]) -> bool:
    """One statement may not touch a row twice: what replaces its own row of the same transaction goes after it."""
    if not isinstance(statement, PostgresInsert) or len(rows) == 1:
        return True
    key = [column.name for column in statement.table.primary_key]
    return len({tuple(row[name] for name in key) for row in rows}) == len(rows)


def write_together(connection: Connection, seen: Seen, additions: Additions) -> DBAPICursor:
    """All of it; what points to another row may stand before it. One row comes back: how many rows each of `seen` found."""
    dialect = connection.dialect
    whole = _whole(
        tuple((statement, tuple(row)) for statement, row in seen),
        tuple((statement, tuple(rows[0])) for statement, rows in additions),
        dialect,
    )
    told = zip(whole.rows, additions, strict=True)
    given: dict[str, Any] = {each.name: _as_json(each, rows) for each, (_, rows) in told}
    for number, (statement, row) in enumerate(seen):
        bound = prepared_for(statement, dialect, tuple(row)).bound(row)
        given.update({f"seen_{number}_{name}": value for name, value in bound.items()})
    return send(connection, whole.text, given)


def _as_json(told: Rows, rows: Sequence[Row]) -> str:
    words = orjson.dumps([_plain(told, row) for row in rows]).decode()
    if "\\u0000" in words and _NUL.search(words):
        # The database would refuse it with the whole row in its words, for somebody to log.
        raise ValueError("PostgreSQL keeps no text with a NUL in it")
    return words


def _plain(told: Rows, row: Row) -> dict[str, Any]:
    plain = dict(row)
    for name in told.moments:
        _require_zone(plain[name])
    for name in told.sealed:
        plain[name] = None if plain[name] is None else "\\x" + plain[name].hex()
    return plain


def _require_zone(moment: datetime | None) -> None:
    """The database would take it for one of its own zone."""
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a moment needs a zone")


@lru_cache(maxsize=256)
def _whole(
    seen: tuple[tuple[Update, _Names], ...], additions: tuple[tuple[Insert, _Names], ...], dialect: Dialect
) -> Whole:
    """What was seen is counted, in its order, before anything is added: whoever comes second waits there."""
    parts, found, rows = [], [], []
    for number, (statement, names) in enumerate(seen):
        own = _NAME.sub(rf"%(seen_{number}_\1)s", prepared_for(statement, dialect, names).text)
        parts.append(f"seen_{number} as ({own} returning 1)")
        found.append(f"(select count(*) from seen_{number})")  # noqa: S608 - a number of ours
    for number, (insert, names) in enumerate(additions):
        told = _told(number, insert, names)
        parts.append(f"{told.name} as ({_from_json(insert, names, told.name, dialect)})")
        rows.append(told)
    return Whole(f"with {', '.join(parts)} select {', '.join(found) or '1'}", tuple(rows))


def _told(number: int, statement: Insert, names: _Names) -> Rows:
    kinds = {name: statement.table.c[name].type for name in names}
    return Rows(
        f"added_{number}_{statement.table.name}",
        tuple(name for name, kind in kinds.items() if isinstance(kind, Instant)),
        tuple(name for name, kind in kinds.items() if isinstance(kind, LargeBinary)),
    )


def _from_json(statement: Insert, names: _Names, given: str, dialect: Dialect) -> str:
    rows = text(f"json_populate_recordset(null::{statement.table.name}, cast(:{given} as json))")
    columns: list[ColumnElement[Any]] = [column(name) for name in names]
    made = statement.from_select(list(names), select(*columns).select_from(rows))
    return str(made.compile(dialect=dialect))
