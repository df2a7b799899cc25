"""A wrong master key is noticed before anything is read or written, also in a database from before fingerprints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, func, select

from engine.bootstrap import build_engine, prepare_database
from engine.commands.access_log import SignCheckpoint
from engine.commands.enquiry_answers import UnansweredEnquiries
from engine.domain.people import PUBLIC, SYSTEM
from engine.errors import WrongKey
from engine.executor import Engine
from engine.queries.case_file import OpenCaseFile
from engine.queries.public_form import PublicForm
from engine.storage.database import Database
from engine.storage.key_store import KeyStore
from engine.storage.keys import MasterKey, RootKey
from engine.storage.master_keys import prove_key, sealed_with
from engine.storage.migrating import downgrade, migrate
from engine.storage.sealing import SealingClass
from engine.storage.tables import METADATA
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.key_store import ROOT_KEYS
from engine.storage.tables.keys import MASTER_KEYS
from tests.support.story import Story
from tests.support.world import BEGINNING, Clock, World, settings_for

OTHER = {1: bytes(32)}


def with_other_key(world: World) -> Engine:
    settings = replace(
        world.engine.settings, master_key=OTHER, master_key_place="tiedostossa /elsewhere/master.key"
    )
    return build_engine(settings, now=world.clock)


def rows_of(world: World) -> dict[str, int]:
    with world.engine.database.view() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.tables.values()
        }


def as_before(world: World) -> None:
    """The database is one of the version that noted no fingerprints and had no root key."""
    with world.engine.database.transaction() as connection:
        connection.execute(delete(MASTER_KEYS))
    without_root_key(world)


def without_root_key(world: World) -> None:
    with world.engine.key_store.database.transaction() as connection:
        connection.execute(delete(ROOT_KEYS))


@pytest.mark.databases
@pytest.mark.parametrize("is_noted", [True, False])
def test_with_a_wrong_key_nothing_is_read_or_written(story: Story, is_noted: bool) -> None:
    story.applies()
    world = story.world
    if not is_noted:
        as_before(world)
    before = rows_of(world)
    actor = world.actor("kasittelija")
    engine = with_other_key(world)
    for ask in (
        engine.prove_key,
        lambda: prepare_database(engine),
        lambda: engine.answer(OpenCaseFile(story.reference), actor),
        lambda: engine.answer(UnansweredEnquiries(), actor),
        lambda: engine.answer(PublicForm("application"), PUBLIC),
        lambda: engine.perform(SignCheckpoint(), SYSTEM),
    ):
        with pytest.raises(WrongKey, match=r"tiedostossa /elsewhere/master\.key .*Palauta") as refused:
            ask()
        assert "vireille key" not in refused.value.message
    assert rows_of(world) == before
    assert not engine.settings.checkpoints.file.exists()
    engine.close()
    assert world.engine.answer(OpenCaseFile(story.reference), actor).case.reference == story.reference


@pytest.mark.databases
def test_the_sentence_says_by_fingerprint_which_key_is_wanted(world: World) -> None:
    engine = with_other_key(world)
    wanted, given = (MasterKey(key).fingerprint(1) for key in (world.engine.settings.master_key, OTHER))
    with pytest.raises(WrongKey, match=f"{given[:8]}.*{wanted[:8]}"):
        engine.prove_key()
    engine.close()


@pytest.mark.databases
def test_what_a_wrong_key_wrote_before_makes_it_no_right_one(story: Story) -> None:
    """As on a day when a wrong key was taken for the right one: the oldest data decide."""
    story.applies()
    world = story.world
    as_before(world)
    spoiled = Story(World(with_other_key(world), world.clock))
    spoiled.world.engine._is_key_proved = True
    spoiled.world.engine._root = RootKey(OTHER[1])
    spoiled.world.engine.key_store.keep_root(b"")
    spoiled.applies()
    spoiled.world.engine.close()
    without_root_key(world)
    engine = with_other_key(world)
    with pytest.raises(WrongKey):
        engine.prove_key()
    engine.close()


@pytest.mark.databases
def test_an_entry_of_the_log_proves_the_key_where_every_case_is_erased(story: Story) -> None:
    story.applies()
    world = story.world
    assert story.read_by("kasittelija")
    as_before(world)
    with world.engine.database.transaction() as connection:
        assert connection.execute(select(ACCESS_ENTRIES.c.id)).first() is not None
    world.engine.key_store.destroy((story.case.id, each) for each in SealingClass)
    engine = with_other_key(world)
    with pytest.raises(WrongKey):
        engine.prove_key()
    engine.close()


@pytest.mark.databases
def test_a_database_of_the_version_before_takes_the_fingerprint_when_it_is_upgraded(story: Story) -> None:
    story.applies()
    settings = story.world.engine.settings
    downgrade(story.world.engine.database, "2026_11_27_corrections")
    assert sealed_with(settings.database_url) == ""
    engine = build_engine(settings, now=Clock())
    engine.prove_key()
    prepare_database(engine)
    engine.close()
    assert sealed_with(settings.database_url) == MasterKey(settings.master_key).fingerprint(1)


@pytest.mark.databases
def test_of_two_keys_that_begin_on_an_empty_database_one_is_refused(
    database_url: str, tmp_path: Path
) -> None:
    database, key_store = Database(database_url), KeyStore(f"sqlite:///{tmp_path / 'keys.db'}", Clock())
    migrate(database)
    key_store.create()
    together, outcomes = Barrier(2), list[object]()

    def begin(key: Mapping[int, bytes]) -> None:
        together.wait(timeout=60)
        try:
            outcomes.append(prove_key(database, key_store, MasterKey(key), "testissä", BEGINNING))
        except WrongKey as refused:
            outcomes.append(refused)

    threads = [Thread(target=begin, args=({1: bytes([number]) * 32},)) for number in (1, 2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    database.close()
    assert sorted(type(each).__name__ for each in outcomes) == ["RootKey", "WrongKey"]


def test_looking_for_sealed_data_creates_nothing(tmp_path: Path) -> None:
    assert sealed_with(f"sqlite:///{tmp_path / 'folder' / 'vireille.db'}") is None
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_needs_no_key_yet(tmp_path: Path) -> None:
    engine = build_engine(settings_for(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path), now=Clock())
    engine.prove_key()
    assert sealed_with(engine.settings.database_url) is None
    prepare_database(engine)
    assert sealed_with(engine.settings.database_url)
    engine.close()
