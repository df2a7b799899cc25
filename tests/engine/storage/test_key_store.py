"""The key store: its keys come before the data, go for good, and are never looked for in the wrong place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread
from time import monotonic
from uuid import UUID

import orjson
import pytest
from sqlalchemy import LargeBinary, delete, inspect, select, text

from engine.bootstrap import build_engine, give_up_lost_keys
from engine.commands.retention import EraseAgain, EraseDue, SettleKeys
from engine.domain.people import OPERATOR, SYSTEM
from engine.errors import KeyStoreAway, WrongKeyStore
from engine.executor import Command, Engine, Work
from engine.queries.case_export import ExportCase
from engine.storage.database import new_id
from engine.storage.key_store import KeyStore
from engine.storage.migrating import migrate
from engine.storage.sealing import SealingClass
from engine.storage.tables import METADATA
from engine.storage.tables.cases import CASES
from engine.storage.tables.key_store import DATA_KEYS
from engine.storage.tables.keys import KEY_STORES
from engine.storage.tables.processes import OUTBOX_MESSAGES
from engine.worker import Worker
from tests.support.postgres import Cluster
from tests.support.story import Story
from tests.support.world import Clock, World, key_store_beside, settings_for

CANARY = "sanottu vain meille 4711"
MAILBOX = "kanarialintu@example.invalid"


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


def told(story: Story) -> UUID:
    story.applies(what_happened=CANARY)
    return story.case.id


def plan_all(story: Story) -> None:
    """Every class of the case is due today."""
    case_id, plans = story.case.id, {each.value: ("15 §", story.today) for each in SealingClass}
    with story.world.engine.database.unit_of_work() as unit:
        story.world.engine.stores(unit).retention.set(case_id, plans, story.world.clock.moment)


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


def every_byte_column(engine: Engine) -> bytes:
    with engine.database.view() as connection:
        columns = [
            each for table in METADATA.sorted_tables for each in table.c if isinstance(each.type, LargeBinary)
        ]
        return b"\n".join(
            value for each in columns for value in connection.execute(select(each)).scalars() if value
        )


def write_to(story: Story, address: str) -> None:
    """A message to this address waits in the outbox."""
    case_id = story.case.id
    with story.world.engine.database.unit_of_work() as unit:
        story.world.engine.stores(unit).outbox.add(
            "receipt",
            recipient={"email": address},
            language="fi",
            template_values={},
            moment=story.world.clock.moment,
            case_id=case_id,
        )


class Interrupted(Exception):
    """The transaction ends here, as when the server is killed."""


class ThenInterrupted(Command[None]):
    """Another command, rolled back at its end."""

    def __init__(self, inner: Command[int]) -> None:
        self._inner = inner

    def permit(self, work: Work) -> None:
        self._inner.permit(work)

    def execute(self, work: Work) -> None:
        self._inner.execute(work)
        work.stores.unit.flush()
        raise Interrupted


# ---------------------------------------------------------------- erasure and backups


@pytest.mark.databases
def test_a_dump_from_before_an_erasure_opens_nothing_after_it(
    story: Story, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    case_id = told(story)
    world = story.world
    story.does("kirjaaja", "register")
    write_to(story, MAILBOX)
    wrapped = world.engine.key_store.of_case(case_id)
    assert wrapped.keys() == set(SealingClass)
    plan_all(story)
    dump = opened_with_the_store_of_today(world, dumped(world, tmp_path, request))
    before = exported(dump, story.reference)
    assert CANARY in before
    assert "Keksitty" in before
    assert MAILBOX in before

    assert world.engine.perform(EraseDue(), SYSTEM) == len(SealingClass)

    for engine in (world.engine, dump):
        after = exported(engine, story.reference)
        assert CANARY not in after
        assert "Keksitty" not in after
        assert MAILBOX not in after
    held = every_byte_column(dump)
    assert not any(each in held for each in wrapped.values()), "a dump holds no key to be opened with"
    dump.close()


def test_a_destroyed_key_is_in_no_file_of_the_store(story: Story) -> None:
    case_id = told(story)
    store = story.world.engine.key_store
    key = store.of_case(case_id)[SealingClass.NARRATIVE]
    files = [Path(f"{store.place}{end}") for end in ("", "-wal")]
    assert any(key in each.read_bytes() for each in files)
    store.destroy([(case_id, SealingClass.NARRATIVE)])
    assert not any(key in each.read_bytes() for each in files if each.exists())
    assert Path(store.place).stat().st_mode & 0o077 == 0


@pytest.mark.databases
def test_an_erasure_that_is_rolled_back_is_done_all_the_same_and_noted_the_next_time(story: Story) -> None:
    case_id = told(story)
    engine = story.world.engine
    plan_all(story)

    with pytest.raises(Interrupted):
        engine.perform(ThenInterrupted(EraseDue()), SYSTEM)

    assert engine.key_store.of_case(case_id) == {}
    with engine.database.unit_of_work() as unit:
        assert not engine.stores(unit).retention.all_destroyed()
    assert engine.perform(EraseDue(), SYSTEM) == len(SealingClass)
    assert engine.perform(EraseDue(), SYSTEM) == 0
    with engine.database.unit_of_work() as unit:
        assert len(engine.stores(unit).retention.all_destroyed()) == len(SealingClass)
    assert CANARY not in exported(engine, story.reference)


@pytest.mark.databases
def test_a_message_of_the_version_before_is_still_sent_to_its_address(story: Story) -> None:
    """It waits in the outbox, sealed under the master key alone."""
    story.applies()
    write_to(story, "uusi@example.invalid")
    with story.world.engine.database.unit_of_work() as unit:
        stores = story.world.engine.stores(unit)
        message_id = stores.outbox.due(story.world.clock.moment, 10)[-1]
        sealed = stores.vault.seal_apart("outbox recipients", str(message_id), {"email": MAILBOX})
        unit.update(OUTBOX_MESSAGES, {"id": message_id}, {"recipient": sealed})
    with story.world.engine.database.unit_of_work() as unit:
        taken = story.world.engine.stores(unit).outbox.take(message_id, story.world.clock.moment)
    assert taken is not None
    assert taken.recipient["email"] == MAILBOX


@pytest.mark.databases
def test_a_destroyed_key_is_not_added_again(story: Story) -> None:
    case_id = told(story)
    store = story.world.engine.key_store
    keys = {(case_id, name): key for name, key in store.of_case(case_id).items()}
    store.destroy([(case_id, SealingClass.NARRATIVE)])
    store.add(keys, is_settled=True)
    assert SealingClass.NARRATIVE not in store.of_case(case_id)
    assert len(store.of_case(case_id)) == len(SealingClass) - 1


@pytest.mark.databases
def test_what_an_older_copy_of_the_key_store_brings_back_goes_again_when_a_worker_starts(
    story: Story,
) -> None:
    case_id = told(story)
    engine = story.world.engine
    before = engine.key_store.of_case(case_id)
    plan_all(story)
    engine.perform(EraseDue(), SYSTEM)
    with engine.key_store.database.transaction() as connection:
        connection.execute(delete(DATA_KEYS))
    engine.key_store.add({(case_id, name): key for name, key in before.items()}, is_settled=True)
    assert CANARY in exported(engine, story.reference)

    Worker(engine, lambda *_: None).round()

    assert engine.key_store.of_case(case_id) == {}
    assert CANARY not in exported(engine, story.reference)
    engine.perform(EraseAgain(), SYSTEM)


# ---------------------------------------------------------------- the order of writes


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
    case_id, orphan = told(story), keys_of_a_case_that_was_rolled_back(story)
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
    case_id = told(story)
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
    told(story)
    story.world.engine.key_store.close()
    with sqlite3.connect(file) as there, sqlite3.connect(moved) as away:
        count = "select count(distinct case_id) from data_keys"
        assert (there.execute(count).fetchone(), away.execute(count).fetchone()) == ((2,), (1,))


@pytest.mark.databases
def test_a_day_taken_back_while_erasure_begins_keeps_its_keys(story: Story) -> None:
    """No rollback brings a key back, so whoever takes the day back is waited for before the keys go."""
    case_id = told(story)
    engine = story.world.engine
    plan_all(story)
    done: list[int] = []
    erasing = Thread(target=lambda: done.append(engine.perform(EraseDue(), SYSTEM)))
    with engine.database.unit_of_work() as unit:
        engine.stores(unit).retention.hold(case_id)
        unit.flush()
        erasing.start()
        if not engine.database.is_sqlite:
            wait_until_blocked(engine)
    erasing.join(timeout=60)
    assert done == [0]
    assert engine.key_store.of_case(case_id).keys() == set(SealingClass)


def wait_until_blocked(engine: Engine) -> None:
    until = monotonic() + 60
    blocked = text(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    )
    while monotonic() < until:
        with engine.database.view() as connection:
            if connection.execute(blocked).scalar_one():
                return
    raise AssertionError("nobody waits")


# ---------------------------------------------------------------- a store that is away


@pytest.mark.databases
def test_while_the_store_is_away_nothing_is_opened_or_taken_and_then_all_goes_on(
    story: Story, request: pytest.FixtureRequest
) -> None:
    told(story)
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


# ---------------------------------------------------------------- the right store


@pytest.mark.databases
def test_a_database_is_opened_with_its_own_store_only(
    story: Story, tmp_path: Path, database_url: str
) -> None:
    told(story)
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
    story: Story, tmp_path: Path, database_url: str
) -> None:
    told(story)
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
    engine = build_engine(fresh, now=Clock())
    migrate(engine.database)
    with pytest.raises(WrongKeyStore, match="toisen tietokannan"):
        engine.prove_key()
    engine.close()


@pytest.mark.databases
def test_a_store_older_than_the_database_is_refused_until_its_loss_is_noted(story: Story) -> None:
    kept, lost = told(story), told(story)
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
@pytest.mark.parametrize("is_same", [True, False])
def test_of_two_processes_that_begin_on_an_empty_database_only_those_with_one_store_go_on(
    database_url: str, key_store_url: str, tmp_path: Path, is_same: bool
) -> None:
    urls = [key_store_url, key_store_url if is_same else f"sqlite:///{tmp_path / 'other.db'}"]
    engines = [
        build_engine(replace(settings_for(database_url, tmp_path), key_store_url=each), now=Clock())
        for each in urls
    ]
    migrate(engines[0].database)
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
