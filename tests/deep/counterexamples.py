"""Each edit that breaks a guardrail, proved and walked on the real engine as a check of files does it: what is then shown."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from engine.bootstrap import shipped_files
from engine.bpmn.findings import Finding
from engine.models.diagram_gate import THOROUGH, checked_and_proved
from engine.models.gate import references_of
from engine.operations import OPERATIONS
from engine.queries.models import WALKED
from engine.simulation.simulation import Simulation
from tests.engine.guardrails.edits import EDITS
from tests.engine.guardrails.redrawing import edited

SHAPES: Final = {name: each.shape for name, each in OPERATIONS.items()}


def counterexample(seed: int, _place: str) -> tuple[list[str], str]:
    """Walk the ways of the edit of a seed, counted from one. Return no problem, and which were gone.

    One that is not gone within the time is shown as a possibility by the drawing, and stops a publication all the same.
    """
    names = sorted(EDITS)
    if seed > len(names):
        return [], "beyond the last"
    name = names[seed - 1]
    files = {**shipped_files(), **edited(EDITS[name][0])}
    found = checked_and_proved(files, references_of(SHAPES, files), files["guardrails.json"], THOROUGH)
    with closing(Simulation()) as simulation:
        shown = simulation.reproduced(files, tuple(found), WALKED)
    ways = [each for each in shown if each.path and each.severity == "error"]
    return [], f"{name}: {_kind(ways)}"


def _kind(ways: list[Finding]) -> str:
    if not ways:
        return "drawn: seen in the drawing, without a way"
    possible = [each for each in ways if each.code.endswith("_possible")]
    gone = len(ways) - len(possible)
    if not possible:
        return f"reproduced: {gone}"
    kind = "partly" if gone else "possible"
    codes = "; ".join(f"{each.code} {' → '.join(step.element_id for step in each.path)}" for each in possible)
    return f"{kind}: {gone} of {len(ways)} reproduced; {codes}"
