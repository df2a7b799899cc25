"""Changes guardrails.json: one guardrail at a time, the rest byte for byte as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.guardrails.loading import load_guardrails

ORDER: Final = ("key", "template", "scope", "a", "b", "unless", "when")
LAST: Final = ("law", "fi", "sv", "en")
EMPTY: Final[Mapping[str, Any]] = {"version": 0, "effective_from": "", "facts": {}, "guardrails": []}


def read_file(data: bytes) -> dict[str, Any]:
    """Return the content of guardrails.json as it is written. Raise GuardrailsRefused if it cannot be read."""
    load_guardrails(data)
    found: dict[str, Any] = json.loads(data)
    return found


def with_guardrail(data: bytes, guardrail: Mapping[str, Any], in_use: bytes | None) -> bytes:
    """Return the file with a guardrail put in place of the one with the same key, or added at the end."""
    file = read_file(data)
    guardrails = file["guardrails"]
    place = next((n for n, each in enumerate(guardrails) if each["key"] == guardrail["key"]), len(guardrails))
    guardrails[place : place + 1] = [_in_order(guardrail)]
    return _written(file, in_use)


def without_guardrail(data: bytes, key: str, in_use: bytes | None) -> bytes:
    file = read_file(data)
    file["guardrails"] = [each for each in file["guardrails"] if each["key"] != key]
    return _written(file, in_use)


def binding_from(data: bytes, day: date, in_use: bytes | None) -> bytes:
    return _written(read_file(data) | {"effective_from": day.isoformat()}, in_use)


def _in_order(guardrail: Mapping[str, Any]) -> dict[str, Any]:
    """Return the guardrail without empty entries, in the order in which the file lists them."""
    middle = [name for name in guardrail if name not in {*ORDER, *LAST}]
    return {name: guardrail[name] for name in (*ORDER, *middle, *LAST) if guardrail.get(name)}


def _written(file: dict[str, Any], in_use: bytes | None) -> bytes:
    """Return the file's text, with the version after that of `in_use` if it differs. Raise GuardrailsRefused."""
    before = json.loads(in_use) if in_use else EMPTY
    is_same = {**file, "version": 0} == {**before, "version": 0}
    file["version"] = before["version"] + (not is_same)
    written = (json.dumps(file, ensure_ascii=False, indent=2) + "\n").encode()
    load_guardrails(written)
    return written
