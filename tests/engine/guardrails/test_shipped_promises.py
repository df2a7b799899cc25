"""The shipped bundle is proved whole; edits that break a promise are caught, each with a way that leads there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.bpmn.findings import in_language
from engine.bpmn.guardrails import load_rules
from engine.bpmn.guardrails.explore import Limit
from engine.bpmn.guardrails.prove import KEPT, Verdict, prove_bundle
from tests.engine.bpmn.guardrails.edits import EDITS, edited
from tests.engine.bpmn.shipped import FOLDER, processes

RULES = load_rules((FOLDER / "guardrails.json").read_bytes())
PATIENT = Limit(200_000, 600_000)


def test_every_promise_holds_on_every_path_and_nothing_else_is_found() -> None:
    report = prove_bundle(processes(), RULES, limit=PATIENT)
    assert report.complete
    assert {key: verdict for key, verdict in report.verdicts.items() if verdict is not Verdict.PROVEN} == {}
    assert set(report.verdicts) == {rule.key for rule in (*RULES.rules, *RULES.structures)}
    assert report.findings == ()


def test_the_same_bundle_gives_the_same_report() -> None:
    files = edited(EDITS["the hearing is skipped"][0])
    first = prove_bundle(files, RULES, limit=PATIENT)
    again = prove_bundle(dict(reversed(files.items())), RULES, limit=PATIENT)
    assert replace(first, milliseconds=0) == replace(again, milliseconds=0)


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_that_breaks_a_promise_is_caught(name: str) -> None:
    edit, rule, code = EDITS[name]
    report = prove_bundle(edited(edit), RULES, limit=PATIENT)
    found = [each for each in report.findings if each.code == code and each.values.get("rule", "") == rule]
    assert found, [(each.code, each.values.get("rule"), each.element_id) for each in report.findings]
    if rule:
        assert report.verdicts[rule] is Verdict.BROKEN
    for each in found:
        assert all(in_language(each, language)[0] for language in ("fi", "sv", "en"))


def test_a_cut_graph_proves_nothing_and_claims_neither_stuck_nor_dead() -> None:
    KEPT.forget()
    report = prove_bundle(processes(), RULES, limit=Limit(300, 600_000))
    assert not report.complete
    assert {each.code for each in report.findings} == {"not_explored", "promise_not_proven"}
    on_paths = {rule.key for rule in RULES.rules if rule.scope == "intake_to_decision"}
    assert {report.verdicts[key] for key in on_paths} == {Verdict.NOT_PROVEN}
