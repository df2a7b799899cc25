"""Forms written in a test: short to read, parsed like any other."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from engine.feel import parse
from forms.definition import FormDefinition
from forms.errors import AnswersRejected
from forms.parsing import parse_form
from forms.submission import accept

TODAY = date(2026, 11, 25)


def written(*components: dict[str, Any], **root: Any) -> bytes:
    """Return the form as form-js would save it."""
    whole = {"schemaVersion": 19, "type": "default", "id": "trial", "components": list(components), **root}
    return json.dumps(whole).encode()


def form(*components: dict[str, Any], **root: Any) -> FormDefinition:
    return parse_form("trial", written(*components, **root), parse=parse)


def asked(key: str, kind: str = "textfield", *, hide: str = "", **more: Any) -> dict[str, Any]:
    """One component. `properties` are as they are written in the file."""
    component: dict[str, Any] = {
        "type": kind,
        "key": key,
        "label": key.replace("_", " ").capitalize(),
        **more,
    }
    if kind in {"radio", "select", "checklist"} and "values" not in more and "properties" not in more:
        component["values"] = choices("yes", "no")
    if hide:
        component["conditional"] = {"hide": f"={hide}"}
    return component


def rows(key: str, *columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "dynamiclist",
        "path": key,
        "label": key.capitalize(),
        "components": list(columns),
        **more,
    }


def choices(*values: str) -> list[dict[str, str]]:
    return [{"value": value, "label": value.capitalize()} for value in values]


def problems(definition: FormDefinition, sent: dict[str, list[str]], **more: Any) -> dict[str, str]:
    """Return the first problem's key by path; empty when the answers are accepted."""
    try:
        accept(definition, sent, today=TODAY, **more)
    except AnswersRejected as rejected:
        return {path: found[0].key for path, found in rejected.problems.items()}
    return {}
