"""Turns a diagram file from any tool into a draft's diagram. Nothing in it is lost; every change is noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.etree import _Element

from engine import xml
from engine.bpmn.catalogue import BPMN, children, local
from engine.bpmn.findings import Finding, finding
from engine.models.imports.decoding import decoded
from engine.models.imports.interchange import draw, has_shapes, not_drawn
from engine.models.imports.vendors import settings_of

MOST_NAMED: Final = 6
MOST_LAID_OUT: Final = 600
"""Steps, and twice as many arrows. More would be no picture for anyone."""


class NotADiagram(xml.XmlRefused):
    sentence = "Tiedosto ei ole BPMN-kaavio."

    def __init__(self, reason: str, kind: str = "") -> None:
        super().__init__(reason, self.sentence)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Brought:
    content: bytes
    key: str
    """Of its first process; empty when it has no id."""
    name: str
    notes: tuple[Finding, ...]
    """Notes: changes made, and settings that stay unread."""


def bring_in(data: bytes) -> Brought:
    """Return the diagram for the draft. Raise XmlRefused if the file cannot be opened or is no diagram. Other faults
    are left to the publish gate."""
    content, encoding = decoded(data)
    root = xml.parse(content, keep_cdata=True)
    _require_diagram(root)
    notes = [] if encoding is None else [finding("import_encoding", encoding=encoding)]
    if not has_shapes(root):
        notes.append(_laid_out(root))
        content = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
        if len(content) > xml.LARGEST:
            raise xml.XmlRefused("too_large", "Tiedosto on liian suuri: enintään yksi megatavu luetaan.")
    elif missing := not_drawn(root):
        names = [each.get("name", "") or each.get("id", "") for each in missing]
        notes.append(finding("import_not_drawn", count=len(names), names=_few(names)))
    for tool, found in settings_of(root).items():
        notes.append(finding("import_settings", tool=tool, count=found.total(), names=_few(list(found))))
    process = next(children(root, "process"))
    return Brought(content, process.get("id", ""), process.get("name", ""), tuple(notes))


def _laid_out(root: _Element) -> Finding:
    steps = not_drawn(root)
    arrows = sum(1 for _ in root.iter(BPMN + "sequenceFlow"))
    if len(steps) > MOST_LAID_OUT or arrows > 2 * MOST_LAID_OUT:
        return finding("import_too_wide", count=len(steps), most=MOST_LAID_OUT)
    draw(root)
    return finding("import_laid_out", count=len(steps))


def _few(names: list[str]) -> str:
    shown = [" ".join(each.split())[:60] for each in names[:MOST_NAMED]]
    return ", ".join(shown) + (" …" if len(names) > MOST_NAMED else "")


def _require_diagram(root: _Element) -> None:
    if root.tag == "definitions":
        raise NotADiagram("no_namespace")
    if root.tag != BPMN + "definitions":
        raise NotADiagram("not_bpmn", _what_it_is(root))
    if next(children(root, "process"), None) is None:
        raise NotADiagram("no_process")


_OTHERS: Final = (
    ("http://www.wfmc.org/", "XPDL"),
    ("http://schema.omg.org/spec/BPMN/2.0", "BPMN 2.0 beta"),
    ("http://www.omg.org/spec/DMN/", "DMN"),
    ("https://www.omg.org/spec/DMN/", "DMN"),
    ("http://www.omg.org/spec/CMMN/", "CMMN"),
    ("http://docs.oasis-open.org/wsbpel/", "BPEL"),
    ("http://schemas.microsoft.com/visio/", "Visio"),
    ("http://schemas.microsoft.com/office/visio/", "Visio"),
    ("http://www.w3.org/2000/svg", "SVG"),
    ("http://www.w3.org/1999/xhtml", "HTML"),
    ("http://schema.omg.org/spec/XMI", "XMI"),
    ("http://www.omg.org/XMI", "XMI"),
)


def _what_it_is(root: _Element) -> str:
    space = str(root.tag).rpartition("}")[0][1:]
    return next((name for start, name in _OTHERS if space.startswith(start)), local(root)[:40])
