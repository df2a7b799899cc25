"""Scenarios: kept with the models, run on every check, reported with their misses."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from engine.bootstrap import shipped_files
from engine.bpmn.element_names import Names
from engine.commands.deployments import RequestPublication
from engine.commands.try_outs import BeginTryOut, RemoveScenario, SaveScenario
from engine.domain.scenarios import (
    Expectations,
    NotAScenario,
    Scenario,
    Step,
    is_scenario,
    read_expectations,
    read_scenario,
)
from engine.errors import ModelRejected
from engine.models.bundle import FINNISH
from engine.queries.models import CheckFiles, ReadModelFiles
from engine.queries.try_outs import OpenTryOut
from engine.simulation.environment_images import EnvironmentImage, EnvironmentImages
from engine.simulation.scenario_counts import counted_misses
from engine.simulation.scenario_coverage import covered_diagrams
from engine.simulation.scenario_findings import findings_of
from engine.simulation.scenario_runner import ScenarioRunner, happened, run_scenario
from engine.simulation.try_out import TryOut
from engine.simulation.view import view_of
from engine.storage.deployments import digest_of
from tests.support.redrawing import redrawn
from tests.support.trying import shipped_image, try_out_on, try_outs_of
from tests.support.world import LAID_OUT_ONCE, SCENARIOS, World, files_in_use


@pytest.fixture
def image() -> EnvironmentImage:
    return shipped_image()


def test_the_same_scenario_is_not_run_twice() -> None:
    """A few of them; every shipped one is run, and met, by `vireille process check` in test_commandline."""
    runner, files = ScenarioRunner(LAID_OUT_ONCE), files_in_use()
    assert sum(is_scenario(path) for path in shipped_files()) >= 5
    found = runner.results_of(files)
    assert len(found) == len(SCENARIOS)
    assert [(each.path, each.misses) for each in found if not each.is_met] == []
    path = "scenarios/own-application-admitted.json"
    again = runner.results_of({**files, "scenarios/zz-one-more.json": files[path]})
    assert len(again) == len(found) + 1
    assert all(one is other for one, other in zip(found, again, strict=False)), "the same is not run twice"


@pytest.mark.slow
def test_scenarios_hold_on_the_same_procedure_drawn_otherwise() -> None:
    found = ScenarioRunner(EnvironmentImages()).results_of(redrawn(_with_each_step_once(shipped_files())))
    assert len(found) > 10
    assert [(each.path, each.misses) for each in found if not each.is_met] == []


def _with_each_step_once(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with those scenarios, the longest first, that have a step which none before them has."""
    steps = {
        path: {(each.kind, each.subject) for each in read_scenario(data).steps}
        for path, data in files.items()
        if is_scenario(path)
    }
    left, kept = set().union(*steps.values()), set()
    for path in sorted(steps, key=lambda each: (-len(steps[each]), each)):
        if not left.isdisjoint(steps[path]):
            kept.add(path)
            left -= steps[path]
    return {path: data for path, data in files.items() if not is_scenario(path) or path in kept}


def test_a_redrawn_guardrail_shows_as_a_miss_on_its_element(image: EnvironmentImage) -> None:
    path = "scenarios/own-application-admitted.json"
    shipped = read_scenario(shipped_files()[path])
    wanting = Scenario(
        shipped.title,
        shipped.begins,
        shipped.steps,
        Expectations(
            milestones=("court_decided",),
            letters=("hearing",),
            mails=("mail_reminder",),
            waiting=("register",),
            outcome="lapsed",
            closed=False,
        ),
    )
    found = run_scenario(image, path, wanting)
    assert {each.kind for each in found.misses} == {
        "milestone",
        "letter",
        "mail",
        "waiting",
        "outcome",
        "closed",
    }
    findings = {each.element_id: each for each in findings_of([found], Names("en"))}
    assert "court_decided" in next(
        each.sentence for key, each in findings.items() if key and each.process_id == "appeal"
    )
    assert all(each.severity == "error" and each.way_out for each in findings.values())


def test_a_step_that_fits_no_more_is_named_with_its_number(image: EnvironmentImage) -> None:
    shipped = read_scenario(shipped_files()["scenarios/own-application-admitted.json"])
    steps = (*shipped.steps[:2], Step("form", "assessment", "nowhere", answers={}), *shipped.steps[2:])
    (miss,) = run_scenario(image, "scenarios/x.json", Scenario("X", shipped.begins, steps)).misses
    assert (miss.kind, miss.step, miss.expected) == ("step", 3, "assessment")
    assert miss.element_id is not None


def test_an_expectation_that_was_not_run_is_never_called_met(image: EnvironmentImage) -> None:
    files = shipped_files()
    diagram = next(path for path in files if path.endswith(".bpmn"))
    unseen = {**files, diagram: files[diagram] + b"\n"}
    found = ScenarioRunner(EnvironmentImages(), seconds=-1).results_of(unseen)
    assert found
    assert not any(each.is_met for each in found)
    assert {each.severity for each in findings_of(found)} == {"warning"}


def test_coverage_counts_only_arrows_that_were_gone_over(image: EnvironmentImage) -> None:
    parsed = image.models.parsed
    path = "scenarios/own-application-admitted.json"
    found = run_scenario(image, path, read_scenario(shipped_files()[path]))
    drawn = {each.process_id: each for each in covered_diagrams(parsed, found.flows, FINNISH)}
    assert drawn["appeal"].taken == 0
    assert 0 < drawn["intake_to_decision"].taken < drawn["intake_to_decision"].flows
    for each in drawn.values():
        assert each.taken + len(each.untried) == each.flows
        assert each.svg.count("bpmn-flow is-done") == each.taken


def test_a_scenario_travels_with_the_draft_and_blocks_what_it_does_not_hold_on(world: World) -> None:
    owner = world.actor("omistaja")
    try_out_id, draft, taken = try_out_on(world)
    before = world.engine.answer(ReadModelFiles(draft), owner)
    with try_outs_of(world).at(try_out_id, before, world.clock.moment, taken) as try_out:
        expect = happened(view_of(try_out))
    saved = Scenario("Kirjataan ja vahvistetaan", world.clock.moment, taken, expect)
    path = world.engine.perform(SaveScenario(draft, "kirjataan", saved), owner)

    after = world.engine.answer(ReadModelFiles(draft), owner)
    assert path == "scenarios/kirjataan.json"
    assert read_scenario(after[path]) == saved
    assert digest_of(after) != digest_of(before)
    begun = world.engine.perform(BeginTryOut(draft, scenario=path), owner)
    assert world.engine.answer(OpenTryOut(begun), owner)[0].steps == taken

    wrong = Scenario(saved.title, saved.begins, taken, Expectations(milestones=("final",)))
    world.engine.perform(SaveScenario(draft, "kirjataan", wrong, replaces=True), owner)
    with pytest.raises(ModelRejected) as refused:
        world.engine.perform(RequestPublication(draft, "Kokeillaan."), owner)
    assert [each.code for each in refused.value.findings if each.severity == "error"] == ["scenario"]

    world.engine.perform(RemoveScenario(draft, path), owner)
    world.engine.perform(RequestPublication(draft, "Kokeillaan."), owner)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"[]",
        b"{}",
        b'{"title": "x", "begins": "eilen", "steps": []}',
        b'{"title": "x", "begins": "2026-01-01T00:00:00", "steps": []}',
        b'{"title": "x", "begins": "2026-01-01T00:00:00+00:00", "steps": [{"kind": "run", "subject": "rm"}]}',
        b'{"title": "x", "begins": "2026-01-01T00:00:00+00:00", "steps": [], "expect": {"colour": 1}}',
        b'{"title": "x", "begins": "2026-01-01T00:00:00+00:00", "steps": [], "expect": {"counted": [{"mail": "x", "times": -1}]}}',
        b'{"title": "x", "begins": "2026-01-01T00:00:00+00:00", "steps": [], "expect": {"counted": [{"times": 1}]}}',
        b'{"title": "x", "begins": "2026-01-01T00:00:00+00:00", "steps": [{"kind": "form", "subject": "a", "sent": {"b": 1}}]}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_file_that_is_no_scenario_is_a_finding(world: World, broken: bytes) -> None:
    with pytest.raises(NotAScenario):
        read_scenario(broken)
    files = {**shipped_files(), "scenarios/rikki.json": broken}
    found = world.engine.answer(CheckFiles(files), world.actor("omistaja"))
    assert [(each.code, each.values["file"]) for each in found] == [("unreadable", "scenarios/rikki.json")]


def test_what_is_sent_is_counted_timed_and_read(image: EnvironmentImage) -> None:
    path = "scenarios/not-admitted-after-hearing.json"
    shipped = read_scenario(shipped_files()[path])

    def misses(*counted: dict[str, object]) -> list[str]:
        expect = read_expectations({"counted": list(counted)})
        assert read_expectations(expect.to_json()) == expect
        found = run_scenario(image, path, Scenario(shipped.title, shipped.begins, shipped.steps, expect))
        for language in ("fi", "sv", "en"):
            assert all(each.sentence for each in findings_of([found], Names(language)))
        return [each.kind for each in found.misses]

    receipt, resolution = {"mail": "mail_receipt"}, {"letter": "resolution"}
    assert misses({**receipt, "times": 1}, {**resolution, "says": ["ei ota sinua", "746/2011"]}) == []
    assert misses({**receipt, "times": 2}, {**resolution, "says": ["otetaan asiakkaaksi"]}) == [
        "times",
        "says",
    ]
    assert misses({"milestone": "registered", "times": 1}, {"mail": "mail_reminder", "times": 0}) == []


def test_two_reminders_keep_their_distance_and_never_leave_together(image: EnvironmentImage) -> None:
    path = "scenarios/request-stalls-and-escalates.json"
    scenario = read_scenario(shipped_files()[path])
    with closing(TryOut(image, scenario.begins)) as try_out:
        for step in scenario.steps:
            try_out.take(step)
        view = view_of(try_out)
        reminder = next(each for each in view.mails if each.kind == "mail_reminder")
        later = replace(reminder, at=reminder.at + timedelta(days=4))
        apart = read_expectations({"counted": [{"mail": "mail_reminder", "times": 2, "days_apart": 5}]})
        twice = replace(view, mails=(*view.mails, later))
        assert [each.kind for each in counted_misses(try_out, twice, apart)] == ["apart"]
        at_once = replace(view, mails=(*view.mails, reminder))
        assert [each.kind for each in counted_misses(try_out, at_once, Expectations())] == ["twice"]
        assert list(counted_misses(try_out, view, Expectations())) == []


def test_shipped_scenarios_are_written_as_they_would_be_saved() -> None:
    for path, data in shipped_files().items():
        if is_scenario(path):
            assert read_scenario(data).dumped() == data, path


OF_LAW = {
    "a child and one of fifteen": ("child-with-parent", "child-of-fifteen-and-guardian"),
    "35 § 2": ("assists-investigation",),
    "reflection both ways": ("reflection-given", "reflection-refused"),
    "not examined, transfer": ("not-examined", "transferred"),
    "letter, electronic service": ("letter-posted-and-presumed", "electronic-opened"),
    "returned post": ("letter-returned", "letter-returned-after-day-seven"),
    "each result of a court": (
        "appeal-upheld",
        "appeal-changed-to-admitted",
        "appeal-annulled",
        "appeal-returned",
    ),
    "recall": ("recalled-before-dispatch",),
    "correction": (
        "correction-clerical",
        "correction-in-favour",
        "correction-instructions",
        "correction-refused",
    ),
    "consent not reached": ("consent-not-reached",),
    "death": ("died-before-decision", "client-died"),
    "unreachable client": ("client-unreachable",),
    "oral decision not given": ("oral-decision-not-given",),
    "Swedish": ("swedish-application",),
}
"""Scenarios that play to its end what law.md H misses."""


def test_each_shipped_scenario_goes_to_its_end_and_reads_the_words_of_a_letter() -> None:
    shipped = {path: read_scenario(data) for path, data in shipped_files().items() if is_scenario(path)}
    assert {name for names in OF_LAW.values() for name in names} <= {
        PurePosixPath(path).stem for path in shipped
    }
    assert [path for path, each in shipped.items() if not any(one.says for one in each.expect.counted)] == []
    open_still = {path for path, each in shipped.items() if not each.expect.closed}
    assert open_still == {"scenarios/letter-never-posted.json"}, "what nobody has sent ends nothing"
