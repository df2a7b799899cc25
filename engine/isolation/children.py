"""Child processes with limits of time and memory, each in its cage.

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
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from threading import Condition
from time import monotonic
from typing import Any, Final

from engine.isolation import cage

MEMORY: Final = 512 * 1024 * 1024
"""Bytes of address space of a child that is asked."""
GROWN: Final = 256 * 1024 * 1024
"""A child that has used so much is not asked again: its next answer would have less left."""
TOGETHER: Final = 4 * 1024 * 1024 * 1024
"""Bytes of address space of all children of this process, so that there are at most eight. Who comes later waits."""
MOST_ANSWERED: Final = 64 * 1024 * 1024
"""Bytes of one answer: a child that was taken over must not fill its parent's memory."""
CLOCK: Final = 3
"""Seconds to wait for one second of processor time, which the child counts itself: the machine may have other work."""
MOST_IDLE: Final = 2
"""Children kept for the next request."""
_SECONDS_TO_TRY: Final = 30

# No variable of ours: a child has no key and no address of a database.
_ENVIRONMENT: Final = {"PYTHONPATH": str(cage.ROOT), "LC_ALL": "C.UTF-8"}


class TookTooMuch(Exception):
    """The work reached its limit of time or memory."""


class Failed(Exception):
    """The child ended with an error of its own."""


class _Gone(Exception):
    """The child ended while it was idle."""


class Child:
    def __init__(self, module: str, *arguments: str) -> None:
        self.module = module
        self.asked = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own module, data only through the pipe
            [sys.executable, "-P", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=_ENVIRONMENT,
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise Failed
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        os.set_blocking(self._stdin.fileno(), False)

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, request: bytes, seconds: float) -> bytes:
        until = monotonic() + seconds * CLOCK
        self.asked += 1
        try:
            self.send(request + b"\n", until)
        except BrokenPipeError:
            raise TookTooMuch if self.asked == 1 else _Gone from None
        answer = self.receive(until, lambda part: part.endswith(b"\n"))
        if not answer.endswith(b"\n"):
            raise TookTooMuch if answer or self.asked == 1 or self._was_killed() else _Gone
        return answer

    def send(self, data: bytes, until: float) -> None:
        left = memoryview(data)
        while left:
            _wait_for(self._stdin.fileno(), select.POLLOUT, until)
            left = left[self._stdin.write(left) or 0 :]

    def receive(self, until: float, is_last: Callable[[bytes], bool]) -> bytes:
        """Return what the child writes, up to the last part or its end. Raise TookTooMuch if it is late or too long."""
        parts: list[bytes] = []
        size = 0
        while True:
            _wait_for(self._stdout.fileno(), select.POLLIN, until)
            part = os.read(self._stdout.fileno(), 1 << 16)
            parts.append(part)
            size += len(part)
            if size > MOST_ANSWERED:
                raise TookTooMuch
            if not part or is_last(part):
                return b"".join(parts)

    def finish(self, content: bytes, until: float) -> tuple[bytes, int]:
        """Send everything there will be. Return everything that comes, and the return code."""
        # A child that reads no more has refused already, or died; what it wrote says which.
        with suppress(BrokenPipeError):
            self.send(content, until)
        self._stdin.close()
        answer = self.receive(until, lambda _part: False)
        try:
            return answer, self._process.wait(max(until - monotonic(), 0.1))
        except subprocess.TimeoutExpired as late:
            raise TookTooMuch from late

    def lives(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        self._stdin.close()
        self._stdout.close()
        self._process.wait()

    def _was_killed(self) -> bool:
        return self._process.wait() != 0


def _wait_for(descriptor: int, event: int, until: float) -> None:
    # Not `select`, which knows no descriptor past 1,023: a server holds as many connections.
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(until - monotonic(), 0) * 1000):
        raise TookTooMuch


class Pool:
    """The children of this process: those that wait for the next request, and the memory that is left for more."""

    def __init__(self, memory: int = TOGETHER) -> None:
        self._changed = Condition()
        self._left = memory
        self._idle: list[Child] = []

    @contextmanager
    def reserved(self, memory: int) -> Iterator[None]:
        """Wait until there is so much left. Idle children are ended for it."""
        with self._changed:
            while not self._reserve(memory):
                self._changed.wait()
        try:
            yield
        finally:
            self._release(memory)

    def taken(self, module: str) -> Child:
        """Return an idle child of the module, or a new one as soon as there is memory for it."""
        with self._changed:
            while (child := self._idle_of(module)) is None and not self._reserve(MEMORY):
                self._changed.wait()
        if child is not None:
            return child
        try:
            return Child(module)
        except OSError:
            self._release(MEMORY)
            raise

    def put_back(self, child: Child) -> None:
        with self._changed:
            if len(self._idle) < MOST_IDLE:
                self._idle.append(child)
                self._changed.notify_all()
                return
        self.end(child)

    def end(self, child: Child) -> None:
        with self._changed:
            self._end(child)

    def end_idle(self) -> None:
        with self._changed:
            while self._idle:
                self._end(self._idle.pop())

    def _idle_of(self, module: str) -> Child | None:
        for child in [each for each in self._idle if each.module == module]:
            self._idle.remove(child)
            if child.lives():
                return child
            self._end(child)
        return None

    def _reserve(self, memory: int) -> bool:
        while self._left < memory and self._idle:
            self._end(self._idle.pop(0))
        if self._left < memory:
            return False
        self._left -= memory
        return True

    def _release(self, memory: int) -> None:
        with self._changed:
            self._left += memory
            self._changed.notify_all()

    def _end(self, child: Child) -> None:
        child.end()
        self._release(MEMORY)


_pool = Pool()


def run_once(module: str, arguments: tuple[str, ...], content: bytes, seconds: float, memory: int) -> bytes:
    """Run a module once with content on its standard input; return its output. Raise TookTooMuch or Failed."""
    with _pool.reserved(memory):
        child = Child(module, *arguments)
        try:
            answer, code = child.finish(content, monotonic() + seconds)
        finally:
            child.end()
    if code < 0:
        # Killed at a limit, or by a decoder that crashed.
        raise TookTooMuch
    if code > 0 or not answer:
        raise Failed
    return answer


def ask(module: str, request: Any, seconds: float) -> Any:
    """Return the answer of a module that calls `serve`. Raise TookTooMuch."""
    data = json.dumps(request).encode()
    while True:
        child = _pool.taken(module)
        try:
            answer: Any = json.loads(child.ask(data, seconds))
        except _Gone:
            _pool.end(child)
            continue
        except ValueError as nonsense:
            # It was taken over, or reached a limit within its answer.
            _pool.end(child)
            raise TookTooMuch from nonsense
        except BaseException:
            _pool.end(child)
            raise
        _pool.put_back(child)
        return answer


@cache
def missing_locks() -> frozenset[cage.Lock]:
    """Return the locks that children on this machine do without. A child tries once; the answer is kept."""
    try:
        found = run_once(cage.__name__, (), b"", _SECONDS_TO_TRY, MEMORY)
    except (TookTooMuch, Failed):
        return frozenset(cage.Lock)
    return frozenset(map(cage.Lock, json.loads(found)))


@atexit.register
def end_all() -> None:
    """End the idle children. One at work is ended by the thread that waits for it."""
    _pool.end_idle()


# In the child.


def limit(memory: int, processor_seconds: int | None = None) -> None:
    """Limit this child process: bytes of address space, seconds of processor time, no files, no core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if processor_seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds))


def serve(answer: Callable[[Any], Any], seconds: int) -> None:
    """Answer requests. `seconds`: processor time for one answer."""
    limit(MEMORY)
    status = os.open("/proc/self/status", os.O_RDONLY)
    cage.shut(cage.code_folders())
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
        if _peak_memory(status) > GROWN:
            return


def _peak_memory(status: int) -> int:
    """Return the most bytes held at once. `ru_maxrss` is of no use: a child begins with its parent's."""
    lines = os.pread(status, 1 << 16, 0).splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(b"VmHWM"))
