"""The only place that begins and commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from uuid_utils.compat import uuid7

_SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "busy_timeout=15000",
)


def new_id() -> UUID:
    """A UUIDv7: ordered in time, so that indexes grow at one end."""
    return uuid7()


class Database:
    """One database, SQLite or PostgreSQL, the same to everyone above."""

    def __init__(self, url: str) -> None:
        self.url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        parsed = make_url(self.url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {} if self.is_sqlite else {"pool_pre_ping": True}
        self.engine: Engine = create_engine(self.url, pool_size=10, max_overflow=20, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_immediate)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything inside is committed together or leaves no trace."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def view(self) -> Iterator[Connection]:
        """Read without taking the writer's lock. Nothing is committed."""
        with self.engine.connect() as connection:
            connection.execution_options(vireille_reads=True)
            yield connection
            connection.rollback()

    def backup_to(self, target: Path) -> None:
        """A consistent copy of an SQLite database while it is in use (copying the file itself loses the WAL)."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(
                text("VACUUM INTO :target"), {"target": str(target)}
            )

    def close(self) -> None:
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails with "database is locked" when someone wrote between:
    # writers take the lock at once and wait for it instead.
    reads_only = connection.get_execution_options().get("vireille_reads", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
