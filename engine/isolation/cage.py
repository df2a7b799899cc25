"""Locks that a child puts on itself before it reads what came from outside. None of them can be taken off again.

Three, so that a fault in one does not open the others: a user and a network namespace (no capability, no network),
Landlock (no file but the code), seccomp (no system call but those of `system_calls`). A kernel that lacks one is no
error here: `shut` returns what is missing, and its callers decide.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import struct
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from threading import Thread
from typing import Final

from engine.isolation.system_calls import (
    COMPUTING,
    CONDITIONS,
    LANDLOCK,
    MACHINES,
    NOTHING_NEW_RUNS,
    READING,
    SECCOMP,
    THREADS,
    Condition,
)

ROOT: Final = Path(__file__).resolve().parents[2]
_PACKAGES: Final = ("engine", "forms", "processes")
NOBODY: Final = 65534
MOST_THREADS: Final = 16

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_LANDLOCK_VERSION, _LANDLOCK_PATH_BENEATH = 1, 1
_EVERY_FILE_RIGHT: Final = (
    (5, 0xFFFF),
    (3, 0x7FFF),
    (2, 0x3FFF),
    (1, 0x1FFF),
)
"""Versions of Landlock, and the rights over files that each can take away."""
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_TCP: Final = 0b11
_SIGNALS_AND_ABSTRACT_SOCKETS: Final = 0b11
_FILTER, _IN_EVERY_THREAD, _AS_FAST_AS_BEFORE = 1, 1, 4
_ALLOWED, _KILLED, _REFUSED = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38


class Lock(StrEnum):
    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"


def holds(missing: frozenset[Lock]) -> bool:
    """Return True if no attempt of a child gets out: seccomp alone refuses each, and a second lock stands behind it."""
    return Lock.SECCOMP not in missing and len(missing) < len(Lock) - 1


def hide_memory() -> None:
    """Let no other process of the same user read this one's memory and environment, where the master key is. No core dumps."""
    _LIBC.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def shut(readable: Iterable[Path] = ()) -> frozenset[Lock]:
    """Shut the cage around this process for good. Return the locks that the kernel does not have.

    Only `readable` can still be opened, for reading. Without any, root becomes nobody as well, threads may start (a
    decoder needs one), and no new code can be loaded: every module that the work needs must be imported before.
    """
    folders = tuple(readable)
    _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if not folders:
        _become_nobody()
    shut_now = {
        Lock.NAMESPACES: _enter_empty_namespaces(),
        Lock.LANDLOCK: _restrict_files(folders),
    }
    hide_memory()
    shut_now[Lock.SECCOMP] = _restrict_calls(may_read=bool(folders))
    return frozenset(lock for lock, is_shut in shut_now.items() if not is_shut)


def code_folders() -> tuple[Path, ...]:
    """Return the folders of Python, its packages and ours. Not the one that holds ours: the key may lie beside them."""
    libraries = {
        Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib", "purelib", "platlib")
    }
    searched = {Path(name).resolve() for name in sys.path if name} - {ROOT}
    return tuple(libraries | searched | {ROOT / name for name in _PACKAGES})


def _become_nobody() -> None:
    if os.geteuid():
        return
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except PermissionError:
        # A container whose root may not: the other locks hold.
        return


def _enter_empty_namespaces() -> bool:
    has_entered: bool = _LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    # In its own namespace a process begins with every capability; outside of one, root keeps its own.
    header = struct.pack("=Ii", 0x20080522, 0)
    _LIBC.capset(header, bytes(24))
    if has_entered:
        _limit_threads()
    return has_entered


def _limit_threads() -> None:
    before = resource.getrlimit(resource.RLIMIT_NPROC)
    resource.setrlimit(resource.RLIMIT_NPROC, (MOST_THREADS, before[1]))
    try:
        first = Thread(target=int)
        first.start()
        first.join()
    except RuntimeError:
        # Before Linux 5.14 the limit counts every process of the user, whatever its namespace.
        resource.setrlimit(resource.RLIMIT_NPROC, before)


def _restrict_files(readable: Iterable[Path]) -> bool:
    version = _LIBC.syscall(LANDLOCK, None, 0, _LANDLOCK_VERSION)
    if version < 1:
        return False
    rights = next(rights for since, rights in _EVERY_FILE_RIGHT if version >= since)
    handled = struct.pack("=Q", rights)
    if version >= 4:
        handled += struct.pack("=Q", _TCP)
    if version >= 6:
        handled += struct.pack("=Q", _SIGNALS_AND_ABSTRACT_SOCKETS)
    ruleset = _LIBC.syscall(LANDLOCK, handled, len(handled), 0)
    if ruleset < 0:
        return False
    for path in readable:
        _allow_reading(ruleset, path)
    is_shut: bool = _LIBC.syscall(LANDLOCK + 2, ruleset, 0) == 0
    os.close(ruleset)
    return is_shut


def _allow_reading(ruleset: int, path: Path) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    rights = _READ_FILE | _READ_FOLDER if path.is_dir() else _READ_FILE
    _LIBC.syscall(LANDLOCK + 1, ruleset, _LANDLOCK_PATH_BENEATH, struct.pack("=Qi", rights, opened), 0)
    os.close(opened)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("first", ctypes.c_void_p))


def _restrict_calls(*, may_read: bool) -> bool:
    kind = os.uname().machine
    machine = MACHINES.get(kind)
    if machine is None:
        return False
    allowed = COMPUTING | READING if may_read else COMPUTING | THREADS
    more = {} if may_read else {"mmap": NOTHING_NEW_RUNS, "mprotect": NOTHING_NEW_RUNS}
    numbers = {machine.numbers[name]: name for name in allowed if name in machine.numbers}
    rules = b"".join(_rules(machine.mark, numbers, CONDITIONS | more))
    kept = ctypes.create_string_buffer(rules, len(rules))
    program = _Program(len(rules) // 8, ctypes.addressof(kept))
    flags = _IN_EVERY_THREAD | _AS_FAST_AS_BEFORE
    return bool(_LIBC.syscall(SECCOMP[kind], _FILTER, flags, ctypes.byref(program)) == 0)


def _rules(mark: int, numbers: Mapping[int, str], conditions: Mapping[str, Condition]) -> Iterator[bytes]:
    """Yield the filter's instructions: struct seccomp_data holds the call's number, the processor's mark, then arguments."""
    load, equal, masked, answer = 0x20, 0x15, 0x54, 0x06
    yield _instruction(load, 4)
    yield _instruction(equal, mark, 1, 0)
    # Another processor's numbers mean other calls.
    yield _instruction(answer, _KILLED)
    yield _instruction(load, 0)
    for number, name in sorted(numbers.items()):
        condition = conditions.get(name)
        if condition is None:
            yield _instruction(equal, number, 0, 1)
            yield _instruction(answer, _ALLOWED)
            continue
        yield _instruction(equal, number, 0, 5)
        # The lower half: flags and process ids have no more.
        yield _instruction(load, 16 + 8 * condition.argument)
        yield _instruction(masked, condition.mask)
        yield _instruction(equal, condition.value, 0, 1)
        yield _instruction(answer, _ALLOWED)
        yield _instruction(answer, _REFUSED | _EPERM)
    yield _instruction(answer, _REFUSED | _ENOSYS)


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(sorted(shut())))
