"""A random case of an invented person, and the twelve years after it: see `tests.support.years`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from engine.executor import Engine
from engine.operations import OPERATIONS
from engine.simulation.environment import Environment
from engine.simulation.environment_images import NoSimulation
from engine.simulation.random_walk import WalkResults, answers_of, walk_case
from engine.storage.database import Database
from tests.deep.walks import environment_at
from tests.support.postgres import Cluster
from tests.support.years import Years, settle, with_canaries


def years_of(seed: int, place: str) -> tuple[list[str], str]:
    """Walk the case of a seed to its end and let twelve years pass. Return what stayed, and how the case ended."""
    results, answers = WalkResults(), with_canaries(answers_of(seed))
    with environment_at(place) as environment:
        walk_case(environment, seed, results, answers)
        if results.problems or not results.ended:
            return [*results.problems, *["still going round"] * results.unfinished], ""
        settle(environment, answers, seed)
        with _copies(place) as copies, closing(Years(environment, lambda: copies.of(environment))) as years:
            years.pass_by()
            return years.problems, f"case: {next(iter(results.outcomes))}"


class _Copies:
    """Copies of a database, opened with the key store of the original."""

    def __init__(self, server: Cluster | None) -> None:
        self._server = server
        self.names: list[str] = []

    def of(self, environment: Environment) -> Engine:
        engine = environment.engine
        database = Database("sqlite://") if self._server is None else self._on_server(engine, self._server)
        if self._server is None:
            database.become(engine.database.image())
        return Engine(
            database, engine.key_store, engine.settings, OPERATIONS, environment.clock, NoSimulation()
        )

    def _on_server(self, engine: Engine, server: Cluster) -> Database:
        # PostgreSQL copies a database that nobody uses at the moment.
        engine.database.close()
        self.names.append(server.new_database(engine.database.engine.url.database or ""))
        return Database(server.url(self.names[-1]))


@contextmanager
def _copies(place: str) -> Iterator[_Copies]:
    server = None
    if place:
        owner, _, folder = place.split(":")
        server = Cluster(Path(folder), owner)
    copies = _Copies(server)
    yield copies
    for name in copies.names:
        if server is not None:
            server.drop_database(name)
