"""Upgrades a database to the tables that this program needs, and compares the two."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from engine.errors import Refusal
from engine.storage.database import Database
from engine.storage.key_store import KeyStore
from engine.storage.tables import METADATA

_LOCATION = Path(__file__).parent / "migrations"
_ALONE: Final = Lock()
"""Alembic keeps the migration under way in a global of the process: a second one in another thread would go on with its
connection, and the process crashes when one of them closes it. Drafts lay out databases in threads of the server."""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_LOCATION).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


class Schema(StrEnum):
    """The tables of a database, against those that this program needs."""

    CURRENT = "current"
    MISSING = "missing"
    OLDER = "older"
    UNKNOWN = "unknown"
    """Made by a version that this one does not know: a later one, or one before 0.2.0."""


class UnknownDatabase(Refusal):
    sentence = (
        "Tietokannan taulut on tehnyt ohjelman versio, jota tämä ei tunne, eikä niitä muutettu. Jos se on uudempi, asenna se tai sitä "
        "uudempi ('vireille --version' kertoo, mikä tämä on). Versiota 0.2.0 vanhempaa ei voi päivittää."
    )


def migrate(database: Database, revision: str = "head", *, key_store: KeyStore | None = None) -> None:
    """Upgrade to a revision. Raise UnknownDatabase for tables of a later version, or of one before 0.2.0, whose migrations are
    gone: nothing is changed.

    Keys that lie in the database go to the key store; only a database without any can do without one.

    On PostgreSQL, waiting for a lock ends after ten seconds, so that serving goes on.
    """
    with database.transaction() as connection:
        _require_known(connection)
        if not database.is_sqlite:
            connection.execute(text("set local lock_timeout = '10s'"))
            connection.execute(text("select pg_advisory_xact_lock(826347)"))
        config = _config(connection)
        config.attributes["key_store"] = key_store
        with _ALONE:
            command.upgrade(config, revision)
    # The write-ahead log still holds keys that a migration has dropped.
    database.empty_wal()


def revision_of(database: Database) -> str | None:
    """Return the revision of the tables; None without tables."""
    with database.view() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def schema_of(database: Database) -> Schema:
    current = revision_of(database)
    if current is None:
        return Schema.MISSING
    if current == _newest():
        return Schema.CURRENT
    return Schema.OLDER if current in _revisions() else Schema.UNKNOWN


def _require_known(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in _revisions():
        raise UnknownDatabase


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_LOCATION))


@cache
def _newest() -> str | None:
    return _scripts().get_current_head()


@cache
def _revisions() -> frozenset[str]:
    return frozenset(each.revision for each in _scripts().walk_revisions())


def downgrade(database: Database, revision: str) -> None:
    with database.transaction() as connection, _ALONE:
        command.downgrade(_config(connection), revision)


def differences(database: Database) -> list[Any]:
    """Return the differences between the mapped tables and the database."""
    with database.transaction() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))
