"""Converts a snapshot for the new version: finished parts lose traces of elements that are no longer drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

import orjson

from engine.bpmn.activities import Embedded
from engine.bpmn.parsed_models import ParsedModels
from engine.bpmn.process_instances import OPEN
from engine.bpmn.snapshots import TaskState

_END_JOIN: Final = ".EndJoin"
# The library's own task before the end of a scope, named after it.
_EDGES: Final = ".BoundaryEventSplit"
# The library's own task above an activity and its boundary events, named after the activity.


def carried(snapshot: bytes, old: ParsedModels, new: ParsedModels) -> bytes:
    """Return the converted snapshot. Call it only after the judgement, which ensures that nothing needed is lost."""
    data = orjson.loads(snapshot)
    data["state"] = _instance(data["process"], data["process"], data["state"], old, new)
    return orjson.dumps(data)


def begun_with(snapshot: bytes, variables: Mapping[str, Any]) -> bytes:
    """Return the snapshot with the variables that the whole lacks."""
    data = orjson.loads(snapshot)
    data["state"]["vars"] = {**variables, **data["state"].get("vars", {})}
    return orjson.dumps(data)


def _instance(
    before: str, scope: str, stored: dict[str, Any], old: ParsedModels, new: ParsedModels
) -> dict[str, Any]:
    """Return an instance of the scope `before`, which the new version calls `scope`."""
    known, before_known = new.specs[scope].task_specs, old.specs[before].task_specs
    places: list[int] = []
    rows: list[list[Any]] = []
    variables = stored.get("vars", {})
    for parent, name, state, *rest in stored["tasks"]:
        above = places[parent] if parent >= 0 else -1
        drawn = f"{scope}{_END_JOIN}" if name == f"{before}{_END_JOIN}" else name
        if drawn not in known:
            # The children of a task that is left out become children of its parent.
            places.append(above)
            continue
        split = known.get(f"{drawn}{_EDGES}")
        if split is not None and state & OPEN and drawn in before_known:
            if rows[above][1] != split.name:
                rows.append([above, split.name, TaskState.COMPLETED])
                above = len(rows) - 1
            rows += _heard_from_now_on(split, above, before_known)
        places.append(len(rows))
        if rest and "called" in rest[0]:
            called, inner = before_known[name].spec, known[drawn].spec
            inside = _instance(called, inner, rest[0]["called"], old, new)
            if isinstance(known[drawn], Embedded) and "vars" in inside:
                # Its steps are drawn in place from now on and share the variables of the process around them.
                variables = {**variables, **inside.pop("vars")}
            rest = [{**rest[0], "called": inside}]
        rows.append([above, drawn, state, *rest])
    converted = {**stored, "tasks": rows}
    return {**converted, "vars": variables} if variables else converted


def _heard_from_now_on(split: Any, place: int, before: Mapping[str, Any]) -> list[list[Any]]:
    """Return a waiting task for each boundary event that the new version adds to an activity in progress."""
    added = (each.name for each in split.outputs if each.name not in before)
    return [[place, name, TaskState.WAITING, {"id": str(uuid4())}] for name in added]
