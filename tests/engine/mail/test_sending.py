"""Mail sent to a real SMTP server: its content, the server's answers, and the data that it never contains."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller

from engine.mail import (
    Connection,
    MailRefused,
    MailServerAway,
    MailUnavailable,
    RecipientNotLetThrough,
    send,
)
from engine.settings import MailSettings

MESSAGE_ID = UUID("01930000-0000-7000-8000-000000000001")


@dataclass(frozen=True)
class Waiting:
    id: UUID = MESSAGE_ID
    kind: str = "mail_message"
    language: str = "fi"
    recipient: dict[str, Any] = field(
        default_factory=lambda: {"email": "joku@example.invalid", "name": "Joku Keksitty"}
    )
    template_values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Post:
    """An SMTP handler that takes mail, or gives the answer set in `answer`."""

    answer: str = "250 OK"
    received: list[EmailMessage] = field(default_factory=list)
    callers: set[Any] = field(default_factory=set)
    """The other ends of the connections by which messages came."""
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.received.append(parsed)
        self.callers.add(session.peer)
        return "250 OK"


@pytest.fixture
def post() -> Iterator[Post]:
    with serving() as handler:
        yield handler


@contextmanager
def serving(*, takes_any_letter: bool = True) -> Iterator[Post]:
    handler = Post()
    with socket.create_server(("127.0.0.1", 0)) as free:
        handler.port = free.getsockname()[1]
    controller = Controller(
        handler, hostname="127.0.0.1", port=handler.port, enable_SMTPUTF8=takes_any_letter
    )
    controller.start()
    yield handler
    controller.stop()


def settings(post: Post, **values: Any) -> MailSettings:
    plain = MailSettings("127.0.0.1", post.port, "", "", "none", "viesti@example.invalid")
    return replace(plain, **values)


def test_a_neutral_message_arrives(post: Post) -> None:
    send(
        settings(post),
        Waiting(template_values={"link": "https://example.invalid/v/abc", "due_on": "24.11.2026"}),
    )
    (message,) = post.received
    assert message["Subject"] == "Viesti sinulle"
    assert message["From"] == "viesti@example.invalid"
    assert message["To"] == "joku@example.invalid"
    body = message.get_content()
    assert "https://example.invalid/v/abc" in body
    assert "24.11.2026" in body


def test_sent_again_it_is_the_same_message(post: Post) -> None:
    send(settings(post), Waiting())
    send(settings(post), Waiting())
    first, second = post.received
    assert (
        first["Message-ID"]
        == second["Message-ID"]
        == "<01930000-0000-7000-8000-000000000001@example.invalid>"
    )


def test_only_these_headers_leave(post: Post) -> None:
    send(settings(post), Waiting(language="sv"))
    (message,) = post.received
    headers = {name.lower() for name in message.keys()} - {"received", "x-peer", "x-mailfrom", "x-rcptto"}  # noqa: SIM118 - keys repeat
    assert headers == {
        "from", "to", "subject", "date", "message-id", "auto-submitted", "content-language",
        "content-type", "content-transfer-encoding", "mime-version",
    }  # fmt: skip
    assert "Keksitty" not in message.as_string()


def test_the_deployments_own_text_is_used(post: Post) -> None:
    send(
        settings(post), Waiting(template_values={"subject": "Hej", "paragraphs": ["Öppna länken.", "Tack."]})
    )
    (message,) = post.received
    assert (message["Subject"], message.get_content().splitlines()) == (
        "Hej",
        ["Öppna länken.", "", "Tack."],
    )


def test_a_staff_notice_says_only_that_there_is_a_task(post: Post) -> None:
    send(
        settings(post), Waiting(kind="mail_task", language="en", template_values={"reference": "2026-000118"})
    )
    (message,) = post.received
    assert message.get_content().split("\r\n") == ["You have a new task. Sign in to see it.", ""]


def test_anything_but_exactly_one_address_is_refused(post: Post) -> None:
    for more in ("\r\nBcc: toinen@example.invalid", ", toinen@example.invalid", " toinen", ""):
        hostile = Waiting(recipient={"email": f"joku@example.invalid{more}" if more else ""})
        with pytest.raises(MailRefused):
            send(settings(post), hostile)
    assert post.received == []


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("550 no such user joku@example.invalid", MailRefused),
        ("450 mailbox busy", MailUnavailable),
        ("421 going down", MailUnavailable),
    ],
)
def test_the_servers_answer_tells_whether_to_try_again(
    post: Post, answer: str, failure: type[Exception]
) -> None:
    post.answer = answer
    with pytest.raises(failure) as failed:
        send(settings(post), Waiting())
    assert "joku" not in str(failed.value)


def test_nothing_goes_out_in_the_clear_when_the_server_offers_no_encryption(post: Post) -> None:
    with pytest.raises(MailUnavailable):
        send(settings(post, security="starttls"), Waiting())
    assert post.received == []


def test_a_password_that_cannot_be_used_keeps_the_message_waiting(post: Post) -> None:
    with pytest.raises(MailUnavailable):
        send(settings(post, username="vireille", password="x"), Waiting())
    assert post.received == []


def test_a_server_that_is_away_is_tried_again_later(post: Post) -> None:
    with pytest.raises(MailUnavailable):
        send(settings(post, port=1), Waiting())


def test_many_messages_go_by_one_connection(post: Post) -> None:
    with Connection(settings(post)) as connection:
        for _ in range(5):
            connection.send(Waiting())
        post.answer = "550 no such user"
        with pytest.raises(MailRefused):
            connection.send(Waiting())
        post.answer = "250 OK"
        connection.send(Waiting())
    assert (len(post.received), len(post.callers)) == (6, 1)


def test_a_server_that_ends_a_connection_after_some_gets_the_next_by_another(post: Post) -> None:
    with Connection(settings(post)) as connection:
        connection.send(Waiting())
        # As after a rest: the server is gone, and says so only when it is spoken to.
        connection._server.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr] # the test's own end of the wire
        connection.send(Waiting())
    assert (len(post.received), len(post.callers)) == (2, 2)


@pytest.mark.parametrize(
    ("broken", "values"),
    [
        ("nobody listens", {"port": 1}),
        ("no encryption", {"security": "starttls"}),
        ("no account", {"username": "x"}),
    ],
)
def test_what_says_nothing_about_the_message_stops_all(
    post: Post, broken: str, values: dict[str, Any]
) -> None:
    with pytest.raises(MailServerAway):
        send(settings(post, **values), Waiting())
    post.answer = "450 mailbox busy"
    with pytest.raises(MailUnavailable) as busy:
        send(settings(post), Waiting())
    assert not isinstance(busy.value, MailServerAway)


@pytest.mark.parametrize(
    "answer",
    [
        "554 5.7.1 <joku@example.invalid>: Relay access denied",
        "554 relay denied",
        "550 Relaying is not permitted",
        "530 5.7.0 Authentication required",
        "530 Log in first",
    ],
)
def test_a_server_that_takes_nothing_from_us_says_nothing_about_the_address(post: Post, answer: str) -> None:
    """Or it is closed to us alone: the worker finds out by the next one, which goes by the same connection."""
    with Connection(settings(post)) as connection:
        connection.send(Waiting())
        post.answer = answer
        with pytest.raises(RecipientNotLetThrough) as away:
            connection.send(Waiting())
        post.answer = "250 OK"
        connection.send(Waiting())
    assert answer[:3] in str(away.value)
    assert "@" not in str(away.value)
    assert (len(post.received), len(post.callers)) == (2, 1)


@pytest.mark.parametrize("answer", ["550 5.1.1 No such user", "550 <joku@relay.example.invalid> unknown"])
def test_an_address_that_is_not_known_is_refused_for_itself(post: Post, answer: str) -> None:
    post.answer = answer
    with pytest.raises(MailRefused):
        send(settings(post), Waiting())


@pytest.mark.parametrize("greeting", [b"554 no service here\r\n", b"220 hello\r\n"])
def test_a_server_that_refuses_us_at_the_door_refuses_no_message(greeting: bytes) -> None:
    def refuses(door: socket.socket) -> None:
        caller, _ = door.accept()
        with caller, caller.makefile("rb") as lines:
            caller.sendall(greeting)
            for line in lines:
                caller.sendall(b"221 bye\r\n" if line.startswith(b"quit") else b"550 not you\r\n")

    with socket.create_server(("127.0.0.1", 0)) as door:
        Thread(target=refuses, args=[door], daemon=True).start()
        with pytest.raises(MailServerAway):
            send(settings(Post(port=door.getsockname()[1])), Waiting())


def test_an_address_that_the_server_cant_take_is_refused_and_the_next_message_goes() -> None:
    """Its letters need SMTPUTF8, which this server does not offer: that says nothing about the other messages."""
    odd = Waiting(recipient={"email": "mäki@example.invalid", "name": ""})
    with serving(takes_any_letter=False) as post, Connection(settings(post)) as connection:
        with pytest.raises(MailRefused) as refused:
            connection.send(odd)
        connection.send(Waiting())
    assert "mäki" not in str(refused.value)
    assert [message["To"] for message in post.received] == ["joku@example.invalid"]


def test_a_server_without_what_the_settings_ask_for_is_away_for_all(post: Post) -> None:
    with pytest.raises(MailServerAway):
        send(settings(post, username="viesti", password="salasana"), Waiting())
