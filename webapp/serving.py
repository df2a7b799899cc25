"""The WSGI server before the application: what is sent stays in memory, and whoever sends too much is told so by a page of ours."""

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
"""A film that was picked by mistake is read to its end, since a browser looks at no answer before: what a telephone films in
two minutes. What is longer is answered at once and the connection ends."""
_YOUNG = 10_000
"""Objects made since they were last looked through: an answer makes a thousand or two, and most are gone with it."""
_KEPT = BODY_LIMIT + 1024 * 1024
"""Of a body. Beyond this comes only what is refused."""


class _Beginning(OverflowableBuffer):  # type: ignore[misc]  # waitress ships no types
    """Keeps what may be needed and lets the rest go by: it costs neither memory nor a file on the disk."""

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
        """The application says what is too large as it says everything: in the reader's language, with whom to call."""
        request = self.requests[0]
        if isinstance(request.error, RequestEntityTooLarge):
            request.error = None
            request.headers.setdefault("CONTENT_LENGTH", str(MOST_READ))
            # The rest of the body stands where the next request would.
            request.headers["CONNECTION"] = "close"
        super().service()


def settle() -> None:
    """What stands now stands as long as the server: it is no more looked through for what nobody needs.

    Else one completed task in two hundred takes 140 ms longer, while all of the models is looked through.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])


def listening(app: Flask, host: str, port: int, *, is_proxied: bool) -> Any:
    """A server that has its address already."""
    servers: dict[int, Any] = {}
    server = waitress.create_server(
        app,
        map=servers,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        inbuf_overflow=_KEPT + 1,
        max_request_body_size=MOST_READ,
        # Who the client is, proxies of ours say; without one it would be anybody's claim. Which of them count, ProxyFix knows.
        clear_untrusted_proxy_headers=not is_proxied,
        # A browser keeps some connections for later: a hundred, the default, are soon held by those who do nothing.
        connection_limit=MOST_CONNECTIONS,
        asyncore_use_poll=True,
    )
    for each in servers.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = _Channel
    return server
