"""The gate proves what is drawn without errors, in a child process as well, and says the same there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.bpmn.checks import OperationShape, References
from engine.guardrails.prover import Report
from engine.models.diagram_gate import LIVE, PUBLISHING, check_in_child, checked_and_proved
from processes import catalogue
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


FILES = {"p.bpmn": file(process(BODY))}
TABLE = "urgency/target_dates.dmn"
ELSE = {
    "a drawing": {"files": {"p.bpmn": FILES["p.bpmn"] + b"\n"}},
    "a table": {"files": {**FILES, TABLE: catalogue.files()[TABLE]}},
    "a guardrail": {"guardrails": FILE.replace(b'"x"', b'"y"')},
    "what a form asks": {"references": replace(REFERENCES, forms={"f": frozenset({"choice", "reason"})})},
    "what an operation waits for": {
        "references": replace(REFERENCES, operations={"o": OperationShape(frozenset(), waits=True)})
    },
    "a bound that cuts it off": {"limit": replace(LIVE, situations=0)},
}


def proved(**changes: Any) -> Report:
    reports: list[Report] = []
    asked = {"files": FILES, "references": REFERENCES, "guardrails": FILE, "limit": PUBLISHING, **changes}
    checked_and_proved(**asked, measure=reports.append)
    (report,) = reports
    return report


@pytest.mark.usefixtures("nothing_proved")
@pytest.mark.parametrize("changed", ELSE)
def test_the_same_question_is_answered_from_before_and_any_other_anew(changed: str) -> None:
    first = proved()
    assert proved() is first
    assert proved(**ELSE[changed]) is not first
    assert proved() is first


@pytest.mark.usefixtures("nothing_proved")
def test_a_proof_made_while_drawing_is_known_before_publishing() -> None:
    first = proved(limit=LIVE)
    assert first.is_complete
    assert proved(limit=PUBLISHING) is first
    assert proved(limit=replace(LIVE, situations=first.situations)) is first
    assert proved(limit=replace(LIVE, situations=first.situations - 1)) is not first
