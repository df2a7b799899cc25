"""Figures that leave the house: small numbers are never shown, nor can they be calculated from what is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SMALLEST: Final = 5
"""A smaller number of people could be recognised."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """The counts of one table. Its total may be known from another table of the same cases."""

    shown: Mapping[str, int]
    merged: tuple[str, ...] = ()
    """Rows that are shown as one."""
    merged_count: int | None = None
    """Their sum; None if even that is too small, and with it the table's total."""

    @property
    def total(self) -> int | None:
        if self.merged and self.merged_count is None:
            return None
        return sum(self.shown.values()) + (self.merged_count or 0)


def guarded(counts: Mapping[str, int]) -> Guarded:
    """Return the counts with every small one merged with others, until their sum is not small either.

    One hidden row beside a known total would be no secret: since a single one is small, at least two are merged.
    """
    hidden = {key for key, count in counts.items() if 0 < count < SMALLEST}
    if not hidden:
        return Guarded(dict(counts))
    larger = sorted((count, key) for key, count in counts.items() if count >= SMALLEST)
    while larger and sum(counts[key] for key in hidden) < SMALLEST:
        hidden.add(larger.pop(0)[1])
    total = sum(counts[key] for key in hidden)
    return Guarded(
        {key: count for key, count in counts.items() if key not in hidden},
        tuple(key for key in counts if key in hidden),
        total if total >= SMALLEST else None,
    )
