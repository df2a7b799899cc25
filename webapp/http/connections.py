"""Connections of the server: what each may hold, how slow it may be, and which one ends when there is no room."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from time import monotonic
from typing import Any

from waitress import channel, server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask
from waitress.utilities import BadRequest, RequestEntityTooLarge

from webapp.http.bodies import MOST_READ, Body, Budget, Limits, most_kept
from webapp.http.security import BEFORE_ANY_PAGE


class _Passed:
    """The time that passed, whatever the clock is set to."""

    time = staticmethod(monotonic)


# By the clock, one that is set ahead ended every request, and one that is set back looked through no connection until it had come
# so far again: idle ones took all the places, and nobody was served.
channel.time = server.time = _Passed

THREADS = 8
"""Of the server, which answer."""
MOST_CONNECTIONS = 1000
CROWDED = 900
"""From here on the slowest connection ends for each that comes: who waits keeps nobody out."""
MOST_AN_ADDRESS = 100
LOOKED_THROUGH_EVERY = 5
_HEADERS_WITHIN = 15
_MARKS = 13
_SLOW_AFTER = (_MARKS - 2) * LOOKED_THROUGH_EVERY
_YOUNG = 2
_BYTES_A_SECOND = 1024
"""A third of the slowest telephone network."""
_IDLE = 120
_IDLE_IN_A_CROWD = 10
_MOST_BETWEEN_CHUNKS = 1024


@dataclass(frozen=True, slots=True)
class Edge:
    """The common ground of all connections of a server: limits by address, and memory."""

    limits_at: Callable[[str, str], Limits]
    budget: Budget
    counts_addresses: bool
    """False behind a proxy, where every connection has the proxy's address."""


class _Pace:
    """The bytes that moved in either direction, marked now and then: a connection is as fast as it is now, not as it began."""

    def __init__(self) -> None:
        self._moved = 0
        self.begin()

    def begin(self) -> None:
        self.began = monotonic()
        self._marks = deque([(self.began, self._moved)], maxlen=_MARKS)

    def move(self, size: int) -> None:
        self._moved += size

    def mark(self, now: float) -> None:
        self._marks.append((now, self._moved))

    def speed(self, now: float) -> float:
        at, moved = self._marks[max(len(self._marks) - 2, 0)]
        return (self._moved - moved) / (now - at + 1)

    def is_slow(self, now: float) -> bool:
        at, moved = self._marks[0]
        return now - at > _SLOW_AFTER and self._moved - moved < _BYTES_A_SECOND * (now - at)


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
    """A request while it arrives. Its body is limited as soon as its address is known."""

    body_rcv: Any = None
    """One of waitress's two receivers, which have no type in common."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel.adj)
        self._channel = channel
        self._most_read = MOST_READ

    def parse_header(self, header_plus: bytes) -> None:
        names = {line.partition(b":")[0].lower() for line in header_plus.split(b"\r\n")[1:]}
        if {b"content-length", b"transfer-encoding"} <= names:
            # Two servers in a row might disagree about where the next request begins.
            raise ParsingError("Content-Length and Transfer-Encoding exclude each other")
        super().parse_header(header_plus)
        if "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("Transfer-Encoding needs HTTP/1.1")
        if self.body_rcv is None:
            return
        limits = self._channel.edge.limits_at(self.command, self.path)
        length = None if self.chunked else self.content_length
        self._most_read = limits.read
        self.body_rcv.buf = Body(most_kept(limits, length), self._channel.edge.budget, self._make_room)
        if length is not None and length > limits.read:
            self._refuse()

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self._channel.will_close:
            # It ended for want of room: what is left of it must not be answered.
            self.completed = False
        elif self.body_rcv is not None and not self.completed:
            if self.body_bytes_received > self._most_read:
                self._refuse()
            elif self.chunked and self._between_chunks() > _MOST_BETWEEN_CHUNKS:
                self.error = BadRequest("More between two chunks than belongs there")
                self.completed = True
        return consumed

    def holds_memory(self) -> bool:
        return self.body_rcv is not None and self.body_rcv.buf.held > 0

    def missing(self) -> int:
        """Return the bytes that are still to come; of a body that does not say its length, the most that are read."""
        length = self._most_read if self.chunked else self.content_length
        return max(int(length) - int(self.body_bytes_received), 1)

    def _between_chunks(self) -> int:
        return len(self.body_rcv.control_line) + len(self.body_rcv.trailer)

    def _refuse(self) -> None:
        """Let the application answer without the rest."""
        self.close()
        self.body_rcv = None
        self.error = RequestEntityTooLarge("")
        self.expect_continue = False
        self.completed = True

    def _make_room(self) -> bool:
        return self._channel.make_room()


class Refusal(ErrorTask):  # type: ignore[misc]  # waitress ships no types
    """The answer to what is no request. It repeats nothing of what was sent, as waitress's own does."""

    def execute(self) -> None:
        error = self.request.error
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend(BEFORE_ANY_PAGE)
        self.set_close_on_finish()
        body = f"{error.reason}\n".encode()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress ships no types
    error_task_class = Refusal

    def __init__(self, edge: Edge, server: Any, *others: Any, **named: Any) -> None:
        self.edge = edge
        self.pace = _Pace()
        super().__init__(server, *others, **named)
        self.parser_class = lambda _: Parser(self)
        self._take_a_place()

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.pace.begin()
        self.pace.move(len(data))
        return bool(super().received(data))

    def service(self) -> None:
        """Answer one request. The application answers a body that is too large: in the reader's language, with the help line."""
        request = self.requests[0]
        if isinstance(request.error, RequestEntityTooLarge):
            request.error = None
            request.headers["CONTENT_LENGTH"] = str(MOST_READ)
            # The rest of the body stands where the next request would.
            request.headers["CONNECTION"] = "close"
        if len(self.requests) > 1:
            # No browser sends the next request before the answer. A hundred in one packet would hold a thread, which
            # waits for the answers to be read.
            request.headers["CONNECTION"] = "close"
        super().service()

    def write_soon(self, data: Any) -> int:
        if not self.total_outbufs_len:
            self.pace.begin()
        return int(super().write_soon(data))

    def send(self, data: bytes, do_close: bool = True) -> int:  # noqa: FBT001, FBT002 - waitress's signature
        sent = int(super().send(data, do_close))
        self.pace.move(sent)
        return sent

    def del_channel(self, map: Any = None) -> None:  # noqa: A002 - waitress's signature
        super().del_channel(map)
        if self.request is not None:
            self.request.close()

    def end(self) -> None:
        """End the connection in the loop's next round, also if its reader takes nothing."""
        self.will_close = True
        if self.request is not None:
            self.request.close()
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def is_overdue(self, now: float, idle: float) -> bool:
        """Return True if the other side has kept the connection longer than anybody needs."""
        if self.total_outbufs_len:
            return self.pace.is_slow(now)
        if self.requests:
            return False
        if self.request is None:
            return bool(now - self.last_activity > idle)
        if not self.request.headers_finished:
            return now - self.pace.began > _HEADERS_WITHIN
        return self.pace.is_slow(now)

    def make_room(self) -> bool:
        """End the large body that would be the last to be whole, at the pace of now. Return False if it is this one."""
        large = [each for each in self._waiting() if each.request is not None and each.request.holds_memory()]
        last = _last_to_be_whole([*large, self])
        last.end()
        return last is not self

    def _take_a_place(self) -> None:
        """End the slowest connection if there are too many, in all or from the same address."""
        everybody = list(self.server.active_channels.values())
        here = _network(self.addr)
        same = [each for each in everybody if _network(each.addr) == here]
        if self.edge.counts_addresses and len(same) > MOST_AN_ADDRESS:
            crowd = same
        elif len(everybody) > CROWDED:
            crowd = everybody
        else:
            return
        if waiting := [each for each in self._waiting() if each in crowd]:
            _slowest(waiting).end()

    def _waiting(self) -> list[Channel]:
        """Return the other connections whose side it is to send something."""
        return [
            each
            for each in self.server.active_channels.values()
            if each is not self and not (each.will_close or each.requests or each.total_outbufs_len)
        ]


def end_overdue(channels: Iterable[Channel], now: float) -> None:
    """End connections whose other side sends or takes too little. `waitress` ends only those where nothing moves at all."""
    crowd = list(channels)
    idle = _IDLE_IN_A_CROWD if len(crowd) > MOST_CONNECTIONS // 2 else _IDLE
    for each in crowd:
        each.pace.mark(now)
        if each.is_overdue(now, idle):
            each.end()


def _slowest(channels: list[Channel]) -> Channel:
    """Return the one with the fewest bytes a second; of several that wait, the oldest. One that has just begun comes last."""
    now = monotonic()
    return min(channels, key=lambda each: (now - each.pace.began < _YOUNG, each.pace.speed(now)))


def _last_to_be_whole(bodies: list[Channel]) -> Channel:
    """Return the one whose rest would take longest: how long it has been silent, and what is missing at its pace of now.

    Among many that have all just begun, the pace alone says only which one came last: a photograph would end for each of a
    crowd's films. So one that has just begun is taken to be as fast as the fastest.
    """
    now = monotonic()
    speeds = [each.pace.speed(now) for each in bodies]
    fastest = max(speeds)

    def seconds(body: Channel, speed: float) -> float:
        is_young = now - body.pace.began < _YOUNG
        return float(
            now - body.last_activity + body.request.missing() / max(fastest if is_young else speed, 1)
        )

    return max(zip(bodies, speeds, strict=True), key=lambda each: seconds(*each))[0]


def _network(addr: tuple[str, Any]) -> tuple[int, int]:
    """Return the address; of version 6 the network, since one customer has all addresses of it."""
    address = ip_address(addr[0])
    return address.version, int(address) >> (64 if address.version == 6 else 0)
