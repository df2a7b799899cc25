"""Chance plays everybody: whatever is answered, whatever happens, a case ends lawfully."""

from __future__ import annotations

import os

import pytest

from engine.bootstrap import shipped_files
from engine.demo.walker import Walked, walk_bundle
from engine.domain.cases import Outcome

WALKS = "VIREILLE_TEST_WALKS"
"""How many; each case has a seed of its own, so a red one can be walked again by its number."""
FEW, MANY = 40, 100


@pytest.fixture(scope="module")
def walked() -> Walked:
    many = MANY if os.environ.get("CI") else FEW
    return walk_bundle(dict(shipped_files()), cases=int(os.environ.get(WALKS, many)), seed=1)


@pytest.mark.slow
def test_random_cases_end_lawfully(walked: Walked) -> None:
    assert walked.problems == []
    assert walked.unfinished == 0
    assert walked.ended > 0
    assert set(walked.outcomes) <= {outcome.value for outcome in Outcome}


@pytest.mark.slow
def test_chance_finds_its_way_to_most_outcomes(walked: Walked) -> None:
    """Else the walks would prove little."""
    assert len(walked.outcomes) >= 5
