"""A pooler of connections may stand before PostgreSQL if each of ours stays ours; else no process begins."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from engine.readiness import mistakes
from engine.storage.database import Database
from engine.storage.durability import shares_connections, unreachable
from engine.worker import Worker
from tests.support.pooler import pooler
from tests.support.postgres import Cluster
from tests.support.story import Story
from tests.support.working import Post
from tests.support.world import Template, world_on


@pytest.mark.parametrize("robin", ["0", "1"], ids=["the last", "in turn"])
def test_a_pooler_that_shares_connections_is_recognised(postgres: Cluster, robin: str) -> None:
    """Whichever free connection it gives: the one that was used last, or each in its turn."""
    name = postgres.new_database()
    with (
        pooler(postgres, "transaction", server_round_robin=robin) as shared,
        closing(Database(shared.url(name))) as database,
        closing(Database(shared.url(name))) as others,
    ):
        assert unreachable(database) is None
        assert "pool_mode = session" in str(shares_connections(database))
        # Three connections of the pooler to the server, all free again.
        with ExitStack() as of_others:
            for _ in range(3):
                of_others.enter_context(others.engine.connect()).exec_driver_sql("select 1")
        assert "pool_mode = session" in str(shares_connections(database))
    postgres.drop_database(name)


def test_connections_of_our_own_are_right(postgres: Cluster) -> None:
    name = postgres.new_database()
    with pooler(postgres, "session") as own:
        for address in (postgres.url(name), own.url(name)):
            with closing(Database(address)) as database:
                assert shares_connections(database) is None
    postgres.drop_database(name)
    assert shares_connections(Database("sqlite://")) is None


def test_no_process_begins_behind_a_pooler_that_shares(
    postgres: Cluster, template: Template, tmp_path: Path
) -> None:
    name = template.copy_on(postgres)
    with pooler(postgres, "transaction") as shared, world_on(shared.url(name), tmp_path) as world:
        assert [each.about for each in mistakes(world.engine) if each.is_grave].count("pooler") == 1
    postgres.drop_database(name)


def test_all_goes_on_behind_a_pooler_of_sessions(
    postgres: Cluster, template: Template, tmp_path: Path
) -> None:
    name = template.copy_on(postgres)
    with pooler(postgres, "session") as own, world_on(own.url(name), tmp_path) as world:
        assert "pooler" not in {each.about for each in mistakes(world.engine)}
        story = Story(world)
        story.applies()
        story.does("kirjaaja", "register")
        assert Worker(world.engine, Post()).round() >= 0
        assert world.log_faults() == ()
    postgres.drop_database(name)
