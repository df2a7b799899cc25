"""A crowd that wants to keep others out: connections of every hostile kind at once, each made anew when the server ends it."""

from __future__ import annotations

import http.client
import io
import socket
import struct
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Final
from urllib.parse import urlsplit

import lxml.html
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.support.uploads import picture

_MEGABYTE: Final = 1024 * 1024
_LARGE: Final = 24 * _MEGABYTE
_PIECE: Final = 64 * 1024
_RESET: Final = struct.pack("ii", 1, 0)


def _post(path: str, length: int) -> bytes:
    return b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (path.encode(), length)


def _chunked(path: str, *more: bytes) -> bytes:
    lines = (b"Host: x", b"Transfer-Encoding: chunked", *more)
    return b"POST %b HTTP/1.1\r\n%b\r\n\r\n" % (path.encode(), b"\r\n".join(lines))


@dataclass(frozen=True)
class Kind:
    name: str
    first: bytes = b""
    then: bytes = b""
    """Sent again and again afterwards."""
    most: int = 1 << 40
    """Bytes after which it sends nothing more and waits."""
    every: float = 0
    """Seconds between two pieces; 0: as fast as they are taken."""
    leaves: bool = False
    """Breaks off at once, without a farewell."""


KINDS: Final = (
    Kind("idle"),
    Kind("leaves at once", b"GET / HTTP/1.1\r\n", leaves=True),
    Kind("half a header, a byte now and then", b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"a", every=1),
    Kind("headers without an end", b"GET / HTTP/1.1\r\nX: ", b"a" * 4096),
    Kind("a body to nowhere", _post("/nowhere", _LARGE), bytes(_PIECE), _LARGE - 1),
    Kind("a body to a page of text", _post("/fi/own/questions", _LARGE), bytes(_PIECE), _LARGE - 1),
    Kind("a body to a page for files", _post("/fi/own/files", _LARGE), bytes(_PIECE), _LARGE - 1),
    Kind("a body, a byte now and then", _post("/fi/own/files", _LARGE), b"a", every=1),
    Kind("a film without an end", _post("/fi/own/files", 1 << 29), bytes(_PIECE)),
    Kind("chunks without an end", _chunked("/fi/own/files"), b"1000\r\n" + bytes(4096) + b"\r\n"),
    Kind("words between chunks", _chunked("/fi/code") + b"5;", b"a" * 64, every=0.2),
    Kind("length and chunks", _chunked("/fi/code", b"Content-Length: 5") + b"0\r\n\r\n"),
    Kind("forty answers never read", b"GET /fi/own/questions HTTP/1.1\r\nHost: x\r\n\r\n" * 40),
    Kind("a large answer never read", b"GET /static/build/modeler.js HTTP/1.1\r\nHost: x\r\n\r\n"),
    Kind("another host", b"GET /fi HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n", b"\r\n", every=5),
)


_ROUND: Final = 0.02
_LISTENS_EVERY: Final = 1.0
_AGAIN_AFTER: Final = 0.5


@dataclass(eq=False)
class _Connection:
    kind: Kind
    source: str
    """The address that it comes from."""
    target: tuple[str, int]
    ended: Counter[str]
    looked: set[str]
    made: socket.socket | None = None
    waiting: bytes = b""
    sent: int = 0
    sends_at: float = 0
    listens_at: float = 0

    def goes_on(self, now: float) -> None:
        try:
            if self.made is None:
                if now >= self.sends_at:
                    self._connects(now)
                return
            if now >= self.sends_at:
                self._sends(now)
            if now >= self.listens_at:
                self.listens_at = now + _LISTENS_EVERY
                self.looked.add(self.kind.name)
                # Of an answer nothing is read; only its end is looked for.
                if not self.made.recv(1, socket.MSG_PEEK):
                    raise ConnectionResetError
        except BlockingIOError:
            pass
        except OSError:
            self.ended[self.kind.name] += 1
            self.looked.add(self.kind.name)
            self.leaves()
            self.sends_at = now + _AGAIN_AFTER

    def leaves(self) -> None:
        if self.made is not None:
            self.made.close()
            self.made = None

    def _connects(self, now: float) -> None:
        made = socket.socket()
        # A small buffer here: what nobody reads stays with the server.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        made.setblocking(False)
        made.bind((self.source, 0))
        made.connect_ex(self.target)
        self.made, self.waiting, self.sent = made, self.kind.first, 0
        self.sends_at, self.listens_at = now, now + _LISTENS_EVERY

    def _sends(self, now: float) -> None:
        assert self.made is not None
        kind = self.kind
        if not self.waiting and self.sent < kind.most:
            self.waiting = kind.then
        if self.waiting:
            sent = self.made.send(self.waiting)
            self.waiting = self.waiting[sent:]
            self.sent += sent
        if kind.leaves:
            self.made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            raise ConnectionResetError
        if not self.waiting:
            self.sends_at = now + kind.every


@dataclass
class Crowd:
    """So many connections, of each kind in turn, that attack until the block ends."""

    address: str
    size: int
    from_everywhere: bool = False
    """A dozen from each of many addresses, as without a proxy in front; else all from one."""
    ended: Counter[str] = field(default_factory=Counter)
    """How often the server ended one, by kind."""
    looked: set[str] = field(default_factory=set)
    """The kinds of which one has looked for its answer, or was ended before."""
    _is_there: Event = field(default_factory=Event)
    _stop: Event = field(default_factory=Event)

    @contextmanager
    def attacks(self) -> Iterator[Crowd]:
        thread = Thread(target=self._run, name="crowd", daemon=True)
        thread.start()
        try:
            assert self._is_there.wait(timeout=300), "the crowd does not get in"
            yield self
        finally:
            self._stop.set()
            thread.join(timeout=60)

    def _run(self) -> None:
        place = urlsplit(self.address)
        target = (place.hostname or "", place.port or 0)
        crowd = [
            _Connection(KINDS[number % len(KINDS)], self._source(number), target, self.ended, self.looked)
            for number in range(self.size)
        ]
        while not self._stop.is_set():
            for each in crowd:
                each.goes_on(time.monotonic())
            # Each has been connected once, and has sent its beginning.
            self._is_there.set()
            self._stop.wait(_ROUND)
        for each in crowd:
            each.leaves()

    def _source(self, number: int) -> str:
        return f"127.0.1.{1 + number // 12}" if self.from_everywhere else "127.0.0.1"


class HonestPerson:
    """Opens the form and adds a photograph to it, each time with a browser of their own. Tries nothing twice."""

    def __init__(
        self, address: str, size: tuple[int, int] = (640, 480), comes_from: str = "127.0.2.7"
    ) -> None:
        self._place = urlsplit(address).netloc
        self._comes_from = comes_from
        self._photograph = picture("JPEG", size)

    def applies(self) -> float:
        """Return the seconds it took until the photograph stood on the page."""
        began = time.monotonic()
        page = self._asks("GET", "/fi/own/questions")
        brought = {
            name: page.xpath(f"//main//input[@name='{name}']/@value")[0] for name in ("form_token", "draft")
        }
        file = FileStorage(io.BytesIO(self._photograph), "kuva.jpg", content_type="image/jpeg")
        boundary, body = encode_multipart({**brought, "go": "add", "about": "Vuokrasopimus", "file": file})
        page = self._asks("POST", "/fi/own/files", body, f"multipart/form-data; boundary={boundary}")
        assert "kuva.jpg" in page.text_content()
        return time.monotonic() - began

    def _asks(
        self, method: str, path: str, body: bytes | None = None, kind: str = "text/plain"
    ) -> lxml.html.HtmlElement:
        connection = http.client.HTTPConnection(
            self._place, timeout=120, source_address=(self._comes_from, 0)
        )
        try:
            # As a proxy in front says it. Without one, the server takes no notice.
            headers = {"X-Forwarded-For": self._comes_from}
            connection.request(method, path, body, {**headers, "Content-Type": kind} if body else headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status == 303:
            return self._asks("GET", answer.headers["Location"])
        page = lxml.html.document_fromstring(content)
        assert answer.status == 200, (
            path,
            answer.status,
            " ".join(page.find(".//main").text_content().split()),
        )
        return page
