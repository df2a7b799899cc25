"""A random case of an invented person, and the twelve years after it: see `tests.support.years`."""

from __future__ import annotations

from contextlib import closing

from engine.executor import Engine
from engine.operations import OPERATIONS
from engine.simulation.environment import Environment
from engine.simulation.environment_images import NoSimulation
from engine.simulation.random_walk import WalkResults, answers_of, walk_case
from engine.storage.database import Database
from tests.deep.walks import environment_at
from tests.support.years import Years, settle, with_canaries


def years_of(seed: int, place: str) -> tuple[list[str], str]:
    """Walk the case of a seed to its end and let twelve years pass. Return what stayed, and how the case ended."""
    results, answers = WalkResults(), with_canaries(answers_of(seed))
    with environment_at(place) as environment:
        walk_case(environment, seed, results, answers)
        if results.problems or not results.ended:
            return [*results.problems, *["still going round"] * results.unfinished], ""
        settle(environment, answers, seed)
        with closing(Years(environment, lambda: copied(environment))) as years:
            years.pass_by()
            return years.problems, next(iter(results.outcomes))


def copied(environment: Environment) -> Engine:
    """Return an engine over a copy of a database in memory, with the same key store."""
    engine = environment.engine
    database = Database("sqlite://")
    database.become(engine.database.image())
    return Engine(database, engine.key_store, engine.settings, OPERATIONS, environment.clock, NoSimulation())
