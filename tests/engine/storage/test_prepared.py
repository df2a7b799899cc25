"""What is read in the driver's own words is what SQLAlchemy would have read."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, event, select

from engine.storage.prepared import read_one
from engine.storage.tables.cases import CASES
from engine.storage.tables.people import PEOPLE, SERVICE_ACCOUNTS
from engine.storage.tables.processes import INSTANCES, USER_TASKS
from tests.support.programs import token_of
from tests.support.story import Story
from tests.support.world import World

pytestmark = pytest.mark.databases


@pytest.mark.parametrize(
    "table", [PEOPLE, CASES, USER_TASKS, INSTANCES, SERVICE_ACCOUNTS], ids=lambda table: str(table.name)
)
def test_a_row_is_the_same_both_ways(world: World, table) -> None:
    """Texts, moments, days, yes and no, JSON, sealed bytes, what is not there."""
    Story(world).applies()
    token_of(world)
    database = world.engine.database
    statement = select(table).where(table.c.id == bindparam("wanted"))
    with database.view() as connection:
        wanted = connection.execute(select(table.c.id).limit(1)).scalar_one()
        prepared = read_one(connection, statement, {"wanted": wanted})

    event.listen(database.engine, "before_cursor_execute", lambda *_: None)
    with database.view() as connection:
        usual = read_one(connection, statement, {"wanted": wanted})

    assert prepared is not None
    assert usual is not None
    assert dict(prepared) == dict(usual)
    assert {name: type(value) for name, value in prepared.items()} == {
        name: type(value) for name, value in usual.items()
    }


def test_nothing_found_is_nothing(world: World) -> None:
    statement = select(PEOPLE).where(PEOPLE.c.username == bindparam("wanted"), PEOPLE.c.is_active)
    with world.engine.database.view() as connection:
        assert read_one(connection, statement, {"wanted": "ei-ketään"}) is None
        assert read_one(connection, statement, {"wanted": "omistaja"}) is not None
