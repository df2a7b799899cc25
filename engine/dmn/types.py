"""DMN's item definitions as FEEL types."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel import UnaryTests, Value
from engine.feel.budget import Run
from engine.feel.value_types import Type


@dataclass(frozen=True, slots=True)
class Constrained:
    """A type whose values must also pass a test, such as `"fire", "water"` or `[0..100]`."""

    base: Type
    allowed: UnaryTests

    def admits(self, value: Value, run: Run) -> bool:
        return self.base.admits(value, run) and (run.by_kind or self.allowed.run(run, {}, value) is True)
