"""A child for tests that tries to get out of its cage: it reads, connects, forks and writes where it must not.

`python -m tests.engine.isolation.attempts PLAN` shuts the cage as the child of a file does, and reports. With `as` in
the plan it first becomes another user and has a child of its own try, so that the parent is that user's as well. Asked
with `ask`, it tries from the cage of models.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from engine import isolation

_LIBC = ctypes.CDLL(None, use_errno=True)
_ATTACH, _DETACH = 16, 17
_SET_DUMPABLE = 4


def report(plan: Mapping[str, Any], parent: int) -> dict[str, str]:
    """Return what became of each attempt: `open`, or the name of the error."""
    place = Path(plan["folder"])
    return {
        "read the key": _tried(lambda: Path(plan["key"]).read_bytes()),
        "read the parent's environment": _tried(Path(f"/proc/{parent}/environ").read_bytes),
        "read the parent's memory": _tried(lambda: _read_memory(parent)),
        "stop the parent with a debugger": _tried(lambda: _debug(parent)),
        "signal the parent": _tried(lambda: os.kill(parent, 0)),
        "limit the parent": _tried(lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE)),
        "connect to a port": _tried(lambda: _connect(socket.AF_INET, ("127.0.0.1", plan["port"]))),
        "connect to a socket of this machine": _tried(lambda: _connect(socket.AF_UNIX, plan["socket"])),
        "connect to a socket without a file": _tried(lambda: _connect(socket.AF_UNIX, plan["abstract"])),
        "fork": _tried(_fork),
        "run a program": _tried(lambda: os.execv("/nonexistent", ["x"])),
        "write a file": _tried(lambda: _create(place / "new")),
        "write into shared memory": _tried(lambda: _create(Path(f"/dev/shm/{place.name}-new"))),
        "empty a file": _tried(lambda: os.truncate(plan["key"], 0)),
        "make a folder": _tried(lambda: (place / "folder").mkdir()),
        "remove a file": _tried((place / "doomed").unlink),
    }


def _tried(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as refused:
        # A program that is not there was looked for: the call works.
        return "open" if refused.errno == errno.ENOENT else errno.errorcode.get(refused.errno or 0, "?")
    return "open"


def _checked(done: int) -> None:
    if done < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _read_memory(parent: int) -> None:
    with Path(f"/proc/{parent}/mem").open("rb"):
        pass


def _debug(parent: int) -> None:
    _checked(_LIBC.ptrace(_ATTACH, parent, None, None))
    os.waitpid(parent, 0)
    _LIBC.ptrace(_DETACH, parent, None, None)


def _connect(family: int, address: Any) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(5)
        connection.connect(address)


def _fork() -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)


def _create(path: Path) -> None:
    with path.open("wb"):
        path.unlink()


def main() -> None:
    plan = json.loads(sys.argv[1])
    if user := plan.get("as"):
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        # Becoming another user has hidden the memory already.
        _LIBC.prctl(_SET_DUMPABLE, 1, 0, 0, 0)
        if plan["hidden"]:
            isolation.hide_memory()
        if child := os.fork():
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    parent = os.getppid()
    if plan["caged"]:
        isolation.shut()
    print(json.dumps(report(plan, parent)), flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main()
    else:
        parent = os.getppid()
        isolation.serve(lambda plan: report(plan, parent), 20)
