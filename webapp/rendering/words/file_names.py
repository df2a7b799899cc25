"""A file's name as it may stand in a sentence or a header: it comes from outside and may be made to mislead."""

from __future__ import annotations

import unicodedata

_LONGEST = 80


def readable_name(name: str) -> str:
    """Without what is invisible or turns the direction of text, and not longer than a line."""
    shown = "".join(
        character if unicodedata.category(character)[0] != "C" else "·"
        for character in name.replace("\\", "/")
    )
    last = shown.rpartition("/")[2] or shown
    return last if len(last) <= _LONGEST else f"{last[: _LONGEST - 12]}…{last[-11:]}"
