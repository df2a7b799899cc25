"""Characters that the shipped fonts can print. PDF/A and PDF/UA forbid a letter with a missing glyph."""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "fonts"
SUBSTITUTE: Final = "\N{BLACK SQUARE}"
"""Printed for a character that no shipped font has."""
_JOINERS: Final = "\u200c\u200d"
"""Persian and Kurdish words need them."""
_CITED: Final = re.compile(
    r"(?<=\d/\d{4}) (?=\d)|(?<=\d) (?=§)|(?<=[a-z]) (?=§)|(?<=§) (?=\d)|(?<=\d) (?=mom|kohta|punkten)"
    r"|(?<=\d) (?=[a-z] (?:§|ja |och |and ))|(?<=\d/\d{4}\)) (?=\d)|(?<=momentti) (?=\d)|(?<=mom\.) (?=\d)"
    r"|(?<=\d) (?=(?:ja|och|and) \d+ §)|(?:(?<=\d ja)|(?<=\d och)|(?<=\d and)) (?=\d+ §)"
    r"|(?<=ection) (?=\d)|(?<=ections) (?=\d)"
)
"""Blanks inside the citation of an Act."""
_BROKEN_EVERY: Final = 60
"""A run of this many characters without a blank may be broken, so that no line leaves the page."""


def unprintable(value: str) -> tuple[str, ...]:
    """Return the characters of a text that a letter can't show, each once, for a check before signing."""
    return tuple(dict.fromkeys(each for each in value if _shown(each) == SUBSTITUTE != each))


def printable(value: str) -> str:
    """Return the text as a letter shows it. A citation such as 746/2011 35 § 1 mom. stays on one line."""
    return " ".join(_breakable(word) for word in "".join(map(_shown, cited(value))).split(" "))


def cited(value: str) -> str:
    """Return the text with no-break spaces inside the citations of Acts."""
    return _CITED.sub("\u00a0", value)


def runs_right_to_left(value: str) -> bool:
    """Return True if the first letter that has a direction is written right to left, as browsers decide it."""
    strong = (unicodedata.bidirectional(character) for character in value)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"


def _shown(character: str) -> str:
    """Return the character as it is printed. Control characters are removed; those that change the direction of
    writing could change how a sentence reads."""
    if character == "\u00a0":
        return character
    if character.isspace():
        return " "
    if unicodedata.category(character).startswith("C"):
        return character if character in _JOINERS else ""
    return character if ord(character) in covered() else SUBSTITUTE


def _breakable(word: str) -> str:
    if len(word) <= _BROKEN_EVERY:
        return word
    return "\u200b".join(word[n : n + _BROKEN_EVERY] for n in range(0, len(word), _BROKEN_EVERY))


@cache
def covered() -> frozenset[int]:
    return frozenset(code for font in sorted(FOLDER.glob("*.ttf")) for code in _characters(font.read_bytes()))


def _characters(font: bytes) -> Iterator[int]:
    """Yield the code points of a TrueType font, from its `cmap` table in format 12 or 4."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    subtables = struct.unpack_from(">H", font, cmap + 2)[0]
    for n in range(subtables):
        start = cmap + struct.unpack_from(">I", font, cmap + 4 + 8 * n + 4)[0]
        kind = struct.unpack_from(">H", font, start)[0]
        if kind == 12:
            yield from _format_12(font, start)
        elif kind == 4:
            yield from _format_4(font, start)


def _format_12(font: bytes, start: int) -> Iterator[int]:
    for n in range(struct.unpack_from(">I", font, start + 12)[0]):
        first, last, _ = struct.unpack_from(">III", font, start + 16 + 12 * n)
        yield from range(first, last + 1)


def _format_4(font: bytes, start: int) -> Iterator[int]:
    segments = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", font, start + 14)
    starts = struct.unpack_from(f">{segments}H", font, start + 16 + 2 * segments)
    for first, last in zip(starts, ends, strict=True):
        yield from range(first, min(last, 0xFFFE) + 1)
