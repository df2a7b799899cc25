"""The part of the publish gate that checks diagrams and proves their guardrails, in this process or a child.

A drawing with errors is judged as far as it can be read: one error hides no other.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict
from hashlib import sha256
from threading import Lock
from typing import Any, Final

from cachetools import LRUCache

from engine import isolation
from engine.bpmn.checks import OperationShape, References, check_bundle
from engine.bpmn.findings import Finding, PathStep, finding
from engine.guardrails import load_guardrails
from engine.guardrails.prover import Limit, Report, Surroundings, legible, prove, read_diagrams
from engine.models.bundle import Bundle

SECONDS: Final = 60
"""Of a processor, for one check in a child."""
LIVE: Final = Limit(situations=80_000, milliseconds=8_000, is_last=False)
"""For a check while drawing: the rest counts as not proven, and publishing looks further."""
PUBLISHING: Final = Limit(situations=120_000, milliseconds=20_000)
THOROUGH: Final = Limit(situations=300_000, milliseconds=120_000)
"""For the command line, where one can wait."""
UNJUDGED: Final = frozenset(
    {"unreadable", "unparsed", "too_costly", "too_many_nodes", "duplicate_id", "missing_id", "call_recursive"}
)
"""Errors with which no way through the diagrams can be followed. With any other, ways and guardrails are judged."""

_KEPT: Final[LRUCache[bytes, tuple[tuple[Finding, ...], Report]]] = LRUCache(16)
"""Answers by all that is asked of the same files, whatever the limit. One that a limit has cut off is not kept."""
_LOCK: Final = Lock()


def checked_and_proved(
    files: Mapping[str, bytes],
    references: References,
    guardrails: bytes | None,
    limit: Limit = PUBLISHING,
    *,
    measure: Callable[[Report], None] = lambda _report: None,
) -> list[Finding]:
    """Check the diagrams, and prove the guardrails as far as the drawing can be read.

    `guardrails`: text of guardrails.json. `measure` is given the report of the proof; its milliseconds are those of the
    time when these files were proved first.
    """
    question = {**_asked(files, references, guardrails, limit), "limit": None}
    asked = sha256(json.dumps(question).encode()).digest()
    with _LOCK:
        kept = _KEPT.get(asked)
    if kept is None or kept[1].situations > limit.situations:
        found, report = _found(files, references, guardrails, limit)
        if report is None:
            return found
        kept = tuple(found), report
        if report.is_complete:
            with _LOCK:
                _KEPT.setdefault(asked, kept)
    measure(kept[1])
    return list(kept[0])


def forget() -> None:
    """Forget what was found: a measurement begins with nothing known."""
    with _LOCK:
        _KEPT.clear()


def _found(
    files: Mapping[str, bytes], references: References, guardrails: bytes | None, limit: Limit
) -> tuple[list[Finding], Report | None]:
    found = check_bundle(files, references)
    wrong = {each.code for each in found if each.severity == "error"}
    if guardrails is None or wrong & UNJUDGED:
        return found, None
    waiting = frozenset(name for name, shape in references.operations.items() if shape.waits)
    surroundings = Surroundings(
        waiting, references.messages, references.tables, Bundle(files).tables, references.conditions
    )
    drawn, promised = read_diagrams(files), load_guardrails(guardrails)
    if wrong:
        drawn = legible(drawn)
    if "call_unknown" in wrong:
        promised = promised.about(name for each in drawn.elements.values() for name in each.milestones)
    report = prove(drawn, promised, limit=limit, surroundings=surroundings)
    # The checks have named such a loop at another of its elements.
    return [*found, *(each for each in report.findings if each.code != "engine_loop" or not wrong)], report


def check_in_child(
    files: Mapping[str, bytes],
    references: References,
    guardrails: bytes | None = None,
    limit: Limit = PUBLISHING,
    *,
    seconds: float = SECONDS,
) -> list[Finding]:
    """Return the same findings, computed in a child process with limits; a single finding if it exceeds them."""
    asked = _asked(files, references, guardrails, limit)
    try:
        found = isolation.ask(__spec__.name, asked, seconds)
    except isolation.TookTooMuch:
        return [finding("too_costly", seconds=int(seconds))]
    return [_finding(each) for each in found]


def _asked(
    files: Mapping[str, bytes], references: References, guardrails: bytes | None, limit: Limit
) -> dict[str, Any]:
    """Return all on which the answer depends, as a child is asked it."""
    return {
        "files": {
            path: b64encode(data).decode() for path, data in files.items() if path.endswith((".bpmn", ".dmn"))
        },
        "references": _packed(references),
        "guardrails": None if guardrails is None else b64encode(guardrails).decode(),
        "limit": asdict(limit),
    }


def _finding(data: dict[str, Any]) -> Finding:
    steps = (PathStep(**{**step, "assumed": tuple(step["assumed"])}) for step in data["path"])
    return Finding(**{**data, "path": tuple(steps)})


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
        "conditions": {key: sorted(names) for key, names in references.conditions.items()},
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
        conditions={key: frozenset(names) for key, names in data["conditions"].items()},
    )


def _answer(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    files = {path: b64decode(data) for path, data in asked["files"].items()}
    guardrails = None if asked["guardrails"] is None else b64decode(asked["guardrails"])
    found = checked_and_proved(files, _unpacked(asked["references"]), guardrails, Limit(**asked["limit"]))
    return [asdict(each) for each in found]


if __name__ == "__main__":
    isolation.serve(_answer, SECONDS)
