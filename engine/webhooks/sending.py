"""Sends one event to one receiver: an address that was looked at before it is called, no redirects, ten seconds in all."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Timer
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from engine.domain.webhooks import Network, is_allowed, is_reachable, signature
from engine.errors import Refusal

PATIENCE: Final = 5.0
"""Seconds for one exchange with a receiver."""
ALTOGETHER: Final = 10.0
"""Seconds after which the connection is cut, however slowly the receiver drips its answer."""
_PORTS: Final = {"http": 80, "https": 443}


class ReceiverAway(Refusal):
    """The receiver did not take the event. The sentence holds nothing that it answered."""


@dataclass(frozen=True, slots=True)
class Call:
    """All that a receiver is sent of an event."""

    id: UUID
    kind: str
    at: datetime

    @property
    def body(self) -> bytes:
        return json.dumps({"id": str(self.id), "event": self.kind, "at": self.at.isoformat()}).encode()


def send(address: str, keys: Sequence[str], call: Call, now: datetime, networks: Sequence[Network]) -> None:
    """Hand an event to a receiver. Raise ReceiverAway if it does not answer with 2xx: it is tried again later."""
    parts = urlsplit(address)
    where = _looked_up(parts.hostname or "", parts.port or _PORTS[parts.scheme], parts.scheme, networks)
    connection = _connection(parts.scheme, parts.hostname or "", where)
    body = call.body
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Vireille",
        "Vireille-Signature": signature(keys, body, int(now.timestamp())),
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    cut = Timer(ALTOGETHER, _cut, [connection])
    cut.start()
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except (http.client.HTTPException, OSError, ValueError) as failure:
        raise ReceiverAway(f"Yhteys vastaanottajaan ei onnistunut ({type(failure).__name__}).") from None
    finally:
        cut.cancel()
        connection.close()
    if not 200 <= status < 300:
        raise ReceiverAway(f"Vastaanottaja vastasi {status}.")


def _looked_up(host: str, port: int, scheme: str, networks: Sequence[Network]) -> tuple[str, int]:
    """Return the address to call, looked up once: a name that points elsewhere a moment later changes nothing."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ReceiverAway("Vastaanottajan nimeä ei löydy.") from None
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(is_reachable(each, networks) for each in addresses):
        raise ReceiverAway("Vastaanottajan osoite on sisäverkossa, jota VIREILLE_WEBHOOK_NETWORKS ei salli.")
    if scheme == "http" and not all(is_allowed(each, networks) for each in addresses):
        raise ReceiverAway("Vastaanottajan osoitteen pitää alkaa https://.")
    return addresses[0], port


class _Plain(http.client.HTTPConnection):
    where: tuple[str, int]

    def connect(self) -> None:
        self.sock = socket.create_connection(self.where, self.timeout)


class _Secure(http.client.HTTPSConnection):
    where: tuple[str, int]

    def connect(self) -> None:
        self.sock = socket.create_connection(self.where, self.timeout)
        # The certificate is the name's, not the address's.
        self.sock = _TRUST.wrap_socket(self.sock, server_hostname=self.host)


_TRUST: Final = ssl.create_default_context()


def _connection(scheme: str, host: str, where: tuple[str, int]) -> http.client.HTTPConnection:
    made = (_Secure if scheme == "https" else _Plain)(host, where[1], timeout=PATIENCE)
    made.where = where
    return made


def _cut(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
