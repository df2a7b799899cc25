"""The diagrams of one version, parsed together: the top process and every process it calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any, Self

from engine import xml
from engine.bpmn import catalogue, parsing
from engine.bpmn.elements import Element, Flow
from engine.bpmn.findings import Finding, finding
from engine.errors import ModelRejected

FORMAT = 1


@dataclass(frozen=True, eq=False)
class ParsedModels:
    """The diagrams of one version, ready to run. They are always restored from JSON, also just after parsing."""

    processes: Mapping[str, str]
    """Key to name."""
    elements: Mapping[tuple[str, str], Element]
    flows: Mapping[tuple[str, str], Flow]
    specs: Mapping[str, Any]
    """SpiffWorkflow's specs; not for other packages."""
    files: Mapping[str, bytes]
    paths: Mapping[str, str]
    """Process key to the path of its file."""
    stored: str

    def to_json(self) -> str:
        """Return specs and catalogue, as stored with a published version."""
        return self.stored

    @classmethod
    def from_json(cls, text: str, files: Mapping[str, bytes]) -> Self:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ModelRejected((finding("format", value=data["format"]),))
        elements = [_element(each) for each in data["elements"]]
        flows = [Flow(**each) for each in data["flows"]]
        return cls(
            processes=data["processes"],
            elements={(each.process_id, each.element_id): each for each in elements},
            flows={(each.process_id, each.flow_id): each for each in flows},
            specs=parsing.restored(data["specs"]),
            files=dict(files),
            paths=data["paths"],
            stored=text,
        )

    @cached_property
    def starts(self) -> Mapping[str, str]:
        """The process that each start message starts."""
        return {
            element.message: element.process_id
            for element in self.elements.values()
            if element.kind == "startEvent" and element.message
        }

    @cached_property
    def _home(self) -> Mapping[str, str]:
        inner = {e.element_id: e.process_id for e in self.elements.values() if e.kind == "subProcess"}
        return {**inner, **{key: key for key in self.processes}}

    def element(self, scope: str, element_id: str) -> Element:
        """Return an element of a process or of an embedded sub-process in it."""
        return self.elements[self._home[scope], element_id]


def _element(data: dict[str, Any]) -> Element:
    for name in ("incoming", "outgoing", "events"):
        data[name] = tuple(data.get(name, ()))
    return Element(**data)


_DEFAULTS = {each.name: each.default for each in fields(Element)}


def _brief(element: Element) -> dict[str, Any]:
    found = asdict(element)
    return {
        name: each for name, each in found.items() if each not in ((), {}, "") and each != _DEFAULTS[name]
    }


def parse_models(files: Mapping[str, bytes]) -> ParsedModels:
    """Parse the diagrams among the files. Raise ModelRejected for unreadable ones; the publish gate finds those that
    run wrongly."""
    roots: dict[str, Any] = {}
    for path in sorted(path for path in files if path.endswith(".bpmn")):
        try:
            roots[path] = xml.parse(files[path])
        except xml.XmlRefused as refused:
            raise ModelRejected((finding("unreadable", file=path, reason=refused.message),)) from None
    drawn = catalogue.read(roots)
    try:
        specs = parsing.specs_of(roots)
    except parsing.ParserRefused as refused:
        raise ModelRejected((_unparsed(refused, drawn),)) from refused
    stored = {
        "format": FORMAT,
        "processes": drawn.processes,
        "paths": drawn.files,
        "elements": [
            _brief(each) | {"name": each.name, "scope": each.scope} for each in drawn.elements.values()
        ],
        "flows": [asdict(each) for each in drawn.flows.values()],
        "specs": specs,
    }
    text = json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
    return ParsedModels.from_json(text, {path: files[path] for path in roots})


def _unparsed(refused: parsing.ParserRefused, drawn: catalogue.Catalogue) -> Finding:
    process = next((key for key, path in drawn.files.items() if path == refused.path), None)
    return finding("unparsed", process_id=process, element_id=refused.element_id or None, reason=str(refused))
