"""Diagrams read without SpiffWorkflow, of drafts that may not run yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from engine import xml
from engine.bpmn import catalogue
from engine.bpmn.elements import Element, Flow


class Drawn(Protocol):
    """The elements and flows that a picture and its list need; ParsedModels has them too."""

    @property
    def processes(self) -> Mapping[str, str]: ...
    @property
    def elements(self) -> Mapping[tuple[str, str], Element]: ...
    @property
    def flows(self) -> Mapping[tuple[str, str], Flow]: ...
    @property
    def files(self) -> Mapping[str, bytes]: ...
    @property
    def paths(self) -> Mapping[str, str]: ...
    def __hash__(self) -> int: ...


@dataclass(frozen=True, eq=False)
class Drawings:
    processes: Mapping[str, str]
    elements: Mapping[tuple[str, str], Element]
    flows: Mapping[tuple[str, str], Flow]
    files: Mapping[str, bytes]
    paths: Mapping[str, str]


def read_drawings(files: Mapping[str, bytes]) -> Drawings:
    """Read the diagrams among the files. Raise XmlRefused if one cannot be read."""
    found = {path: data for path, data in files.items() if path.endswith(".bpmn")}
    read = catalogue.read({path: xml.parse(found[path]) for path in sorted(found)})
    return Drawings(read.processes, read.elements, read.flows, found, read.files)
