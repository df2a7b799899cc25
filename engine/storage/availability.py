"""Tells a database that is not available (locked, stopped, full, out of connections) from a fault of the program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from engine.errors import StorageFull, Unavailable

_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
_PRIMARY = 0xFF
"""An extended code of SQLite carries the primary one in its last byte."""
_POSTGRESQL = ("08", "53", "55", "57", "58")
"""Classes of SQLSTATE: connection, resources, not in the state needed, operator's intervention, system."""
_FULL = "53100"


@contextmanager
def unavailable_when_away() -> Iterator[None]:
    """Turn the driver's errors about a database that is not available into Unavailable."""
    try:
        yield
    except PoolExhausted as failure:
        # Every connection of the pool is in use, and none came back for half a minute.
        raise Unavailable from failure
    except DBAPIError as failure:
        if not _is_away(failure.orig):
            raise
        raise (StorageFull if _is_full(failure.orig) else Unavailable) from failure


def _is_away(failure: BaseException | None) -> bool:
    if isinstance(failure, sqlite3.Error):
        return getattr(failure, "sqlite_errorcode", 0) & _PRIMARY in _SQLITE
    if isinstance(failure, psycopg.errors.ReadOnlySqlTransaction):
        # The server is a standby now. The program never asks for a transaction that only reads.
        return True
    # An error without a state: the server ended before it could report one.
    return isinstance(failure, psycopg.OperationalError) and (
        failure.sqlstate is None or failure.sqlstate.startswith(_POSTGRESQL)
    )


def _is_full(failure: BaseException | None) -> bool:
    if isinstance(failure, sqlite3.Error):
        return getattr(failure, "sqlite_errorcode", 0) & _PRIMARY == sqlite3.SQLITE_FULL
    return isinstance(failure, psycopg.Error) and failure.sqlstate == _FULL
