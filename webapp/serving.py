"""The WSGI server: bodies stay in memory, and nobody who sends much, or slowly, keeps others out."""

from __future__ import annotations

import gc
from contextlib import suppress
from ctypes import CDLL
from functools import partial
from socket import SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, getaddrinfo, socket
from typing import Any

import waitress
from flask import Flask
from waitress import wasyncore
from waitress.server import BaseWSGIServer

from webapp.http.bodies import MOST_ALTOGETHER, MOST_READ, Budget, limits_at
from webapp.http.connections import (
    LOOKED_THROUGH_EVERY,
    MOST_CONNECTIONS,
    THREADS,
    Channel,
    Edge,
    end_overdue,
)

_YOUNG = 10_000
"""New objects before the collector looks through them: an answer makes a thousand or two, most of them gone with it."""
_MOST_HEADERS = 32 * 1024
_MMAP_THRESHOLD = -3
"""Of `malloc.h`."""
_LARGE_PIECE = 128 * 1024
_NEVER = 1 << 62
"""A longer answer would lie in a temporary file until its reader took it: a letter or an attachment in plain words."""


def settle() -> None:
    """Make the process ready for a long life: exclude the objects that exist after the start from garbage collection, and
    give each large body's memory back to the system as soon as it ends.

    Otherwise one completed task in two hundred takes 140 ms longer, while all models are scanned; and bodies of 96 MB
    together grow the process by 430 MB instead of 170, because the C library takes a freed piece as a sign to keep such
    pieces for itself.
    """
    with suppress(AttributeError):
        # GNU's alone has this fault, and this call.
        CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE_PIECE)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])


def listening(app: Flask, host: str, port: int, *, is_proxied: bool, memory: int = MOST_ALTOGETHER) -> Any:
    """Return a server that is bound to its address; `memory` is for all bodies together. Raise OSError if it can't be."""
    servers: dict[int, object] = {}
    try:
        server = _bound(app, servers, host, port, is_proxied=is_proxied)
    except OSError:
        wasyncore.close_all(servers, ignore_all=True)
        raise
    edge = Edge(partial(limits_at, app), Budget(memory), counts_addresses=not is_proxied)
    for each in servers.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = partial(Channel, edge)
            each.maintenance = partial(_look_through, each)
    return server


def why_not_bound(host: str, port: int) -> str | None:
    """Return the system's reason why no server may have this address now; None if one may."""
    try:
        for family, kind, protocol, _, address in getaddrinfo(host, port, type=SOCK_STREAM):
            with socket(family, kind, protocol) as tried:
                tried.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
                tried.bind(address)
    except OSError as taken:
        return taken.strerror
    return None


def _bound(app: Flask, servers: dict[int, object], host: str, port: int, *, is_proxied: bool) -> Any:
    return waitress.create_server(
        app,
        map=servers,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        max_request_header_size=_MOST_HEADERS,
        max_request_body_size=MOST_READ,
        outbuf_overflow=_NEVER,
        # Only our own proxies name the client; without one anybody could. ProxyFix counts them.
        clear_untrusted_proxy_headers=not is_proxied,
        # Browsers keep idle connections: the default of a hundred is soon held by them.
        connection_limit=MOST_CONNECTIONS,
        cleanup_interval=LOOKED_THROUGH_EVERY,
        asyncore_use_poll=True,
    )


def _look_through(server: Any, now: float) -> None:
    end_overdue(server.active_channels.values(), now)
