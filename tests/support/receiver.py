"""A partner's receiver of webhooks: a real HTTP server on this machine, which answers as a test asks."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any


@dataclass
class Receiving:
    """Keeps what came, and answers as it is set."""

    address: str = ""
    status: int = 204
    location: str = ""
    drips: bool = False
    """The answer begins and never ends."""
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.came]

    def is_genuine(self, key: str, now: float, place: int = -1) -> bool:
        """Check an event as docs/api.md tells a partner to."""
        headers, body = self.came[place]
        parts = [each.partition("=") for each in headers["Vireille-Signature"].split(",")]
        moment = next(value for name, _, value in parts if name == "t")
        wanted = hmac.new(key.encode(), f"{moment}.".encode() + body, sha256).hexdigest()
        is_fresh = abs(now - int(moment)) <= 300
        return is_fresh and any(
            hmac.compare_digest(value, wanted) for name, _, value in parts if name == "v1"
        )


@contextmanager
def receiver() -> Iterator[Receiving]:
    receiving = Receiving()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiving.came.append((dict(self.headers), body))
            if receiving.drips:
                self._drip()
                return
            self.send_response(receiving.status)
            if receiving.location:
                self.send_header("Location", receiving.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _drip(self) -> None:
            with suppress(OSError):
                self.wfile.write(b"HTTP/1.1 ")
                # Until the other side has gone.
                self.rfile.read(1)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    receiving.address = f"http://127.0.0.1:{server.server_port}/events"
    loop = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    loop.start()
    try:
        yield receiving
    finally:
        server.shutdown()
        server.server_close()
        loop.join()
