"""A partner's program hears that something happened: signed, in order, at least once, and nothing of the case."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from engine import webhooks
from engine.calling import call_receivers
from engine.commands.incidents import RetryIncident
from engine.commands.people import RevokeServiceAccount
from engine.commands.public_drafts import DestroyExpired
from engine.commands.webhooks import AddReceiver, ChangeReceiverKey, EndReceiver
from engine.domain.people import OPERATOR, SYSTEM
from engine.domain.webhooks import PAUSES, is_address, is_reachable
from engine.errors import Forbidden, Invalid, Unavailable
from engine.readiness import mistakes
from engine.storage.tables.cases import CASES
from engine.storage.tables.people import SERVICE_ACCOUNTS
from engine.storage.tables.webhooks import WEBHOOK_MESSAGES, WEBHOOK_RECEIVERS
from engine.storage.ways_in import programs_away
from engine.storage.webhooks import Receiver
from engine.worker import Worker
from tests.support.administration import acts, confirmed
from tests.support.browsing import application
from tests.support.programs import Program, start, token_of
from tests.support.receiver import Receiving, receiver
from tests.support.story import Story
from tests.support.working import Doing, Post, incidents
from tests.support.world import World

HEARD = frozenset({"application_received", "registered", "resolution_signed"})


def listens(world: World, partner: Receiving, events: frozenset[str] = HEARD) -> str:
    """The key with which the partner checks what comes."""
    return world.engine.perform(AddReceiver("ohjelma", partner.address, events), OPERATOR)


def seen_waiting(world: World) -> dict[str, Any]:
    """Return the answer to a program that watches the machine. Prometheus is given the same."""
    client = application(world).test_client()
    ready = client.get("/health/ready", environ_overrides={"REMOTE_ADDR": "127.0.0.1"}).get_json()
    numbers = client.get("/metrics", environ_overrides={"REMOTE_ADDR": "127.0.0.1"}).text
    count = ready["backlog"]["webhook"]["count"]
    assert f'vireille_backlog{{kind="webhook"}} {count}.0' in numbers.splitlines()
    return dict(ready)


def calls(world: World) -> int:
    return call_receivers(world.engine, Event())


@pytest.mark.databases
def test_a_partner_files_watches_through_an_outage_reads_the_decision_and_loses_its_scope(
    world: World, story: Story, robot: Program, partner: Receiving
) -> None:
    key = listens(world, partner)
    story.reference = start(robot, story)
    story.does("kirjaaja", "register")
    assert calls(world) == 2
    assert [each["event"] for each in partner.events] == ["application_received", "registered"]
    assert partner.is_genuine(key, world.clock().timestamp())
    assert not partner.is_genuine("another", world.clock().timestamp())
    assert not partner.is_genuine(key, world.clock().timestamp() + 301), "kept and sent again by another"
    assert set(partner.events[-1]) == {"id", "event", "at"}
    assert story.reference not in str(partner.came)
    asked = robot.get(f"/events/{partner.events[-1]['id']}").json
    assert (asked["case"], asked["event"]) == (story.reference, "registered")

    # Its machine is away for a day.
    partner.status = 503
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    tried = len(partner.came)
    for _ in range(24 * 4):
        assert calls(world) == 0
        world.clock.passes(minutes=15)
    assert 5 <= len(partner.came) - tried <= len(PAUSES), "tried less and less often"
    waiting = seen_waiting(world)
    assert waiting["backlog"]["webhook"]["count"] == 1
    assert "webhook" in waiting["late"]
    assert waiting["backlog"]["webhook"]["late_seconds"] > 23 * 3600, "while the receiver rests, too"
    assert programs_away(world.engine.database) == (("ohjelma", 1),)
    assert [each.sentence.split()[1] for each in mistakes(world.engine) if each.about == "webhooks"] == [
        "ohjelma"
    ]
    assert incidents(world) == ()
    partner.status = 204
    world.clock.passes(hours=12)
    assert calls(world) == 1
    assert partner.events[-1]["event"] == "resolution_signed"
    assert partner.is_genuine(key, world.clock().timestamp()), "signed when it is sent"
    assert calls(world) == 0
    assert seen_waiting(world)["backlog"]["webhook"] == {"count": 0, "late_seconds": 0}
    assert programs_away(world.engine.database) == ()

    letters = robot.get(f"/cases/{story.reference}/documents").json["documents"]
    decision = next(each["id"] for each in letters if each["kind"] == "resolution")
    pdf = robot.client.get(f"/api/v1/documents/{decision}", headers=robot.headers)
    assert pdf.data.startswith(b"%PDF-")

    # A program that may not read cases any more hears of none, not even of what waited.
    start(robot, story, "a-key-of-another-act")
    without = [each for each in robot_scopes(world) if each != "cases:read"]
    with world.engine.database.transaction() as connection:
        connection.execute(update(SERVICE_ACCOUNTS).values(scopes=without))
    heard = len(partner.came)
    assert calls(world) == 0
    assert len(partner.came) == heard
    assert robot.get(f"/events/{partner.events[-1]['id']}").status_code == 403


def robot_scopes(world: World) -> list[str]:
    with world.engine.database.view() as connection:
        return list(connection.execute(select(SERVICE_ACCOUNTS.c.scopes)).scalar_one())


def test_a_receiver_that_stays_away_ends_in_an_incident_and_is_tried_again_by_a_person(
    world: World, story: Story, robot: Program, partner: Receiving
) -> None:
    listens(world, partner)
    partner.status = 500
    start(robot, story)
    for pause in PAUSES:
        assert calls(world) == 0
        assert incidents(world) == ()
        world.clock.passes(seconds=pause.total_seconds())
    calls(world)
    (incident,) = incidents(world)
    assert (incident.kind, incident.message) == ("webhook", "ohjelma: Vastaanottaja vastasi 500.")
    assert len(partner.came) == len(PAUSES) + 1
    assert calls(world) == 0

    partner.status = 200
    world.engine.perform(RetryIncident(incident.id), world.actor("esihenkilo"))
    assert calls(world) == 1
    assert incidents(world) == ()
    assert len({each["id"] for each in partner.events}) == 1, "one event, under one id"


def test_a_receiver_whose_key_does_not_open_holds_up_no_other(
    world: World, story: Story, robot: Program, partner: Receiving
) -> None:
    listens(world, partner)
    token_of(world, "toinen-ohjelma")
    with receiver() as second:
        world.engine.perform(AddReceiver("toinen-ohjelma", second.address, HEARD), OPERATOR)
        with world.engine.database.transaction() as connection:
            first = WEBHOOK_RECEIVERS.c.address == partner.address
            spoiled = {"signing_key": b"\x01" + bytes(60)}
            connection.execute(update(WEBHOOK_RECEIVERS).where(first).values(spoiled))
        start(robot, story)
        assert calls(world) == 1
        assert (len(partner.came), len(second.came)) == (0, 1)
    assert [each.failures for each in receivers(world)] == [1, 0], (
        "it rests, and at last a person learns of it"
    )


def test_a_database_that_is_away_after_an_event_was_heard_is_no_fault_of_the_receiver(
    world: World, story: Story, robot: Program, partner: Receiving
) -> None:
    listens(world, partner)
    start(robot, story)
    with busy_once(world, "UPDATE webhook_messages SET sent_at"), pytest.raises(Unavailable):
        calls(world)
    assert (len(partner.came), [each.failures for each in receivers(world)]) == (1, [0])
    world.clock.passes(minutes=4)
    assert calls(world) == 1
    assert len({each["id"] for each in partner.events}) == 1, "sent again, under the same id"


def receivers(world: World) -> tuple[Receiver, ...]:
    """Return them in the order of their programs' names."""
    return tuple(world.engine.perform(Doing(lambda work: work.stores.webhooks.all()), SYSTEM))


@contextmanager
def busy_once(world: World, statement: str) -> Iterator[None]:
    """The database is locked when a statement that begins so comes the first time."""
    busy, left = sqlite3.OperationalError("database is locked"), [statement]
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY

    def refuse(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if left and text.startswith(left[0]):
            left.clear()
            raise OperationalError(text, {}, busy)

    event.listen(world.engine.database.engine, "before_cursor_execute", refuse)
    yield
    event.remove(world.engine.database.engine, "before_cursor_execute", refuse)
    assert not left, "no such statement came"


def test_no_event_goes_where_it_must_not(
    world: World, story: Story, robot: Program, partner: Receiving, monkeypatch: pytest.MonkeyPatch
) -> None:
    listens(world, partner)
    with receiver() as elsewhere:
        partner.status, partner.location = 307, elsewhere.address
        start(robot, story)
        assert calls(world) == 0
        assert elsewhere.came == [], "a redirect is not followed"
    partner.status = 204
    # A case that is hidden from the program by now.
    with world.engine.database.transaction() as connection:
        connection.execute(update(CASES).values(is_restricted=True))
    world.clock.passes(minutes=2)
    came = len(partner.came)
    assert calls(world) == 0
    assert len(partner.came) == came
    # An inner network that nobody has allowed.
    call = webhooks.Call(world.people["johtaja"].id, "registered", world.clock())
    with pytest.raises(webhooks.ReceiverAway, match="VIREILLE_WEBHOOK_NETWORKS"):
        webhooks.send(partner.address, ("key",), call, world.clock(), ())
    # One that never ends its answer.
    monkeypatch.setattr("engine.webhooks.sending.ALTOGETHER", 0.05)
    partner.drips = True
    with pytest.raises(webhooks.ReceiverAway, match=r"ei onnistunut \((?!Timeout)"):
        webhooks.send(partner.address, ("key",), call, world.clock(), world.engine.settings.webhook_networks)


@pytest.mark.parametrize(
    "found",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:a00:1::",
        "fec0::1",
        "100.64.0.1",
        "0.0.0.0",
    ],
)
def test_addresses_of_inner_networks_are_not_called(found: str) -> None:
    assert not is_reachable(found, ())
    for public in ("93.184.215.14", "64:ff9b::5db8:d70e", "2606:2800:220:1::1"):
        assert is_reachable(public, ())


def test_addresses_that_are_none_are_refused() -> None:
    for wrong in (
        "",
        "partner.example",
        "ftp://partner.example/",
        "https://user:secret@partner.example/",
        "https://partner.example/#x",
        "https://partner.example:x/",
        "https://",
        "https://partner.example/ x",
        "https://partner.example/" + "x" * 200,
        "https://partner.example\\@10.0.0.1/",
    ):
        assert not is_address(wrong), wrong
    assert is_address("https://partner.example:8443/events?of=vireille")


def test_an_address_is_given_by_two_people_and_its_key_changes_with_an_overlap(
    world: World, story: Story, robot: Program, partner: Receiving
) -> None:
    administrator = world.actor("yllapitaja")
    add = AddReceiver("ohjelma", partner.address, HEARD, "Kumppanin järjestelmä")
    with pytest.raises(Forbidden):
        world.engine.perform(add, world.actor("kasittelija"))
    for wrong in (
        replace(add, address="http://x y"),
        replace(add, events=frozenset()),
        replace(add, events=frozenset({"nothing"})),
        replace(add, program="toinen"),
    ):
        with pytest.raises(Invalid):
            world.engine.perform(wrong, administrator)
    assert world.engine.perform(add, administrator) == ""
    start(robot, story)
    assert calls(world) == 0, "it waits for a second person"
    key = confirmed(world)
    start(robot, story, "a-key-of-another-act")
    assert calls(world) == 1

    newer = world.engine.perform(ChangeReceiverKey("ohjelma"), administrator)
    start(robot, story, "a-key-of-a-third-act")
    assert calls(world) == 1
    now = world.clock().timestamp()
    assert [partner.is_genuine(each, now) for each in (key, newer)] == [True, True]
    world.clock.passes(days=8)
    start(robot, story, "a-key-of-a-fourth-act")
    calls(world)
    now = world.clock().timestamp()
    assert [partner.is_genuine(each, now) for each in (key, newer)] == [False, True]

    world.engine.perform(EndReceiver("ohjelma"), administrator)
    start(robot, story, "a-key-of-a-fifth-act")
    assert calls(world) == 0
    assert acts(world)[-4:] == ["proposed", "receiver_added", "receiver_key_changed", "receiver_ended"]
    world.clock.passes(days=40)
    world.engine.perform(DestroyExpired(), SYSTEM)
    with world.engine.database.view() as connection:
        assert connection.execute(select(WEBHOOK_MESSAGES.c.id)).all() == []


def test_a_revoked_program_hears_nothing_and_mail_has_a_loop_of_its_own(
    world: World, story: Story, robot: Program, partner: Receiving
) -> None:
    listens(world, partner)
    start(robot, story)
    world.engine.perform(RevokeServiceAccount("ohjelma"), OPERATOR)
    worker = Worker(world.engine, Post())
    worker.round()
    assert partner.came == []
    assert {"mail", "webhooks", "cases"} <= set(worker.loops)
