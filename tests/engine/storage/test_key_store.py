"""The key store: its keys come before the data, and without it nothing is taken."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.commands.retention import SettleKeys
from engine.domain.people import SYSTEM
from engine.errors import KeyStoreAway
from engine.storage.database import new_id
from engine.storage.key_store import KeyStore
from engine.storage.sealing import SealingClass
from engine.storage.tables.cases import CASES
from tests.support.key_stores import (
    CANARY,
    applied,
    dumped,
    exported,
    opened_with_the_store_of_today,
)
from tests.support.key_stores import key_store_url as key_store_url
from tests.support.postgres import Cluster
from tests.support.story import Story


class Interrupted(Exception):
    """The transaction ends here, as when the server is killed."""


def keys_of_a_case_that_was_rolled_back(story: Story) -> UUID:
    engine, case_id = story.world.engine, new_id()
    with suppress(Interrupted), engine.database.unit_of_work() as unit:
        engine.stores(unit).vault.create_keys(case_id)
        raise Interrupted
    return case_id


@pytest.mark.databases
def test_keys_are_there_before_their_case_is_committed(story: Story) -> None:
    story.applies()
    assert story.world.engine.key_store.of_case(keys_of_a_case_that_was_rolled_back(story))


@pytest.mark.databases
def test_keys_without_a_case_go_after_a_day_and_those_of_a_case_stay(story: Story) -> None:
    case_id, orphan = applied(story), keys_of_a_case_that_was_rolled_back(story)
    engine, store = story.world.engine, story.world.engine.key_store
    assert engine.perform(SettleKeys(), SYSTEM) == 1
    assert store.of_case(orphan), "its transaction might still be running"
    story.world.clock.passes(days=1, minutes=1)
    assert engine.perform(SettleKeys(), SYSTEM) == 0
    assert store.unsettled(10) == {}
    assert not store.knows(orphan)
    assert store.of_case(case_id).keys() == set(SealingClass)


@pytest.mark.databases
def test_a_database_restored_from_an_older_copy_costs_no_newer_case_its_keys(
    story: Story, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Somebody may still find the newer database."""
    older = opened_with_the_store_of_today(story.world, dumped(story.world, tmp_path, request))
    case_id = applied(story)
    story.world.engine.perform(SettleKeys(), SYSTEM)
    story.world.clock.passes(days=30)
    older.perform(SettleKeys(), SYSTEM)
    older.close()
    assert CANARY in exported(story.world.engine, story.reference)
    assert story.world.engine.key_store.of_case(case_id).keys() == set(SealingClass)


def test_a_key_is_never_written_into_a_file_that_was_moved_away(story: Story) -> None:
    """A connection that stays open would write where nobody looks for the key later."""
    story.applies()
    file = Path(story.world.engine.key_store.place)
    story.world.engine.key_store.database.empty_wal()
    moved = file.with_name("moved.db")
    for end in ("", "-wal", "-shm"):
        Path(f"{file}{end}").rename(f"{moved}{end}")
    file.write_bytes(moved.read_bytes())
    applied(story)
    story.world.engine.key_store.close()
    with sqlite3.connect(file) as there, sqlite3.connect(moved) as away:
        count = "select count(distinct case_id) from data_keys"
        assert (there.execute(count).fetchone(), away.execute(count).fetchone()) == ((2,), (1,))


@pytest.mark.databases
def test_while_the_store_is_away_nothing_is_opened_or_taken_and_then_all_goes_on(
    story: Story, request: pytest.FixtureRequest
) -> None:
    applied(story)
    engine = story.world.engine
    engine.key_store.close()
    with away(engine.key_store, request):
        with pytest.raises(KeyStoreAway):
            story.applies(what_happened=CANARY)
        with pytest.raises(KeyStoreAway):
            exported(engine, story.reference)
    with engine.database.view() as connection:
        assert len(connection.execute(select(CASES.c.id)).all()) == 1
    assert CANARY in exported(engine, story.reference)
    story.applies(what_happened=CANARY)


@contextmanager
def away(store: KeyStore, request: pytest.FixtureRequest) -> Iterator[None]:
    """A disk that is not mounted; a database that lets nobody in."""
    if store.database.is_sqlite:
        file = Path(store.place)
        hidden = file.rename(file.with_suffix(".hidden"))
        yield
        hidden.rename(file)
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = str(store.database.engine.url.database)
    cluster.admit(name, admitted=False)
    yield
    cluster.admit(name, admitted=True)
