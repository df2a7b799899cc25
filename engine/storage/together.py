"""On PostgreSQL, all that a transaction adds goes as one statement: the rows as JSON, which the database cuts into columns.

Putting ten statements and twenty rows into the driver's words costs more than the database needs to run them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import orjson
from sqlalchemy import ColumnElement, Connection, Dialect, Insert, LargeBinary, column, select, text
from sqlalchemy.dialects.postgresql.dml import Insert as PostgresInsert

from engine.storage.prepared import Row, send
from engine.storage.tables.metadata import Instant

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""As JSON has it; a backslash before it makes it the six letters that somebody typed."""

Additions: TypeAlias = Sequence[tuple[Insert, Sequence[Row]]]
"""Each statement with its rows, of which there is at least one. Rows of one have the same names."""


class Part(NamedTuple):
    name: str
    """Of the value that holds the rows."""
    moments: tuple[str, ...]
    sealed: tuple[str, ...]


def may_go_together(statement: Insert, rows: Sequence[Row]) -> bool:
    """One statement may not touch a row twice: what replaces its own row of the same transaction goes after it."""
    if not isinstance(statement, PostgresInsert) or len(rows) == 1:
        return True
    key = [column.name for column in statement.table.primary_key]
    return len({tuple(row[name] for name in key) for row in rows}) == len(rows)


def add_together(connection: Connection, additions: Additions) -> None:
    """All of them at once; what points to another may stand before it."""
    words, parts = _prepared(tuple((each, tuple(rows[0])) for each, rows in additions), connection.dialect)
    told = zip(parts, additions, strict=True)
    send(connection, words, {part.name: _as_json(part, rows) for part, (_, rows) in told})


def _as_json(part: Part, rows: Sequence[Row]) -> str:
    told = orjson.dumps([_plain(part, row) for row in rows]).decode()
    if "\\u0000" in told and _NUL.search(told):
        # The database would refuse it with the whole row in its words, for somebody to log.
        raise ValueError("PostgreSQL keeps no text with a NUL in it")
    return told


def _plain(part: Part, row: Row) -> dict[str, Any]:
    plain = dict(row)
    for name in part.moments:
        _require_zone(plain[name])
    for name in part.sealed:
        plain[name] = None if plain[name] is None else "\\x" + plain[name].hex()
    return plain


def _require_zone(moment: datetime | None) -> None:
    """The database would take it for one of its own zone."""
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a moment needs a zone")


@lru_cache(maxsize=256)
def _prepared(
    statements: tuple[tuple[Insert, tuple[str, ...]], ...], dialect: Dialect
) -> tuple[str, tuple[Part, ...]]:
    """The statement's text, and how to tell the rows of each part."""
    whole = select(text("1"))
    parts = []
    for number, (statement, names) in enumerate(statements):
        table = statement.table
        part = f"added_{number}_{table.name}"
        rows = text(f"json_populate_recordset(null::{table.name}, cast(:{part} as json))")
        columns: list[ColumnElement[Any]] = [column(name) for name in names]
        chosen = select(*columns).select_from(rows)
        whole = whole.add_cte(statement.from_select(list(names), chosen).cte(part))
        parts.append(
            Part(
                part,
                tuple(name for name in names if isinstance(table.c[name].type, Instant)),
                tuple(name for name in names if isinstance(table.c[name].type, LargeBinary)),
            )
        )
    return str(whole.compile(dialect=dialect)), tuple(parts)
