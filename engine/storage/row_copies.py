"""Copies all rows of a database to another of either kind: the tables are the same, and so are the values."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, LargeBinary, MetaData, Table, func, insert, inspect, make_url, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import AddConstraint, DropConstraint

from engine.errors import Refusal, Unavailable
from engine.storage.availability import unavailable_when_away
from engine.storage.database import Database
from engine.storage.migrating import migrate
from engine.storage.tables import METADATA
from engine.storage.tables.key_store import KEY_STORE
from engine.storage.tables.processes import OUTBOX_MESSAGES

AT_ONCE: Final = 500
LARGE_AT_ONCE: Final = 20
"""Rows with sealed content in one statement: a file may have megabytes."""
_REVISIONS: Final = "alembic_version"
_UNSENT: Final = (
    select(func.count())
    .select_from(OUTBOX_MESSAGES)
    .where(
        OUTBOX_MESSAGES.c.sent_at.is_(None),
        OUTBOX_MESSAGES.c.given_up_at.is_(None),
        OUTBOX_MESSAGES.c.withheld_at.is_(None),
    )
)


def write_copy(database: Database, metadata: MetaData, file: Path) -> Mapping[str, int]:
    """Write all rows, as they are at one moment, to an SQLite file that is not there yet. Return how many by table.

    Nobody who works meanwhile waits for it. Raise OSError if the file can't be written.
    """
    # Nobody but its owner reads it, from its first byte.
    file.touch(mode=0o600, exist_ok=False)
    try:
        if database.is_sqlite:
            database.backup_to(file)
            with opened_copy(file) as copy, copy.view() as connection:
                return counts(connection, metadata)
        with opened_copy(file) as copy:
            _create_tables(copy, metadata)
            # All rows go in one transaction: a log of writes would hold them a second time.
            _leave_log(copy)
            with _snapshot(database) as source, copy.transaction() as target:
                return copy_rows(source, target, metadata)
    except sqlite3.Error as failure:
        raise OSError(0, str(failure)) from failure
    except Unavailable as away:
        # Of the copy, not of the server that it is taken from.
        if isinstance(refused := getattr(away.__cause__, "orig", None), sqlite3.Error):
            raise OSError(0, str(refused)) from away
        raise


def fill(database: Database, metadata: MetaData, file: Path) -> None:
    """Put the rows of a copy into an empty database: all, or none. A file of SQLite takes the place itself.

    Raise Refusal, with the way out, if the database is not empty.
    """
    require_empty(database, metadata)
    if held := file_of(database):
        held.parent.mkdir(parents=True, exist_ok=True)
        try:
            # Unlike `rename`, a link replaces no file that somebody has made meanwhile.
            os.link(file, held)
        except FileExistsError:
            raise _full(database, "tiedosto") from None
        return
    _create_tables(database, metadata)
    with opened_copy(file) as copy, copy.view() as source, database.transaction() as target:
        # Again, since somebody may have begun to use it.
        _require_no_rows(database, target, metadata)
        copy_rows(source, target, metadata)


def require_empty(database: Database, metadata: MetaData) -> None:
    """Raise Refusal, with the way out, if something lies in a database that shall be filled. Tables without rows may be
    there, and a file of SQLite, or what was left beside one, may not."""
    if held := file_of(database):
        if held.exists():
            raise _full(database, "tiedosto")
        if left := next((each for each in _beside(held) if each.exists()), None):
            raise Refusal(
                f"Tiedosto {left} on jäänyt sivuun siirretystä tietokannasta. SQLite lukisi sen palautettuun tietokantaan, joka menisi "
                f"siitä rikki. Siirrä se tietokantansa viereen, esimerkiksi 'mv {left} {held}.vanha{left.name.removeprefix(held.name)}'. "
                "Mitään ei ole kirjoitettu."
            )
        return
    with database.view() as connection:
        _require_no_rows(database, connection, metadata)


def _beside(file: Path) -> Iterator[Path]:
    """Yield the files in which SQLite keeps what is not in the database's own file yet."""
    return (file.with_name(file.name + ending) for ending in ("-wal", "-shm", "-journal"))


def unsent(database: Database) -> int:
    """Return how many messages wait in the outbox."""
    with database.view() as connection:
        return connection.execute(_UNSENT).scalar_one()


@contextmanager
def opened_copy(file: Path) -> Iterator[Database]:
    """Open a copy, and leave one whole file behind."""
    database = Database(f"sqlite:///{file}")
    try:
        yield database
    finally:
        _leave_log(database)
        database.close()


def _leave_log(copy: Database) -> None:
    """Let a copy write into its own file, by its one connection: of pages that are new it keeps none as they were."""
    with closing(copy.engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA journal_mode = DELETE")


def is_sound(database: Database) -> bool:
    """Return True if every page of a copy can be read, and every index agrees with its table."""
    with database.view() as connection:
        return connection.exec_driver_sql("pragma integrity_check").scalars().all() == ["ok"]


def size_of(database: Database) -> int:
    """Return the bytes of a database."""
    with database.view() as connection:
        if not database.is_sqlite:
            found = connection.execute(text("select pg_database_size(current_database())"))
            return int(found.scalar_one())
        pages, size = (
            connection.exec_driver_sql(f"pragma {each}").scalar_one() for each in ("page_count", "page_size")
        )
        return int(pages) * int(size)


def file_of(database: Database) -> Path | None:
    """Return the file of an SQLite database; None of a server's."""
    held = make_url(database.url).database
    return Path(held) if database.is_sqlite and held else None


def copy_rows(source: Connection, target: Connection, metadata: MetaData) -> Mapping[str, int]:
    """Copy every row of the tables. Return how many by table. A row may point at one that comes later."""
    with _keys_proved_last(target, metadata):
        return {str(table.name): _copy(source, target, table) for table in metadata.sorted_tables}


def counts(connection: Connection, metadata: MetaData) -> Mapping[str, int]:
    """Return the number of rows by table."""
    return {
        str(table.name): connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def _copy(source: Connection, target: Connection, table: Table) -> int:
    is_large = any(isinstance(each.type, LargeBinary) for each in table.columns)
    count = 0
    found = source.execute(
        select(table), execution_options={"yield_per": LARGE_AT_ONCE if is_large else AT_ONCE}
    )
    for rows in found.mappings().partitions():
        target.execute(insert(table), [dict(each) for each in rows])
        count += len(rows)
    return count


@contextmanager
def _keys_proved_last(target: Connection, metadata: MetaData) -> Iterator[None]:
    """Prove foreign keys once all rows are there."""
    if target.dialect.name == "sqlite":
        # Until the commit, which fails if a row points at nothing.
        target.exec_driver_sql("pragma defer_foreign_keys = on")
        yield
        return
    keys = [each for table in metadata.sorted_tables for each in table.foreign_key_constraints]
    for each in keys:
        target.execute(DropConstraint(each))
    yield
    try:
        for each in keys:
            target.execute(AddConstraint(each))
    except IntegrityError as failure:
        raise Refusal(
            f"Kopion rivit viittaavat johonkin, mitä kopiossa ei ole ({failure.orig}). Käytä edellistä kopiota."
        ) from failure


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """Read a server's database as it is at one moment, however long it takes. Nobody who writes waits for it."""
    with unavailable_when_away(), database.engine.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection
        connection.rollback()


def _create_tables(database: Database, metadata: MetaData) -> None:
    if metadata is METADATA:
        migrate(database)
        return
    with database.transaction() as connection:
        KEY_STORE.create_all(connection)


def _require_no_rows(database: Database, connection: Connection, metadata: MetaData) -> None:
    there = set(inspect(connection).get_table_names())
    if foreign := sorted(there - set(metadata.tables) - {_REVISIONS}):
        raise _full(database, f"taulu {foreign[0]}")
    for table in metadata.sorted_tables:
        if table.name in there and connection.execute(select(table).limit(1)).first() is not None:
            raise _full(database, f"rivejä taulussa {table.name}")


def _full(database: Database, found: str) -> Refusal:
    if held := file_of(database):
        return Refusal(
            f"Tiedosto {held} on jo olemassa, eikä palautus kirjoita minkään päälle. Jos sitä ei enää tarvita, siirrä se "
            f"sivuun: 'mv {held} {held}.vanha' (ja samoin -wal ja -shm sen vierestä)."
        )
    url = make_url(database.url)
    return Refusal(
        f"Tietokanta {url.render_as_string(hide_password=True)} ei ole tyhjä: siinä on {found}. Palautus ei kirjoita minkään "
        f"päälle. Tee tyhjä: 'createdb {url.database}_palautus', ja anna sen osoite asetuksissa."
    )
