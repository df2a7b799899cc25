"""The position of a case: each diagram that it runs through now, as a drawing and as a list with the same content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn import Line, Mark, as_list, draw
from engine.bpmn.drawings import Drawn
from engine.bpmn.element_names import Names, translated
from engine.queries.case_file import CaseFile

MOST = 6
"""Pictures on one page; what is deeper is still in the timeline."""


@dataclass(frozen=True, slots=True)
class Picture:
    process_id: str
    name: str
    svg: str
    lines: tuple[Line, ...]
    here: tuple[str, ...]
    """Names of the elements where the case stands."""


def pictures(file: CaseFile) -> tuple[Picture, ...]:
    """Return the diagrams in which the case waits, outermost first; for a closed case the outermost alone."""
    parsed, states = file.models.parsed, _states(file)
    active = [key for key, found in states.items() if "ready" in found.values()]
    wanted = active or list(states)[:1]
    return tuple(picture(parsed, key, states[key], file.names) for key in wanted[:MOST])


def _states(file: CaseFile) -> dict[str, dict[str, str]]:
    """Return the state of each element, by process: `ready` if the case waits there now, else the last one."""
    states: dict[str, dict[str, str]] = {}
    for run in file.element_runs:
        found = states.setdefault(run["process_id"], {})
        known = found.get(run["element_id"])
        if known != "ready":
            found[run["element_id"]] = run["state"]
    return states


def picture(models: Drawn, process_id: str, states: Mapping[str, str], names: Names) -> Picture:
    """Draw one diagram with the state of its elements (`ready` or `completed`) and the flows that were taken."""
    parsed = translated(models, names)
    marks: dict[str, Mark] = {}
    for element_id, state in states.items():
        if state == "ready":
            marks[element_id] = Mark("current")
        elif state == "completed":
            marks[element_id] = Mark("done")
    for flow in parsed.flows.values():
        source, target = states.get(flow.source), states.get(flow.target)
        if flow.process_id == process_id and source == "completed" and target in ("completed", "ready"):
            marks[flow.flow_id] = Mark("done")
    here = tuple(
        parsed.elements[process_id, key].name
        for key, mark in marks.items()
        if mark.state == "current"
        and (process_id, key) in parsed.elements
        and parsed.elements[process_id, key].name
    )
    return Picture(
        process_id,
        parsed.processes[process_id],
        draw(parsed, process_id, marks=marks, language=names.language),
        as_list(parsed, process_id, marks, names.language),
        here,
    )
