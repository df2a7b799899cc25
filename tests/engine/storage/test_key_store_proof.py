"""A database is opened with its own key store, and with no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, event, inspect

from engine.bootstrap import build_engine, give_up_lost_keys
from engine.clock import day_of
from engine.commands.enquiries import SubmitEnquiry
from engine.commands.enquiry_answers import ReadEnquiry, UnansweredEnquiries
from engine.domain.people import PUBLIC
from engine.errors import WrongKeyStore
from engine.executor import Engine
from engine.storage.key_store import KeyStore
from engine.storage.key_store_proof import prove_key_store
from engine.storage.sealing import SealingClass
from engine.storage.tables.key_store import DATA_KEYS
from engine.storage.tables.keys import KEY_STORES
from tests.engine.storage.conftest import Tables
from tests.support import answers as plain
from tests.support.key_stores import (
    CANARY,
    applied,
    exported,
)
from tests.support.key_stores import key_store_url as key_store_url
from tests.support.story import Story
from tests.support.world import Clock, World, settings_for


@pytest.mark.databases
def test_a_database_is_opened_with_its_own_store_only(
    story: Story, tmp_path: Path, database_url: str
) -> None:
    applied(story)
    settings = story.world.engine.settings
    others = KeyStore(f"sqlite:///{tmp_path / 'others.db'}", story.world.clock)
    others.create()
    others.close()
    (tmp_path / "empty.db").touch()
    for wrong, why in (
        (f"sqlite:///{tmp_path / 'others.db'}", "ei ole tämän tietokannan"),
        (f"sqlite:///{tmp_path / 'empty.db'}", "tyhjä"),
        (f"sqlite:///{tmp_path / 'none.db'}", "tyhjä"),
    ):
        engine = build_engine(replace(settings, key_store_url=wrong), now=story.world.clock)
        for ask in (engine.prove_key, lambda: exported(engine, story.reference)):  # noqa: B023 - asked at once
            with pytest.raises(WrongKeyStore, match=why):
                ask()
        engine.close()
    assert not (tmp_path / "none.db").exists()
    assert CANARY in exported(story.world.engine, story.reference)


@pytest.mark.databases
def test_a_new_database_takes_no_store_in_use_and_never_itself(
    story: Story, tmp_path: Path, database_url: str, tables: Tables
) -> None:
    applied(story)
    with story.world.engine.database.transaction() as connection:
        connection.execute(delete(KEY_STORES))
    same = replace(story.world.engine.settings, key_store_url=database_url)
    engine = build_engine(same, now=story.world.clock)
    with pytest.raises(WrongKeyStore, match="samassa tietokannassa"):
        engine.prove_key()
    with engine.database.view() as connection:
        assert not inspect(connection).has_table(DATA_KEYS.name)
    engine.close()
    fresh = replace(story.world.engine.settings, database_url=f"sqlite:///{tmp_path / 'fresh.db'}")
    tables.copy(tmp_path / "fresh.db")
    engine = build_engine(fresh, now=Clock())
    with pytest.raises(WrongKeyStore, match="toisen tietokannan"):
        engine.prove_key()
    engine.close()


@pytest.mark.databases
def test_a_store_older_than_the_database_is_refused_until_its_loss_is_noted(story: Story) -> None:
    kept, lost = applied(story), applied(story)
    reference = story.reference
    store = story.world.engine.key_store
    with store.database.transaction() as connection:
        connection.execute(delete(DATA_KEYS).where(DATA_KEYS.c.case_id == lost))
    engine = build_engine(story.world.engine.settings, now=story.world.clock)
    with pytest.raises(WrongKeyStore, match=r"vanhempi kuin tietokanta.*--keys-lost"):
        exported(engine, reference)

    assert give_up_lost_keys(engine) == 1

    assert give_up_lost_keys(engine) == 0
    assert CANARY not in exported(engine, reference)
    assert engine.key_store.of_case(kept).keys() == set(SealingClass)
    engine.close()


@pytest.mark.databases
@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("is_same", [True, False])
def test_of_two_processes_that_begin_on_an_empty_database_only_those_with_one_store_go_on(
    database_url: str, key_store_url: str, tmp_path: Path, is_same: bool
) -> None:
    urls = [key_store_url, key_store_url if is_same else f"sqlite:///{tmp_path / 'other.db'}"]
    engines = [
        build_engine(replace(settings_for(database_url, tmp_path), key_store_url=each), now=Clock())
        for each in urls
    ]
    together, refused = Barrier(2), list[Exception]()

    def begin(engine: Engine) -> None:
        engine.prove_master_key()
        together.wait(timeout=60)
        try:
            engine.prove_key()
        except WrongKeyStore as failure:
            refused.append(failure)

    threads = [Thread(target=begin, args=(each,)) for each in engines]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    ids = {each.key_store.id() for each in engines}
    assert (len(ids), len(refused)) == ((1, 0) if is_same else (2, 1))
    for engine in engines:
        engine.close()


@pytest.mark.databases
@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("table", ["master_keys", "root_keys", "key_stores"])
def test_a_process_goes_on_though_another_one_begins_between_two_of_its_questions(
    database_url: str, key_store_url: str, tmp_path: Path, table: str
) -> None:
    settings = replace(settings_for(database_url, tmp_path), key_store_url=key_store_url)
    first, second = (build_engine(settings, now=Clock()) for _ in range(2))
    first.key_store.create()
    asked = list[str]()

    def begin_the_second(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if f"FROM {table}" in statement and not asked:
            asked.append(statement)
            second.prove_key()

    for each in (first.database, first.key_store.database):
        event.listen(each.engine, "before_cursor_execute", begin_the_second)
    first.prove_key()

    assert asked
    assert first.key_store.root() == second.key_store.root()
    for engine in (first, second):
        engine.close()


@pytest.mark.databases
def test_a_store_without_the_key_of_the_newest_enquiry_is_refused_until_the_loss_is_noted(
    world: World,
) -> None:
    engine, clerk = world.engine, world.actor("kirjaaja")
    engine.perform(SubmitEnquiry("k" * 43, data=plain.enquiry(day_of(world.clock()))), PUBLIC)
    (asked,) = engine.answer(UnansweredEnquiries(), clerk)
    with engine.key_store.database.transaction() as connection:
        connection.execute(delete(DATA_KEYS).where(DATA_KEYS.c.case_id == asked.id))
    with pytest.raises(WrongKeyStore, match="neuvontapyynnön"):
        prove_key_store(engine.database, engine.key_store)
    assert give_up_lost_keys(engine) == 1
    assert prove_key_store(engine.database, engine.key_store)
    assert engine.answer(ReadEnquiry(asked.id), clerk).content == {}
