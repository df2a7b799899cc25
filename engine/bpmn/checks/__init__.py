"""The publish gate: refuses what SpiffWorkflow would accept silently and run wrongly, and says where and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import xml
from engine.bpmn import catalogue, parsing
from engine.bpmn.checks import calls, drawing, expressions, flows, multiples, naming, timing
from engine.bpmn.checks.model import Model, OperationShape, References
from engine.bpmn.findings import Finding, finding

__all__ = ["OperationShape", "References", "check_bundle"]

_STAGES = (
    drawing.check,
    flows.check,
    multiples.check,
    calls.check,
    timing.check,
    expressions.check,
    naming.check,
)


def check_bundle(files: Mapping[str, bytes], references: References) -> list[Finding]:
    """Everything that is wrong with the diagrams of a bundle, in the order of the files."""
    roots: dict[str, Any] = {}
    found: list[Finding] = []
    for path in sorted(path for path in files if path.endswith(".bpmn")):
        try:
            roots[path] = xml.parse(files[path])
        except xml.XmlRefused as refused:
            found.append(finding("unreadable", file=path, reason=refused.message))
    if found:
        return found
    model = Model(roots, catalogue.read(roots), references)
    for stage in _STAGES:
        found.extend(stage(model))
    if not any(each.severity == "error" for each in found):
        found.extend(_unparsed(model))
    return found


def _unparsed(model: Model) -> list[Finding]:
    """What SpiffWorkflow itself refuses: nothing, if the other stages know all it refuses."""
    try:
        parsing.specs_of(model.roots)
    except parsing.ParserRefused as refused:
        process = next((key for key, path in model.drawn.files.items() if path == refused.path), None)
        return [
            finding(
                "unparsed", process_id=process, element_id=refused.element_id or None, reason=str(refused)
            )
        ]
    return []
