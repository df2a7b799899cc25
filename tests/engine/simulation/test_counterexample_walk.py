"""How a walk gets into what a message, a fact or an earlier case leads to. The ways are short and written by hand: no proof."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from itertools import takewhile
from time import thread_time

import pytest

from engine.bootstrap import shipped_files
from engine.bpmn.findings import Finding, PathStep, finding
from engine.domain.scenarios import Scenario, Step, path_of, read_scenario
from engine.simulation import reproductions
from engine.simulation.counterexample_walk import MOST_ALIKE, CounterexampleWalk
from engine.simulation.environment_images import EnvironmentImages
from engine.simulation.random_walk import BEGINNING
from engine.simulation.simulation import Simulation
from engine.simulation.try_out import TryOut
from tests.engine.guardrails.redrawing import Edit, edited, led, milestone_off

INTAKE = "intake_to_decision"
BEGINS = PathStep("start_application", INTAKE, "")
REGISTER = PathStep("register", INTAKE, "")
IMAGES = EnvironmentImages()


def breach_of(guardrail: str, *path: PathStep, code: str = "guardrail_order") -> Finding:
    found = finding(code, guardrail=guardrail, sentence="", steps="")
    return replace(found, path=path)


def try_out_of(edit: Edit, found: Finding, scenario: Scenario | None = None) -> TryOut:
    image = IMAGES.of({**shipped_files(), **edited(edit)})
    watched = replace(image, models=image.models.watching(found.guardrails))
    return TryOut(watched, scenario.begins if scenario else BEGINNING)


def shipped_scenario(name: str) -> Scenario:
    return read_scenario(shipped_files()[path_of(name)])


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Step]:
    """The steps that any try-out is given, in order."""
    steps: list[Step] = []
    take = TryOut.take

    def noted(try_out: TryOut, step: Step) -> None:
        steps.append(step)
        take(try_out, step)

    monkeypatch.setattr(TryOut, "take", noted)
    return steps


def test_a_case_begins_with_the_facts_that_the_way_needs(taken: list[Step]) -> None:
    found = breach_of(
        "consent_before_assessment",
        replace(BEGINS, assumed=("applied_by = other",)),
        REGISTER,
        PathStep("gather", INTAKE, ""),
        PathStep("assess", "assess_and_resolve", ""),
    )
    with closing(try_out_of(led(INTAKE, "is_referral__is_consent_known", "gather"), found)) as try_out:
        walk = CounterexampleWalk(try_out, found)
        assert walk.goes(thread_time() + 60)
    assert walk.breach is not None
    assert walk.breach.element == "assess"
    assert 0 < sum(step.kind == "start" for step in taken) <= MOST_ALIKE


def test_what_a_message_of_nobody_begins_is_waited_for() -> None:
    found = breach_of(
        "final_after_service",
        BEGINS,
        REGISTER,
        PathStep("service_changed", "appeal_period", ""),
        PathStep("ask_courts", "appeal_period", ""),
        PathStep("mark_final", "appeal_period", ""),
    )
    with closing(try_out_of(milestone_off("appeal_period", "resolution_served"), found)) as try_out:
        walk = CounterexampleWalk(try_out, found)
        assert walk.goes(thread_time() + 60)
    assert walk.breach is not None
    assert walk.breach.element == "ask_courts"


def test_a_case_is_brought_to_its_end_as_the_way_asks_where_it_passes_the_same_task() -> None:
    refused = PathStep("verify_consent_with_person", "verify_consent", "", None, ("consent_state = refused",))
    found = breach_of("outcome_for_every_case", BEGINS, refused, code="guardrail_missing")
    scenario = shipped_scenario("consent-refused-lapses")
    with closing(try_out_of(milestone_off("resolution", "lapsed"), found, scenario)) as try_out:
        walk = CounterexampleWalk(try_out, found, scenario.steps[:2])
        assert walk.plays(thread_time() + 60)
        assert [step.subject for step in try_out.steps][:2] == ["referral", "register"]


def test_scenarios_that_begin_alike_share_the_steps_of_their_beginning(taken: list[Step]) -> None:
    found = breach_of("heard_before_removal", BEGINS)
    one, other = shipped_scenario("own-application-admitted"), shipped_scenario("clienthood-continues")
    common = _alike(one.steps, other.steps)
    assert common > 4
    with closing(try_out_of(lambda _texts: None, found, one)) as try_out:
        first = CounterexampleWalk(try_out, found, one.steps)
        assert not first.plays(thread_time() + 60)
        assert len(taken) == len(one.steps)
        del taken[:]
        assert not CounterexampleWalk(try_out, found, other.steps).plays(thread_time() + 60)
        assert taken == list(other.steps[common:])


def _alike(one: Sequence[Step], other: Sequence[Step]) -> int:
    return sum(1 for _ in takewhile(lambda each: each[0] == each[1], zip(one, other, strict=False)))


@pytest.mark.parametrize(("seconds", "for_first"), [(60, 40), (4, 4)])
def test_several_counterexamples_share_the_time(
    monkeypatch: pytest.MonkeyPatch, seconds: float, for_first: float
) -> None:
    """The first is looked for the longest, and leaves time to the last unless there is little."""
    given: list[float] = []

    def missed(*asked: object) -> None:
        given.append(float(str(asked[3])))

    monkeypatch.setattr(reproductions, "reproduce", missed)
    found = tuple(breach_of(key, BEGINS) for key in ("written_after_oral", "case_ends_once"))
    with closing(Simulation(images=IMAGES)) as simulation:
        simulation.images.of(shipped_files())
        shown = simulation.reproduced(shipped_files(), found, seconds)
    assert [each.code for each in shown] == ["guardrail_possible"] * 2
    assert given == pytest.approx([for_first, seconds], abs=0.3)
