"""Search the inputs of a table for a point that no rule matches.

A box has a mask for each column: bit n is set if the column's point n (`regions.Column`) is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Masks = tuple[int, ...]


class TooLarge(Exception):
    """The search would take too long to be worth it."""


@dataclass(slots=True)
class Search:
    """Searches column by column, keeping only the rules that still match the point so far."""

    space: Masks
    rules: Sequence[Masks]
    nodes: int = 100_000
    covered: set[tuple[int, tuple[int, ...]]] = field(default_factory=set)

    def uncovered(self) -> list[int] | None:
        """Return a point that no rule matches, as an index for each column; None if every point is covered."""
        meeting = tuple(
            number
            for number, rule in enumerate(self.rules)
            if all(mask & within for mask, within in zip(rule, self.space, strict=True))
        )
        return self._search(0, meeting)

    def _search(self, column: int, left: tuple[int, ...]) -> list[int] | None:
        if not left:
            # Any possible point of the remaining columns will do.
            rest = self.space[column:]
            return [(mask & -mask).bit_length() - 1 for mask in rest] if all(rest) else None
        if self._whole(column, left) or (column, left) in self.covered:
            return None
        self.nodes -= 1
        if self.nodes < 0:
            raise TooLarge
        for point in points(self.space[column]):
            found = self._search(
                column + 1, tuple(one for one in left if self.rules[one][column] >> point & 1)
            )
            if found is not None:
                return [point, *found]
        self.covered.add((column, left))
        return None

    def _whole(self, column: int, left: tuple[int, ...]) -> bool:
        """Return True if one of the rules in `left` matches every point of the columns from `column` on."""
        return any(
            all(
                within & ~mask == 0
                for mask, within in zip(self.rules[one][column:], self.space[column:], strict=True)
            )
            for one in left
        )


def points(mask: int) -> list[int]:
    return [at for at in range(mask.bit_length()) if mask >> at & 1]


def common(one: Masks, other: Masks) -> Masks | None:
    """Return the overlap of two boxes; None if they have none."""
    both = tuple(a & b for a, b in zip(one, other, strict=True))
    return both if all(both) else None


def corner(box: Masks) -> list[int]:
    """Return one point of a box, as an index for each column."""
    return [(mask & -mask).bit_length() - 1 for mask in box]
