"""The shipped diagrams as someone else would have drawn them: other ids, other names, lanes in another order."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
POINTS = ("sourceRef", "targetRef", "default", "attachedToRef", "messageRef", "bpmnElement")
POINTED = frozenset({f"{BPMN}{tag}" for tag in ("flowNodeRef", "incoming", "outgoing")})


def redrawn(files: Mapping[str, bytes]) -> dict[str, bytes]:
    models = sorted(path for path in files if path.endswith(".bpmn"))
    places = {path: len(models) - place for place, path in enumerate(models)}
    return {path: _redrawn(data, places[path]) if path in places else data for path, data in files.items()}


def _redrawn(data: bytes, number: int) -> bytes:
    tree = etree.fromstring(data)
    ids = _new_ids(tree, number)
    for element in tree.iter(etree.Element):
        for name in ("id", *POINTS):
            if element.get(name) in ids:
                element.set(name, ids[element.get(name)])
        if element.tag in POINTED:
            element.text = ids[(element.text or "").strip()]
        if element.get("name") and _is_label(element):
            element.set("name", f"{element.get('name')} toisin")
    for lanes in tree.iter(f"{BPMN}laneSet"):
        lanes[:] = list(reversed(lanes))
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


def _new_ids(tree: etree._Element, number: int) -> dict[str, str]:
    """Counted backwards, so that what sorts first by id sorts last. A process's id is its key: calls and guardrails name it."""
    drawn = [each.get("id") for each in tree.iter(etree.Element) if each.tag != f"{BPMN}process"]
    own = [each for each in drawn if each]
    return {old: f"drawn_{number:02d}_{len(own) - place:03d}" for place, old in enumerate(own)}


def _is_label(element: etree._Element) -> bool:
    """Names of messages and of properties are words that code and models share; all others are for reading."""
    return str(element.tag).startswith(BPMN) and etree.QName(element).localname not in {"message", "error"}
