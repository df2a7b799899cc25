"""FEEL's functions on contexts."""

from __future__ import annotations

from typing import Any

from ..budget import Run
from ..problems import Unfit
from ..value_types import Value
from .registry import builtin

Context = dict[str, Any]


@builtin("get value", "m: context, key: string")
def get_value(run: Run, m: Context, key: str) -> Value:
    return m.get(key)


@builtin("get entries", "m: context")
def get_entries(run: Run, m: Context) -> list[Context]:
    run.spend(len(m))
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries: list")
def context(run: Run, entries: list[Value]) -> Context:
    """Build a context from a list of `{key, value}` entries. Each key may occur once."""
    run.spend(len(entries))
    made: Context = {}
    for entry in entries:
        key = entry.get("key") if isinstance(entry, dict) else None
        if not isinstance(key, str) or "value" not in entry or key in made:
            raise Unfit("wrong_arguments", name="context")
        made[key] = entry["value"]
    return made


@builtin("context put", "context: context, key: string, value")
def context_put(run: Run, target: Context, key: str, value: Value) -> Context:
    run.spend(1 + (len(target) >> 3))
    return {**target, key: value}


@builtin("context put", "context: context, keys: list, value")
def context_put_deep(run: Run, target: Context, keys: list[Value], value: Value) -> Context:
    run.spend(1 + (len(target) >> 3))
    if not keys or not isinstance(keys[0], str):
        raise Unfit("wrong_arguments", name="context put")
    if len(keys) == 1:
        return {**target, keys[0]: value}
    inner = target.get(keys[0])
    if not isinstance(inner, dict):
        raise Unfit("wrong_arguments", name="context put")
    return {**target, keys[0]: context_put_deep(run, inner, keys[1:], value)}


@builtin("context merge", "contexts: list")
def context_merge(run: Run, contexts: list[Value]) -> Context:
    """Return one context with the entries of all; of entries with the same key the last wins."""
    merged: Context = {}
    for one in contexts:
        if not isinstance(one, dict):
            raise Unfit("wrong_arguments", name="context merge")
        run.spend(1 + len(one))
        merged.update(one)
    return merged
