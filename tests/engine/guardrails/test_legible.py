"""Ways and guardrails are judged as far as a drawing can be read, whatever else is wrong with it."""

from __future__ import annotations

import json

import pytest

from engine.bootstrap import shipped_files
from engine.bpmn.checks import References, check_bundle
from engine.bpmn.findings import Finding
from engine.models.diagram_gate import PUBLISHING, UNJUDGED, checked_and_proved
from engine.models.gate import check_files, references_of
from engine.operations import OPERATIONS
from tests.engine.bpmn.drawn import chain, file, lanes, node, process
from tests.engine.bpmn.refused import REFERENCES
from tests.engine.bpmn.refused_meanings import REFUSED
from tests.engine.guardrails.fewer import only
from tests.engine.guardrails.redrawing import led, without
from tests.engine.guardrails.test_gate_proves import FILE

SHAPES = {name: each.shape for name, each in OPERATIONS.items()}
OF_CONSENT = ("consent_before_assessment", "sent_back_refusal_is_followed", "enquiry_is_no_application")
"""The guardrails that name a milestone of `verify_consent`."""
NOTHING_KNOWN = References(forms={}, roles=frozenset(), operations={}, tables={})


def shipped_with(*edits: object) -> dict[str, bytes]:
    texts = {path: data.decode() for path, data in shipped_files().items() if path.endswith(".bpmn")}
    for edit in edits:
        edit(texts)  # type: ignore[operator] # an Edit
    return {**shipped_files(), **{path: text.encode() for path, text in texts.items()}}


def judged(files: dict[str, bytes]) -> list[Finding]:
    return checked_and_proved(files, references_of(SHAPES, files), files["guardrails.json"], PUBLISHING)


@pytest.mark.parametrize("code,files", REFUSED, ids=[f"{code}-{n}" for n, (code, _) in enumerate(REFUSED)])
def test_nothing_that_the_checks_refuse_brings_the_prover_down(code: str, files: dict[str, bytes]) -> None:
    found = checked_and_proved(files, REFERENCES, FILE)
    assert code in {each.code for each in found}
    assert [each for each in check_bundle(files, REFERENCES) if each not in found] == []


def test_a_process_that_is_no_longer_called_is_named_once_and_its_guardrail_breaks() -> None:
    files = shipped_with(
        led("intake_to_decision", "is_referral__is_consent_known", "gather"),
        led("intake_to_decision", "is_consent_known__check_consent", "gather"),
        without("intake_to_decision", "check_consent"),
        led("examined_again", "is_referral_anew__is_consent_known_anew", "gather_anew"),
        led("examined_again", "is_consent_known_anew__check_consent_anew", "gather_anew"),
        without("examined_again", "check_consent_anew"),
    )
    files["guardrails.json"] = only(*OF_CONSENT)
    found = judged(files)
    uncalled = [each.process_id for each in found if each.code == "never_called"]
    assert uncalled == ["verify_consent"]
    assert "consent_before_assessment" in {each.values.get("guardrail") for each in found}
    assert {each.code for each in found if each.process_id == "verify_consent"} == {"never_called"}


def test_a_broken_guardrail_is_found_beside_an_unknown_name_and_a_form_that_is_gone() -> None:
    files = shipped_with(led("assess_and_resolve", "is_adverse__needs_hearing", "ready_to_resolve"))
    files["guardrails.json"] = only("heard_before_adverse")
    files["urgency/process.bpmn"] = files["urgency/process.bpmn"].replace(b"case_class =", b"case_klass =")
    files["letter/process.bpmn"] = files["letter/process.bpmn"].replace(
        b'name="form_key" value="', b'name="form_key" value="no_'
    )
    found = judged(files)
    codes = {each.code for each in found}
    assert {"unknown_name", "form_key_unknown", "guardrail_order"} <= codes
    assert "heard_before_adverse" in {each.values.get("guardrail") for each in found}


def test_a_form_that_cannot_be_read_hides_no_broken_guardrail() -> None:
    files = shipped_with(led("assess_and_resolve", "is_adverse__needs_hearing", "ready_to_resolve"))
    files["guardrails.json"] = only("heard_before_adverse")
    files["forms/assessment.form"] = b"{"
    found = check_files(SHAPES, files)
    assert "form_unreadable" in {each.code for each in found}
    assert "heard_before_adverse" in {each.values.get("guardrail") for each in found}
    assert not {each.code for each in found} & {"form_key_unknown", "unknown_name"}


def test_a_sketch_that_gets_stuck_says_so_before_it_has_forms_and_conditions() -> None:
    body = (
        node("startEvent", "a")
        + '<exclusiveGateway id="x" name="Which?"/>'
        + node("task", "t")
        + node("task", "u")
        + '<parallelGateway id="j"/>'
        + node("endEvent", "e")
        + chain("a x t j e")
        + chain("x u j")
    )
    found = checked_and_proved({"p.bpmn": file(process(body))}, NOTHING_KNOWN, FILE)
    assert {"plain_task", "no_default", "stuck_at_join"} <= {each.code for each in found}
    (stuck,) = [each for each in found if each.code == "stuck_at_join"]
    assert stuck.element_id == "j"


def test_milestones_of_a_process_that_is_missing_are_not_called_broken() -> None:
    guardrail = {
        "key": "r",
        "template": "existence",
        "scope": "p",
        "a": ["x"],
        "fi": "On.",
        "sv": "Är.",
        "en": "Is.",
    }
    guardrails = json.dumps(
        {"version": 1, "effective_from": "2026-12-01", "facts": {}, "guardrails": [guardrail]}
    ).encode()
    call = node("callActivity", "c", attributes='calledElement="elsewhere"')
    body = node("startEvent", "a") + call + node("endEvent", "e") + chain("a c e") + lanes("c")
    found = checked_and_proved({"p.bpmn": file(process(body))}, REFERENCES, guardrails)
    assert {each.code for each in found} == {"call_unknown"}
    assert "call_unknown" not in UNJUDGED
