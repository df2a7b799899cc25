"""A key store of the database's kind, copies of the database, and what can be read of a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import orjson
import pytest

from engine.bootstrap import build_engine
from engine.commands.retention import DueErasures, EraseDays, EraseDue
from engine.domain.cases import CaseState
from engine.domain.people import OPERATOR, SYSTEM
from engine.executor import Engine
from engine.queries.case_export import ExportCase
from engine.storage.sealing import SealingClass
from tests.support.postgres import Cluster
from tests.support.story import Story
from tests.support.world import World, key_store_beside

CANARY = "sanottu vain meille 4711"


@pytest.fixture
def key_store_url(
    database_kind: str, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A key store of the database's kind."""
    if database_kind == "sqlite":
        yield key_store_beside(database_url, tmp_path)
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = cluster.new_database()
    yield cluster.url(name)
    cluster.drop_database(name)


def applied(story: Story) -> UUID:
    story.applies(what_happened=CANARY)
    return story.case.id


def plan_all(story: Story) -> None:
    """The case is closed, and every class of it is due today."""
    close_and_plan(story, story.today, *SealingClass)


def close_and_plan(story: Story, day: date, *classes: SealingClass) -> None:
    """The case is closed, and these classes are due on that day."""
    case, plans = story.case, {each.value: ("15 §", day) for each in classes}
    moment = story.world.clock.moment
    with story.world.engine.database.unit_of_work() as unit:
        stores = story.world.engine.stores(unit)
        stores.cases.advance(case, moment, state=CaseState.CLOSED, closed_at=moment)
        stores.retention.set(case.id, plans, moment)


def dumped(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Copy the database of the world as a backup does. Return the copy's address."""
    database = world.engine.database
    if database.is_sqlite:
        database.backup_to(tmp_path / "dump.db")
        return f"sqlite:///{tmp_path / 'dump.db'}"
    cluster: Cluster = request.getfixturevalue("postgres")
    database.close()
    return cluster.url(cluster.new_database(database.engine.url.database or ""))


def opened_with_the_store_of_today(world: World, database_url: str) -> Engine:
    return build_engine(replace(world.engine.settings, database_url=database_url), now=world.clock)


def exported(engine: Engine, reference: str) -> str:
    return orjson.dumps(engine.answer(ExportCase(reference, "tarkastus"), OPERATOR)).decode()


def erase_due(engine: Engine, *, limit: int = 200) -> int:
    """Destroy everything that is due, as the worker does. Return how many keys."""
    found = engine.answer(DueErasures(limit), SYSTEM)
    return sum(engine.perform(EraseDue(each), SYSTEM) for each in found) + engine.perform(EraseDays(), SYSTEM)
