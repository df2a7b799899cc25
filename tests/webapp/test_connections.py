"""Senders and readers who want to keep others out: bodies to nowhere, crowds, and sides that send or take too little."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from queue import Queue
from typing import Any

import pytest
import time_machine
from flask import Flask, request

from tests.support.browsing import SETTINGS
from tests.support.server import bare
from tests.webapp.test_serving import largest_hidden_file
from webapp.http import connections
from webapp.http.access import open_to_all, open_to_all_with_files
from webapp.http.bodies import FREE
from webapp.http.connections import LOOKED_THROUGH_EVERY, MOST_CONNECTIONS, end_overdue
from webapp.http.current import SETTINGS as OF_THE_APPLICATION
from webapp.http.uploads import BODY_LIMIT

LARGE = 30 * 1024 * 1024
MEGABYTE = 1024 * 1024


def application() -> Flask:
    app = Flask(__name__)
    app.extensions[OF_THE_APPLICATION] = SETTINGS

    @app.get("/large")
    @open_to_all
    def large() -> bytes:
        return bytes(LARGE)

    @app.post("/text")
    @open_to_all
    def text() -> str:
        return str(len(request.get_data()))

    @app.post("/files")
    @open_to_all_with_files
    def files() -> str:
        return str(len(request.get_data()))

    return app


@pytest.fixture
def server() -> Iterator[Any]:
    with bare(application(), memory=MEGABYTE) as running:
        yield running


@contextmanager
def connected(server: Any) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", int(server.effective_port)), timeout=60) as made:
        yield made


def post(path: str, length: int) -> bytes:
    return b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (path.encode(), length)


def begins(path: str) -> bytes:
    return b"POST %b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" % path.encode()


def everything(sent: socket.socket) -> bytes:
    """Return what comes until the server ends the connection, in whatever way."""
    read = b""
    try:
        while part := sent.recv(65536):
            read += part
    except ConnectionResetError:
        pass
    return read


def answer(sent: socket.socket) -> tuple[int, bytes]:
    read = http.client.HTTPResponse(sent)
    read.begin()
    return read.status, read.read()


def in_the_loop(server: Any, ask: Callable[[], object]) -> Any:
    """Ask in the server's own thread, between two rounds of its loop."""
    answered: Queue[object] = Queue()
    server.trigger.pull_trigger(lambda: answered.put(ask()))
    return answered.get(timeout=60)


def look_through(server: Any, later: float = 0) -> None:
    channels = server.active_channels
    in_the_loop(server, lambda: end_overdue(channels.values(), time.monotonic() + later))


def silent_for(server: Any, seconds: float) -> None:
    """Let all connections have begun so much earlier, and been silent since."""

    def shift() -> None:
        for each in server.active_channels.values():
            each.last_activity -= seconds
            each.pace.began -= seconds

    in_the_loop(server, shift)


def wait_until(server: Any, holds: Callable[[list[Any]], bool]) -> None:
    """Let the loop go round until this holds for its connections."""
    ends = time.monotonic() + 60
    while not in_the_loop(server, lambda: holds(list(server.active_channels.values()))):
        assert time.monotonic() < ends


def held(server: Any) -> int:
    budget = server.channel_class.args[0].budget
    return int(in_the_loop(server, lambda: budget.held))


@pytest.mark.parametrize("days", [365, -365])
def test_a_clock_that_is_set_neither_ends_a_connection_nor_stops_the_look_through_them(
    server: Any, days: int
) -> None:
    """Nobody would be ended for as long as it had been wrong, until every place is taken."""
    with connected(server) as sent:
        sent.sendall(post("/text", 2)[:-2])
        wait_until(server, lambda channels: len(channels) == 1)
        with time_machine.travel(datetime.now(UTC) + timedelta(days=days)):
            in_the_loop(server, lambda: setattr(server, "next_channel_cleanup", 0))
            assert in_the_loop(server, lambda: server.next_channel_cleanup) <= (
                time.monotonic() + LOOKED_THROUGH_EVERY
            )
            look_through(server)
            sent.sendall(b"\r\nab")
            assert answer(sent)[0] == 200


# ---------------------------------------------------------------- bodies


@pytest.mark.parametrize(
    ("path", "length"),
    [("/nowhere", FREE + 1), ("/large", FREE + 1), ("/nowhere", BODY_LIMIT), ("/text", 5 * MEGABYTE)],
)
def test_a_body_that_no_page_takes_is_answered_before_it_is_read(server: Any, path: str, length: int) -> None:
    with connected(server) as sent:
        sent.sendall(post(path, length))

        assert b"Connection: close" in everything(sent)


def test_a_body_without_a_length_ends_where_its_page_takes_no_more(server: Any) -> None:
    with connected(server) as sent:
        sent.sendall(begins("/nowhere") + b"9000\r\n" + bytes(FREE + 1))

        assert everything(sent).split(b" ", 2)[1] == b"404"


def test_a_small_body_is_taken_wherever_it_goes(server: Any) -> None:
    with connected(server) as sent:
        sent.sendall(post("/nowhere", 5) + b"a=b&c")
        assert answer(sent)[0] == 404
        sent.sendall(post("/text", 5) + b"a=b&c")
        assert answer(sent) == (200, b"5")


def test_of_a_body_that_is_too_large_only_the_head_is_kept(server: Any) -> None:
    with connected(server) as sent:
        sent.sendall(post("/files", BODY_LIMIT * 4) + bytes(MEGABYTE))
        wait_until(
            server,
            lambda all_: any(each.request and each.request.body_bytes_received >= MEGABYTE for each in all_),
        )

        assert held(server) == FREE


def test_the_slowest_of_the_bodies_ends_when_there_is_no_room(server: Any) -> None:
    part = 700_000
    with connected(server) as slow, connected(server) as quick, connected(server) as small:
        slow.sendall(post("/files", MEGABYTE) + bytes(part))
        wait_until(
            server,
            lambda all_: any(each.request and each.request.body_bytes_received == part for each in all_),
        )
        silent_for(server, 10)

        quick.sendall(post("/files", MEGABYTE) + bytes(MEGABYTE))

        assert answer(quick) == (200, b"%d" % MEGABYTE)
        assert everything(slow) == b""
        small.sendall(post("/text", 5) + b"a=b&c")
        assert answer(small) == (200, b"5")
    wait_until(server, lambda all_: not all_)
    assert held(server) == 0


def test_of_bodies_that_have_just_begun_the_one_that_misses_most_ends(server: Any) -> None:
    part = 700_000
    with connected(server) as film, connected(server) as photograph:
        film.sendall(post("/files", 3 * MEGABYTE) + bytes(part))
        wait_until(
            server,
            lambda all_: any(each.request and each.request.body_bytes_received == part for each in all_),
        )

        photograph.sendall(post("/files", MEGABYTE) + bytes(MEGABYTE))

        assert answer(photograph) == (200, b"%d" % MEGABYTE)
        assert everything(film) == b""


def test_chunks_after_the_end_of_their_connection_are_dropped(
    server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    chunk = b"400\r\n" + bytes(1024) + b"\r\n"
    with connected(server) as sent, suppress(OSError):
        sent.sendall(begins("/files") + chunk * 2048)
        everything(sent)
    wait_until(server, lambda all_: not all_)

    assert held(server) == 0
    assert "uncaptured" not in caplog.text


def test_one_body_alone_is_never_larger_than_the_room(server: Any) -> None:
    with connected(server) as sent:
        sent.sendall(post("/files", 3 * MEGABYTE) + bytes(2 * MEGABYTE))

        assert everything(sent) == b""
    wait_until(server, lambda all_: not all_)
    assert held(server) == 0


def test_an_answer_that_nobody_takes_lies_in_no_file(server: Any) -> None:
    with connected(server) as sent:
        sent.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(server, lambda all_: any(each.total_outbufs_len > MEGABYTE for each in all_))

        assert largest_hidden_file() == 0


# ---------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("sent_so_far", "kept_for", "ends_after"),
    [
        pytest.param(b"", 119, 121, id="idle"),
        pytest.param(b"GET /text HTTP/1.1\r\nHost:", 14, 16, id="half a header"),
        pytest.param(post("/files", MEGABYTE) + b"a", 54, 56, id="half a body"),
    ],
)
def test_a_side_that_sends_too_little_is_ended(
    server: Any, sent_so_far: bytes, kept_for: int, ends_after: int
) -> None:
    with connected(server) as sent:
        sent.sendall(sent_so_far)
        wait_until(server, lambda all_: any(_has(each, sent_so_far) for each in all_))

        look_through(server, kept_for)
        assert in_the_loop(server, lambda: [each.will_close for each in server.active_channels.values()]) == [
            False
        ]

        look_through(server, ends_after)
        assert everything(sent) == b""


def _has(channel: Any, sent: bytes) -> bool:
    return not sent or channel.request is not None


def test_a_side_that_takes_nothing_is_ended(server: Any) -> None:
    with connected(server) as sent:
        sent.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(server, lambda all_: any(each.total_outbufs_len and not each.requests for each in all_))

        # The system has taken the first megabytes by itself: a minute later they count no more.
        for later in range(0, 125, 5):
            look_through(server, later)

        wait_until(server, lambda all_: not all_)
        assert len(everything(sent)) < LARGE


# ---------------------------------------------------------------- crowds


def test_in_a_crowd_the_oldest_that_waits_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "CROWDED", 20)
    with ExitStack() as stack:
        server = stack.enter_context(bare(application(), is_proxied=True))
        crowd = []
        for number in range(20):
            crowd.append(stack.enter_context(connected(server)))
            wait_until(server, partial(_are_more, number))
        newcomer = stack.enter_context(connected(server))

        assert everything(crowd[0]) == b""
        newcomer.sendall(post("/text", 5) + b"a=b&c")
        assert answer(newcomer) == (200, b"5")
        crowd[1].sendall(post("/text", 5) + b"a=b&c")
        assert answer(crowd[1]) == (200, b"5")


def _are_more(than: int, channels: list[Any]) -> bool:
    return len(channels) > than


@pytest.mark.parametrize("is_proxied", [False, True])
def test_one_address_has_a_part_of_the_places(monkeypatch: pytest.MonkeyPatch, is_proxied: bool) -> None:
    monkeypatch.setattr(connections, "MOST_AN_ADDRESS", 5)
    with ExitStack() as stack:
        server = stack.enter_context(bare(application(), is_proxied=is_proxied))
        for number in range(9):
            one = stack.enter_context(connected(server))
            one.sendall(post("/text", 5) + b"a=b&c")
            assert answer(one) == (200, b"5"), number
        wait_until(server, lambda all_: len(all_) == (9 if is_proxied else 5))


def test_half_of_the_places_taken_an_idle_one_waits_shorter(server: Any) -> None:
    with connected(server):
        wait_until(server, bool)
        channel = in_the_loop(server, lambda: next(iter(server.active_channels.values())))
        crowd = [channel] * (MOST_CONNECTIONS // 2 + 1)

        in_the_loop(server, lambda: end_overdue(crowd, time.monotonic() + 11))

        wait_until(server, lambda all_: not all_)


# ---------------------------------------------------------------- requests that say two things


@pytest.mark.parametrize(
    "head",
    [
        b"POST /text HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /text HTTP/1.1\r\ntransfer-encoding:\r\nCONTENT-LENGTH: 5\r\n\r\n",
        b"POST /text HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        begins("/text") + b"5;" + b"a" * 3000,
        begins("/text") + b"0\r\na: " + b"a" * 3000,
    ],
    ids=["length and chunks", "length and an empty word", "chunks before 1.1", "a long word", "a long end"],
)
def test_a_request_that_two_servers_would_read_differently_ends_its_connection(
    server: Any, head: bytes
) -> None:
    with connected(server) as sent:
        sent.sendall(head)

        assert everything(sent).split(b" ", 2)[1] == b"400"


def test_headers_of_more_than_a_page_are_refused(server: Any) -> None:
    with connected(server) as sent:
        sent.sendall(b"GET /text HTTP/1.1\r\na: " + b"a" * (32 * 1024))

        assert everything(sent).split(b" ", 2)[1] == b"431"


def test_a_request_before_the_answer_to_the_last_is_not_answered(server: Any) -> None:
    with connected(server) as sent:
        sent.sendall((post("/text", 5) + b"a=b&c") * 20)

        assert everything(sent).count(b"HTTP/1.1 200") < 20
