"""Counts settings that another tool has left in a file. They stay in it; the engine does not read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from lxml.etree import _Element

from engine.bpmn.catalogue import BPMN, SPIFF
from engine.bpmn.diagram.layout import DC, DI, WAYPOINT

_KEPT_NAMESPACES: Final = frozenset(
    {
        BPMN[1:-1],
        SPIFF[1:-1],
        DC[1:-1],
        DI[1:-1],
        WAYPOINT.partition("}")[0][1:],
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://www.w3.org/XML/1998/namespace",
    }
)
_TOOLS: Final = (
    ("http://camunda.org/schema/1.0/bpmn", "Camunda 7"),
    ("http://camunda.org/schema/zeebe/", "Camunda 8"),
    ("http://camunda.org/schema/modeler/", "Camunda Modeler"),
    ("http://camunda.org/schema/", "Camunda"),
    ("http://activiti.org/", "Activiti"),
    ("http://flowable.org/", "Flowable"),
    ("http://www.flowable.org/", "Flowable"),
    ("http://www.signavio.com", "Signavio"),
    ("http://www.jboss.org/drools", "jBPM"),
    ("http://www.bpsim.org/", "BPSim"),
    ("http://www.bizagi.com/", "Bizagi"),
    ("http://www.trisotech.com/", "Trisotech"),
    ("http://trisotech.com/", "Trisotech"),
    ("http://www.bonitasoft.org/", "Bonita"),
    ("http://www.boc-group.com/", "ADONIS"),
    ("http://schemas.microsoft.com/", "Visio"),
    ("http://bpmn.sourceforge.net", "Yaoqiang"),
    ("http://www.omg.org/spec/BPMN/non-normative/", "BPMN in color"),
    ("http://bpmn.io/schema/bpmn/biocolor/", "bpmn.io"),
    ("http://spiffworkflow.org/", "SpiffWorkflow"),
)


def settings_of(root: _Element) -> dict[str, Counter[str]]:
    """Return, by tool, how often each attribute and element in that tool's namespaces occurs in a diagram. They stay
    in the file; elements inside a counted one are not counted."""
    prefixes = {uri: prefix for prefix, uri in _namespaces(root)}
    found: dict[str, Counter[str]] = {}
    for name in _foreign(root):
        space, _, tag = name[1:].rpartition("}")
        prefix = prefixes.get(space)
        found.setdefault(tool_of(space), Counter())[f"{prefix}:{tag}" if prefix else tag] += 1
    return found


def tool_of(space: str) -> str:
    known = next((tool for start, tool in _TOOLS if space.startswith(start)), None)
    return known or urlsplit(space).netloc[:60] or space[:60] or "–"


def _namespaces(root: _Element) -> Iterator[tuple[str, str]]:
    for node in root.iter("*"):
        if node is root or len(node.nsmap) != len(getattr(node.getparent(), "nsmap", {})):
            yield from ((prefix or "", uri) for prefix, uri in node.nsmap.items())


def _foreign(root: _Element) -> Iterator[str]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if _is_foreign(str(node.tag)):
            yield str(node.tag)
            continue
        yield from (str(name) for name in node.attrib if _is_foreign(str(name)))
        waiting.extend(reversed(list(node.iterchildren("*"))))


def _is_foreign(name: str) -> bool:
    """Return True for a name in a tool's namespace. Names without a namespace are BPMN's own attributes."""
    return name.startswith("{") and name[1:].rpartition("}")[0] not in _KEPT_NAMESPACES
