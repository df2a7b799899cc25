"""Twelve years on a fast clock: each class of a case's data is gone on its day, and no copy opens it afterwards.

`make deep NAME=retention` asks it of hundreds of cases.
"""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from engine.domain.people import SYSTEM
from engine.executor import Engine
from engine.simulation.environment import Environment
from engine.simulation.people import PEOPLE, WATCHER, AddInventedPeople, actor_of
from engine.simulation.random_walk import WalkResults, answers_of, walk_case
from tests.deep.years import years_of
from tests.support.key_stores import dumped, opened_with_the_store_of_today
from tests.support.key_stores import key_store_url as key_store_url
from tests.support.world import World
from tests.support.years import CANARY, Years, settle, with_canaries

LAPSED, ADMITTED, APPEALED_EARLY = 9, 2, 60
"""Seeds of short walks with these endings."""


@pytest.mark.databases
@pytest.mark.slow
def test_what_a_case_held_is_gone_in_every_yearly_dump(
    world: World, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    people = [replace(each, username=f"walk-{each.username}") for each in PEOPLE]
    world.engine.perform(AddInventedPeople(people), SYSTEM)
    actors = {each.username: actor_of(each) for each in people}
    environment = Environment(world.engine, world.clock, actors, WATCHER)
    results, answers, number = WalkResults(), with_canaries(answers_of(LAPSED)), count()

    def dump() -> Engine:
        folder = tmp_path / f"dump-{next(number)}"
        folder.mkdir()
        return opened_with_the_store_of_today(world, dumped(world, folder, request))

    walk_case(environment, LAPSED, results, answers)
    settle(environment, answers, LAPSED)
    with closing(Years(environment, dump, every=5)) as years:
        years.pass_by()
        assert years.problems == []
        assert len(years.dumps) == 3
    assert CANARY not in caplog.text
    for file in tmp_path.rglob("*.db*"):
        assert CANARY.encode() not in file.read_bytes(), file


def test_a_clients_data_go_from_the_end_of_the_clienthood_on() -> None:
    assert years_of(ADMITTED, "") == ([], "case: admitted_35_1")


def test_an_appeal_begun_before_the_decision_leaves_no_account_without_a_day() -> None:
    """The court's answer to it carries no outcome, by which the table of retention chooses the day (615/2020 15 §)."""
    assert years_of(APPEALED_EARLY, "") == ([], "case: lapsed")
