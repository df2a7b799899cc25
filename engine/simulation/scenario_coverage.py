"""The diagrams of a bundle with the flows that its scenarios passed."""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn import Line, Mark, as_list, draw
from engine.bpmn.coverage import FlowKey
from engine.bpmn.drawings import Drawn
from engine.bpmn.element_names import Names, translated


@dataclass(frozen=True, slots=True)
class CoveredDiagram:
    process_id: str
    name: str
    svg: str
    lines: tuple[Line, ...]
    taken: int
    flows: int
    untried: tuple[tuple[str, str, str], ...]
    """Arrows that no scenario went over: from, name, to."""


def covered_diagrams(models: Drawn, flows: frozenset[FlowKey], names: Names) -> tuple[CoveredDiagram, ...]:
    """Return every diagram of the bundle, those with the most flows not passed first."""
    parsed = translated(models, names)
    found = [_covered(parsed, process_id, flows, names.language) for process_id in parsed.processes]
    return tuple(sorted(found, key=lambda each: (each.taken - each.flows, each.name)))


def _covered(parsed: Drawn, process_id: str, flows: frozenset[FlowKey], language: str) -> CoveredDiagram:
    drawn = [flow for flow in parsed.flows.values() if flow.process_id == process_id]
    taken = [flow for flow in drawn if (process_id, flow.flow_id) in flows]
    passed = {each for flow in taken for each in (flow.flow_id, flow.source, flow.target)}
    marks = dict.fromkeys(passed, Mark("done"))

    def name(element_id: str) -> str:
        element = parsed.elements.get((process_id, element_id))
        return (element.name if element else "") or element_id

    return CoveredDiagram(
        process_id,
        parsed.processes[process_id],
        draw(parsed, process_id, marks=marks, language=language),
        as_list(parsed, process_id, marks, language),
        len(taken),
        len(drawn),
        tuple((name(flow.source), flow.name, name(flow.target)) for flow in drawn if flow not in taken),
    )
