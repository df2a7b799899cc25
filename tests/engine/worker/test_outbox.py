"""The worker and the outbox: mail leaves once, waits for its server, and delays nothing else."""

from __future__ import annotations

import socket
from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import update

from engine.commands.incidents import RetryIncident
from engine.commands.outbox import PAUSES
from engine.domain.people import SYSTEM
from engine.mail import MailRefused, MailServerAway, MailUnavailable, RecipientNotLetThrough
from engine.mailing import MAIL_RESTS
from engine.settings import MailSettings
from engine.storage.sealing import SealingClass
from engine.storage.tables.processes import OUTBOX_MESSAGES
from engine.worker import Worker
from tests.support.key_stores import close_and_plan, erase_due
from tests.support.story import Story
from tests.support.working import (
    Doing,
    Post,
    due_timers,
    incidents,
    mail_waits,
    outbox,
    stalled_request,
)


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


def two_mails_wait(story: Story) -> Post:
    post = mail_waits(story)
    another_waits(story, "toinen@example.invalid")
    return post


def another_waits(story: Story, address: str) -> None:
    Story(story.world).applies(safe_channels=["email"], email=address, may_leave_message="no")


def test_one_message_finds_that_the_server_is_away_for_all_and_the_rest_wait_longer_each_time(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    post = two_mails_wait(story)
    post.fails = MailServerAway()
    world = story.world
    worker = Worker(world.engine, post)
    world.clock.passes(seconds=1)
    assert worker.send_mail() == 0
    assert len(post.tried) == 1
    assert "the mail server is away" in caplog.text
    world.clock.passes(seconds=MAIL_RESTS[0].total_seconds() - 1)
    worker.send_mail()
    assert len(post.tried) == 1, "it rests"
    world.clock.passes(seconds=1)
    worker.send_mail()
    assert len(set(post.tried)) == 2, "the other one's turn"
    world.clock.passes(seconds=MAIL_RESTS[0].total_seconds())
    post.fails = None
    assert worker.send_mail() == 0, "the second rest is longer"
    world.clock.passes(minutes=3)
    assert worker.send_mail() == 2


def test_an_outage_over_a_weekend_gives_no_message_up_and_is_one_incident_that_ends_by_itself(
    story: Story,
) -> None:
    post = two_mails_wait(story)
    post.fails = MailServerAway()
    world = story.world
    worker = Worker(world.engine, post)
    for _ in range(12):
        worker.send_mail()
        world.clock.passes(minutes=4)
    assert incidents(world) == (), "a restart of the server is nobody's work"
    for _ in range(62 * 2):
        worker.send_mail()
        world.clock.passes(minutes=30)
    assert {(each.attempts, each.given_up_at) for each in outbox(world)} == {(0, None)}
    (incident,) = incidents(world)
    assert (incident.kind, incident.case_id) == ("mail_server", None)

    post.fails = None
    assert worker.send_mail() == 2
    assert incidents(world) == ()


def test_a_message_at_which_the_server_goes_away_each_time_delays_no_other_and_is_an_incident_in_the_end(
    story: Story,
) -> None:
    """An outage would have stopped the others too."""
    post = mail_waits(story)
    post.drops = "joku@example.invalid"
    world = story.world
    worker = Worker(world.engine, post)
    for tried in range(len(PAUSES) + 1):
        Story(world).applies(
            safe_channels=["email"], email=f"toinen{tried}@example.invalid", may_leave_message="no"
        )
        for _ in range(2):
            world.clock.passes(minutes=6)
            worker.send_mail()
        assert len(post.sent) == tried + 1
        world.clock.passes(hours=5)
    assert [(each.kind, each.subject_id) for each in incidents(world)] == [
        ("outbox", str(outbox(world)[0].id))
    ]


@pytest.mark.slow
def test_a_mail_server_that_never_answers_delays_no_timer(story: Story) -> None:
    stalled_request(story)
    world = story.world
    mail_waits(Story(world))
    world.clock.passes(days=60)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        world.engine.settings = replace(
            world.engine.settings,
            mail=MailSettings("127.0.0.1", silent.getsockname()[1], "", "", "none", "viesti@example.invalid"),
        )
        worker = Worker(world.engine)
        mailing = Thread(target=worker.send_mail)
        mailing.start()
        held, _ = silent.accept()
        assert worker.work_on_cases() > 0
        assert due_timers(world) == 0
        assert mailing.is_alive(), "it still waits for the server's first word"
        held.close()
        mailing.join()
    assert outbox(world)[0].attempts == 0


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


def test_nobody_is_written_to_once_the_contact_data_has_gone(story: Story) -> None:
    story.applies()
    close_and_plan(story, story.today, SealingClass.CONTACT)
    erase_due(story.world.engine)

    story.passes(minutes=5)

    assert story.mails == []


def test_an_address_that_is_closed_to_us_delays_no_other(story: Story) -> None:
    """A group's, say: the server refuses it because of who we are, and lets the others through."""
    post = two_mails_wait(story)
    world = story.world
    post.closed = ("joku@example.invalid",)
    worker = Worker(world.engine, post)
    assert worker.send_mail() == 1
    assert sorted(each.attempts for each in outbox(world)) == [1, 1]
    assert [each.sent_at is None for each in outbox(world)] == [True, False]


def test_a_closed_address_alone_rests_by_itself_while_mail_that_comes_later_leaves(story: Story) -> None:
    """A ring for somebody in danger, say."""
    post = mail_waits(story)
    post.closed = ("joku@example.invalid",)
    world = story.world
    worker = Worker(world.engine, post)
    for tried in range(6):
        assert worker.send_mail() == 0
        closed = outbox(world)[0]
        assert (closed.attempts, len(post.tried)) == (0, tried + 1)
        assert MAIL_RESTS[0] <= closed.next_attempt_at - world.clock.moment <= MAIL_RESTS[-1]
        world.clock.passes(seconds=1)
        worker.send_mail()
        assert len(post.tried) == tried + 1, "it rests"
        world.clock.moment = closed.next_attempt_at
    world.clock.passes(seconds=-1)
    another_waits(story, "toinen@example.invalid")
    assert worker.send_mail() == 1


def test_two_closed_addresses_keep_no_mail_and_no_outage_is_reported(story: Story) -> None:
    post = two_mails_wait(story)
    post.closed = ("joku@example.invalid", "toinen@example.invalid")
    world = story.world
    worker = Worker(world.engine, post)
    worker.send_mail()
    for number in range(3):
        world.clock.passes(minutes=40)
        another_waits(story, f"kolmas{number}@example.invalid")
        assert worker.send_mail() == 1
    for _ in range(3):
        world.clock.passes(minutes=40)
        worker.send_mail()
    assert [each.kind for each in incidents(world)] == [], (
        "others were let through, and nobody has written since"
    )
    for _ in range(5):
        world.clock.passes(hours=4)
        worker.send_mail()
    assert [each.kind for each in incidents(world)] == ["outbox"] * 2, "they are closed"


def test_a_message_whose_address_alone_is_refused_for_a_day_is_an_incident_of_its_own(story: Story) -> None:
    post = mail_waits(story)
    another_waits(story, "joku@example.invalid")
    post.fails = RecipientNotLetThrough()
    world = story.world
    worker = Worker(world.engine, post)
    for _ in range(24):
        worker.send_mail()
        world.clock.passes(hours=1)
        assert incidents(world) == (), "the server may let nobody through"
    worker.send_mail()
    found = incidents(world)
    assert {each.subject_id for each in found} == {str(each.id) for each in outbox(world)}
    assert {(each.kind, each.message) for each in found} == {("outbox", RecipientNotLetThrough.sentence)}

    post.fails = None
    for each in found:
        world.engine.perform(RetryIncident(each.id), world.actor("esihenkilo"))
    assert worker.send_mail() == 2


def test_a_server_that_lets_nobody_through_gives_no_message_up(story: Story) -> None:
    post = two_mails_wait(story)
    post.fails = RecipientNotLetThrough()
    world = story.world
    worker = Worker(world.engine, post)
    worker.send_mail()
    world.clock.passes(minutes=59)
    worker.send_mail()
    assert incidents(world) == ()
    for _ in range(62 * 2):
        worker.send_mail()
        world.clock.passes(minutes=30)
    assert {(each.attempts, each.given_up_at) for each in outbox(world)} == {(0, None)}
    (incident,) = incidents(world)
    assert incident.kind == "mail_server"

    post.fails = None
    assert worker.send_mail() == 2
    assert incidents(world) == ()
