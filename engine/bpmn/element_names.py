"""The names in diagrams in another language: the Finnish name is the key, so a changed name has no translation any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree
from lxml.etree import _Element

from engine import xml
from engine.bpmn.catalogue import BPMN, local
from engine.bpmn.drawings import Drawn, read_drawings
from engine.bpmn.elements import FLOW_NODES
from engine.errors import Refusal

_NAMED = frozenset({*FLOW_NODES, "process", "participant", "lane", "sequenceFlow"})
"""Everything whose name people see: on a task's page, in the timeline, or on the drawing."""


@dataclass(frozen=True, eq=False)
class Names:
    """The names in one language. Compared by identity, so that drawings can be kept by it."""

    language: str = "fi"
    known: Mapping[str, str] = field(default_factory=dict)
    """Finnish name to translation."""

    def of(self, finnish: str) -> str:
        """Return the name in the language, in Finnish where it has no translation."""
        return self.known.get(finnish, finnish)


@lru_cache(maxsize=16)
def translated(drawn: Drawn, names: Names) -> Drawn:
    """Return the diagrams with their names in another language. Kept, since a case page draws from them every time."""
    if not names.known:
        return drawn
    return read_drawings({path: translated_file(data, names) for path, data in drawn.files.items()})


def translated_file(data: bytes, names: Names) -> bytes:
    """Return a diagram with its names in another language. Raise XmlRefused if it can't be read."""
    if not names.known:
        return data
    root = xml.parse(data)
    for node, name in _of(root):
        if local(node) == "text":
            node.text = names.of(name)
        else:
            node.set("name", names.of(name))
    return etree.tostring(root)


def names_in(data: bytes) -> Mapping[str, str]:
    """Return the names that people see in a diagram, each with the id of the first element that has it; none if the
    diagram can't be read, which its own check reports."""
    try:
        root = xml.parse(data)
    except Refusal:
        return {}
    found: dict[str, str] = {}
    for node, name in _of(root):
        owner = node.getparent() if local(node) == "text" else node
        found.setdefault(name, "" if owner is None else owner.get("id", ""))
    return found


def _of(root: _Element) -> Iterator[tuple[_Element, str]]:
    for node in root.iter(f"{BPMN}*"):
        kind = local(node)
        if kind in _NAMED:
            name = node.get("name", "")
        elif kind == "text":
            name = node.text or ""
        else:
            continue
        name = " ".join(name.split())
        if name:
            yield node, name
