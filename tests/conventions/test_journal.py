"""Lines of the journal are fixed sentences; facts go into `extra`, under keys of a fixed shape."""

from __future__ import annotations

import ast
import re

from engine.journal import SHAPES
from tests.conventions.tracked import named, shown

LOG = re.compile(r"\blog\b")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def test_every_line_is_a_fixed_sentence_with_known_keys() -> None:
    calls = [
        (f"{shown(path)}:{node.lineno}", node)
        for path in named(".py")
        if shown(path).startswith(("engine/", "webapp/")) and LOG.search(text := path.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LEVELS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
    ]
    assert len(calls) > 10
    assert [place for place, call in calls if not is_fixed(call)] == []
    unknown = {key for _, call in calls for key in keys(call)} - set(SHAPES)
    assert unknown == set()


def is_fixed(call: ast.Call) -> bool:
    return (
        len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and "%" not in str(call.args[0].value)
    )


def keys(call: ast.Call) -> set[str]:
    """Return the keys that a call writes itself; what `place_of` adds is checked by its own test."""
    given = next((each.value for each in call.keywords if each.arg == "extra"), None)
    if not isinstance(given, ast.Dict):
        return set()
    return {str(key.value) for key in given.keys if isinstance(key, ast.Constant)}
