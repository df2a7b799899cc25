"""The publish gate's checks of diagrams: refuse what SpiffWorkflow accepts silently and runs wrongly; name the
element and a way to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from engine import xml
from engine.bpmn import catalogue, parsing
from engine.bpmn.checks import calls, drawing, expressions, flows, multiples, naming, timing
from engine.bpmn.checks.model import Model, OperationShape, References
from engine.bpmn.findings import Finding, finding

__all__ = ["OperationShape", "References", "check_bundle"]

MOST_FINDINGS: Final = 200
MOST_ALIKE: Final = 20
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
    """Return every finding on the diagrams of a bundle, in the order of the files."""
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
        # The next stages walk every way through it, which is for diagrams of a size that runs.
        if any(each.code == "too_many_nodes" for each in found):
            break
    if not any(each.severity == "error" for each in found):
        found.extend(_unparsed(model))
    return _as_many_as_are_read(found)


def _as_many_as_are_read(found: list[Finding]) -> list[Finding]:
    """Return fewer findings: errors first, and not too many of one kind."""
    if len(found) <= MOST_FINDINGS:
        return found
    seen: Counter[str] = Counter()
    shown: list[Finding] = []
    for each in sorted(found, key=lambda one: one.severity != "error"):
        seen[each.code] += 1
        if seen[each.code] <= MOST_ALIKE and len(shown) < MOST_FINDINGS:
            shown.append(each)
    return [*shown, finding("many_findings", count=len(found) - len(shown))]


def _unparsed(model: Model) -> list[Finding]:
    """Parse with SpiffWorkflow; return its refusals as findings. It should refuse nothing that the other stages accept."""
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
