"""What processes/README.md promises to code: start variables, operations with their results."""

from __future__ import annotations

from collections.abc import Mapping

from processes import catalogue


def contracts() -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    text = (catalogue.ROOT / "README.md").read_text(encoding="utf-8")
    start: set[str] = set()
    operations: dict[str, frozenset[str]] = {}
    for cells in _rows(text, "| start variable |"):
        start.update(name.strip() for name in cells[0].split(","))
    for name, _, result, *_ in _rows(text, "| operation |"):
        operations[name] = _results(result)
    return frozenset(start), operations


def _rows(text: str, head: str) -> list[list[str]]:
    lines = text[text.index(head) :].splitlines()[2:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def _results(shape: str) -> frozenset[str]:
    """The outermost names of `{a: type, b: {c: type}, d}`."""
    parts, depth = [""], 0
    for sign in shape:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "," and depth == 1:
            parts.append("")
        else:
            parts[-1] += sign
    names = (part.partition(":")[0].strip(" {}") for part in parts)
    return frozenset(name for name in names if name)
