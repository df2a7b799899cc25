"""Diagrams written briefly: BPMN is the default namespace, a chain of ids is a chain of flows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from engine.bpmn import OperationCall, ParsedModels, parse_models

MODELS = Path(__file__).parent / "models"
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ACTOR = {"id": "u-1", "name": "Aino Esimerkki"}
OPEN = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="http://example.invalid">'
)


def props(**values: str) -> str:
    inside = "".join(f'<s:property name="{name}" value="{escape(value)}"/>' for name, value in values.items())
    return f"<extensionElements><s:properties>{inside}</s:properties></extensionElements>"


def node(tag: str, element_id: str, inside: str = "", /, *, attributes: str = "", **properties: str) -> str:
    extension = props(**properties) if properties else ""
    return f'<{tag} id="{element_id}" name="{element_id}" {attributes}>{extension}{inside}</{tag}>'


def chain(ids: str, condition: str = "") -> str:
    """Flows between neighbours; a condition is on the first."""
    names = ids.split()
    flows = []
    for place, (source, target) in enumerate(pairwise(names)):
        condition_xml = (
            f"<conditionExpression>{escape(condition)}</conditionExpression>"
            if condition and not place
            else ""
        )
        flows.append(
            f'<sequenceFlow id="{source}__{target}" sourceRef="{source}" targetRef="{target}">{condition_xml}</sequenceFlow>'
        )
    return "".join(flows)


def lanes(ids: str, role: str = "caseworker", name: str = "lane") -> str:
    inside = "".join(f"<flowNodeRef>{each}</flowNodeRef>" for each in ids.split())
    return f'<laneSet id="{name}_set"><lane id="{name}" name="Käsittelijä">{props(role=role)}{inside}</lane></laneSet>'


def process(body: str, key: str = "p", extra: str = "") -> str:
    return f'<process id="{key}" name="{key}" isExecutable="true">{body}</process>{extra}'


def file(*inside: str) -> bytes:
    return (OPEN + "".join(inside) + "</definitions>").encode()


def drawn_models(*inside: str) -> ParsedModels:
    return parse_models({"p.bpmn": file(*inside)})


def model(*names: str) -> ParsedModels:
    return parse_models({f"{name}.bpmn": (MODELS / f"{name}.bpmn").read_bytes() for name in names})


@dataclass
class Around:
    """An environment whose clock the test moves, and which remembers what was asked of it."""

    now: datetime = NOON
    results: Mapping[str, Any] = field(default_factory=dict)
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    calls: list[tuple[str, OperationCall | Mapping[str, Any]]] = field(default_factory=list)

    def operate(self, name: str, call: OperationCall) -> Mapping[str, Any]:
        self.calls.append((name, call))
        result = self.results.get(name, {})
        return result(call) if callable(result) else result

    def decide(self, table: str, inputs: Mapping[str, Any]) -> Any:
        self.calls.append((table, inputs))
        return self.results.get(table)
