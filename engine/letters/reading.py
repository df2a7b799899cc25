"""The text of a letter that was typeset, as a reader extracts it and as it is seen."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

WIDEST_LETTER = 8.0
COLUMN_GAP = 12.0
"""In points: a piece further right than its neighbour's letters can reach stands in another column."""


def shown(made: bytes) -> str:
    """Return the text that a reader extracts: the characters behind the glyphs, page by page."""
    pdf = pikepdf.open(io.BytesIO(made))
    return "\n".join(page_text(page) for page in pdf.pages)


def seen(made: bytes) -> str:
    """Return the text that the eye meets: pieces from left to right on each line, in any order of writing."""
    pdf = pikepdf.open(io.BytesIO(made))
    lines = []
    for page in pdf.pages:
        by_place = sorted((-round(y), x, text) for x, y, text in page_pieces(page))
        lines.append("".join(text for _, _, text in by_place))
    return "\n".join(lines)


def lines(made: bytes) -> str:
    """Return the text line by line, each in the order in which it is read."""
    pdf = pikepdf.open(io.BytesIO(made))
    found: list[str] = []
    for page in pdf.pages:
        on_page: dict[int, list[tuple[float, str]]] = {}
        for place, height, text in page_pieces(page):
            on_page.setdefault(-round(height), []).append((place, text))
        found.extend(_line(pieces) for _, pieces in sorted(on_page.items()))
    return "\n".join(line for line in found if line.strip())


def _line(pieces: list[tuple[float, str]]) -> str:
    """Return the pieces as one line, with a space where a column begins. Within a word, which may change its font, none."""
    line, ends_before = "", 0.0
    for place, text in pieces:
        line += f" {text}" if line and place > ends_before else text
        ends_before = place + WIDEST_LETTER * len(text) + COLUMN_GAP
    return line


def page_text(page: pikepdf.Page) -> str:
    return "".join(text for _, _, text in page_pieces(page))


def page_pieces(page: pikepdf.Page) -> Iterator[tuple[float, float, str]]:
    """Yield for each piece of text its beginning on the paper and its characters."""
    maps = {name: _unicode_of(font) for name, font in page.Resources.Font.items()}
    current: dict[int, str] = {}
    place, kept = pikepdf.Matrix(), []
    for instruction in pikepdf.parse_content_stream(page):
        operands = list(instruction.operands)
        match str(instruction.operator):
            case "Tf":
                current = maps[str(operands[0])]
            case "q":
                kept.append(place)
            case "Q":
                place = kept.pop()
            case "cm":
                place = pikepdf.Matrix(*map(float, operands)) @ place
            case "Tj" | "TJ":
                yield place.e, place.f, "".join(_characters(operands, current))


def _characters(operands: list[Any], unicode: dict[int, str]) -> Iterator[str]:
    for operand in operands:
        for piece in operand if isinstance(operand, pikepdf.Array) else (operand,):
            if isinstance(piece, pikepdf.String):
                raw = bytes(piece)
                yield from (unicode.get(int.from_bytes(raw[n : n + 2]), "?") for n in range(0, len(raw), 2))


def _unicode_of(font: Any) -> dict[int, str]:
    stream = bytes(font.ToUnicode.read_bytes()).decode("latin-1")
    return {
        int(code, 16): bytes.fromhex(text).decode("utf-16-be")
        for block in re.findall(r"beginbfchar(.*?)endbfchar", stream, re.DOTALL)
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block)
    }
