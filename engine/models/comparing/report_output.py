"""A comparison as lines for a terminal and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from engine.models.comparing.values import Change, Comparison, Detail

SIGNS: Final = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}


def in_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the comparison line by line. Moved elements are only counted."""
    for part in comparison.parts:
        used_in = f": {', '.join(part.used_in)}" if part.used_in else ""
        yield f"{SIGNS[part.state]} {part.name} ({part.path}){used_in}"
        if part.problem:
            yield f"    {part.problem}"
        for change in part.real:
            yield from _change_lines(change)
        if part.moved:
            yield f"    > {len(part.moved)}: {', '.join(each.name for each in part.moved)}"


def _change_lines(change: Change) -> Iterator[str]:
    yield f"  {SIGNS[change.state]} {change.kind}: {change.name}"
    for detail in change.details:
        yield f"      {detail.label}: {_arrow(detail)}"


def _arrow(detail: Detail) -> str:
    before, after = (" ".join(each.split()) or "–" for each in (detail.before, detail.after))
    return f"{before} → {after}"


def plain(comparison: Comparison) -> list[dict[str, Any]]:
    """Return the comparison as JSON data, for `--json`."""
    return [
        {
            "path": part.path,
            "kind": part.kind,
            "name": part.name,
            "state": part.state,
            "problem": part.problem,
            "used_in": list(part.used_in),
            "changes": [_plain(each) for each in part.changes],
        }
        for part in comparison.parts
    ]


def _plain(change: Change) -> dict[str, Any]:
    return {
        "state": change.state,
        "kind": change.kind,
        "name": change.name,
        "id": change.element_id,
        "details": [
            {"key": each.key, "label": each.label, "before": each.before, "after": each.after}
            for each in change.details
        ],
    }
