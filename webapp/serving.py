"""The WSGI server: bodies stay in memory, and one that is too large is answered with a page of this site."""

from __future__ import annotations

import gc
from typing import Any

import waitress
from flask import Flask
from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.utilities import RequestEntityTooLarge

from webapp.http.uploads import BODY_LIMIT

THREADS = 8
MOST_CONNECTIONS = 1000
MOST_READ = 1024 * 1024 * 1024
"""A film picked by mistake is read to its end, because a browser looks at no answer before: two minutes of a telephone's
camera. A longer body is answered at once and the connection ends."""
_YOUNG = 10_000
"""New objects before the collector looks through them: an answer makes a thousand or two, most of them gone with it."""
_KEPT = BODY_LIMIT + 1024 * 1024
"""Bytes of a body that are kept. Only refused bodies are longer."""


class _Beginning(OverflowableBuffer):  # type: ignore[misc]  # waitress ships no types
    """A buffer that keeps the beginning of a body and drops the rest, at no cost in memory or files."""

    def append(self, sent: bytes) -> None:
        if room := max(_KEPT - len(self), 0):
            super().append(sent[:room])


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            self.body_rcv.buf = _Beginning(self.adj.inbuf_overflow)


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress ships no types
    parser_class = _Parser

    def service(self) -> None:
        """Let the application answer a body that is too large: in the reader's language, with the help line."""
        request = self.requests[0]
        if isinstance(request.error, RequestEntityTooLarge):
            request.error = None
            request.headers.setdefault("CONTENT_LENGTH", str(MOST_READ))
            # The rest of the body stands where the next request would.
            request.headers["CONNECTION"] = "close"
        super().service()


def settle() -> None:
    """Exclude the objects that exist after the start from garbage collection.

    Otherwise one completed task in two hundred takes 140 ms longer, while all models are scanned.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])


def listening(app: Flask, host: str, port: int, *, is_proxied: bool) -> Any:
    """Return a server that is bound to its address."""
    servers: dict[int, object] = {}
    server = waitress.create_server(
        app,
        map=servers,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        inbuf_overflow=_KEPT + 1,
        max_request_body_size=MOST_READ,
        # Only our own proxies name the client; without one anybody could. ProxyFix counts them.
        clear_untrusted_proxy_headers=not is_proxied,
        # Browsers keep idle connections: the default of a hundred is soon held by them.
        connection_limit=MOST_CONNECTIONS,
        asyncore_use_poll=True,
    )
    for each in servers.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = _Channel
    return server
