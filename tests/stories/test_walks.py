"""Random walks play everybody: with any answers and events, a case ends lawfully."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass

import pytest

from engine.bootstrap import shipped_files
from engine.casework.replay_facts import Facts
from engine.domain.cases import Outcome
from engine.domain.people import SYSTEM
from engine.executor import Query, Work
from engine.executor.permissions import require_system
from engine.operations import OPERATIONS
from engine.queries.replay_facts import facts_of
from engine.simulation.random_walk import BEGINNING, WalkResults, answers_of, walk_case
from engine.simulation.replay.models import ReplayModels, counterparts
from engine.simulation.replay.subprocess import replay
from tests.support.trying import shipped_image

WALKS = "VIREILLE_TEST_WALKS"
"""The number of cases; each has a seed of its own, so a red one can be walked again by its number."""
FIRST = 301
FEW = 12
"""The rest is walked by `make deep records`."""


@dataclass(frozen=True)
class FactsOfAll(Query[tuple[Facts, ...]]):
    """The facts of every case, also of those that people's replays leave out."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[Facts, ...]:
        return facts_of(work, work.stores.cases.find())


@pytest.fixture(scope="module")
def facts() -> list[Facts]:
    return []


@pytest.fixture(scope="module")
def walked(facts: list[Facts]) -> WalkResults:
    """As `walk_bundle` walks them, which asks the gate first: of the shipped files it is asked in test_commandline."""
    results = WalkResults()
    for seed in range(FIRST, FIRST + int(os.environ.get(WALKS, FEW))):
        with closing(shipped_image().copy(BEGINNING)) as environment:
            walk_case(environment, seed, results, answers_of(seed))
            facts.extend(environment.engine.answer(FactsOfAll(), SYSTEM))
    return results


@pytest.mark.slow
def test_random_cases_end_lawfully(walked: WalkResults) -> None:
    assert walked.problems == []
    assert walked.unfinished == 0
    assert walked.ended > 0
    assert set(walked.outcomes) <= {outcome.value for outcome in Outcome}


@pytest.mark.slow
def test_the_same_version_replays_every_case_as_it_went(walked: WalkResults, facts: list[Facts]) -> None:
    model = ReplayModels.of(shipped_files())
    places = counterparts(model.parsed, model.parsed)
    outputs = {name: operation.outputs for name, operation in OPERATIONS.items()}
    differing = {
        n: found
        for n, each in enumerate(facts)
        if (found := replay(Facts.from_json(each.to_json()), model, model, places, outputs).differences)
    }
    assert differing == {}
    # A case with a notice, a letter or a correction beside it has several instances; a replay takes those with one. Of
    # thirty ways six to ten had one: chance decides, and another order of tasks is another throw.
    assert sum(each.is_closed for each in facts) >= walked.ended // 10 > 0


@pytest.mark.slow
def test_chance_finds_its_way_to_most_outcomes(walked: WalkResults) -> None:
    """Otherwise the walks would prove little."""
    assert len(walked.outcomes) >= 4
