"""A database with our tables and nothing in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from engine.storage.database import Database
from engine.storage.migrating import migrate
from tests.support.world import Template


class Tables(Template):
    """The tables of each kind of database, made once a run: test_schema and test_upgrading ask how they are made."""

    def _populate(self, database_url: str) -> None:
        made = Database(database_url)
        migrate(made)
        made.close()


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return Tables(tmp_path_factory.mktemp("tables"))


@pytest.fixture
def database(database_url: str, tables: Tables) -> Iterator[Database]:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        tables.copy(Path(url.database or ""))
    made = Database(database_url)
    yield made
    made.close()
