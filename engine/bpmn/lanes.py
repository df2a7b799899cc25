"""The tasks of each lane, including those of called processes without lanes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml.etree import _Element

from engine import xml
from engine.bpmn import catalogue
from engine.bpmn.catalogue import BPMN, Catalogue, properties


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane with a role, and all tasks in the process for people of that role."""

    process_id: str
    lane_id: str
    name: str
    role: str
    tasks: tuple[str, ...]


def lanes_of(files: Mapping[str, bytes]) -> tuple[Lane, ...]:
    """Return the lanes that hold tasks, in diagrams that the publish gate accepts."""
    return _lanes_of(tuple((path, files[path]) for path in sorted(files) if path.endswith(".bpmn")))


@lru_cache(maxsize=4)
def _lanes_of(files: tuple[tuple[str, bytes], ...]) -> tuple[Lane, ...]:
    roots = {path: xml.parse(data) for path, data in files}
    drawn = catalogue.read(roots)
    inherited = _inherited(drawn)
    tasks: dict[tuple[str, str], list[str]] = {}
    for element in drawn.elements.values():
        if element.role and (element.kind == "userTask" or element.calls in inherited):
            tasks.setdefault((element.process_id, element.role), []).append(
                element.name or element.element_id
            )
    found: dict[tuple[str, str], Lane] = {}
    for process_id, role, lane in _drawn(roots.values()):
        work = tasks.get((process_id, role))
        if work and (process_id, role) not in found:
            lane_id = lane.get("id", "")
            found[process_id, role] = Lane(
                process_id, lane_id, lane.get("name") or lane_id, role, tuple(dict.fromkeys(work))
            )
    return tuple(found.values())


def _drawn(roots: Iterable[_Element]) -> Iterator[tuple[str, str, _Element]]:
    for root in roots:
        for process in root.iter(BPMN + "process"):
            for lane in process.iter(BPMN + "lane"):
                role = properties(lane).get("role")
                if role:
                    yield process.get("id", ""), role, lane


def _inherited(drawn: Catalogue) -> frozenset[str | None]:
    """Return processes whose tasks belong to their caller's role."""
    laneless = [each for each in drawn.elements.values() if not each.role]
    found = {each.process_id for each in laneless if each.kind == "userTask"}
    calls = [(each.process_id, each.calls) for each in laneless if each.calls]
    before = 0
    while len(found) != before:
        before = len(found)
        found |= {process_id for process_id, called in calls if called in found}
    return frozenset(found)
