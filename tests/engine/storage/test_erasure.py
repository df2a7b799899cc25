"""Erasure holds in every copy, also when it is interrupted, rolled back or undone by a restored key store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes
from threading import Thread
from time import monotonic

import pytest
from sqlalchemy import LargeBinary, delete, select, text

from engine.casework.incoming_files import ExaminedFile
from engine.commands.attachments import AttachToCase, TakeQuarantined
from engine.commands.retention import EraseAgain, EraseDue
from engine.domain.people import SYSTEM
from engine.errors import NotFound
from engine.executor import Command, Engine, Work
from engine.queries.attachment import ReadAttachment
from engine.queries.preview import PreviewedKind, ReadForPreview
from engine.storage.database import new_id
from engine.storage.key_store import KeyStore
from engine.storage.sealing import SealingClass
from engine.storage.tables import METADATA
from engine.storage.tables.key_store import DATA_KEYS
from engine.storage.tables.processes import OUTBOX_MESSAGES
from engine.worker import Worker
from tests.support.browsing import signed_in
from tests.support.key_stores import (
    CANARY,
    applied,
    dumped,
    exported,
    opened_with_the_store_of_today,
    plan_all,
)
from tests.support.key_stores import key_store_url as key_store_url
from tests.support.postgres import Cluster
from tests.support.story import Story
from tests.support.world import BEGINNING

CASE = new_id()
WRAPPED = {each: token_bytes(61) for each in SealingClass}
MAILBOX = "kanarialintu@example.invalid"


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


@pytest.mark.databases
def test_a_dump_from_before_an_erasure_opens_nothing_after_it(
    story: Story, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    case_id = applied(story)
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
    case_id = applied(story)
    store = story.world.engine.key_store
    key = store.of_case(case_id)[SealingClass.NARRATIVE]
    files = [Path(f"{store.place}{end}") for end in ("", "-wal")]
    assert any(key in each.read_bytes() for each in files)
    store.destroy([(case_id, SealingClass.NARRATIVE)])
    assert not any(key in each.read_bytes() for each in files if each.exists())
    assert Path(store.place).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("state", ["clean", "quarantined"])
def test_a_file_of_an_older_database_whose_key_is_gone_is_not_there(story: Story, state: str) -> None:
    """The older database holds its sealed content still, and the key store of today no key."""
    case_id = applied(story)
    engine, director = story.world.engine, story.world.actor("johtaja")
    file = ExaminedFile("todistus.pdf", "application/pdf", b"%PDF", state)
    engine.perform(AttachToCase(story.reference, file), director)
    (attachment,) = story.file.attachments
    engine.key_store.destroy([(case_id, SealingClass.NARRATIVE)])

    if state == "quarantined":
        assert engine.answer(TakeQuarantined(attachment.id), SYSTEM) is None
        return
    for query in (
        ReadAttachment(attachment.id),
        ReadForPreview(story.reference, PreviewedKind.ATTACHMENT, attachment.id),
    ):
        with pytest.raises(NotFound):
            engine.answer(query, director)


@pytest.mark.databases
def test_an_erasure_that_is_rolled_back_is_done_all_the_same_and_noted_the_next_time(story: Story) -> None:
    case_id = applied(story)
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
    case_id = applied(story)
    store = story.world.engine.key_store
    keys = {(case_id, name): key for name, key in store.of_case(case_id).items()}
    store.destroy([(case_id, SealingClass.NARRATIVE)])
    store.add(keys, is_settled=True)
    assert SealingClass.NARRATIVE not in store.of_case(case_id)
    assert len(store.of_case(case_id)) == len(SealingClass) - 1


def test_the_way_a_case_went_goes_with_its_course(story: Story) -> None:
    """No element, hour or role of a course stays that its case's page calls destroyed."""
    applied(story)
    assert story.file.element_runs
    plan_all(story)
    story.world.engine.perform(EraseDue(), SYSTEM)
    assert story.file.element_runs == ()
    assert signed_in(story.world, "johtaja").get(f"/cases/{story.reference}").status == 200


@pytest.mark.databases
def test_what_an_older_copy_of_the_key_store_brings_back_goes_again_when_a_worker_starts(
    story: Story,
) -> None:
    case_id = applied(story)
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
    assert engine.perform(EraseAgain(), SYSTEM) == 0


@pytest.mark.databases
def test_a_day_taken_back_while_erasure_begins_keeps_its_keys(story: Story) -> None:
    """No rollback brings a key back: EraseDue waits for the transaction that takes the day back."""
    case_id = applied(story)
    engine = story.world.engine
    plan_all(story)
    done: list[int] = []
    erasing = Thread(target=lambda: done.append(engine.perform(EraseDue(), SYSTEM)))
    with engine.database.unit_of_work() as unit:
        engine.stores(unit).retention.take_back(case_id)
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


def test_a_destroyed_key_is_in_no_table_of_a_server(served_store: KeyStore) -> None:
    """PostgreSQL keeps a row as it was until the table is cleaned, and its bytes on the page after that."""
    other, kept = token_bytes(61), new_id()
    served_store.add({(kept, SealingClass.CONTACT): other})
    before = stored(served_store)
    assert all(each in before for each in (*WRAPPED.values(), other))

    served_store.destroy([(CASE, name) for name in WRAPPED])

    after = stored(served_store)
    assert not any(each in after for each in WRAPPED.values())
    assert other in after
    assert served_store.of_case(kept) == {SealingClass.CONTACT: other}


def test_a_copy_of_the_key_store_keeps_nobody_from_destroying_keys(served_store: KeyStore) -> None:
    """The bytes go with the next key that is destroyed."""
    with served_store.database.transaction() as copying:
        copying.execute(select(DATA_KEYS)).all()
        served_store.destroy([(CASE, SealingClass.NARRATIVE)])
        assert SealingClass.NARRATIVE not in served_store.of_case(CASE)
    assert WRAPPED[SealingClass.NARRATIVE] in stored(served_store)

    served_store.destroy([(CASE, SealingClass.CONTACT)])

    assert WRAPPED[SealingClass.NARRATIVE] not in stored(served_store)


def stored(store: KeyStore) -> bytes:
    """Return the file of PostgreSQL in which the keys lie."""
    with store.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("checkpoint"))
        found = connection.execute(
            text("select current_setting('data_directory'), pg_relation_filepath('data_keys')")
        ).one()
    return Path(*found).read_bytes()
