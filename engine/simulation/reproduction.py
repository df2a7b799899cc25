"""Looks for a counterexample on the real engine, so that only what can happen there is shown as a breach.

First the bundle's own scenarios are played that come nearest to it: each is a case that gets far. Then the prover's way is
searched from its beginning. Then each scenario is left where the way leads on from it. The engine watches no guardrail but
those of the finding: in a bundle with several breaches each is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from time import thread_time
from typing import Final

from engine.bpmn.findings import Finding
from engine.domain.scenarios import Scenario, Step
from engine.simulation.counterexample_walk import CounterexampleWalk
from engine.simulation.environment_images import EnvironmentImage
from engine.simulation.nearest_scenarios import nearest_scenarios
from engine.simulation.try_out import TryOut

MOST_SCENARIOS: Final = 10
"""Nearest scenarios that are played."""
PLAYED: Final = 0.3
"""Part of the time in which scenarios are played."""
SEARCHED: Final = 0.65
"""Part of the time by which the way has been searched from its beginning."""
FOR_ONE: Final = 0.4
"""Part of what is left of it for one scenario, or one place where it is left."""


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
        for walk in _reaching(image, begins, found, seconds, scenarios, stack):
            return Reproduction(walk.try_out.begins, tuple(walk.try_out.steps), walk.breach)
    return None


def _reaching(
    image: EnvironmentImage,
    begins: datetime,
    found: Finding,
    seconds: float,
    scenarios: Sequence[Scenario],
    stack: ExitStack,
) -> Iterator[CounterexampleWalk]:
    """Yield walks that reach the breach."""
    start = thread_time()
    played: list[CounterexampleWalk] = []
    for each in _near(image, found, scenarios):
        try_out = stack.enter_context(closing(TryOut(image, each.begins)))
        walk = CounterexampleWalk(try_out, found, each.steps)
        if walk.plays(start + PLAYED * seconds):
            yield walk
        played.append(walk)
    walk = CounterexampleWalk(stack.enter_context(closing(TryOut(image, begins))), found)
    if walk.goes(start + SEARCHED * seconds):
        yield walk
    until = start + seconds
    openings = [
        (number, count, walk) for walk in played for number, count in walk.openings(_part_until(until))
    ]
    for number, count, walk in sorted(openings, key=lambda each: -each[0]):
        if walk.leaves_at(number, count, _part_until(until)):
            yield walk


def _part_until(until: float) -> float:
    """Return the end of a part of the time that is left."""
    now = thread_time()
    return now + FOR_ONE * (until - now)


def _near(image: EnvironmentImage, found: Finding, scenarios: Sequence[Scenario]) -> list[Scenario]:
    drawn = image.models.parsed.elements
    messages = [drawn[step.process_id, step.element_id].message for step in found.path]
    named = [each for each in messages if each]
    return nearest_scenarios(found, image.models.bundle, named, scenarios)[:MOST_SCENARIOS]
