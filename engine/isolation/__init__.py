"""Work on what came from outside: other people's files and models, in child processes that can do nothing else."""

from engine.isolation.cage import Lock, hide_memory, holds, shut
from engine.isolation.children import (
    GROWN,
    MEMORY,
    Failed,
    TookTooMuch,
    ask,
    end_all,
    limit,
    missing_locks,
    run_once,
    serve,
)

__all__ = [
    "GROWN",
    "MEMORY",
    "Failed",
    "Lock",
    "TookTooMuch",
    "ask",
    "end_all",
    "hide_memory",
    "holds",
    "limit",
    "missing_locks",
    "run_once",
    "serve",
    "shut",
]
