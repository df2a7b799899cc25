"""A line to a server that can be cut, or fall silent: what a broken network does to those at its ends."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Final

_RESETS: Final = struct.pack("ii", 1, 0)
"""For SO_LINGER: a closed connection is reset, as by a machine that knows nothing of it any more."""


class Line:
    """Leads from a port of this machine to a server's unix socket."""

    def __init__(self, server: Path, listener: socket.socket) -> None:
        self._server = server
        self._listener = listener
        self._ends: list[socket.socket] = []
        self._lock = Lock()
        self._is_cut = False
        self._flows = Event()
        self._flows.set()
        self._last_words = b""
        self.holds = Event()
        """Set once something was sent into the silence."""

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def url(self, owner: str, database: str) -> str:
        return f"postgresql+psycopg://{owner}@127.0.0.1:{self.port}/{database}"

    def cut(self) -> None:
        """Reset every connection, and each new one."""
        with self._lock:
            self._is_cut = True
            self._reset()

    def mend(self) -> None:
        with self._lock:
            self._is_cut = False
        self._flows.set()

    def fall_silent(self) -> None:
        """Take what is sent, and let nothing through in either direction."""
        self.holds.clear()
        self._flows.clear()

    def fall_silent_after(self, words: str) -> None:
        """Fall silent once somebody sends these words."""
        self._last_words = words.encode()

    def end(self) -> None:
        self.cut()
        self._flows.set()

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESETS)
                with self._lock:
                    if self._is_cut:
                        near.close()
                        continue
                    far = socket.socket(socket.AF_UNIX)
                    try:
                        far.connect(str(self._server))
                    except OSError:
                        near.close()
                        continue
                    self._ends += [near, far]
                for pair in ((near, far), (far, near)):
                    Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while carried := source.recv(65536):
                if self._last_words and self._last_words in carried:
                    self._last_words = b""
                    self.fall_silent()
                if not self._flows.is_set():
                    self.holds.set()
                    self._flows.wait()
                target.sendall(carried)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _reset(self) -> None:
        for each in self._ends:
            # A thread that waits in a closed socket would wait on: it is woken first.
            with suppress(OSError):
                each.shutdown(socket.SHUT_RD)
            each.close()
        self._ends.clear()


@contextmanager
def line(server: Path) -> Iterator[Line]:
    """Lay a line to a unix socket, and take it away again."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=128)) as listener:
        made = Line(server, listener)
        Thread(target=made.accept, daemon=True).start()
        try:
            yield made
        finally:
            made.end()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
