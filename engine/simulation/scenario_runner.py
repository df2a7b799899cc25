"""Runs scenarios: takes their steps in memory, and compares the result with what they expect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from time import thread_time
from typing import ClassVar, Final

from cachetools import LRUCache

from engine.bpmn import ParsedModels
from engine.bpmn.coverage import FlowKey, flows_taken
from engine.domain.cases import CaseState
from engine.domain.scenarios import (
    Expectations,
    NotAScenario,
    Scenario,
    Step,
    is_scenario,
    read_scenario,
    without_scenarios,
)
from engine.domain.tasks import UserTask
from engine.errors import ModelRejected, Refusal
from engine.simulation.environment_images import EnvironmentImage, EnvironmentImages
from engine.simulation.scenario_counts import NOWHERE, Miss, Place, counted_misses, counts
from engine.simulation.try_out import TryOut
from engine.simulation.view import View, view_of
from engine.storage.deployments import digest_of

SECONDS: Final = 60.0
"""Of a processor, for all scenarios of a bundle together: other work on the machine costs nobody a scenario. One that
there was no time for counts as not run, never as met."""
MOST_KEPT: Final = 600
"""The scenarios of a dozen bundles."""
OUT_OF_TIME: Final = "time"


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    path: str
    title: str
    steps: int
    misses: tuple[Miss, ...]
    flows: frozenset[FlowKey]

    @property
    def is_met(self) -> bool:
        return not self.misses

    @property
    def is_out_of_time(self) -> bool:
        return any(each.kind == OUT_OF_TIME for each in self.misses)


class ScenarioRunner:
    """Runs scenarios. The same files give the same results: those that there was time for are kept in the process, so that
    one more scenario, or one less, runs none of the others again."""

    _kept: ClassVar[LRUCache[tuple[str, str], ScenarioResult]] = LRUCache(MOST_KEPT)
    _lock: ClassVar[Lock] = Lock()

    def __init__(self, images: EnvironmentImages, *, seconds: float = SECONDS) -> None:
        self._images = images
        self._seconds = seconds

    def results_of(self, files: Mapping[str, bytes]) -> tuple[ScenarioResult, ...]:
        """Run every scenario among the files and return the results. Empty if the bundle cannot be run: the publish
        gate reports why."""
        scenarios = {path: files[path] for path in sorted(files) if is_scenario(path)}
        if not scenarios:
            return ()
        bundle = digest_of(without_scenarios(files))
        keys = {path: (bundle, digest_of({path: data})) for path, data in scenarios.items()}
        with self._lock:
            found = {path: result for path, key in keys.items() if (result := self._kept.get(key))}
        if len(found) < len(scenarios):
            try:
                unknown = {path: read_scenario(scenarios[path]) for path in scenarios if path not in found}
                run = self._run(files, unknown)
            except (ModelRejected, NotAScenario):
                return ()
            found |= run
            with self._lock:
                self._kept.update({keys[path]: each for path, each in run.items() if not each.is_out_of_time})
        return tuple(found[path] for path in scenarios)

    def _run(
        self, files: Mapping[str, bytes], scenarios: Mapping[str, Scenario]
    ) -> dict[str, ScenarioResult]:
        image, until = self._images.of(files), thread_time() + self._seconds
        return {path: run_scenario(image, path, scenario, until) for path, scenario in scenarios.items()}


def run_scenario(
    image: EnvironmentImage, path: str, scenario: Scenario, until: float | None = None
) -> ScenarioResult:
    """Run one scenario. `until`: the thread's processor time at which it gives up."""
    try_out = TryOut(image, scenario.begins)
    try:
        stopped = _stopped(try_out, scenario.steps, until)
        view = view_of(try_out)
        parsed = image.models.parsed
        misses = (
            (stopped,)
            if stopped
            else (*_misses(parsed, scenario.expect, view), *counted_misses(try_out, view, scenario.expect))
        )
        runs = [run for file in view.files for run in file.element_runs]
        flows = flows_taken(parsed, runs)
    finally:
        try_out.close()
    return ScenarioResult(path, scenario.title, len(scenario.steps), misses, flows)


def _stopped(try_out: TryOut, steps: Sequence[Step], until: float | None) -> Miss | None:
    """Take the steps. Return why one could not be taken; None if all were."""
    for number, step in enumerate(steps, 1):
        if until is not None and thread_time() > until:
            return Miss(OUT_OF_TIME, step.subject, step=number)
        try:
            try_out.take(step)
        except Refusal as refused:
            return _refused(try_out, number, steps, refused)
    return None


def _refused(try_out: TryOut, number: int, steps: Sequence[Step], refused: Refusal) -> Miss:
    """Return the miss for a refused step, placed at its element if that is still drawn, else where the case waits."""
    view, step = view_of(try_out), steps[number - 1]
    added = _added_task(steps, step, view)
    if added is not None:
        return Miss(
            "added", step.subject, (added.name,), added.process_id, added.element_id, number, str(refused)
        )
    drawn: Iterator[Place] = (place for place in try_out.models.parsed.elements if place[1] == step.element)
    waiting = tuple(dict.fromkeys(task.name for task in view.tasks))
    return Miss("step", step.subject, waiting, *next(drawn, _first_wait(view)), number, str(refused))


def _added_task(steps: Sequence[Step], next_step: Step, view: View) -> UserTask | None:
    """Return an open task that no step of the scenario does: one drawn into its way later. None if there is none."""
    if any((task.form_key or "") == next_step.subject for task in view.tasks):
        return None
    elements = {each.element for each in steps if each.element}
    forms = {each.subject for each in steps if each.kind == "form" and not each.element}
    return next(
        (
            task
            for task in view.tasks
            if task.element_id not in elements and (task.form_key or "") not in forms
        ),
        None,
    )


def _first_wait(view: View) -> Place:
    return next(((task.process_id, task.element_id) for task in view.tasks), NOWHERE)


def happened(view: View) -> Expectations:
    """Return all that can be expected of a try-out, as it is now."""
    file = view.file
    return Expectations(
        milestones=tuple(dict.fromkeys(name for name, _, _ in view.milestones)),
        letters=tuple(dict.fromkeys(each.kind for each in view.letters)),
        mails=tuple(dict.fromkeys(each.kind for each in view.mails)),
        waiting=tuple(dict.fromkeys(each.form_key or each.element_id for each in view.tasks)),
        counted=counts(view),
        outcome=str(file.case.outcome) if file and file.case.outcome else None,
        closed=file.case.state is CaseState.CLOSED if file else None,
    )


def _misses(parsed: ParsedModels, expected: Expectations, view: View) -> Iterator[Miss]:
    got = happened(view)
    for kind, wanted, reached in (
        ("milestone", expected.milestones, got.milestones),
        ("letter", expected.letters, got.letters),
        ("mail", expected.mails, got.mails),
        ("waiting", expected.waiting, got.waiting),
    ):
        for name in wanted:
            if name not in reached:
                yield Miss(kind, name, reached, *_place_of(parsed, kind, name))
    if expected.outcome is not None and expected.outcome != got.outcome:
        yield Miss("outcome", expected.outcome, (got.outcome,) if got.outcome else ())
    if expected.closed is not None and expected.closed != got.closed:
        words = {True: "closed", False: "open"}
        now = () if got.closed is None else (words[got.closed],)
        yield Miss("closed", words[expected.closed], now, *_first_wait(view))


def _place_of(parsed: ParsedModels, kind: str, name: str) -> Place:
    """Return the element that carries a milestone or shows a form; NOWHERE if the bundle has none."""
    for place, element in parsed.elements.items():
        if (kind == "milestone" and name in element.milestones) or (
            kind == "waiting" and name in (element.properties.get("form_key"), element.element_id)
        ):
            return place
    return NOWHERE
