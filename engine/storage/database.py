"""The database. No other module begins or commits transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore
from time import monotonic
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    StaticPool,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.exc import DisconnectionError, IntegrityError, OperationalError
from uuid_utils.compat import uuid7

from engine.errors import KeyTaken, Outdated, Refusal, Unavailable
from engine.journal import count_statement
from engine.storage.availability import unavailable_when_away
from engine.storage.finnish_days import give_finnish_days
from engine.storage.lengths import give_quantiles
from engine.storage.unit_of_work import UnitOfWork

_SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "busy_timeout=15000",
)

_ROWS_COUNTED: Final = 1000

PATIENCE: Final = 2
"""Seconds for which a thread waits for its turn to write."""

_RACES = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)

_POOLED: dict[str, Any] = {"pool_size": 10, "max_overflow": 20}
_ANSWER_SECONDS = 5
"""For a server that does not answer: a person waits for the page that says so. The URL may set another."""
_ALONE: dict[str, Any] = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
"""A database in memory lives in its one connection; threads take turns."""


class Unreachable(Refusal):
    sentence = "Tietokantaan ei saada yhteyttä. Tarkista VIREILLE_DATABASE_URL."


def new_id() -> UUID:
    """Return a UUIDv7: ordered in time, so that indexes grow at one end."""
    return uuid7()


class Database:
    """One database, SQLite or PostgreSQL; callers see no difference."""

    def __init__(self, url: str) -> None:
        self.url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        parsed = make_url(self.url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        in_memory = self.is_sqlite and parsed.database in (None, "", ":memory:")
        # Bound values may be names or keys: they never stand in an error that is logged.
        self.engine: Engine = create_engine(
            self.url,
            hide_parameters=True,
            json_serializer=_as_json,
            json_deserializer=_of_json,
            **(_ALONE if in_memory else _POOLED),
            **({} if self.is_sqlite else {"connect_args": _connecting(parsed)}),
        )
        event.listen(self.engine, "before_cursor_execute", _count)
        if self.is_sqlite:
            event.listen(self.engine, "do_connect", _make_folder)
            event.listen(self.engine, "connect", _prepare_sqlite)
        else:
            event.listen(self.engine, "connect", _listen_for_doubt)
            event.listen(self.engine, "connect", _plan_each_time)
            event.listen(self.engine, "checkin", _note_return)
            event.listen(self.engine, "checkout", _ask_the_idle)
            event.listen(self.engine, "handle_error", _leave_the_standby)
            self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._turn = BoundedSemaphore()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Commit everything inside together, or nothing.

        Raise Outdated if somebody else was faster: the same key inserted twice (KeyTaken), or two transactions that wait
        for each other. Raise Unavailable if the database cannot be reached, or has stored it without its standby: it may be
        gone after the next failure, so it is asked for again.
        """
        with self._committed(self.engine) as connection:
            if self.is_sqlite:
                # A deferred transaction that reads and then writes fails with "database is locked" when someone
                # wrote between: writers take the lock at once and wait for it instead.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def _committed(self, engine: Engine) -> Iterator[Connection]:
        try:
            with unavailable_when_away(), engine.begin() as connection:
                of_connection = connection.info
                yield connection
            if of_connection.pop(_IN_DOUBT, False):
                raise Unavailable
        except IntegrityError as raced:
            if not _is_duplicate(raced.orig):
                raise
            raise KeyTaken(_constraint(raced.orig)) from raced
        except OperationalError as raced:
            if not isinstance(raced.orig, _RACES):
                raise
            raise Outdated from raced

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """Give a unit of work, which is flushed before the commit of its transaction."""
        if self.is_sqlite:
            with self.transaction() as connection:
                unit = UnitOfWork(connection)
                yield unit
                unit.flush()
        else:
            with ExitStack() as turn, self._committed(self._autocommit) as connection:
                unit = UnitOfWork(connection, partial(self._begin_late, connection, turn))
                yield unit
                unit.flush()

    def _begin_late(self, connection: Connection, turn: ExitStack) -> None:
        """Begin PostgreSQL's transaction with the first statement that writes or locks. Each one before sees what is
        committed by then, as it would inside the transaction too.

        From there to the commit the threads of a process take turns: they compute one at a time anyway, and while they
        wait they keep nobody else from a case. A turn is a courtesy: one that is held up by another process's locks keeps
        nobody longer than PATIENCE.
        """
        if self._turn.acquire(timeout=PATIENCE):
            turn.callback(self._turn.release)
        # By hand: the driver, which commits each statement by itself, ends at the commit or rollback what was begun.
        connection.exec_driver_sql("BEGIN")

    def is_prepared(self) -> bool:
        """Return True if the tables exist. Raise Unreachable if the database does not answer."""
        try:
            return inspect(self.engine).has_table("alembic_version")
        except OperationalError as failure:
            raise Unreachable from failure

    @contextmanager
    def view(self) -> Iterator[Connection]:
        """Read without the writer's lock. Nothing is committed. Raise Unavailable if the database cannot be reached."""
        with unavailable_when_away(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                # Each statement sees what is committed by then: a transaction is two round trips for nothing.
                connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection
            connection.rollback()

    def backup_to(self, target: Path) -> None:
        """Write a consistent copy of an SQLite database in use (copying the file itself would lose the WAL).

        All pages are read in one step, on one snapshot: those who write neither wait nor begin it anew.
        """
        with closing(self.engine.raw_connection()) as source, closing(sqlite3.connect(target)) as copy:
            source.driver_connection.backup(copy)  # type: ignore[union-attr]  # sqlite3's own
            # One whole file, with no log of writes beside it.
            copy.execute("PRAGMA journal_mode = DELETE")

    def empty_wal(self) -> None:
        """Empty SQLite's write-ahead log, in which pages stand as they were before. PostgreSQL's is the server's."""
        if self.is_sqlite:
            with closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def refresh_statistics(self) -> None:
        """Let SQLite count what its planner goes by, where it has changed much. PostgreSQL does so itself.

        The mask is that of a connection which has asked nothing yet: all tables are looked at, and those that need it counted.
        """
        if self.is_sqlite:
            with closing(self.engine.raw_connection()) as connection:
                cursor = connection.cursor()
                # Rows of each index that are read at most: writers wait for milliseconds, however large it has grown.
                cursor.execute(f"PRAGMA analysis_limit = {_ROWS_COUNTED}")
                cursor.execute("PRAGMA optimize = 0x10002")

    def image(self) -> bytes:
        """Return a database in memory as bytes, as it is between two transactions."""
        with closing(self.engine.raw_connection()) as connection:
            image: bytes = connection.driver_connection.serialize()  # type: ignore[union-attr]  # sqlite3's own
        return image

    def become(self, image: bytes) -> None:
        """Replace a database in memory by an image of one."""
        with closing(self.engine.raw_connection()) as connection:
            connection.driver_connection.deserialize(image)  # type: ignore[union-attr]  # sqlite3's own

    def close(self) -> None:
        self.engine.dispose()


def _count(*_: Any) -> None:
    count_statement()


_PATIENCE: Final = {
    "connect_timeout": _ANSWER_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""A server whose machine has lost its power says nothing, and Linux waits for it for a quarter of an hour, with a statement under
way for two hours: pages and workers would hang for so long after its standby has taken over."""


def _connecting(url: URL) -> dict[str, Any]:
    """Return the driver's options. PostgreSQL gets few statements, each often: each is prepared when it comes again."""
    patience = {name: value for name, value in _PATIENCE.items() if name not in url.query}
    return {"prepare_threshold": 1, **patience}


def _as_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _of_json(value: Any) -> Any:
    """Convert JSON to a value. SQLite stores JSON that is a single number as a number."""
    return value if isinstance(value, int | float) else orjson.loads(value)


_IN_DOUBT = "vireille.in_doubt"


def _listen_for_doubt(connection: Any, record: Any) -> None:
    """Hear that a commit stopped waiting for the standby, because somebody cancelled it: PostgreSQL only warns, and answers
    that all is well. Known by the place in its source, since its words are in the server's language."""

    def hear(warning: Any) -> None:
        if warning.source_function == "SyncRepWaitForLSN":
            record.info[_IN_DOUBT] = True

    connection.add_notice_handler(hear)


def _plan_each_time(connection: Any, _record: Any) -> None:
    """Plan a prepared statement for the values that come, not once for all: after five runs PostgreSQL takes a plan that fits
    no value, and of 100,000 cases the inbox took 170 ms in place of 31, the lists of cases 96 in place of 36. Planning
    anew costs 0.03 to 0.1 ms a statement; preparing none at all would cost as much again."""
    connection.execute("set plan_cache_mode = force_custom_plan")
    connection.commit()


IDLE_SECONDS = 5.0
"""A connection that was in use this recently is taken as it is; if it has gone, its next statement fails."""


def _note_return(_connection: Any, record: Any) -> None:
    record.info["returned_at"] = monotonic()


def _ask_the_idle(connection: Any, record: Any, _proxy: Any) -> None:
    """Test a pooled connection before use, if it was idle: the server may have closed it."""
    if monotonic() - record.info.get("returned_at", monotonic()) < IDLE_SECONDS:
        return
    try:
        connection.execute("select 1")
        connection.rollback()
    except psycopg.OperationalError as gone:
        raise DisconnectionError from gone


def _leave_the_standby(context: ExceptionContext) -> None:
    """Take no connection again to a server that only reads now: another has taken over, and new ones lead there."""
    if isinstance(context.original_exception, psycopg.errors.ReadOnlySqlTransaction):
        context.is_disconnect = True


def _is_duplicate(refused: BaseException | None) -> bool:
    return isinstance(refused, psycopg.errors.UniqueViolation) or str(refused).startswith("UNIQUE")


def _constraint(refused: BaseException | None) -> str:
    """Return the name of what was refused; never the values."""
    if isinstance(refused, psycopg.errors.UniqueViolation):
        return refused.diag.constraint_name or ""
    return str(refused).rpartition(": ")[2]


def _make_folder(_dialect: Any, _record: Any, arguments: list[Any], _options: Any) -> None:
    """Make the folder of a database that is opened for the first time. One that can't be made is SQLite's to report."""
    with suppress(OSError):
        Path(arguments[0]).parent.mkdir(parents=True, exist_ok=True)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver begins nothing by itself: `transaction` and `view` do.
    connection.isolation_level = None
    give_finnish_days(connection)
    give_quantiles(connection)
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()
