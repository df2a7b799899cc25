"""A database with our tables and nothing in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.storage.database import Database
from engine.storage.migrating import migrate


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    migrate(made)
    yield made
    made.close()
