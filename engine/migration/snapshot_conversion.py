"""Converts a snapshot for the new version: finished parts lose traces of elements that are no longer drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from engine.bpmn.parsed_models import ParsedModels


def carried(snapshot: bytes, old: ParsedModels, new: ParsedModels) -> bytes:
    """Return the converted snapshot. Call it only after the judgement, which ensures that nothing needed is lost."""
    data = orjson.loads(snapshot)
    data["state"] = _instance(data["process"], data["state"], old, new)
    return orjson.dumps(data)


def begun_with(snapshot: bytes, variables: Mapping[str, Any]) -> bytes:
    """Return the snapshot with the variables that the whole lacks."""
    data = orjson.loads(snapshot)
    data["state"]["vars"] = {**variables, **data["state"].get("vars", {})}
    return orjson.dumps(data)


def _instance(spec_name: str, stored: dict[str, Any], old: ParsedModels, new: ParsedModels) -> dict[str, Any]:
    known = new.specs[spec_name].task_specs
    places: list[int] = []
    rows: list[list[Any]] = []
    for parent, name, state, *rest in stored["tasks"]:
        above = places[parent] if parent >= 0 else -1
        if name not in known:
            # The children of a task that is left out become children of its parent.
            places.append(above)
            continue
        places.append(len(rows))
        if rest and "called" in rest[0]:
            inner = old.specs[spec_name].task_specs[name].spec
            rest = [{**rest[0], "called": _instance(inner, rest[0]["called"], old, new)}]
        rows.append([above, name, state, *rest])
    return {**stored, "tasks": rows}
