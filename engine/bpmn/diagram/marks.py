"""Marks on elements and flows. Each has a word: colour is never the only sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Mark:
    state: (
        Literal["current", "done", "broken", "skipped", "selected", "added", "removed", "changed", "moved"]
        | None
    ) = None
    heat: int | None = None
    """One to five."""
    badge: str = ""
    """A few characters, e.g. ``! 2``; on a broken path the number of the stop."""
    title: str = ""
    """The mark in words; shown by pointing, and in the list."""

    @property
    def classes(self) -> str:
        found = [f"is-{self.state}"] if self.state else []
        return " ".join([*found, f"heat-{self.heat}"] if self.heat else found)
