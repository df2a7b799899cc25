"""Destroyed keys leave a server's files at night: the tables are written anew, and nobody is kept waiting for it by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from secrets import token_bytes

import pytest
from sqlalchemy import select, text

from engine.clock import HELSINKI
from engine.executor import Engine
from engine.readiness import mistakes_at_work
from engine.storage.database import new_id
from engine.storage.key_store import KeyStore
from engine.storage.sealing import SealingClass
from engine.storage.tables.key_store import DATA_KEYS
from engine.worker import Worker
from tests.support.key_stores import applied, plan_all
from tests.support.key_stores import key_store_url as key_store_url
from tests.support.postgres import Cluster
from tests.support.story import Story
from tests.support.world import BEGINNING

CASE = new_id()
WRAPPED = {each: token_bytes(61) for each in SealingClass}


@pytest.fixture
def served_store(postgres: Cluster) -> Iterator[KeyStore]:
    """A key store on a server of its own, with the keys of one case."""
    name = postgres.new_database()
    store = KeyStore(postgres.url(name), lambda: BEGINNING)
    store.create()
    store.add({(CASE, each): wrapped for each, wrapped in WRAPPED.items()})
    yield store
    store.close()
    postgres.drop_database(name)


def test_a_destroyed_key_is_in_no_table_of_a_server_after_the_night(served_store: KeyStore) -> None:
    """PostgreSQL keeps a row as it was until the table is cleaned, and its bytes on the page after that."""
    other, kept = token_bytes(61), new_id()
    served_store.add({(kept, SealingClass.CONTACT): other})
    before = stored(served_store)
    assert all(each in before for each in (*WRAPPED.values(), other))
    assert served_store.forgotten_at() == BEGINNING

    served_store.destroy([(CASE, name) for name in WRAPPED])

    assert served_store.of_case(CASE) == {}
    assert served_store.forget_before()
    after = stored(served_store)
    assert not any(each in after for each in WRAPPED.values())
    assert other in after
    assert served_store.of_case(kept) == {SealingClass.CONTACT: other}


def test_destroying_a_key_shuts_no_table(served_store: KeyStore) -> None:
    """The whole table was written anew in each minute in which something fell due."""
    file = text("select pg_relation_filenode('data_keys')")
    with served_store.database.view() as connection:
        before = connection.execute(file).scalar_one()
        served_store.destroy([(CASE, SealingClass.NARRATIVE)])
        assert connection.execute(file).scalar_one() == before
    assert SealingClass.NARRATIVE not in served_store.of_case(CASE)


def test_a_copy_of_the_key_store_is_not_waited_for_and_the_next_attempt_forgets(
    served_store: KeyStore,
) -> None:
    with served_store.database.transaction() as copying:
        copying.execute(select(DATA_KEYS)).all()
        served_store.destroy([(CASE, SealingClass.NARRATIVE)])
        assert not served_store.forget_before()
    assert WRAPPED[SealingClass.NARRATIVE] in stored(served_store)
    assert served_store.forgotten_at() == BEGINNING, "the store was created then"
    assert served_store.forget_before()
    assert WRAPPED[SealingClass.NARRATIVE] not in stored(served_store)


def test_a_key_that_an_older_snapshot_may_see_is_not_called_forgotten(served_store: KeyStore) -> None:
    """PostgreSQL writes such a row anew with the others, and says so in a notice only."""
    with served_store.database.engine.connect() as older:
        older.execution_options(isolation_level="REPEATABLE READ")
        older.execute(text("select 1"))
        served_store.destroy([(CASE, SealingClass.NARRATIVE)])
        assert not served_store.forget_before()
        assert WRAPPED[SealingClass.NARRATIVE] in stored(served_store)
    assert served_store.forget_before()
    assert WRAPPED[SealingClass.NARRATIVE] not in stored(served_store)


@pytest.mark.databases
def test_a_worker_lets_destroyed_keys_leave_a_server_once_a_night(story: Story) -> None:
    case_id, engine, clock = applied(story), story.world.engine, story.world.clock
    store, worker = engine.key_store, Worker(engine)
    key = store.of_case(case_id)[SealingClass.NARRATIVE]
    plan_all(story)
    worker.do_chores()
    assert store.of_case(case_id) == {}
    if store.database.is_sqlite:
        assert key not in Path(store.place).read_bytes(), "SQLite keeps nothing until a night"
        assert store.forgotten_at() is None
        return

    clock.moment = datetime.combine(story.today + timedelta(days=1), time(2, 59), tzinfo=HELSINKI)
    worker.do_chores()
    assert key in stored(store)
    with store.database.transaction() as copying:
        copying.execute(select(DATA_KEYS)).all()
        clock.passes(minutes=1)
        worker.do_chores()
    assert key in stored(store), "a copy held the table"
    clock.passes(minutes=1)
    worker.do_chores()
    done_at = clock.moment
    assert store.forgotten_at() == done_at
    assert key not in stored(store)

    clock.passes(minutes=30)
    Worker(engine).do_chores()
    assert store.forgotten_at() == done_at, "a worker that begins anew knows that it is done"


@pytest.mark.databases
def test_a_night_without_a_worker_is_made_up_for_by_day_and_the_doctor_says_it(story: Story) -> None:
    engine, clock = story.world.engine, story.world.clock
    store, worker = engine.key_store, Worker(engine)
    clock.moment = datetime.combine(story.today + timedelta(days=3), time(12), tzinfo=HELSINKI)
    if store.database.is_sqlite:
        assert "key_store" not in left_undone(engine)
        return
    assert "key_store" in left_undone(engine)
    with store.database.transaction() as copying:
        copying.execute(select(DATA_KEYS)).all()
        worker.do_chores()
    began = store.forgotten_at()
    assert began is not None
    assert began < clock.moment - timedelta(days=2), "a copy held the table"
    clock.passes(minutes=10)
    worker.do_chores()
    assert store.forgotten_at() == began, "by day it is tried hourly"
    clock.passes(minutes=50)
    worker.do_chores()
    assert store.forgotten_at() == clock.moment
    assert "key_store" not in left_undone(engine)

    clock.moment -= timedelta(days=1)
    assert "key_store" in left_undone(engine), "a clock that ran ahead noted it"
    Worker(engine).do_chores()
    assert store.forgotten_at() == clock.moment


def left_undone(engine: Engine) -> set[str]:
    return {each.about for each in mistakes_at_work(engine)}


def stored(store: KeyStore) -> bytes:
    """Return the file of PostgreSQL in which the keys lie."""
    with store.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("checkpoint"))
        found = connection.execute(
            text("select current_setting('data_directory'), pg_relation_filepath('data_keys')")
        ).one()
    return Path(*found).read_bytes()
