"""Typesets the file of a case as one accessible PDF (PDF/UA-1 and PDF/A-2a), for use inside the authority."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from engine.domain.printed_files import PrintedFile
from engine.letters.fonts import printable, runs_right_to_left
from engine.letters.typesetting import typeset

TEMPLATE: Final = "printed_file.typ"
_WRITTEN: Final = "words"
"""The words that people wrote keep their lines, each in the direction of its writing."""


def render_file(file: PrintedFile, *, drawn_on: date) -> bytes:
    """Return the PDF. A character that no font has is a square: the file isn't refused for what somebody once typed."""
    noon = datetime.combine(drawn_on, time(12), tzinfo=UTC)
    return typeset(TEMPLATE, {"file": json.dumps(_data(file), ensure_ascii=False)}, noon)


def _data(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, tuple):
        return [_data(each) for each in value]
    if is_dataclass(value):
        return {
            field.name: _written(getattr(value, field.name))
            if field.name == _WRITTEN
            else _data(getattr(value, field.name))
            for field in fields(value)
        }
    return value


def _written(words: tuple[str, ...]) -> list[dict[str, Any]]:
    lines = (line for each in words for line in each.splitlines() if line.strip())
    return [{"text": printable(line), "rtl": runs_right_to_left(line)} for line in lines]
