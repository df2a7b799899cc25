"""Runs scenarios and says which expectations were not met, where, and which arrows were gone over."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from time import thread_time
from typing import Final, TypeAlias

from engine.bpmn import Mark, ParsedModels, as_list, draw
from engine.bpmn.coverage import FlowKey, flows_taken
from engine.bpmn.diagram import Line
from engine.domain.cases import CaseState
from engine.domain.scenarios import Expectations, Scenario, Step, is_scenario, read_scenario
from engine.domain.tasks import UserTask
from engine.errors import ModelRejected, Refusal
from engine.simulation.environment import Ground, Grounds
from engine.simulation.task_forms import take
from engine.simulation.try_out import Sandbox
from engine.simulation.view import Look, look
from engine.storage.deployments import digest_of

SECONDS: Final = 20.0
"""Of a processor, for all scenarios of a bundle together: others at work on the machine cost nobody a scenario. What
is left then counts as not run, never as met."""
MOST_KEPT: Final = 12
Place: TypeAlias = tuple[str | None, str | None]
"""Process and element."""


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that was expected and did not happen."""

    kind: str
    """step, added, milestone, letter, mail, waiting, outcome, closed, time."""
    expected: str
    happened: str
    process_id: str | None = None
    element_id: str | None = None
    step: int | None = None
    """Which step could not be taken, counted from one."""
    reason: str = ""
    """The refusal's own sentence."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What became of one scenario."""

    path: str
    title: str
    steps: int
    misses: tuple[Miss, ...]
    flows: frozenset[FlowKey]

    @property
    def is_met(self) -> bool:
        return not self.misses


@dataclass(frozen=True, slots=True)
class Covered:
    """One diagram with the arrows that the scenarios went over."""

    process_id: str
    name: str
    svg: str
    lines: tuple[Line, ...]
    taken: int
    flows: int
    untried: tuple[tuple[str, str, str], ...]
    """Arrows that no scenario went over: from, name, to."""


class Rehearsals:
    """Results by bundle: scenarios give the same on the same files, so that asking twice costs once."""

    def __init__(self, grounds: Grounds, *, seconds: float = SECONDS) -> None:
        self._grounds = grounds
        self._seconds = seconds
        self._kept: OrderedDict[str, tuple[Rehearsal, ...]] = OrderedDict()
        self._lock = Lock()

    def of(self, files: Mapping[str, bytes]) -> tuple[Rehearsal, ...]:
        """Nothing for a bundle without scenarios, and for one that can't be run: the gate says why."""
        if not any(is_scenario(path) for path in files):
            return ()
        sha256 = digest_of(files)
        with self._lock:
            found = self._kept.get(sha256)
        if found is None:
            found = self._run(files)
            with self._lock:
                self._kept[sha256] = found
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return found

    def _run(self, files: Mapping[str, bytes]) -> tuple[Rehearsal, ...]:
        try:
            ground = self._grounds.of(files)
        except ModelRejected:
            return ()
        until = thread_time() + self._seconds
        return tuple(
            rehearse(ground, path, read_scenario(files[path]), until)
            for path in sorted(files)
            if is_scenario(path)
        )


def rehearse(ground: Ground, path: str, scenario: Scenario, until: float | None = None) -> Rehearsal:
    """Take the steps of a scenario and compare what happened with what was expected."""
    box = Sandbox(ground, scenario.begins)
    try:
        stopped = _take(box, scenario.steps, until)
        seen = look(box)
        misses = (stopped,) if stopped else tuple(_misses(ground.models.parsed, scenario.expect, seen))
        runs = [run for file in seen.files for run in file.element_runs]
        flows = flows_taken(ground.models.parsed, runs)
    finally:
        box.close()
    return Rehearsal(path, scenario.title, len(scenario.steps), misses, flows)


def _take(box: Sandbox, steps: Sequence[Step], until: float | None) -> Miss | None:
    for number, step in enumerate(steps, 1):
        if until is not None and thread_time() > until:
            return Miss("time", step.what, "", step=number)
        try:
            take(box, step)
        except Refusal as refused:
            return _stopped(box, number, steps, refused)
    return None


def _stopped(box: Sandbox, number: int, steps: Sequence[Step], refused: Refusal) -> Miss:
    """Beside the element of the step, where it is still drawn; else where the case stood."""
    seen = look(box)
    step = steps[number - 1]
    added = _added(steps, step, seen)
    if added is not None:
        return Miss("added", step.what, added.name, added.process_id, added.element_id, number, str(refused))
    drawn = [place for place in box.ground.models.parsed.elements if place[1] == step.element]
    process_id, element_id = next(iter(drawn), _standing(seen))
    waiting = ", ".join(dict.fromkeys(task.name for task in seen.tasks))
    return Miss("step", step.what, waiting, process_id, element_id, number, str(refused))


def _added(steps: Sequence[Step], next_step: Step, seen: Look) -> UserTask | None:
    """A task that waits though no step of the scenario is about it: drawn into its way since."""
    if any((task.form_key or "") == next_step.what for task in seen.tasks):
        return None
    elements = {each.element for each in steps if each.element}
    forms = {each.what for each in steps if each.do == "form" and not each.element}
    return next(
        (
            task
            for task in seen.tasks
            if task.element_id not in elements and (task.form_key or "") not in forms
        ),
        None,
    )


def _standing(seen: Look) -> Place:
    return next(((task.process_id, task.element_id) for task in seen.tasks), (None, None))


def happened(seen: Look) -> Expectations:
    """All that can be expected of a run, as it stands now: what a new scenario expects."""
    file = seen.file
    return Expectations(
        milestones=tuple(dict.fromkeys(name for name, _, _ in seen.milestones)),
        letters=tuple(dict.fromkeys(each.kind for each in seen.letters)),
        mails=tuple(dict.fromkeys(each.kind for each in seen.mails)),
        waiting=tuple(dict.fromkeys(each.form_key or each.element_id for each in seen.tasks)),
        outcome=str(file.case.outcome) if file and file.case.outcome else None,
        closed=file.case.state is CaseState.CLOSED if file else None,
    )


def _misses(parsed: ParsedModels, expected: Expectations, seen: Look) -> list[Miss]:
    got = happened(seen)
    found = [
        Miss(kind, each, ", ".join(getattr(got, name)), *_drawn(parsed, kind, each))
        for kind, name in (
            ("milestone", "milestones"),
            ("letter", "letters"),
            ("mail", "mails"),
            ("waiting", "waiting"),
        )
        for each in getattr(expected, name)
        if each not in getattr(got, name)
    ]
    if expected.outcome is not None and expected.outcome != got.outcome:
        found.append(Miss("outcome", expected.outcome, got.outcome or ""))
    if expected.closed is not None and expected.closed != got.closed:
        said = {True: "closed", False: "open", None: ""}
        found.append(Miss("closed", said[expected.closed], said[got.closed], *_standing(seen)))
    return found


def _drawn(parsed: ParsedModels, kind: str, name: str) -> Place:
    """The element that carries a milestone or shows a form, where the bundle has one."""
    for (process_id, element_id), element in parsed.elements.items():
        if (kind == "milestone" and name in element.milestones) or (
            kind == "waiting" and name in (element.properties.get("form"), element_id)
        ):
            return process_id, element_id
    return None, None


def covered(parsed: ParsedModels, flows: frozenset[FlowKey], language: str) -> tuple[Covered, ...]:
    """Every diagram of the bundle with the arrows that were gone over, those with most left first."""
    found = [_covered(parsed, process_id, flows, language) for process_id in parsed.processes]
    return tuple(sorted(found, key=lambda each: (each.taken - each.flows, each.name)))


def _covered(parsed: ParsedModels, process_id: str, flows: frozenset[FlowKey], language: str) -> Covered:
    drawn = [flow for flow in parsed.flows.values() if flow.process_id == process_id]
    taken = {flow.flow_id for flow in drawn if (process_id, flow.flow_id) in flows}
    marks = {flow_id: Mark("done") for flow_id in taken}
    for flow in drawn:
        if flow.flow_id in taken:
            marks[flow.source] = marks[flow.target] = Mark("done")
    return Covered(
        process_id,
        parsed.processes[process_id],
        draw(parsed, process_id, marks=marks, language=language),
        as_list(parsed, process_id, marks, language),
        len(taken),
        len(drawn),
        tuple(
            (_name(parsed, process_id, flow.source), flow.name, _name(parsed, process_id, flow.target))
            for flow in drawn
            if flow.flow_id not in taken
        ),
    )


def _name(parsed: ParsedModels, process_id: str, element_id: str) -> str:
    element = parsed.elements.get((process_id, element_id))
    return (element.name if element else "") or element_id
