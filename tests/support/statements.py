"""Statements compiled once a run, not once in each of its thousands of databases: a tenth of a story."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import CompiledCacheType
from sqlalchemy.util import LRUCache

_KEPT: CompiledCacheType = LRUCache(2000)
"""The key is the whole statement without its values, and the dialect: what is found can only be what was asked."""


@cache
def share_statements() -> None:
    """Let all databases of one kind share their compiled statements.

    SQLAlchemy keeps them by statement and dialect, and each engine has a dialect of its own. Here two dialects of one
    kind are equal: a run has one SQLite and one PostgreSQL.
    """
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = _is_of_that_kind  # type: ignore[method-assign, assignment]  # in tests only
        dialect.__hash__ = _hash_of_kind  # type: ignore[method-assign, assignment]  # in tests only
    event.listen(Engine, "engine_connect", _share)


def _is_of_that_kind(one: object, other: object) -> bool:
    return type(one) is type(other)


def _hash_of_kind(one: object) -> int:
    return hash(type(one))


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_KEPT)
