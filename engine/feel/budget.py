"""The state of one evaluation: its budget, its functions, its problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import NamedTuple

from .problems import FeelProblem, Unfit, did_you_mean, problem_at
from .value_types import Type, Value

STEPS = 20_000
"""About a microsecond and a few hundred bytes each: a round of a loop costs what its body holds, copying what is copied."""
MOST_NAMES = 500
MAX_CALLS = 60
"""How deep functions may call functions."""


class Spot(NamedTuple):
    """An offset in a text, for problems. Line and column are computed on demand."""

    text: str
    at: int
    place: str | None = None
    """The model element that holds the text, if one does."""


class Run:
    """One evaluation: the steps left in its budget, its functions and its problems."""

    __slots__ = ("by_kind", "calls", "functions", "hints", "known", "left", "patterns", "problems", "types")

    def __init__(
        self,
        functions: Mapping[str, Callable[..., Value]],
        steps: int = STEPS,
        problems: list[FeelProblem] | None = None,
        types: Mapping[str, Type] | None = None,
    ) -> None:
        self.functions = functions
        self.left = steps
        self.problems = problems
        self.types = types or {}
        self.calls = 0
        self.hints = 3
        self.by_kind = False
        """True inside `instance of`, which ignores allowed values."""
        self.known: dict[str, Value] = {}
        """Variables in their settled form."""
        self.patterns: set[tuple[str, str]] = set()
        """Patterns this run has paid to compile."""

    def spend(self, steps: int) -> None:
        """Take steps from the budget, before the work is done. Raise FeelProblem if it is exceeded."""
        self.left -= steps
        if self.left < 0:
            raise FeelProblem("over_budget")

    def spend_text(self, characters: int) -> None:
        """Pay for a text about to be made: one step, and one for each 64 characters."""
        self.left -= 1 + (characters >> 6)
        if self.left < 0:
            raise FeelProblem("over_budget")

    def note(self, spot: Spot, key: str, hint: str | None = None, **values: object) -> None:
        """Record why a value became null."""
        if self.problems is not None and len(self.problems) < 100:
            problem = problem_at(spot.text, spot.at, key, hint, **values)
            problem.place = spot.place
            self.problems.append(problem)

    def hint(self, name: str, known: Iterable[str]) -> str | None:
        """Return the known name nearest to `name`, as a hint. Searching takes long: None after the first three problems."""
        if self.problems is None or self.hints == 0:
            return None
        self.hints -= 1
        return did_you_mean(name, islice(known, MOST_NAMES))

    def unfit(self, spot: Spot, unfit: Unfit) -> None:
        self.note(spot, unfit.key, None, **unfit.values)
