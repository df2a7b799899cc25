"""Looks for a counterexample on the real engine, so that only what can happen there is shown as a breach.

First the bundle's own scenarios are played that come nearest to it: each is a case that gets far. Then the prover's way is
searched from its beginning. Then each scenario is left where the way leads on from it. At last the other scenarios are
played while there is time. The engine watches no guardrail but those of the finding: in a bundle with several breaches each
is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from time import thread_time
from typing import Final

from engine.bpmn.findings import Finding
from engine.domain.scenarios import MOST_STEPS, Scenario, Step
from engine.simulation.counterexample_walk import CounterexampleWalk
from engine.simulation.environment_images import EnvironmentImage
from engine.simulation.nearest_scenarios import nearest_scenarios
from engine.simulation.try_out import TryOut

PLAYED: Final = 0.4
"""Part of the time in which the nearest scenarios are played, before the way is searched."""
PLAYED_AT_MOST: Final = 10.0
"""Seconds of it: a way that a search finds is found within a few more."""
SEARCHED: Final = 0.65
"""Part of the time by which the way has been searched from its beginning."""


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The steps of a try-out that end where the engine refuses to break the guardrail, or can go no further."""

    begins: datetime
    steps: tuple[Step, ...]
    """Up to the last step but one: a try-out begun with them stands before the breach."""
    breach: Step | None
    """The step that the engine refuses; None where the case stands still."""


def reproduce(
    image: EnvironmentImage,
    begins: datetime,
    found: Finding,
    seconds: float,
    scenarios: Sequence[Scenario] = (),
) -> Reproduction | None:
    """Look for the breach of a finding within so many seconds of the processor. Return None if the engine does not break it."""
    if found.guardrails:
        image = replace(image, models=image.models.watching(found.guardrails))
    with ExitStack() as stack:
        search = _Search(image, found, stack)
        for walk in search.reaching(begins, seconds, scenarios):
            return Reproduction(walk.try_out.begins, tuple(walk.try_out.steps), walk.breach)
    return None


class _Search:
    """Yields walks that reach the breach of one finding."""

    def __init__(self, image: EnvironmentImage, found: Finding, stack: ExitStack) -> None:
        self._image = image
        self._found = found
        self._stack = stack
        self._try_outs: dict[datetime, TryOut] = {}
        """Scenarios that begin alike share the steps of their beginning: they are played in one."""

    def reaching(
        self, begins: datetime, seconds: float, scenarios: Sequence[Scenario]
    ) -> Iterator[CounterexampleWalk]:
        start = thread_time()
        near = iter([self._walk(each.begins, each.steps) for each in self._near(scenarios)])
        played: list[CounterexampleWalk] = []
        for walk in near:
            played.append(walk)
            if walk.plays(start + SEARCHED * seconds):
                yield walk
            if thread_time() > start + min(PLAYED * seconds, PLAYED_AT_MOST):
                break
        walk = CounterexampleWalk(
            self._stack.enter_context(closing(TryOut(self._image, begins))), self._found
        )
        if walk.goes(start + SEARCHED * seconds):
            yield walk
        yield from _leaving(played, start + seconds)
        for walk in near:
            if walk.plays(start + seconds):
                yield walk
            yield from _leaving([walk], start + seconds)

    def _walk(self, begins: datetime, steps: Sequence[Step]) -> CounterexampleWalk:
        if begins not in self._try_outs:
            try_out = TryOut(self._image, begins, most_images=MOST_STEPS)
            self._try_outs[begins] = self._stack.enter_context(closing(try_out))
        return CounterexampleWalk(self._try_outs[begins], self._found, steps)

    def _near(self, scenarios: Sequence[Scenario]) -> list[Scenario]:
        drawn = self._image.models.parsed.elements
        messages = [drawn[step.process_id, step.element_id].message for step in self._found.path]
        named = [each for each in messages if each]
        return nearest_scenarios(self._found, self._image.models.bundle, named, scenarios)


def _leaving(played: Sequence[CounterexampleWalk], until: float) -> Iterator[CounterexampleWalk]:
    openings = _openings(played)
    for left, (number, count, walk) in zip(range(len(openings), 0, -1), openings, strict=True):
        if walk.leaves_at(number, count, share_of(until, left)):
            yield walk


def _openings(played: Sequence[CounterexampleWalk]) -> list[tuple[int, int, CounterexampleWalk]]:
    """Return the places where scenarios are left, those furthest on the way first; where several begin alike, the first of
    them."""
    found = {
        (number, str(walk.played[:count])): (number, count, walk)
        for walk in reversed(played)
        for number, count in walk.openings()
    }
    return sorted(found.values(), key=lambda each: (-each[0], played.index(each[2])))


def share_of(until: float, left: int) -> float:
    """Return the end of the next part of the time, if so many are left: the first one is the longest."""
    now = thread_time()
    return now + (until - now) * 2 / (left + 1)
