"""Random cases of invented people, each on a database of its own, exported when it has ended and given to the checker.

The checker (`tests/checker`) is written by somebody else, from the law and the export's schema alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Final

from engine.bootstrap import build_engine, deploy_shipped
from engine.domain.people import SYSTEM
from engine.executor import Engine
from engine.instances import CompiledModelsCache
from engine.simulation.environment import Clock, Environment
from engine.simulation.people import ACTORS, WATCHER, AddInventedPeople
from engine.simulation.random_walk import BEGINNING, WalkResults, answers_of, walk_case
from engine.simulation.simulation import Simulation
from engine.storage.migrating import migrate
from tests.checker import check
from tests.support.desks import Desks
from tests.support.postgres import Cluster, cluster
from tests.support.trying import shipped_image
from tests.support.world import leave_key_store, settings_for

NOWHERE: Final = Path("/nonexistent")
"""No checkpoint is written."""
READ_ONCE: Final = CompiledModelsCache()
"""The compiled models of all cases of a process: every database is a copy of one."""


@contextmanager
def begin_walks(database: str) -> Iterator[str]:
    """Give the place where each case gets its database: empty for memory, else a server with a template."""
    if database == "sqlite":
        yield ""
        return
    with cluster() as server:
        template = server.new_database()
        with closing(_engine(server.url(template), Clock(BEGINNING))) as engine:
            migrate(engine.database)
            deploy_shipped(engine)
            engine.perform(AddInventedPeople(), SYSTEM)
            leave_key_store(engine)
        yield f"{server.owner}:{template}:{server.folder}"


def walk(seed: int, place: str) -> list[str]:
    """Walk the case of a seed; return its problems."""
    problems, _ = _walked(seed, place)
    return problems


def check_record(seed: int, place: str) -> list[str]:
    """Walk the case of a seed; return its problems and the faults that the checker finds in its record."""
    problems, exports = _walked(seed, place)
    found = [
        f"{export['case']['reference']}: {fault}"
        for export in exports
        for fault in check(export)
        if not fault.startswith("warning:")
    ]
    return [*problems, *found]


def walk_on_desks(seed: int, place: str) -> list[str]:
    """Walk the case of a seed while people come and go; return what stood in nobody's list, or without a day."""
    results = WalkResults()
    with environment_at(place) as environment:
        walk_case(environment, seed, results, answers_of(seed), watch=Desks(Random(seed)))
    return results.problems


def _walked(seed: int, place: str) -> tuple[list[str], list[Mapping[str, Any]]]:
    results, exports = WalkResults(), list[Mapping[str, Any]]()
    with environment_at(place) as environment:
        walk_case(environment, seed, results, answers_of(seed), exports.append)
    return [*results.problems, *["still going round when its steps ran out"] * results.unfinished], exports


@contextmanager
def environment_at(place: str) -> Iterator[Environment]:
    if not place:
        with closing(shipped_image().copy(BEGINNING)) as environment:
            yield environment
        return
    owner, template, folder = place.split(":")
    server, clock = Cluster(Path(folder), owner), Clock(BEGINNING)
    database = server.new_database(template)
    with closing(_engine(server.url(database), clock)) as engine:
        engine.compiled_models = READ_ONCE
        yield Environment(engine, clock, ACTORS, WATCHER)
    server.drop_database(database)


def _engine(url: str, clock: Clock) -> Engine[Simulation]:
    return build_engine(replace(settings_for(url, NOWHERE), key_store_url="sqlite://"), now=clock)
