"""The lines that the program writes about itself while it runs: JSON, with allow-listed keys only.

Modules log as usual, `log.warning("a fixed sentence", extra={…})`. What is not in `SHAPES`, or has another shape, is
withheld: values of a case, names and texts can't stand in a line, nor can the words of a foreign error.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

import orjson
import structlog

WITHHELD: Final = "…"
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_WORD: Final = re.compile(r"[a-z][a-z_]{0,59}")
_CLASS: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_PLACE: Final = re.compile(r"[\w./-]+\.py:\d+( < [\w./-]+\.py:\d+)*")
SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "request": re.compile(r"[0-9a-f]{8}"),
    "route": re.compile(r"[a-z_]+(\.[a-z_]+)?"),
    "method": re.compile(r"[A-Z]{3,7}"),
    "status": _NUMBER,
    "actor": _WORD,
    "milliseconds": _NUMBER,
    "statements": _NUMBER,
    "kind": _CLASS,
    "loop": _WORD,
    "row": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "count": _NUMBER,
    "late_seconds": _NUMBER,
    "leap_seconds": _NUMBER,
    "code": _NUMBER,
    "reason": _WORD,
    "failure": _CLASS,
    "where": _PLACE,
}
"""Keys that a line may have beside time, level, logger and event, with the shape of their values."""
_ALWAYS: Final = ("timestamp", "level", "logger", "event")
_PRODUCT: Final = ("vireille", "engine", "webapp")
_DEPTH: Final = 12
"""Frames of a failure's place, the innermost ones."""
_COUNTED: Final = threading.local()
_QUIET: Final = ("apscheduler", "alembic", "waitress")


def begin(stream: TextIO | None = None, level: int = logging.INFO) -> Callable[[], None]:
    """Write the lines of this process to a stream, stderr unless another is given. Return what ends it."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(level)
    levels = {name: logging.getLogger(name).level for name in _QUIET}
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)

    def end() -> None:
        root.removeHandler(handler)
        root.setLevel(before)
        for name, level_before in levels.items():
            logging.getLogger(name).setLevel(level_before)

    return end


def formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        # A sentence is taken as it was written, never with what was put into it.
        use_get_message=False,
        pass_foreign_args=True,
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ExtraAdder(allow=SHAPES),
        ],
        processors=[_only_allowed, structlog.processors.JSONRenderer(serializer=_as_json)],
    )


def about_request(request: str) -> None:
    """Put the request's id on every line that this thread writes until the next request."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=request)


def count_statement() -> None:
    """Count a statement that this thread sends to a database."""
    _COUNTED.number = statements() + 1


def statements() -> int:
    """Return how many statements this thread has sent so far; of use only as a difference."""
    return getattr(_COUNTED, "number", 0)


def place_of(failure: BaseException) -> dict[str, str]:
    """Return a failure's class and place for `extra`, without its message, which may hold what a person wrote."""
    return {"failure": type(failure).__name__, "where": _where(failure.__traceback__)}


def _where(trace: TracebackType | None) -> str:
    frames = reversed(traceback.extract_tb(trace)[-_DEPTH:])
    return " < ".join(f"{'/'.join(Path(each.filename).parts[-3:])}:{each.lineno}" for each in frames)


def _only_allowed(_logger: object, _method: str, line: MutableMapping[str, Any]) -> dict[str, Any]:
    record: logging.LogRecord = line["_record"]
    is_of_product = record.name.partition(".")[0] in _PRODUCT
    # Another library may have put anything into a sentence that takes no arguments.
    is_fixed = is_of_product or bool(line.get("positional_args"))
    line["event"] = line["event"] if is_fixed else WITHHELD
    failure = line.get("exc_info")
    if failure and failure[1] is not None:
        line.update(place_of(failure[1]))
    shown = {name: line[name] for name in _ALWAYS if name in line}
    return {**shown, **{name: _shaped(name, line[name]) for name in SHAPES if name in line}}


def _shaped(name: str, value: object) -> object:
    return value if SHAPES[name].fullmatch(str(value)) else WITHHELD


def _as_json(line: Mapping[str, Any], **_: Any) -> str:
    return orjson.dumps(line, default=str).decode()
