"""Kills a piece of work before one of its statements, as a power cut would."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event


def killed_at_statement(number: int, work: Callable[[], object]) -> bool:
    """Do the work in a process that is killed before its statement of that number, commits counted. Return False if it
    came to its end."""
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
    seen = 0

    def count(*_arguments: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "commit"):
        event.listen(Engine, moment, count)
