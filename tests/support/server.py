"""The real application behind the real server, on this machine only, for as long as a test needs it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask
from waitress.server import create_server

from engine.executor import Engine
from tests.support.compiled import application_of
from webapp.app import create_app
from webapp.http.bodies import MOST_ALTOGETHER
from webapp.serving import listening as listening_in_earnest
from webapp.settings import IdentificationSettings, StaffSignIn, WebSettings


@contextmanager
def serving(
    engine: Engine,
    leave_url: str = "https://example.invalid/",
    identification: IdentificationSettings | None = None,
    *,
    staff_sign_in: StaffSignIn | None = None,
    name: str = "127.0.0.1",
) -> Iterator[str]:
    """The address people would open, by this name of the machine."""
    with listening(
        lambda address: application_of(engine, _settings(address, leave_url, identification, staff_sign_in)),
        name,
    ) as address:
        yield address


@contextmanager
def served_as_in_earnest(engine: Engine, settings: WebSettings) -> Iterator[str]:
    """As `vireille serve` serves it."""
    app = create_app(settings, engine)
    server = listening_in_earnest(app, "127.0.0.1", 0, is_proxied=bool(settings.proxies))
    with _running(server):
        yield f"http://127.0.0.1:{server.effective_port}"


@contextmanager
def bare(app: Flask, *, is_proxied: bool = False, memory: int = MOST_ALTOGETHER) -> Iterator[Any]:
    """The server of `vireille serve` with any application, to be looked into."""
    server = listening_in_earnest(app, "127.0.0.1", 0, is_proxied=is_proxied, memory=memory)
    with _running(server):
        yield server


@contextmanager
def listening(make: Callable[[str], Flask], name: str = "127.0.0.1") -> Iterator[str]:
    """Any application, made once it is known where it will stand."""
    with socket.socket() as bound:
        # Bound before the application is made: the port the system chose is part of the application's settings.
        bound.bind(("127.0.0.1", 0))
        address = f"http://{name}:{bound.getsockname()[1]}"
        with _running(create_server(make(address), sockets=[bound], threads=4)):
            yield address


@contextmanager
def _running(server: Any) -> Iterator[None]:
    loop = threading.Thread(target=server.run, name="waitress", daemon=True)
    loop.start()
    try:
        yield
    finally:
        # In the server's own thread, between two rounds of its loop: nothing is closed under its hands. When the loop
        # was awake already, it has closed what would have woken it.
        with suppress(OSError):
            server.trigger.pull_trigger(lambda: _end(server))
        loop.join(timeout=60)
        server.task_dispatcher.shutdown()
        assert not loop.is_alive()


def _end(server: Any) -> None:
    """Close every connection with what it had still to send, which may be in a file, and then all the others."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    for each in list(server._map.values()):
        each.close()


def _settings(
    address: str,
    leave_url: str,
    identification: IdentificationSettings | None,
    staff_sign_in: StaffSignIn | None,
) -> WebSettings:
    return WebSettings(
        base_url=address,
        secret=b"a secret of the tests, thirty-two bytes",
        help_line="000 000 0000",
        leave_url=leave_url,
        proxies=0,
        identification=identification,
        staff_sign_in=staff_sign_in,
    )
