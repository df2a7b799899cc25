"""Bring a database to the tables this program needs, and say what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from engine.storage.database import Database
from engine.storage.tables import METADATA

_LOCATION = Path(__file__).parent / "migrations"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_LOCATION).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to a revision. On PostgreSQL a lock that can't be had within ten seconds is given up: serving goes on."""
    with database.transaction() as connection:
        if not database.is_sqlite:
            connection.execute(text("set local lock_timeout = '10s'"))
            connection.execute(text("select pg_advisory_xact_lock(826347)"))
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    with database.transaction() as connection:
        command.downgrade(_config(connection), revision)


def differences(database: Database) -> list[Any]:
    """What the mapped tables have and the database has not, or the other way round."""
    with database.transaction() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))


def write_revision(database: Database, name: str, message: str) -> None:
    """For developers: a new revision from what differs, to be read and corrected by hand."""
    with database.transaction() as connection:
        command.revision(_config(connection), message=message, rev_id=name, autogenerate=True)
