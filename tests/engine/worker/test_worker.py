"""The worker's round: due work is done, failed work waits for a person, and nothing else waits behind it."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from engine.commands.incidents import RetryIncident
from engine.commands.outbox import PAUSES
from engine.commands.public_drafts import KeepPublicDraft, ReadPublicDraft, new_token
from engine.commands.retention import EraseDue
from engine.commands.timers import DueTimers
from engine.domain.people import PUBLIC, SYSTEM
from engine.errors import Unsealable
from engine.executor import Command, Engine, Work
from engine.mail import MailRefused, MailUnavailable
from engine.queries.oversight import WatchOver
from engine.storage.outbox import Incident, OutboxMessage
from engine.storage.sealing import SealingClass
from engine.storage.tables.processes import OUTBOX_MESSAGES, STARTS, TIMERS
from engine.worker import CHECKPOINT_EVERY, START, TIMER, Worker, _knock
from tests.support.answers import request
from tests.support.story import Story
from tests.support.world import World


@dataclass(frozen=True)
class Doing(Command[Any]):
    """An action of a test inside a transaction."""

    act: Any

    def permit(self, work: Work) -> None:
        """Permit all."""

    def execute(self, work: Work) -> Any:
        return self.act(work)


@dataclass
class Post:
    """A mail server that fails on demand."""

    fails: Exception | None = None
    sent: list[OutboxMessage] = field(default_factory=list)

    def __call__(self, _settings: Any, message: OutboxMessage) -> None:
        if self.fails is not None:
            raise self.fails
        self.sent.append(message)


def incidents(world: World) -> tuple[Incident, ...]:
    return world.engine.answer(WatchOver(), world.actor("esihenkilo")).incidents


def stalled_request(story: Story) -> None:
    """Send a request; its timers wait."""
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Työn ehdot")
    asked = [request("outside_authority", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=asked, round_reason="Toinen taho tietää.")


def without(engine: Engine, operation: str) -> None:
    """Make that operation fail, with words that must not reach a log."""

    def fails(*_: Any) -> Any:
        raise RuntimeError("Anna Esimerkki, 040 123")

    engine.operations = {
        **engine.operations,
        operation: replace(engine.operations[operation], run=fails),
    }


def due_timers(world: World) -> int:
    return len(world.engine.answer(DueTimers(), SYSTEM))


@pytest.mark.databases
def test_timers_fire_when_due_and_once(story: Story) -> None:
    stalled_request(story)
    worker = Worker(story.world.engine, Post())
    assert worker.do(TIMER) == 0
    story.world.clock.passes(days=60)
    due = due_timers(story.world)
    assert due > 0
    assert worker.do(TIMER) == due
    fired = story.events.count("timer_fired")
    assert fired == due
    worker.do(TIMER)
    assert story.events.count("timer_fired") >= fired


@pytest.mark.databases
def test_two_workers_fire_each_timer_once(world: World) -> None:
    stories = [Story(world) for _ in range(3)]
    for story in stories:
        stalled_request(story)
    world.clock.passes(days=12)
    due = due_timers(world)
    assert due >= len(stories)
    with ThreadPoolExecutor(2) as pool:
        fired = list(pool.map(lambda _: Worker(world.engine, Post()).do(TIMER), range(2)))
    # A case in use is left to the next round; nothing is fired twice.
    again = Worker(world.engine, Post()).do(TIMER)
    recorded = sum(story.events.count("timer_fired") for story in stories)
    assert sum(fired) + again == recorded
    assert incidents(world) == ()


def test_the_third_failure_is_an_incident_that_a_manager_lets_go_again(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    stalled_request(story)
    world = story.world
    known = world.engine.operations
    without(world.engine, "send_reminder")
    without(world.engine, "mark_stalled")
    world.clock.passes(days=60)
    worker = Worker(world.engine, Post())
    for tried in range(1, 4):
        assert worker.do(TIMER) == 0
        assert due_timers(world) == 0, "it waits before it is tried again"
        assert bool(incidents(world)) == (tried == 3)
        world.clock.passes(hours=2)
    assert due_timers(world) == 0, "after the third try it waits for a person"
    opened = incidents(world)
    assert {each.kind for each in opened} == {"timer"}
    assert "incident_opened" in story.events
    assert not any("Anna" in each.message for each in opened)
    assert "Anna" not in caplog.text

    world.engine.operations = known
    for each in opened:
        world.engine.perform(RetryIncident(each.id), world.actor("esihenkilo"))
    world.clock.passes(seconds=1)
    assert worker.do(TIMER) == len(opened)
    assert incidents(world) == ()


def mail_waits(story: Story) -> Post:
    """Put a receipt into the outbox."""
    story.applies(safe_channels=["email"], email="joku@example.invalid", may_leave_message="no")
    return Post()


def outbox(world: World) -> list[Any]:
    with world.engine.database.view() as connection:
        return list(connection.execute(select(OUTBOX_MESSAGES).order_by(OUTBOX_MESSAGES.c.id)))


def test_mail_goes_out_once_and_its_address_goes_with_it(story: Story) -> None:
    post = mail_waits(story)
    worker = Worker(story.world.engine, post)
    assert worker.send_mail() == len(post.sent) == 1
    assert worker.send_mail() == 0
    assert outbox(story.world)[0].recipient is None


def test_nothing_is_taken_without_a_mail_server(story: Story) -> None:
    post = mail_waits(story)
    engine = story.world.engine
    engine.settings = replace(engine.settings, mail=None)
    assert Worker(engine, post).send_mail() == 0
    assert outbox(story.world)[0].taken_at is None


def test_a_server_that_is_away_is_asked_later_and_at_last_a_person(story: Story) -> None:
    post = mail_waits(story)
    post.fails = MailUnavailable()
    world = story.world
    worker = Worker(world.engine, post)
    for pause in PAUSES:
        worker.send_mail()
        assert outbox(world)[0].next_attempt_at == world.clock.moment + pause
        assert incidents(world) == ()
        world.clock.passes(hours=4)
    worker.send_mail()
    (incident,) = incidents(world)
    assert (incident.kind, incident.message) == ("outbox", MailUnavailable().message)
    world.clock.passes(days=1)
    assert worker.send_mail() == 0

    post.fails = None
    world.engine.perform(RetryIncident(incident.id), world.actor("esihenkilo"))
    assert worker.send_mail() == 1


@pytest.mark.parametrize(
    "fails", [MailRefused(), ValueError("joku@example.invalid")], ids=["refused", "a fault"]
)
def test_a_message_that_can_never_go_is_an_incident_and_the_next_one_goes(
    story: Story, fails: Exception
) -> None:
    post = mail_waits(story)
    post.fails = fails
    worker = Worker(story.world.engine, post)
    assert worker.send_mail() == 0
    (incident,) = incidents(story.world)
    assert "@" not in incident.message
    post.fails = None
    Story(story.world).applies(
        safe_channels=["email"], email="toinen@example.invalid", may_leave_message="no"
    )
    assert worker.send_mail() == 1


def test_a_message_that_cant_be_opened_stops_nobody(story: Story) -> None:
    post = mail_waits(story)
    other = Story(story.world)
    other.applies(safe_channels=["email"], email="toinen@example.invalid", may_leave_message="no")
    first = outbox(story.world)[0].id
    with story.world.engine.database.transaction() as connection:
        connection.execute(
            update(OUTBOX_MESSAGES).where(OUTBOX_MESSAGES.c.id == first).values(recipient=b"\x01" + bytes(60))
        )
    assert Worker(story.world.engine, post).round() >= 1
    assert [message.recipient["email"] for message in post.sent] == ["toinen@example.invalid"]
    assert [each.kind for each in incidents(story.world)] == ["outbox"]


def test_a_worker_that_died_with_a_message_leaves_it_to_another(story: Story) -> None:
    post = mail_waits(story)
    world = story.world
    world.engine.perform(Doing(lambda work: work.stores.outbox.take(outbox(world)[0].id, work.now)), SYSTEM)
    worker = Worker(world.engine, post)
    assert worker.send_mail() == 0, "somebody has it"
    world.clock.passes(minutes=11)
    assert worker.send_mail() == 1


def test_expired_drafts_are_destroyed(world: World) -> None:
    token = new_token()
    world.engine.perform(KeepPublicDraft(token, "application", {"help_needed": "apua"}), PUBLIC)
    Worker(world.engine, Post()).round()
    assert world.engine.answer(ReadPublicDraft(token), PUBLIC)
    world.clock.passes(days=1, minutes=1)
    Worker(world.engine, Post()).round()
    left = world.engine.perform(
        Doing(lambda work: work.stores.public_drafts.destroy_expired(work.now)), SYSTEM
    )
    assert left == 0


def test_content_past_its_retention_can_be_read_by_nobody(story: Story) -> None:
    story.applies()
    world = story.world
    day = story.today + timedelta(days=30)

    def plan(work: Work) -> None:
        case = work.stores.cases.by_reference(story.reference)
        work.stores.retention.set(case.id, {SealingClass.NARRATIVE.value: ("15 §", day)}, work.now)

    world.engine.perform(Doing(plan), SYSTEM)
    Worker(world.engine, Post()).round()
    assert story.file.submissions[0].answers["what_happened"]

    world.clock.passes(days=31)
    Worker(world.engine, Post()).round()
    file = story.file
    assert "what_happened" not in file.submissions[0].answers
    assert file.applicant is not None
    assert file.applicant.name, "the other classes stay"
    assert "content_erased" in story.events

    def open_it(work: Work) -> bytes:
        case = work.stores.cases.by_reference(story.reference)
        return work.stores.vault.seal(case.id, SealingClass.NARRATIVE, "somewhere", b"text")

    with pytest.raises(Unsealable):
        world.engine.perform(Doing(open_it), SYSTEM)


def test_nobody_is_written_to_once_the_contact_data_has_gone(story: Story) -> None:
    story.applies()
    today = story.today

    def plan(work: Work) -> None:
        case = work.stores.cases.by_reference(story.reference)
        work.stores.retention.set(case.id, {SealingClass.CONTACT.value: ("15 §", today)}, work.now)

    story.world.engine.perform(Doing(plan), SYSTEM)
    story.world.engine.perform(EraseDue(), SYSTEM)

    story.passes(minutes=5)

    assert story.mails == []


def test_a_checkpoint_is_signed_in_the_first_round_and_then_once_a_minute_when_somebody_has_looked(
    story: Story,
) -> None:
    story.applies()
    assert story.file.tasks, "somebody looked, so that there is a chain"
    file: Path = story.world.engine.settings.checkpoints.file
    worker = Worker(story.world.engine, Post())
    for _ in range(CHECKPOINT_EVERY):
        worker.round()
    lines = file.read_bytes().splitlines()
    assert len(lines) == 1
    assert orjson.loads(lines[0])["heads"]
    assert story.file.tasks
    worker.round()
    assert len(file.read_bytes().splitlines()) == 2
    assert story.world.log_faults() == ()


def test_erasure_and_checkpoint_do_not_wait_for_what_fails_beside_them(
    story: Story, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Drafts can't be destroyed (their table is gone); the checkpoint is signed all the same."""
    engine = story.world.engine
    story.applies()
    story.read_by("kasittelija")
    with engine.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE public_drafts RENAME TO gone")
    Worker(engine, Post()).round()
    assert engine.settings.checkpoints.file.exists()
    assert "DestroyExpired failed" in caplog.text


def test_a_failed_round_is_logged_without_texts_of_people(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    name = " ".join(("Anna", "Esimerkki"))

    class Broken(Worker):
        def round(self) -> int:
            raise RuntimeError(name)

    with caplog.at_level(logging.ERROR):
        _knock(Broken(world.engine, Post()).round)
    assert "RuntimeError" in caplog.text
    assert name not in caplog.text


def test_a_childs_case_that_cant_begin_is_an_incident_of_that_case(story: Story) -> None:
    child = {"given_names": "Eeli", "family_name": "Keksitty", "in_finland": "yes", "born_on": "2018-03-01"}
    story.applies(has_children="yes", children=[child])
    story.does("kirjaaja", "register", has_children="yes", child_welfare_considered="not_needed")
    world = story.world
    known = world.engine.operations
    without(world.engine, "issue_receipt")
    worker = Worker(world.engine, Post())
    for _ in range(3):
        assert worker.do(START) == 0
        world.clock.passes(minutes=6)
    (incident,) = incidents(world)
    assert (incident.kind, incident.case_id) == ("start", story.child().case.id)
    world.engine.operations = known
    assert worker.do(START) == 1
    with world.engine.database.view() as connection:
        assert connection.execute(select(STARTS.c.id)).all() == []
        assert connection.execute(select(TIMERS.c.id).where(TIMERS.c.is_suspended)).all() == []
