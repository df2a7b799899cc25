"""A database of the version before has its keys in it: the upgrade carries them to the key store, whatever interrupts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import inspect, select

from engine.bootstrap import build_engine, give_up_lost_keys, prepare_database
from engine.domain.people import OPERATOR
from engine.errors import WrongKeyStore
from engine.executor import Engine
from engine.queries.case_export import ExportCase
from engine.storage import key_store as key_store_module
from engine.storage.migrating import downgrade
from engine.storage.sealing import SealingClass
from engine.storage.tables.keys import CASE_KEYS
from tests.support.postgres import Cluster
from tests.support.statement_kills import killed_at_statement
from tests.support.story import Story
from tests.support.world import Clock, World

BEFORE = import_module("engine.storage.migrations.versions.2026_11_28_key_store").down_revision
FAR = 12
"""Statements, at most, from one kill to the next."""
CANARY = "sanottu vain meille 4711"


class Legacy:
    """A database as the version before left it, and an empty key store of its kind."""

    def __init__(self, world: World, case_id: UUID, reference: str, key_store_url: str) -> None:
        self.reference = reference
        self.keys = dict(world.engine.key_store.of_case(case_id))
        self.case_id = case_id
        self.settings = replace(world.engine.settings, key_store_url=key_store_url)
        database = world.engine.database
        downgrade(database, BEFORE)
        with database.transaction() as connection:
            for name, wrapped in self.keys.items():
                row = {"case_id": case_id, "sealing_class": name, "wrapped": wrapped}
                connection.execute(CASE_KEYS.insert(), row)

    def engine(self) -> Engine:
        return build_engine(self.settings, now=Clock())

    def left(self, engine: Engine) -> dict[str, bytes]:
        """Return the keys that still lie in the database."""
        with engine.database.view() as connection:
            if not inspect(connection).has_table(CASE_KEYS.name):
                return {}
            return {row.sealing_class: row.wrapped for row in connection.execute(select(CASE_KEYS))}

    def exported(self, engine: Engine) -> str:
        return str(engine.answer(ExportCase(self.reference, "tarkastus"), OPERATOR))


@pytest.fixture
def legacy(
    story: Story, database_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Legacy]:
    story.applies(what_happened=CANARY)
    case_id = story.case.id
    if database_kind == "sqlite":
        yield Legacy(story.world, case_id, story.reference, f"sqlite:///{tmp_path / 'carried.db'}")
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = cluster.new_database()
    yield Legacy(story.world, case_id, story.reference, cluster.url(name))
    cluster.drop_database(name)


@pytest.mark.databases
def test_the_upgrade_carries_the_keys_and_leaves_none_behind(legacy: Legacy, tmp_path: Path) -> None:
    engine = legacy.engine()
    with pytest.raises(WrongKeyStore, match="vireille migrate"):
        legacy.exported(engine)
    with pytest.raises(WrongKeyStore, match="vireille migrate"):
        give_up_lost_keys(engine)
    assert engine.key_store.id() is None

    prepare_database(engine)

    assert CANARY in legacy.exported(engine)
    assert engine.key_store.of_case(legacy.case_id) == legacy.keys
    assert legacy.left(engine) == {}
    assert engine.key_store.unsettled(10) == {}
    prepare_database(engine)
    engine.close()
    for file in tmp_path.glob("vireille.db*"):
        assert not any(key in file.read_bytes() for key in legacy.keys.values())


@pytest.mark.databases
def test_a_key_destroyed_meanwhile_is_not_brought_back_by_an_old_database(legacy: Legacy) -> None:
    """A dump from before the keys were carried is restored, and upgraded, after an erasure."""
    engine = legacy.engine()
    engine.key_store.create()
    engine.key_store.add({(legacy.case_id, name): key for name, key in legacy.keys.items()}, is_settled=True)
    engine.key_store.destroy([(legacy.case_id, SealingClass.NARRATIVE)])

    prepare_database(engine)

    assert engine.key_store.of_case(legacy.case_id).keys() == set(SealingClass) - {SealingClass.NARRATIVE}
    assert CANARY not in legacy.exported(engine)
    engine.close()


@pytest.mark.databases
@pytest.mark.parametrize("has_the_case", [True, False])
def test_keys_are_not_carried_to_the_store_of_another_database(legacy: Legacy, has_the_case: bool) -> None:
    engine = legacy.engine()
    engine.key_store.create()
    other = (legacy.case_id if has_the_case else UUID(int=1), SealingClass.NARRATIVE)
    engine.key_store.add({other: b"another"}, is_settled=True)
    with pytest.raises(WrongKeyStore, match="Mitään ei ole siirretty"):
        prepare_database(engine)
    assert legacy.left(engine) == legacy.keys
    engine.close()


@pytest.mark.slow
@pytest.mark.databases
def test_killed_at_any_statement_it_loses_no_key(legacy: Legacy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each attempt is a process that kills itself some statements later, and where that made a difference, one statement
    later: the migrations touch no key, and each year brings more of them. A portion is two keys of five."""
    monkeypatch.setattr(key_store_module, "AT_ONCE", 2)
    kills, at, stride, before = 0, 1, 1, (len(legacy.keys), 0)
    while killed_at_statement(at, lambda: prepare_database(legacy.engine())):
        kills += 1
        engine = legacy.engine()
        carried = engine.key_store.of_case(legacy.case_id) if engine.key_store.id() else {}
        left = legacy.left(engine)
        assert {**left, **carried} == legacy.keys, at
        assert legacy.keys in (left, carried), at
        engine.close()
        now = (len(left), len(carried))
        if now != before and stride > 1:
            at, stride = at - stride + 1, 1
            continue
        stride = 1 if now != before else min(stride + 1, FAR)
        before = now
        at += stride
    print(f"killed at {kills} statements")
    assert kills > 20
    engine = legacy.engine()
    prepare_database(engine)
    assert CANARY in legacy.exported(engine)
    assert legacy.left(engine) == {}
    engine.close()
