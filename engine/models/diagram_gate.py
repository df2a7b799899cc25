"""The part of the publish gate that checks diagrams and, if they have no error, proves their guardrails; in this
process or a child."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from engine import isolation
from engine.bpmn.checks import OperationShape, References, check_bundle
from engine.bpmn.findings import Finding, PathStep, finding
from engine.guardrails import load_guardrails
from engine.guardrails.prover import Limit, Surroundings, prove
from engine.models.bundle import Bundle

SECONDS: Final = 60
"""Of a processor, for one check in a child."""
LIVE: Final = Limit(situations=80_000, milliseconds=1_500, is_last=False)
"""For a check while drawing: the rest counts as not proven, and publishing looks further."""
PUBLISHING: Final = Limit(situations=120_000, milliseconds=12_000)
THOROUGH: Final = Limit(situations=300_000, milliseconds=120_000)
"""For the command line, where one can wait."""


def checked_and_proved(
    files: Mapping[str, bytes], references: References, guardrails: bytes | None, limit: Limit = PUBLISHING
) -> list[Finding]:
    """Check the diagrams and, if they have no error, prove the guardrails. `guardrails`: text of guardrails.json."""
    found = check_bundle(files, references)
    if guardrails is None or any(each.severity == "error" for each in found):
        return found
    waiting = frozenset(name for name, shape in references.operations.items() if shape.waits)
    surroundings = Surroundings(waiting, references.messages, references.tables, Bundle(files).tables)
    report = prove(files, load_guardrails(guardrails), limit=limit, surroundings=surroundings)
    return [*found, *report.findings]


def check_in_child(
    files: Mapping[str, bytes],
    references: References,
    guardrails: bytes | None = None,
    limit: Limit = PUBLISHING,
    *,
    seconds: float = SECONDS,
) -> list[Finding]:
    """Return the same findings, computed in a child process with limits; a single finding if it exceeds them."""
    asked = {
        "files": {
            path: b64encode(data).decode() for path, data in files.items() if path.endswith((".bpmn", ".dmn"))
        },
        "references": _packed(references),
        "guardrails": None if guardrails is None else b64encode(guardrails).decode(),
        "limit": asdict(limit),
    }
    try:
        found = isolation.ask(__spec__.name, asked, seconds)
    except isolation.TookTooMuch:
        return [finding("too_costly", seconds=int(seconds))]
    return [_finding(each) for each in found]


def _finding(data: dict[str, Any]) -> Finding:
    return Finding(**{**data, "path": tuple(PathStep(**step) for step in data["path"])})


def _packed(references: References) -> dict[str, Any]:
    return {
        "forms": {key: sorted(fields) for key, fields in references.forms.items()},
        "roles": sorted(references.roles),
        "operations": {
            name: {"outputs": sorted(shape.outputs), "waits": shape.waits}
            for name, shape in references.operations.items()
        },
        "tables": {key: sorted(names) for key, names in references.tables.items()},
        "variables": sorted(references.variables),
        "messages": {name: sorted(carried) for name, carried in references.messages.items()},
        "functions": sorted(references.functions),
    }


def _unpacked(data: Mapping[str, Any]) -> References:
    return References(
        forms={key: frozenset(fields) for key, fields in data["forms"].items()},
        roles=frozenset(data["roles"]),
        operations={
            name: OperationShape(frozenset(shape["outputs"]), shape["waits"])
            for name, shape in data["operations"].items()
        },
        tables={key: frozenset(names) for key, names in data["tables"].items()},
        variables=frozenset(data["variables"]),
        messages={name: frozenset(carried) for name, carried in data["messages"].items()},
        functions=frozenset(data["functions"]),
    )


def _answer(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    files = {path: b64decode(data) for path, data in asked["files"].items()}
    guardrails = None if asked["guardrails"] is None else b64decode(asked["guardrails"])
    found = checked_and_proved(files, _unpacked(asked["references"]), guardrails, Limit(**asked["limit"]))
    return [asdict(each) for each in found]


if __name__ == "__main__":
    isolation.serve(_answer, SECONDS)
