"""Read the steps, arrows and notes of one process or embedded sub-process from the XML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from lxml.etree import _Element

from engine.bpmn.catalogue import BPMN, children, local
from engine.bpmn.diagram.lettering import broken, width
from engine.bpmn.elements import CONTAINERS, FLOW_NODES
from engine.models.imports.grid import Arrow, Item

EMBEDDED: Final = CONTAINERS - {"callActivity"}
NOTES: Final = frozenset({"textAnnotation", "dataObjectReference", "dataStoreReference", "dataObject"})
EVENT: Final = 36.0
GATEWAY: Final = 50.0
TASK: Final = (110.0, 80.0)


@dataclass(slots=True)
class Lane:
    """A lane. `first` and `last` are the bands it spans: a band is a horizontal strip of rows."""

    key: str
    first: int
    last: int
    inner: tuple[Lane, ...] = ()


@dataclass(slots=True)
class Scope:
    items: dict[str, Item]
    hung: dict[str, str]
    """Boundary event to its host."""
    arrows: list[Arrow]
    lanes: tuple[Lane, ...]
    bands: int
    ties: list[tuple[str, str, str]]
    """Dotted lines: id and its two ends."""
    names: dict[str, str]


def read(scope: _Element, laid: Callable[[_Element], tuple[object, float, float]]) -> Scope:
    """Read a process or sub-process. `laid` lays out an embedded sub-process: its size is needed here."""
    lanes, band_of, bands = _lanes(scope)
    items: dict[str, Item] = {}
    hung: dict[str, str] = {}
    names: dict[str, str] = {}
    found = [(child.get("id", ""), child) for child in scope if _is_step(child)]
    if lanes and any(key not in band_of and local(child) != "boundaryEvent" for key, child in found):
        bands += 1
    for key, child in found:
        names[key] = " ".join((child.get("name") or "").split())
        if local(child) == "boundaryEvent":
            hung[key] = child.get("attachedToRef", "")
        elif key:
            items[key] = _node(key, child, band_of.get(key, bands - 1), laid)
    hung = {key: host for key, host in hung.items() if host in items}
    for key, host in hung.items():
        items[host].hangs.append(key)
    _widen(items)
    arrows = list(_arrows(scope, items, hung))
    ties = list(_ties(scope))
    for note in _notes(scope, ties, items):
        items[note.key] = note
    return Scope(items, hung, arrows, lanes, bands, ties, names)


def _is_step(item: _Element) -> bool:
    return str(item.tag).startswith(BPMN) and local(item) in FLOW_NODES


def _node(
    key: str, item: _Element, band: int, laid: Callable[[_Element], tuple[object, float, float]]
) -> Item:
    kind, named = local(item), bool((item.get("name") or "").strip())
    if kind in EMBEDDED:
        inside, across, down = laid(item)
        return Item(key, kind, across, down, band, named, inside=inside)
    if kind.endswith("Event"):
        return Item(key, kind, EVENT, EVENT, band, named)
    if kind.endswith("Gateway"):
        return Item(key, kind, GATEWAY, GATEWAY, band, named)
    return Item(key, kind, *TASK, band, named)


def _widen(items: dict[str, Item]) -> None:
    """Widen nodes so that the boundary events on one edge fit side by side."""
    for each in items.values():
        each.width = max(each.width, len(each.hangs) * (EVENT + 24))


def _lanes(scope: _Element) -> tuple[tuple[Lane, ...], dict[str, int], int]:
    band_of: dict[str, int] = {}
    bands = 0

    def read_set(holder: _Element, tag: str) -> tuple[Lane, ...]:
        nonlocal bands
        found = []
        for lane_set in children(holder, tag):
            for lane in children(lane_set, "lane"):
                first = bands
                inner = read_set(lane, "childLaneSet")
                if not inner:
                    bands += 1
                for reference in children(lane, "flowNodeRef"):
                    band_of.setdefault((reference.text or "").strip(), first)
                found.append(Lane(lane.get("id", ""), first, bands - 1, inner))
        return tuple(found)

    lanes = read_set(scope, "laneSet")
    return lanes, band_of, max(bands, 1)


def _arrows(scope: _Element, items: dict[str, Item], hung: dict[str, str]) -> Iterator[Arrow]:
    for flow in children(scope, "sequenceFlow"):
        key, source, target = (flow.get(name, "") for name in ("id", "sourceRef", "targetRef"))
        target = hung.get(target, target)
        host = hung.get(source)
        if key and target in items and (host or source) in items:
            name = " ".join((flow.get("name") or "").split())
            yield Arrow(key, host or source, target, name, source if host else None)


def _ties(scope: _Element) -> Iterator[tuple[str, str, str]]:
    for tie in children(scope, "association"):
        yield tie.get("id", ""), tie.get("sourceRef", ""), tie.get("targetRef", "")
    for step in scope:
        for tag in ("dataInputAssociation", "dataOutputAssociation"):
            for tie in children(step, tag):
                ends = [(tie.findtext(BPMN + end) or "").strip() for end in ("sourceRef", "targetRef")]
                mine = step.get("id", "")
                yield (
                    tie.get("id", ""),
                    *((ends[0], mine) if tag.startswith("dataInput") else (mine, ends[1])),
                )


def _notes(scope: _Element, ties: list[tuple[str, str, str]], items: dict[str, Item]) -> Iterator[Item]:
    for child in scope:
        kind, key = local(child), child.get("id", "")
        if kind not in NOTES - {"dataObject"} or not key or not str(child.tag).startswith(BPMN):
            continue
        others = [end for _, *ends in ties if key in ends for end in ends if end in items]
        beside = others[0] if others else ""
        band = items[beside].band if beside else 0
        if kind != "textAnnotation":
            yield Item(key, kind, 36 if kind == "dataObjectReference" else 50, 50, band, True, beside)
            continue
        text = child.findtext(BPMN + "text") or ""
        lines = broken(text, 140, 12, 6)
        across = min(max((width(line, 12) for line in lines), default=40) + 20, 160)
        yield Item(key, kind, across, max(30, 16 * len(lines) + 8), band, False, beside)
