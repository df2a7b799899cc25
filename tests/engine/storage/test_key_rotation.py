"""The master key is changed while people work: every key is wrapped anew, and nothing that was sealed is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text

from engine.bootstrap import (
    build_engine,
    drop_older_versions,
    new_master_key,
    prepare_database,
    rotate_master_key,
)
from engine.errors import Refusal, Unavailable, WrongKey, WrongKeyStore
from engine.executor import Engine
from engine.settings import add_version, as_word, read_versions
from engine.simulation.simulation import Simulation
from engine.storage import key_store as key_store_module
from engine.storage.key_rotation import oldest_in_use
from engine.storage.key_store import KeyStore
from engine.storage.keys import RootKey, version_of
from engine.storage.sealing import SealingClass
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.unit_of_work import UnitOfWork
from tests.support.key_stores import CANARY, applied, dumped, exported
from tests.support.key_stores import key_store_url as key_store_url
from tests.support.statement_kills import killed_at_statement
from tests.support.story import Story
from tests.support.world import MASTER_KEY, Clock, World, settings_for


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "master.key"
    path.write_text(as_word(1, MASTER_KEY))
    return path


def process(world: World, file: Path, database_url: str = "") -> Engine[Simulation]:
    """Another process of the same installation, which reads the master key from its file."""
    settings = replace(
        world.engine.settings, master_key=read_versions(file.read_text()), master_key_file=file
    )
    return build_engine(
        replace(settings, database_url=database_url or settings.database_url), now=world.clock
    )


def rotated(world: World, file: Path) -> Engine[Simulation]:
    engine = process(world, file)
    engine.prove_key()
    new_master_key(engine)
    list(rotate_master_key(engine))
    return engine


def versions(engine: Engine, case_id: UUID) -> set[int]:
    return set(map(version_of, engine.key_store.of_case(case_id).values()))


@pytest.mark.databases
def test_everything_opens_with_the_new_version_alone(story: Story, file: Path) -> None:
    case_id = applied(story)
    before = story.world.engine.key_store.of_case(case_id)
    engine = rotated(story.world, file)
    assert versions(engine, case_id) == {2}
    assert version_of(engine.key_store.root() or b"") == 2
    assert drop_older_versions(engine) == (1,)
    engine.close()

    later = process(story.world, file)
    assert later.master.versions == (2,)
    assert CANARY in exported(later, story.reference)
    later.close()
    # The copy of the store that was made before needs the version before: a key is destroyed with its last copy.
    assert {version_of(each) for each in before.values()} == {1}


@pytest.mark.databases
def test_what_the_version_before_wrapped_is_in_no_file_of_the_store(story: Story, file: Path) -> None:
    case_id = applied(story)
    store = story.world.engine.key_store
    before = (*store.of_case(case_id).values(), store.root() or b"")
    assert all(each in files_of(store) for each in before)
    engine = rotated(story.world, file)
    left = [each for each in before if each in files_of(engine.key_store)]
    engine.close()
    assert left == []


def files_of(store: KeyStore) -> bytes:
    """Return all that lies in the files of the store's tables."""
    if store.database.is_sqlite:
        held = Path(store.database.engine.url.database or "")
        return b"".join(each.read_bytes() for each in held.parent.glob(f"{held.name}*"))
    with store.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("checkpoint"))
        place = "current_setting('data_directory'), pg_relation_filepath('data_keys'), pg_relation_filepath('root_keys')"
        folder, *files = connection.execute(text(f"select {place}")).one()
    return b"".join(Path(folder, each).read_bytes() for each in files)


@pytest.mark.databases
def test_the_version_before_opens_nothing_any_more(story: Story, file: Path) -> None:
    applied(story)
    old = file.read_text()
    rotated(story.world, file).close()
    file.write_text(old)
    engine = process(story.world, file)
    with pytest.raises(WrongKey, match="ei ole tietokannan avain"):
        engine.prove_key()
    engine.close()


@pytest.mark.databases
def test_people_work_on_in_processes_that_began_before(story: Story, file: Path) -> None:
    applied(story)
    world = story.world
    other = World(process(world, file), world.clock)
    assert CANARY in exported(other.engine, story.reference)
    engine = process(world, file)
    engine.prove_key()
    new_master_key(engine)
    change, late = rotate_master_key(engine), UUID(int=2)
    next(change)
    # Of one who had read the version before, in a place that the change has passed.
    wrapped = engine.master.wrapped_for(1, late, SealingClass.NARRATIVE, bytes(32))
    engine.key_store.add({(late, SealingClass.NARRATIVE): wrapped}, is_settled=True)
    list(change)
    assert versions(engine, late) == {2}
    engine.close()

    assert CANARY in exported(other.engine, story.reference)
    younger = Story(other)
    younger.applies(what_happened=CANARY)
    assert versions(other.engine, younger.case.id) == {2}
    other.engine.close()


@pytest.mark.databases
def test_a_process_without_the_new_version_asks_to_wait_and_calls_nothing_erased(
    story: Story, file: Path
) -> None:
    applied(story)
    rotated(story.world, file).close()
    # Its key came in a variable, which nobody can change while it runs.
    with pytest.raises(Unavailable):
        exported(story.world.engine, story.reference)
    with pytest.raises(Unavailable):
        Story(story.world).applies()


@pytest.mark.databases
def test_a_database_from_before_the_change_is_opened_by_the_key_of_today(
    story: Story, file: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    applied(story)
    copy = dumped(story.world, tmp_path, request)
    engine = rotated(story.world, file)
    drop_older_versions(engine)
    engine.close()
    restored = process(story.world, file, copy)
    assert CANARY in exported(restored, story.reference)
    restored.close()


@pytest.mark.databases
def test_a_root_key_of_another_database_is_refused(story: Story, file: Path) -> None:
    engine = process(story.world, file)
    held = engine.key_store.root()
    assert held is not None
    engine.key_store.replace_root(held, RootKey.new().wrapped_by(engine.master, 1))
    with pytest.raises(WrongKeyStore, match="juuriavain"):
        engine.prove_key()
    engine.close()


@pytest.mark.databases
def test_a_key_destroyed_meanwhile_does_not_come_back(story: Story, file: Path) -> None:
    case_id = applied(story)
    engine = process(story.world, file)
    engine.prove_key()
    new_master_key(engine)
    engine.master.refresh()
    read = engine.key_store.following(None)
    engine.key_store.destroy([(case_id, SealingClass.NARRATIVE)])
    engine.key_store.rewrap({name: (wrapped, b"anew") for name, wrapped in read.items()})
    assert SealingClass.NARRATIVE not in engine.key_store.of_case(case_id)
    engine.close()


@pytest.mark.databases
def test_a_key_that_does_not_open_stays_and_is_counted(story: Story, file: Path) -> None:
    applied(story)
    lost = UUID(int=1)
    story.world.engine.key_store.add({(lost, SealingClass.NARRATIVE): b"\x01spoiled"}, is_settled=True)
    engine = process(story.world, file)
    engine.prove_key()
    new_master_key(engine)
    *_, last = rotate_master_key(engine)
    assert (last.rewrapped, last.unopened) == (len(SealingClass), 1)
    assert engine.key_store.of_case(lost) == {SealingClass.NARRATIVE: b"\x01spoiled"}
    assert drop_older_versions(engine) == (1,)
    engine.close()


@pytest.mark.databases
def test_killed_at_any_statement_it_goes_on(
    story: Story, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attempt is a process that kills itself one statement later, and at the first again once something has changed; a
    portion is one key, so that every row counts."""
    monkeypatch.setattr(key_store_module, "AT_ONCE", 1)
    case_id = applied(story)
    seen, kills, at, before = set[frozenset[int]](), 0, 1, None
    while killed_at_statement(at, lambda: go_on(story.world, file)):
        kills += 1
        engine = process(story.world, file)
        now = file.read_text(), engine.key_store.root(), engine.key_store.of_case(case_id)
        at, before = at + 1 if now == before else 1, now
        if at == 1:
            assert CANARY in exported(engine, story.reference), kills
            seen.add(frozenset(versions(engine, case_id)))
        engine.close()
    print(f"killed at {kills} statements")
    assert seen == {frozenset({1}), frozenset({1, 2}), frozenset({2})}
    engine = process(story.world, file)
    assert oldest_in_use(engine.key_store, engine.master) == 2
    assert set(read_versions(file.read_text())) == {1, 2}
    engine.close()


def go_on(world: World, file: Path) -> None:
    engine = process(world, file)
    engine.prove_key()
    if engine.master.newest == 1:
        new_master_key(engine)
    list(rotate_master_key(engine))


def test_a_new_installation_has_a_root_key_that_stands_in_no_file(tmp_path: Path) -> None:
    engine = build_engine(settings_for(f"sqlite:///{tmp_path / 'new.db'}", tmp_path), now=Clock())
    prepare_database(engine)
    with engine.database.view() as connection:
        root = engine.stores(UnitOfWork(connection)).root
    assert root.fingerprint() != engine.master.fingerprint(1)
    engine.close()


def test_the_change_stands_in_the_log_of_administration(story: Story, file: Path) -> None:
    rotated(story.world, file).close()
    assert story.world.log_faults() == ()
    with story.world.engine.database.view() as connection:
        acts = connection.execute(select(ACCESS_ENTRIES.c.action)).scalars().all()
    assert acts.count("master_key_changed") == 1


def test_a_version_that_was_added_and_not_used_is_not_added_again(story: Story, file: Path) -> None:
    engine = process(story.world, file)
    engine.prove_key()
    assert new_master_key(engine) == 2
    engine.close()
    again = process(story.world, file)
    again.prove_key()
    assert new_master_key(again) == 2
    again.close()
    assert set(read_versions(file.read_text())) == {1, 2}


def test_a_key_in_a_variable_is_changed_by_its_operator(story: Story) -> None:
    with pytest.raises(Refusal, match=r"VIREILLE_MASTER_KEY.*2:BASE64"):
        new_master_key(story.world.engine)


def test_the_file_is_replaced_whole_and_keeps_its_mode(file: Path) -> None:
    file.chmod(0o640)
    assert add_version(file) == 2
    assert file.stat().st_mode & 0o777 == 0o640
    assert read_versions(file.read_text())[1] == MASTER_KEY
    assert [each.name for each in file.parent.glob("master.key*")] == ["master.key"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "on tyhjä"),
        ("x", "ei ole base64-tekstiä"),
        ("AAAA", "on 3 tavua"),
        (f"two:{as_word(1, MASTER_KEY)[2:]}", "pitää olla luku"),
        (f"0:{as_word(1, MASTER_KEY)[2:]}", "pitää olla luku"),
        (f"70000:{as_word(1, MASTER_KEY)[2:]}", "pitää olla luku"),
        (f"{as_word(2, MASTER_KEY)} {as_word(2, MASTER_KEY)}", "kahdesti"),
    ],
)
def test_each_mistake_in_the_key_has_its_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_versions(text)


def test_a_key_without_a_number_is_the_first_version() -> None:
    assert read_versions(f" {as_word(1, MASTER_KEY)[2:]}\n") == {1: MASTER_KEY}
