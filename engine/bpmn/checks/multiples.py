"""Stage three: multi-instance activities that the editor loses on save or the engine runs wrongly."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.catalogue import BPMN
from engine.bpmn.checks.model import Model
from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, at


def check(model: Model) -> Iterator[Finding]:
    for element in model.elements:
        if element.multiple:
            yield from _one(model, element)
        elif {"collection", "element"} & set(element.properties):
            yield at(element, "multiple_marker")


def _one(model: Model, element: Element) -> Iterator[Finding]:
    if element.multiple != "parallel" or element.kind not in {"callActivity", "userTask"}:
        yield at(element, "multiple_kind")
        return
    if not element.properties.get("collection") or not element.properties.get("element"):
        yield at(element, "multiple_properties")
    if not _counts_its_collection(model, element):
        yield at(element, "multiple_cardinality")
    beside = {each.kind for each in model.scopes[element.scope] if each.element_id != element.element_id}
    if element.scope == element.process_id or not beside <= {"startEvent", "endEvent"}:
        yield at(element, "multiple_not_alone")


def _counts_its_collection(model: Model, element: Element) -> bool:
    """Return True if the number is the size of the collection: nothing else that is written there is looked at, neither
    by this gate nor by the engine."""
    root = model.roots[model.drawn.files[element.process_id]]
    wanted = _bare(f"count({element.properties.get('collection', '')})")
    return any(
        _bare(node.findtext(f"{BPMN}multiInstanceLoopCharacteristics/{BPMN}loopCardinality", "")) == wanted
        for node in root.iter(BPMN + element.kind)
        if node.get("id") == element.element_id
    )


def _bare(text: str) -> str:
    return "".join(text.split())
