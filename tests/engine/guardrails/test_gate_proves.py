"""The gate proves what is drawn without errors, in a child process as well, and says the same there."""

from __future__ import annotations

import json

from engine.bpmn.checks import References
from engine.models.diagram_gate import check_in_child, checked_and_proved
from tests.engine.bpmn.drawn import chain, file, lanes, node, process

REFERENCES = References(
    forms={"f": frozenset({"choice"})}, roles=frozenset({"caseworker"}), operations={}, tables={}
)
WRITTEN = {
    "key": "r",
    "template": "absence",
    "scope": "p",
    "a": ["x"],
    "fi": "Ei.",
    "sv": "Nej.",
    "en": "No.",
}
FILE = json.dumps(
    {"version": 1, "effective_from": "2026-12-01", "facts": {}, "guardrails": [WRITTEN]}
).encode()
TASK = node("userTask", "t", form_key="f", output="{choice: answers.choice}", milestone="x")
BODY = node("startEvent", "a") + TASK + node("endEvent", "e") + chain("a t e") + lanes("t")


def test_a_broken_guardrail_is_an_error_with_the_way_that_leads_there() -> None:
    files = {"p.bpmn": file(process(BODY))}
    (found,) = checked_and_proved(files, REFERENCES, FILE)
    assert (found.code, found.severity) == ("guardrail_never", "error")
    assert [step.element_id for step in found.path] == ["a", "t"]
    assert check_in_child(files, REFERENCES, FILE, seconds=60) == [found]
    assert checked_and_proved(files, REFERENCES, None) == []
