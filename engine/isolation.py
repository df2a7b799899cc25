"""Runs work on untrusted input in a child process with limits of time and memory.

`ask` and `serve` are for models. Starting Python and importing our modules takes longer than most checks, so a child
is kept and asked again, with one line of JSON each way. It is ended if it is late or has grown. `run_once` is for
files. A hostile file may take over its child, so the next file gets another.
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
"""A child that has used so much is not asked again: its next answer would have less left."""
CLOCK: Final = 3
"""Seconds to wait for one second of processor time, which the child counts itself: the machine may have other work."""
MOST_IDLE: Final = 2
"""Children kept for the next request."""
_ROOT: Final = str(Path(__file__).resolve().parents[1])


class TookTooMuch(Exception):
    """The work reached its limit of time or memory."""


class Failed(Exception):
    """The child ended with an error of its own."""


class _Gone(Exception):
    """The child ended while it was idle."""


def _command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", module, *arguments]


# No variable of ours: a child has no key and no address of a database.
_ENVIRONMENT: Final = {"PYTHONPATH": _ROOT, "LC_ALL": "C.UTF-8"}


def limit(memory: int, processor_seconds: int | None = None) -> None:
    """Limit this child process: bytes of address space, seconds of processor time, no core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if processor_seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds))


def run_once(module: str, argument: str, content: bytes, seconds: float) -> bytes:
    """Run a module once with content on its standard input; return its output. Raise TookTooMuch or Failed."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module, data only through the pipe
            _command(module, argument),
            input=content,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=_ENVIRONMENT,
        )
    except subprocess.TimeoutExpired as late:
        raise TookTooMuch from late
    if done.returncode < 0:
        # Killed at a limit, or by a decoder that crashed.
        raise TookTooMuch
    if done.returncode > 0 or not done.stdout:
        raise Failed
    return done.stdout


class _Child:
    def __init__(self, module: str) -> None:
        self.module = module
        self.asked = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own module, data only through the pipe
            _command(module),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=_ENVIRONMENT,
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
    """Return the answer of a module that calls `serve`. Raise TookTooMuch."""
    data = json.dumps(request).encode()
    while True:
        child = _take(module)
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


def _take(module: str) -> _Child:
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
        if len(_idle) < MOST_IDLE:
            _idle.append(child)
            return
    child.end()


@atexit.register
def end_all() -> None:
    """End the idle children. One at work is ended by the thread that waits for it."""
    with _lock:
        while _idle:
            _idle.pop().end()


def serve(answer: Callable[[Any], Any], seconds: int) -> None:
    """Answer requests, in the child. `seconds`: processor time for one answer."""
    limit(MEMORY)
    # An answer makes many small values and hardly a reference cycle: collecting takes a tenth of the time, so it is done
    # between two answers.
    gc.freeze()
    gc.disable()
    for line in sys.stdin.buffer:
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime)
        resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds + 1, resource.RLIM_INFINITY))
        sys.stdout.buffer.write(json.dumps(answer(json.loads(line))).encode() + b"\n")
        sys.stdout.buffer.flush()
        gc.collect()
        if _peak_memory() > GROWN:
            return


def _peak_memory() -> int:
    """Return the most bytes held at once. `ru_maxrss` is of no use: a child begins with its parent's."""
    status = Path("/proc/self/status").read_text()
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
