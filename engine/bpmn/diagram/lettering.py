"""Text in SVG, which has no line breaks: estimates widths and breaks lines."""

from __future__ import annotations

from html import escape
from typing import Final

NARROW: Final = frozenset("iljtfrI.,:;'’!|()[] -")
WIDE: Final = frozenset("mwMWÅÄÖ@%")


def width(text: str, size: float) -> float:
    """Estimate the width in Source Sans 3."""
    units = sum(0.29 if c in NARROW else 0.82 if c in WIDE else 0.62 if c.isupper() else 0.52 for c in text)
    return units * size


def broken(text: str, room: float, size: float, most: int) -> list[str]:
    """Return lines that fit, the last one cut short when there are too many."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width(joined, size) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip(".,:;") + "…"]
    return lines


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def texts(lines: list[str], x: float, y: float, css: str, size: float) -> str:
    leading = size * 1.18
    first = y - leading * (len(lines) - 1) / 2 + size * 0.36
    return "".join(
        f'<text class="{css}" x="{number(x)}" y="{number(first + place * leading)}" text-anchor="middle"'
        f' font-size="{number(size)}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
