"""Kills a piece of work before one of its statements, as a power cut would."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

READS = ("SELECT", "PRAGMA MAIN.", "BEGIN")


def killed_at_statement(number: int, work: Callable[[], object]) -> bool:
    """Do the work in a process that is killed at its moment of that number: before a statement that may change something,
    before a commit, or before the first statement after one. Return False if it came to its end.

    What is killed before a read leaves the same as what is killed at the next of these moments.
    """
    child = os.fork()
    if child == 0:
        try:
            _kill_at(number)
            work()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the work failed"
    return False


def _kill_at(number: int) -> None:
    seen, is_first = 0, True

    def count() -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal is_first
        if is_first or not statement.lstrip().upper().startswith(READS):
            is_first = False
            count()

    def before_commit(_connection: Any) -> None:
        nonlocal is_first
        is_first = True
        count()

    event.listen(Engine, "before_cursor_execute", before_statement)
    event.listen(Engine, "commit", before_commit)
