"""Erasure holds in every copy, also when it is interrupted, rolled back or undone by a restored key store."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
from sqlalchemy import LargeBinary, delete, select, text, update

from engine.casework.incoming_files import ExaminedFile
from engine.commands.attachments import AttachToCase, TakeQuarantined
from engine.commands.retention import DueErasures, EraseAgain, EraseDue
from engine.domain.people import SYSTEM
from engine.errors import NotFound
from engine.executor import Command, Engine, Work
from engine.queries.attachment import ReadAttachment
from engine.queries.preview import PreviewedKind, ReadForPreview
from engine.storage.sealing import SealingClass
from engine.storage.tables import METADATA
from engine.storage.tables.cases import PARTIES
from engine.storage.tables.key_store import DATA_KEYS
from engine.storage.tables.processes import OUTBOX_MESSAGES
from engine.worker import Worker
from tests.support.browsing import signed_in
from tests.support.key_stores import (
    CANARY,
    applied,
    close_and_plan,
    dumped,
    erase_due,
    exported,
    opened_with_the_store_of_today,
    plan_all,
)
from tests.support.key_stores import key_store_url as key_store_url
from tests.support.story import Story

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

    assert erase_due(world.engine) == len(SealingClass)

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
        engine.perform(ThenInterrupted(EraseDue(case_id)), SYSTEM)

    assert engine.key_store.of_case(case_id) == {}
    with engine.database.unit_of_work() as unit:
        assert not engine.stores(unit).retention.all_destroyed()
    assert erase_due(engine) == len(SealingClass)
    assert erase_due(engine) == 0
    with engine.database.unit_of_work() as unit:
        assert len(engine.stores(unit).retention.all_destroyed()) == len(SealingClass)
    assert CANARY not in exported(engine, story.reference)


@pytest.mark.databases
def test_a_case_whose_erasure_fails_keeps_no_other_from_being_erased(story: Story) -> None:
    """All that was due was one transaction: of none it was noted, and what came behind it waited for ever."""
    world, other = story.world, Story(story.world)
    for each, day in ((story, story.today - timedelta(days=1)), (other, story.today)):
        each.applies()
        close_and_plan(each, day, SealingClass.CONTACT)
    fails, goes = story.case.id, other.case.id
    with world.engine.database.transaction() as connection:
        changed = update(PARTIES).where(PARTIES.c.case_id == fails).values(identity=b"changed")
        connection.execute(changed)

    Worker(world.engine).do_chores()

    with world.engine.database.unit_of_work() as unit:
        noted = world.engine.stores(unit).retention.all_destroyed()
    assert noted == ((goes, SealingClass.CONTACT),)
    assert world.engine.answer(DueErasures(), SYSTEM) == (fails,), "tried again in the next round"


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
    erase_due(story.world.engine)
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
    erase_due(engine)
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
    erasing = Thread(target=lambda: done.append(erase_due(engine)))
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
