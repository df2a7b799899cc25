"""The shipped bundle is proved whole; edits that break a guardrail are caught, each with a way that leads there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.bpmn.findings import in_language
from engine.guardrails import Guardrails, load_guardrails
from engine.guardrails.prover import Limit, Surroundings, Verdict, prove
from engine.models.bundle import Bundle
from engine.models.gate import MESSAGES
from processes import catalogue
from tests.engine.bpmn.shipped import FOLDER, processes
from tests.engine.guardrails.edits import EDITS
from tests.engine.guardrails.edits_of_duties import DUTIES
from tests.engine.guardrails.redrawing import edited

GUARDRAILS = load_guardrails((FOLDER / "guardrails.json").read_bytes())
PATIENT = Limit(200_000, 600_000)
BREAKING = {**EDITS, **DUTIES}
TABLES = Surroundings(messages=MESSAGES, decisions=Bundle(catalogue.files()).tables)


def test_every_guardrail_holds_on_every_path_and_nothing_else_is_found() -> None:
    report = prove(processes(), GUARDRAILS, limit=PATIENT, surroundings=TABLES)
    assert report.is_complete
    assert {key: verdict for key, verdict in report.verdicts.items() if verdict is not Verdict.PROVEN} == {}
    assert set(report.verdicts) == {each.key for each in (*GUARDRAILS.on_paths, *GUARDRAILS.on_drawing)}
    assert report.findings == ()


def test_the_same_bundle_gives_the_same_report() -> None:
    edit, key, _ = EDITS["the hearing is skipped"]
    files, broken = edited(edit), alone(key)
    first = prove(files, broken, limit=PATIENT, surroundings=TABLES)
    again = prove(dict(reversed(files.items())), broken, limit=PATIENT, surroundings=TABLES)
    assert first.findings
    assert replace(first, milliseconds=0) == replace(again, milliseconds=0)


@pytest.mark.slow
@pytest.mark.parametrize("name", BREAKING)
def test_an_edit_that_breaks_a_guardrail_is_caught(name: str) -> None:
    edit, key, code = BREAKING[name]
    report = prove(edited(edit), alone(key), limit=PATIENT, surroundings=TABLES)
    found = [
        each for each in report.findings if each.code == code and each.values.get("guardrail", "") == key
    ]
    assert found, [(each.code, each.values.get("guardrail"), each.element_id) for each in report.findings]
    if key:
        assert report.verdicts[key] is Verdict.BROKEN
    for each in found:
        assert all(in_language(each, language)[0] for language in ("fi", "sv", "en"))


def alone(key: str) -> Guardrails:
    """Return one guardrail, or none where another finding is looked for: what else the edit breaks is not asked."""
    found = GUARDRAILS.on_paths, GUARDRAILS.on_drawing
    paths, drawing = (tuple(each for each in kind if each.key == key) for kind in found)
    return replace(GUARDRAILS, on_paths=paths, on_drawing=drawing)


@pytest.mark.usefixtures("nothing_proved")
def test_a_cut_graph_proves_nothing_and_claims_neither_stuck_nor_dead() -> None:
    report = prove(processes(), GUARDRAILS, limit=Limit(300, 600_000), surroundings=TABLES)
    assert not report.is_complete
    found = {each.code for each in report.findings}
    assert "not_explored" in found
    assert found <= {"not_explored", "guardrail_not_proven", "guardrails_not_proven"}
    on_paths = {each.key for each in GUARDRAILS.of("intake_to_decision")}
    assert {report.verdicts[key] for key in on_paths} == {Verdict.NOT_PROVEN}
