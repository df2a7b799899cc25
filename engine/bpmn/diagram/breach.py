"""The path of a counterexample on each diagram it leads through: numbered stops and the arrows between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from engine.bpmn.diagram.drawing import draw
from engine.bpmn.diagram.marks import Mark
from engine.bpmn.drawings import Drawn


class Step(Protocol):
    @property
    def element_id(self) -> str: ...
    @property
    def process_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """The part of the path on one diagram."""

    process_id: str
    name: str
    svg: str


def draw_breach(parsed: Drawn, way: Sequence[Step], language: str = "fi") -> tuple[Stage, ...]:
    """Return the diagrams in the order of the path; a process without a drawing is left out."""
    processes = dict.fromkeys(step.process_id for step in way if step.process_id in parsed.paths)
    return tuple(
        Stage(
            process_id,
            parsed.processes[process_id],
            draw(parsed, process_id, marks=_marks(parsed, process_id, way), language=language),
        )
        for process_id in processes
    )


def _marks(parsed: Drawn, process_id: str, way: Sequence[Step]) -> dict[str, Mark]:
    stops = _stops(parsed, process_id, way)
    marks: dict[str, Mark] = {}
    for (start, _), (end, _) in pairwise(stops):
        marks |= dict.fromkeys(_between(parsed, process_id, start, end), Mark("broken"))
    numbers: dict[str, list[int]] = {}
    for element_id, counted in stops:
        numbers.setdefault(element_id, []).extend(counted)
    return marks | {key: Mark("broken", badge=_badge(each)) for key, each in numbers.items()}


def _stops(parsed: Drawn, process_id: str, way: Sequence[Step]) -> list[tuple[str, list[int]]]:
    """Return the numbers of the steps at each element. Steps inside a called process count at its call."""
    called: list[str] = []
    stops: list[tuple[str, list[int]]] = []
    for number, step in enumerate(way, 1):
        # The order in which processes are first entered shows the calls.
        called = (
            [*called[: called.index(step.process_id)], step.process_id]
            if step.process_id in called
            else [*called, step.process_id]
        )
        if process_id not in called:
            continue
        inner = called[called.index(process_id) + 1 :]
        element_id = _call(parsed, process_id, inner[0]) if inner else step.element_id
        if element_id is None or (process_id, element_id) not in parsed.elements:
            continue
        if stops and stops[-1][0] == element_id:
            stops[-1][1].append(number)
        else:
            stops.append((element_id, [number]))
    return stops


def _call(parsed: Drawn, process_id: str, called: str) -> str | None:
    return next(
        (
            each.element_id
            for each in parsed.elements.values()
            if each.process_id == process_id and each.calls == called
        ),
        None,
    )


def _badge(numbers: Sequence[int]) -> str:
    """Write ``3``, ``3–5`` for consecutive steps, ``3, 9`` for a place the path comes back to."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _between(parsed: Drawn, process_id: str, start: str, end: str) -> tuple[str, ...]:
    """Return the ids of the flows on the shortest path between two elements, which may leave an activity by a boundary event."""
    seen = {start}
    ways: list[tuple[str, tuple[str, ...]]] = [(start, ())]
    while ways:
        following: list[tuple[str, tuple[str, ...]]] = []
        for at, flows in ways:
            for flow_id, target in _leaving(parsed, process_id, at):
                taken = (*flows, flow_id) if flow_id else flows
                if target == end:
                    return taken
                if target not in seen:
                    seen.add(target)
                    following.append((target, taken))
        ways = following
    return ()


def _leaving(parsed: Drawn, process_id: str, element_id: str) -> Iterator[tuple[str | None, str]]:
    """Yield each flow out of an element with its target; into an embedded sub-process there is no flow."""
    element = parsed.elements[process_id, element_id]
    if element.kind == "endEvent" and element.scope != process_id:
        element_id = element.scope
    elif element.kind == "subProcess":
        for each in parsed.elements.values():
            if each.process_id == process_id and each.scope == element_id and each.kind == "startEvent":
                yield None, each.element_id
    hanging = (
        each.element_id
        for each in parsed.elements.values()
        if each.process_id == process_id and each.attached_to == element_id
    )
    for source in _of(element_id, hanging):
        for flow_id in parsed.elements[process_id, source].outgoing:
            yield flow_id, parsed.flows[process_id, flow_id].target


def _of(first: str, others: Iterable[str]) -> Iterator[str]:
    yield first
    yield from others
