"""Changes the file of promises: one promise at a time, the rest byte for byte as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.bpmn.guardrails.loading import load_rules

ORDER: Final = ("key", "template", "scope", "a", "b", "unless", "when")
LAST: Final = ("law", "fi", "sv", "en")
EMPTY: Final[Mapping[str, Any]] = {"version": 0, "effective_from": "", "facts": {}, "rules": []}


def read_promises(data: bytes) -> dict[str, Any]:
    """The file as it is written. Raises GuardrailsRefused."""
    load_rules(data)
    found: dict[str, Any] = json.loads(data)
    return found


def with_promise(data: bytes, rule: Mapping[str, Any], in_use: bytes | None) -> bytes:
    """The promise put in the place of the one with its key, or at the end."""
    promises = read_promises(data)
    rules = promises["rules"]
    place = next((n for n, each in enumerate(rules) if each["key"] == rule["key"]), len(rules))
    rules[place : place + 1] = [_in_order(rule)]
    return _written(promises, in_use)


def without_promise(data: bytes, key: str, in_use: bytes | None) -> bytes:
    promises = read_promises(data)
    promises["rules"] = [each for each in promises["rules"] if each["key"] != key]
    return _written(promises, in_use)


def binding_from(data: bytes, day: date, in_use: bytes | None) -> bytes:
    promises = read_promises(data) | {"effective_from": day.isoformat()}
    return _written(promises, in_use)


def _in_order(rule: Mapping[str, Any]) -> dict[str, Any]:
    """As the file has them: what it is, what it speaks of, then the words. Nothing empty is kept."""
    middle = [name for name in rule if name not in {*ORDER, *LAST}]
    return {name: rule[name] for name in (*ORDER, *middle, *LAST) if rule.get(name)}


def _written(promises: dict[str, Any], in_use: bytes | None) -> bytes:
    """Numbered one after the version in use, once it says anything else. Raises GuardrailsRefused."""
    before = json.loads(in_use) if in_use else EMPTY
    is_same = {**promises, "version": 0} == {**before, "version": 0}
    promises["version"] = before["version"] + (not is_same)
    written = (json.dumps(promises, ensure_ascii=False, indent=2) + "\n").encode()
    load_rules(written)
    return written
