"""ClamAV, asked over its own protocol (INSTREAM). What can't be asked is never taken for clean."""

from __future__ import annotations

import socket
from contextlib import closing

from engine.errors import Refusal
from engine.settings import ScannerSettings

_CHUNK = 64 * 1024
_SECONDS_TO_CONNECT = 5
_SECONDS = 30


class ScannerUnreachable(Refusal):
    sentence = "Virustarkistukseen ei saada yhteyttä. Tiedosto on tallessa, mutta sitä ei voi avata. Se tarkistetaan heti, kun yhteys palaa."


def is_infected(scanner: ScannerSettings, content: bytes) -> bool:
    """Raises ScannerUnreachable whenever there is no clear answer: too large for it counts as none."""
    try:
        with closing(_connected(scanner)) as connection:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _CHUNK):
                chunk = content[start : start + _CHUNK]
                connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
            connection.sendall(bytes(4))
            answer = _answer(connection)
    except OSError as failure:
        raise ScannerUnreachable from failure
    if answer == b"stream: OK":
        return False
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        return True
    raise ScannerUnreachable


def _connected(scanner: ScannerSettings) -> socket.socket:
    if scanner.path:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_SECONDS)
        try:
            connection.connect(scanner.path)
        except OSError:
            connection.close()
            raise
        return connection
    connection = socket.create_connection((scanner.host, scanner.port), timeout=_SECONDS_TO_CONNECT)
    connection.settimeout(_SECONDS)
    return connection


def _answer(connection: socket.socket) -> bytes:
    told = b""
    while not told.endswith(b"\0") and len(told) < 4096 and (more := connection.recv(4096)):
        told += more
    return told.rstrip(b"\0").strip()
