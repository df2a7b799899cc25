"""The system calls that a child may make once its cage is shut. Every other one answers as if the kernel did not have it.

Numbers are those of the kernel's tables for x86-64 and arm64. A call that arm64 does not have is left out there.
"""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass
from typing import Final

_CLONE_THREAD: Final = 0x10000
_WRITES: Final = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True, slots=True)
class Condition:
    """A call is allowed if `argument & mask == value`."""

    argument: int
    mask: int
    value: int


@dataclass(frozen=True, slots=True)
class Machine:
    """A processor's mark in the kernel's audit header, and its numbers."""

    mark: int
    numbers: dict[str, int]


NOTHING_NEW_RUNS: Final = Condition(2, mmap.PROT_EXEC, 0)
CONDITIONS: Final = {
    # A thread is one of this process; anything else would be a fork.
    "clone": Condition(0, _CLONE_THREAD, _CLONE_THREAD),
    "openat": Condition(2, _WRITES, 0),
    # 0 is the process itself; limits of the parent are none of a child's business.
    "prlimit64": Condition(0, 0xFFFFFFFF, 0),
}
READING: Final = frozenset(
    {
        "access", "faccessat", "faccessat2", "fcntl", "getcwd", "getdents64", "lstat", "newfstatat", "openat", "readlink",
        "readlinkat", "stat", "statx",
    }
)  # fmt: skip
"""Opening files for reading. Landlock says which."""
THREADS: Final = frozenset({"clone"})
_NEWER: Final = {"statx": (332, 291), "rseq": (334, 293), "faccessat2": (439, 439)}
_X86_64: Final = {
    "read": 0, "write": 1, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8, "mmap": 9, "mprotect": 10,
    "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "pread64": 17, "readv": 19,
    "writev": 20, "access": 21, "sched_yield": 24, "mremap": 25, "madvise": 28, "getpid": 39, "clone": 56, "exit": 60,
    "uname": 63, "fcntl": 72, "getcwd": 79, "readlink": 89, "gettimeofday": 96, "getrusage": 98, "sysinfo": 99,
    "sigaltstack": 131, "gettid": 186, "futex": 202, "sched_getaffinity": 204, "getdents64": 217, "restart_syscall": 219,
    "clock_gettime": 228, "clock_nanosleep": 230, "exit_group": 231, "openat": 257, "newfstatat": 262, "readlinkat": 267,
    "faccessat": 269, "ppoll": 271, "set_robust_list": 273, "prlimit64": 302, "getrandom": 318,
}  # fmt: skip
_ARM64: Final = {
    "getcwd": 17, "fcntl": 25, "faccessat": 48, "openat": 56, "close": 57, "getdents64": 61, "lseek": 62, "read": 63,
    "write": 64, "readv": 65, "writev": 66, "pread64": 67, "ppoll": 73, "readlinkat": 78, "newfstatat": 79, "fstat": 80,
    "exit": 93, "exit_group": 94, "futex": 98, "set_robust_list": 99, "clock_gettime": 113, "clock_nanosleep": 115,
    "sched_getaffinity": 123, "sched_yield": 124, "restart_syscall": 128, "sigaltstack": 132, "rt_sigaction": 134,
    "rt_sigprocmask": 135, "rt_sigreturn": 139, "uname": 160, "getrusage": 165, "gettimeofday": 169, "getpid": 172,
    "gettid": 178, "sysinfo": 179, "brk": 214, "munmap": 215, "mremap": 216, "clone": 220, "mmap": 222, "mprotect": 226,
    "madvise": 233, "prlimit64": 261, "getrandom": 278,
}  # fmt: skip
MACHINES: Final = {
    "x86_64": Machine(0xC000003E, _X86_64 | {name: number for name, (number, _) in _NEWER.items()}),
    "aarch64": Machine(0xC00000B7, _ARM64 | {name: number for name, (_, number) in _NEWER.items()}),
}
COMPUTING: Final = frozenset(MACHINES["x86_64"].numbers) - READING - THREADS
"""Memory, time, threads' locks, and the pipes that are open already."""
SECCOMP: Final = {"x86_64": 317, "aarch64": 277}
LANDLOCK: Final = 444
"""The first of three numbers, the same on every processor: create a ruleset, add a rule, restrict oneself."""
