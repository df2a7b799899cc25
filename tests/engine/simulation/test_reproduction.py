"""A counterexample is walked on the real engine before it is shown; what does not happen there is only possible."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from time import thread_time

from engine.bootstrap import shipped_files
from engine.bpmn.findings import Finding, PathStep, finding, in_language
from engine.domain.scenarios import Scenario, is_scenario, path_of, read_scenario
from engine.models.bundle import Bundle
from engine.models.diagram_gate import THOROUGH, checked_and_proved
from engine.models.gate import references_of
from engine.operations import OPERATIONS
from engine.simulation.counterexample_walk import CounterexampleWalk
from engine.simulation.environment_images import EnvironmentImages
from engine.simulation.nearest_scenarios import nearest_scenarios
from engine.simulation.random_walk import BEGINNING
from engine.simulation.reproduction import reproduce
from engine.simulation.simulation import Simulation
from engine.simulation.try_out import TryOut
from tests.engine.guardrails.fewer import only
from tests.engine.guardrails.redrawing import Edit, led, milestone_off, replaced

SHAPES = {name: each.shape for name, each in OPERATIONS.items()}
KEY = "heard_before_adverse"


def files_with(edit: Edit) -> dict[str, bytes]:
    texts = {path: data.decode() for path, data in shipped_files().items() if path.endswith(".bpmn")}
    edit(texts)
    return {**shipped_files(), **{path: text.encode() for path, text in texts.items()}}


def breach_in(files: dict[str, bytes], key: str = KEY) -> Finding:
    found = checked_and_proved(files, references_of(SHAPES, files), only(key), THOROUGH)
    (breach,) = [each for each in found if key in each.guardrails]
    return breach


def scenarios_of(files: dict[str, bytes], *names: str) -> list[Scenario]:
    return [read_scenario(files[path_of(name)]) for name in names]


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
    breach = breach_in(files, "heard_before_removal")
    image = EnvironmentImages().of(files)
    (scenario,) = scenarios_of(files, "own-application-admitted")
    walk, until = (
        CounterexampleWalk(TryOut(image, scenario.begins), breach, scenario.steps),
        thread_time() + 60,
    )
    assert not walk.plays(until)
    (last, first) = walk.openings()
    assert walk.leaves_at(*last, until), "a scenario is left where the way leads on"
    assert walk.breach is not None
    assert walk.breach.element == "sign_removal"
    assert first[0] == last[0]
    assert 0 < first[1] < last[1] <= len(scenario.steps)
    way = reproduce(image, BEGINNING, breach, 60)
    assert way is not None
    assert way.breach is not None
    assert way.breach.element == "sign_removal"
    assert "removal_needed" in [step.subject for step in way.steps]


def test_each_of_several_breaches_happens_in_the_scenario_that_comes_near_it() -> None:
    """The engine stops at the first broken guardrail: each is looked at as if the others were kept."""
    files = files_with(milestone_off("appeal_period", "resolution_served"))
    found = checked_and_proved(files, references_of(SHAPES, files), files["guardrails.json"], THOROUGH)
    owed = {each.guardrails: each for each in found if each.path}
    assert len(owed) == 4
    image, scenarios = (
        EnvironmentImages().of(files),
        scenarios_of(files, "correction-instructions", "correction-in-favour", "not-examined"),
    )
    for breach in owed.values():
        near = nearest_scenarios(breach, image.models.bundle, (), scenarios)
        way = reproduce(image, BEGINNING, breach, 60, near)
        assert way is not None, breach.guardrails
        assert way.begins == scenarios[0].begins
        assert way.breach is not None


def test_the_nearest_scenario_shares_what_few_others_have() -> None:
    files = shipped_files()
    bundle, shipped = Bundle(files), [read_scenario(files[path]) for path in files if is_scenario(path)]
    path = tuple(PathStep(each, "", "") for each in ("register", "assess_removal", "sign_removal"))
    found = replace(
        finding("guardrail_order", guardrail="heard_before_removal", sentence="", steps=""), path=path
    )
    near = nearest_scenarios(found, bundle, ("removal_needed",), shipped)
    assert "removed-after-hearing" in {_name(files, each) for each in near[:3]}
    assert near[0].steps != near[-1].steps
    nothing = replace(found, path=(PathStep("nowhere", "", ""),), values={})
    assert nearest_scenarios(nothing, bundle, (), shipped) == []


def _name(files: dict[str, bytes], scenario: Scenario) -> str:
    (path,) = [each for each in files if is_scenario(each) and read_scenario(files[each]) == scenario]
    return path.removeprefix("scenarios/").removesuffix(".json")


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
