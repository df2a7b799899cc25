"""What a PDF says to whoever takes its text."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf


def shown(made: bytes) -> str:
    """What a reader that takes the text sees: the characters behind the glyphs, page by page."""
    pdf = pikepdf.open(io.BytesIO(made))
    return "\n".join(page_text(page) for page in pdf.pages)


def page_text(page: pikepdf.Page) -> str:
    maps = {name: _unicode_of(font) for name, font in page.Resources.Font.items()}
    current: dict[int, str] = {}
    found = []
    for instruction in pikepdf.parse_content_stream(page):
        if str(instruction.operator) == "Tf":
            current = maps[str(instruction.operands[0])]
        for operand in instruction.operands if str(instruction.operator) in {"Tj", "TJ"} else ():
            for piece in operand if isinstance(operand, pikepdf.Array) else (operand,):
                if isinstance(piece, pikepdf.String):
                    raw = bytes(piece)
                    found += [current.get(int.from_bytes(raw[n : n + 2]), "?") for n in range(0, len(raw), 2)]
    return "".join(found)


def _unicode_of(font: Any) -> dict[int, str]:
    stream = bytes(font.ToUnicode.read_bytes()).decode("latin-1")
    return {
        int(code, 16): bytes.fromhex(text).decode("utf-16-be")
        for block in re.findall(r"beginbfchar(.*?)endbfchar", stream, re.DOTALL)
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block)
    }
