"""Scans files with ClamAV over its own protocol (INSTREAM). A missing answer never counts as clean."""

from __future__ import annotations

import socket
from contextlib import closing

from engine.errors import Refusal
from engine.settings import ScannerSettings

_CHUNK = 64 * 1024
_SECONDS_TO_CONNECT = 5
_SECONDS = 30


class NotScanned(Refusal):
    """The scanner gave no clear answer about this file. It may about the next one."""


class ScannerUnreachable(NotScanned):
    """No connection: it can't be asked about any file."""

    sentence = "Virustarkistukseen ei saada yhteyttä. Tiedosto on tallessa, mutta sitä ei voi avata. Se tarkistetaan heti, kun yhteys palaa."


def is_infected(scanner: ScannerSettings, content: bytes) -> bool:
    """Return True if the file is infected. Raise ScannerUnreachable if nobody listens, NotScanned without a clear answer, also
    for a file too large to scan."""
    try:
        connection = _connected(scanner)
    except OSError as failure:
        raise ScannerUnreachable from failure
    try:
        with closing(connection):
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _CHUNK):
                chunk = content[start : start + _CHUNK]
                connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
            connection.sendall(bytes(4))
            answer = _answer(connection)
    except OSError as failure:
        raise NotScanned from failure
    if answer == b"stream: OK":
        return False
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        return True
    raise NotScanned


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
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < 4096 and (more := connection.recv(4096)):
        answer += more
    return answer.rstrip(b"\0").strip()
