"""Numbers that come in forms and addresses. Ours are small: whatever else comes is none, also where Python could read it."""

from __future__ import annotations

from typing import Final

_MOST_DIGITS: Final = 9


def number_in(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
