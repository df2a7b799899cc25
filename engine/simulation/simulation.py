"""All simulations of one process. `build_engine` makes it once and gives it to the engine."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn import Finding
from engine.models.bundle import Bundle
from engine.simulation.environment_images import EnvironmentImages
from engine.simulation.reproductions import Reproductions
from engine.simulation.scenario_findings import findings_of
from engine.simulation.scenario_runner import SECONDS, ScenarioRunner
from engine.simulation.try_outs import MOST_HELD, TryOuts


class Simulation:
    def __init__(
        self,
        *,
        most_try_outs: int = MOST_HELD,
        scenario_seconds: float = SECONDS,
        images: EnvironmentImages | None = None,
    ) -> None:
        """`scenario_seconds`: processor time that the scenarios of one bundle may take together. `images`: shared with
        other engines of the process, or its own."""
        self.images = images or EnvironmentImages()
        self.try_outs = TryOuts(self.images, most_try_outs)
        self.reproductions = Reproductions(self.images)
        self.scenarios = ScenarioRunner(self.images, seconds=scenario_seconds)

    def scenario_findings(self, files: Mapping[str, bytes], language: str) -> tuple[Finding, ...]:
        """Run the scenarios among the files. Return a finding for each expectation that was not met."""
        return findings_of(self.scenarios.results_of(files), Bundle(files).names_in(language))

    def reproduced(
        self, files: Mapping[str, bytes], found: tuple[Finding, ...], seconds: float
    ) -> tuple[Finding, ...]:
        """Walk every counterexample among the findings on the real engine, within so many seconds of the processor.
        Return one that it does not go as a possibility by the drawing, never as a fact."""
        return self.reproductions.of(files, found, seconds)

    def close(self) -> None:
        self.try_outs.close()
