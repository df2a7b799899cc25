"""The counterexamples of a bundle, each walked on the real engine once before it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Lock
from time import thread_time
from typing import Final, TypeAlias

from cachetools import LRUCache

from engine.bpmn import Finding
from engine.bpmn.findings import finding
from engine.domain.scenarios import NotAScenario, Scenario, is_scenario, read_scenario
from engine.errors import ModelRejected
from engine.simulation.environment_images import EnvironmentImage, EnvironmentImages
from engine.simulation.random_walk import BEGINNING
from engine.simulation.reproduction import Reproduction, reproduce, share_of
from engine.storage.deployments import digest_of

ENOUGH: Final = 20.0
"""Seconds of a processor after which a counterexample that was not gone is not looked for again."""
AT_LEAST: Final = 5.0
"""Seconds of a processor for one of several that share little time: where somebody draws, the first gets all of it."""
MOST_KEPT: Final = 100
POSSIBLE: Final = {"stuck": "stuck_possible", "stuck_at_join": "stuck_possible"}
"""The code of a finding that the engine did not go; `guardrail_possible` for a guardrail."""
Key: TypeAlias = tuple[str, str, tuple[str, ...], tuple[str, ...]]


class Reproductions:
    """Keeps what was walked by bundle and way. Safe to share between threads."""

    def __init__(self, images: EnvironmentImages) -> None:
        self._images = images
        self._kept: LRUCache[Key, Reproduction | None] = LRUCache(MOST_KEPT)
        self._lock = Lock()

    def of(
        self, files: Mapping[str, bytes], found: tuple[Finding, ...], seconds: float
    ) -> tuple[Finding, ...]:
        if not any(_is_counterexample(each) for each in found):
            return found
        return tuple(self._walked(files, found, thread_time() + seconds))

    def _walked(
        self, files: Mapping[str, bytes], found: tuple[Finding, ...], until: float
    ) -> Iterator[Finding]:
        try:
            image: EnvironmentImage | None = self._images.of(files)
        except ModelRejected:
            image = None
        sha256, scenarios = digest_of(files), tuple(_scenarios(files))
        left = sum(_is_counterexample(each) for each in found)
        for each in found:
            if not _is_counterexample(each):
                yield each
                continue
            share = min(until, max(share_of(until, left), thread_time() + AT_LEAST))
            is_gone = self._way(sha256, image, each, share, scenarios) is not None
            left -= 1
            yield each if is_gone else as_possible(each)

    def _way(
        self,
        sha256: str,
        image: EnvironmentImage | None,
        found: Finding,
        until: float,
        scenarios: Sequence[Scenario],
    ) -> Reproduction | None:
        """Return how the engine goes a way; None if it does not, if there is no time left or the bundle does not run."""
        steps = tuple(step.element_id for step in found.path)
        key = sha256, found.code, found.guardrails, steps
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        left = until - thread_time()
        if image is None or left <= 0:
            return None
        way = reproduce(image, BEGINNING, found, left, scenarios)
        if way is not None or left >= ENOUGH:
            with self._lock:
                self._kept[key] = way
        return way


def _scenarios(files: Mapping[str, bytes]) -> Iterator[Scenario]:
    for path in sorted(files):
        if is_scenario(path):
            with suppress(NotAScenario):
                yield read_scenario(files[path])


def _is_counterexample(found: Finding) -> bool:
    return (
        bool(found.path) and found.severity == "error" and (bool(found.guardrails) or found.code in POSSIBLE)
    )


def as_possible(found: Finding) -> Finding:
    """Return a finding as what the drawing allows, with what was assumed on the way."""
    code = POSSIBLE.get(found.code, "guardrail_possible")
    assumed = dict.fromkeys(each for step in found.path for each in step.assumed)
    values = {name: value for name, value in found.values.items() if name != "element"}
    values |= {"assumed": ", ".join(assumed) or "–"}
    possible = finding(code, process_id=found.process_id, element_id=found.element_id, **values)
    return replace(possible, path=found.path)
