"""The reference FEEL of bpmn.io, run outside a browser: what an expression is worth there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import quickjs

BUNDLE = Path(__file__).resolve().parents[2] / "build" / "tests" / "feelin.js"
# QuickJS has no Intl, which luxon asks for its zone when it loads.
STUB = "var Intl = {DateTimeFormat: function () { return {resolvedOptions: () => ({timeZone: 'UTC', locale: 'en'}), format: () => ''}; }};"
ASK = """
function ask(kind, expression, context) {
  try {
    const scope = JSON.parse(context);
    const {value} = kind === 'unary' ? feelin.unaryTest(expression, scope) : feelin.evaluate(expression, scope);
    return JSON.stringify({value: value === undefined ? null : value});
  } catch (problem) {
    return JSON.stringify({problem: String(problem)});
  }
}
"""


class Feelin:
    def __init__(self) -> None:
        self.context = quickjs.Context()
        self.context.eval(STUB + BUNDLE.read_text(encoding="utf-8") + ASK)

    def evaluate(self, expression: str, scope: dict[str, Any], kind: str = "expression") -> dict[str, Any]:
        """`{"value": …}` or `{"problem": …}`, numbers as JavaScript has them."""
        call = ", ".join(json.dumps(part) for part in (kind, expression, json.dumps(scope)))
        answer: dict[str, Any] = json.loads(self.context.eval(f"ask({call})"))
        return answer


def feelin() -> Feelin:
    """The reference, or a skip that says how to get it; in the test run of CI it must be there."""
    if not BUNDLE.exists() and os.environ.get("CI") != "true":
        pytest.skip("feelin is not bundled: run `npm ci && npm run build` in webapp/frontend")
    return Feelin()
