"""No case can leave every list: at each moment it stands in the list of somebody present, with a day."""

from __future__ import annotations

from random import Random

import pytest

from engine.bootstrap import shipped_files
from engine.simulation.random_walk import walk_bundle
from tests.support.desks import Desks

FEW = 1
"""The rest is walked by `make deep NAME=desks`."""


@pytest.mark.slow
def test_every_open_case_stands_in_the_list_of_somebody_present_with_a_day() -> None:
    desks = Desks(Random(1))
    results = walk_bundle(dict(shipped_files()), cases=FEW, seed=1, watch=desks)
    assert results.problems == []
    assert desks.looked > 10 * FEW
