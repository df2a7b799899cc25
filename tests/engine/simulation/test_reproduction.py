"""A counterexample is walked on the real engine before it is shown; what does not happen there is only possible."""

from __future__ import annotations

from contextlib import closing

from engine.bootstrap import shipped_files
from engine.bpmn.findings import Finding, in_language
from engine.models.diagram_gate import THOROUGH, checked_and_proved
from engine.models.gate import references_of
from engine.operations import OPERATIONS
from engine.simulation.environment_images import EnvironmentImages
from engine.simulation.random_walk import BEGINNING
from engine.simulation.reproduction import reproduce
from engine.simulation.simulation import Simulation
from tests.engine.guardrails.edits import Edit, led, replaced

SHAPES = {name: each.shape for name, each in OPERATIONS.items()}
KEY = "heard_before_adverse"


def files_with(edit: Edit) -> dict[str, bytes]:
    texts = {path: data.decode() for path, data in shipped_files().items() if path.endswith(".bpmn")}
    edit(texts)
    return {**shipped_files(), **{path: text.encode() for path, text in texts.items()}}


def breach_in(files: dict[str, bytes]) -> Finding:
    found = checked_and_proved(files, references_of(SHAPES, files), files["guardrails.json"], THOROUGH)
    (breach,) = [each for each in found if KEY in each.guardrails]
    return breach


def test_a_skipped_hearing_happens_on_the_engine_too() -> None:
    files = files_with(led("assess_and_resolve", "is_adverse__needs_hearing", "ready_to_resolve"))
    breach = breach_in(files)
    assert "direction = partial" in {each for step in breach.path for each in step.assumed}
    way = reproduce(EnvironmentImages().of(files), BEGINNING, breach, 60)
    assert way is not None
    assert way.breach is not None
    assert way.breach.element == "sign_resolution"
    assert [step.element for step in way.steps][-1] == "prepare_resolution"


def test_a_breach_in_what_a_message_begins_happens_in_a_case_that_takes_the_message() -> None:
    files = files_with(led("removal_decision", "is_removed__needs_removal_hearing", "ready_to_remove"))
    found = checked_and_proved(files, references_of(SHAPES, files), files["guardrails.json"], THOROUGH)
    (breach,) = [each for each in found if "heard_before_removal" in each.guardrails]
    way = reproduce(EnvironmentImages().of(files), BEGINNING, breach, 60)
    assert way is not None
    assert way.breach is not None
    assert way.breach.element == "sign_removal"
    assert "removal_needed" in [step.subject for step in way.steps]


def test_a_way_that_only_the_drawing_allows_is_shown_as_possible() -> None:
    # No case has such a reference, which the prover can't know: the way past the hearing stays open to it.
    adverse = 'direction in ("partial", "adverse")'
    files = files_with(replaced("assess_and_resolve", adverse, 'case_reference != "no such case"'))
    breach = breach_in(files)
    with closing(Simulation()) as simulation:
        (shown,) = simulation.reproduced(files, (breach,), 3)
    assert (shown.code, shown.severity, shown.path) == ("guardrail_possible", "error", breach.path)
    assert shown.guardrails == (KEY,)
    for language in ("fi", "sv", "en"):
        assert "direction" in in_language(shown, language)[1]


def test_a_bundle_that_does_not_run_shows_its_breaches_as_possible() -> None:
    files = files_with(led("assess_and_resolve", "is_adverse__needs_hearing", "ready_to_resolve"))
    files["letter/process.bpmn"] = files["letter/process.bpmn"].replace(
        b'name="form_key" value="', b'name="form_key" value="no_'
    )
    with closing(Simulation()) as simulation:
        (shown,) = simulation.reproduced(files, (breach_in(files),), 3)
    assert shown.code == "guardrail_possible"
