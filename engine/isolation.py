"""Work on what somebody else may have drawn, in a process of its own with limits: what is made to cost is stopped.

Starting Python and reading our modules takes longer than most checks, so a child is kept and asked again. It gets data
through a pipe and gives data back, one line of JSON each way, and is thrown away when it is late or has grown.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import resource
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final

MEMORY: Final = 512 * 1024 * 1024
"""Bytes of address space."""
GROWN: Final = 256 * 1024 * 1024
"""A child that has needed so much is not asked again: the next one's limit is its own."""
CLOCK: Final = 3
"""Seconds that are waited for one of the processor, which the child counts itself: the machine may have other work."""
KEPT: Final = 2
"""Children that wait to be asked."""
_ROOT: Final = str(Path(__file__).resolve().parents[1])


class TookTooMuch(Exception):
    """More time or memory than is given."""


class _Gone(Exception):
    """The child ended while it waited to be asked."""


class _Child:
    def __init__(self, module: str) -> None:
        self.module = module
        self.asked = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own module, data only through the pipe
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={"PYTHONPATH": _ROOT, "LC_ALL": "C.UTF-8"},
        )

    def ask(self, request: bytes, seconds: float) -> bytes:
        until = monotonic() + seconds * CLOCK
        self.asked += 1
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise _Gone
        try:
            left = memoryview(request + b"\n")
            while left:
                left = left[stdin.write(left) :]
        except BrokenPipeError:
            raise TookTooMuch if self.asked == 1 else _Gone from None
        parts: list[bytes] = []
        while not parts or not parts[-1].endswith(b"\n"):
            ready, _, _ = select.select([stdout], [], [], max(until - monotonic(), 0))
            if not ready:
                raise TookTooMuch
            part = os.read(stdout.fileno(), 1 << 16)
            if not part:
                raise TookTooMuch if parts or self.asked == 1 or self._was_killed() else _Gone
            parts.append(part)
        return b"".join(parts)

    def lives(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def _was_killed(self) -> bool:
        return self._process.wait() != 0


_idle: list[_Child] = []
_lock = Lock()


def ask(module: str, request: Any, seconds: float) -> Any:
    """What `serve` of a module answers; raises TookTooMuch."""
    data = json.dumps(request).encode()
    while True:
        child = _taken(module)
        try:
            answer: Any = json.loads(child.ask(data, seconds))
        except _Gone:
            child.end()
            continue
        except TookTooMuch:
            child.end()
            raise
        _put_back(child)
        return answer


def _taken(module: str) -> _Child:
    with _lock:
        for child in _idle:
            if child.module == module:
                _idle.remove(child)
                if child.lives():
                    return child
                child.end()
                break
    return _Child(module)


def _put_back(child: _Child) -> None:
    with _lock:
        if len(_idle) < KEPT:
            _idle.append(child)
            return
    child.end()


@atexit.register
def end_all() -> None:
    """Children that wait; those at work are ended by whoever asked them."""
    with _lock:
        while _idle:
            _idle.pop().end()


def serve(answer: Callable[[Any], Any], seconds: int) -> None:
    """The child's side. `seconds`: processor time for one answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # An answer makes many small values and hardly a ring of them: looking for rings takes a tenth of the time, so it is
    # done when nobody waits.
    gc.freeze()
    gc.disable()
    for line in sys.stdin.buffer:
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime)
        resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds + 1, resource.RLIM_INFINITY))
        sys.stdout.buffer.write(json.dumps(answer(json.loads(line))).encode() + b"\n")
        sys.stdout.buffer.flush()
        gc.collect()
        if _needed() > GROWN:
            return


def _needed() -> int:
    """The most bytes held at once. Not `ru_maxrss`: a child begins with its parent's."""
    status = Path("/proc/self/status").read_text()
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
