"""Cost of keys in a store of their own, beside keys in the database: `python -m tests.benchmarks.bench_keys`.

A B A B in one run, on SQLite and PostgreSQL: open one sealed value in a transaction of its own, open a case's page,
create a case's keys. VIREILLE_BENCH (1 by default) scales the rounds. Fails when a case's page takes a tenth longer.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from engine.domain.people import Actor
from engine.executor import Engine
from engine.operations import OPERATIONS
from engine.queries.case_file import OpenCaseFile
from engine.storage.database import new_id
from engine.storage.key_store import KeyName, KeyStore
from engine.storage.keys import MasterKey, RootKey
from engine.storage.sealing import SealingClass
from engine.storage.stores import Stores
from engine.storage.tables.key_store import DATA_KEYS, KEY_STORE
from engine.storage.unit_of_work import UnitOfWork
from tests.benchmarks.servers import SCALE, median
from tests.support.postgres import Cluster, cluster
from tests.support.story import Story
from tests.support.world import MASTER_KEY, Template, World, world_on

ROUNDS = max(20, int(300 * SCALE))
PLACE = "bench.value/1"
MOST_SLOWER = 1.1
_OF_CASE = select(DATA_KEYS.c.sealing_class, DATA_KEYS.c.wrapped).where(
    DATA_KEYS.c.case_id == bindparam("wanted")
)
_ADD = insert(DATA_KEYS)


class InTheDatabase(KeyStore):
    """Keys in the database of the cases, read and written in the cases' own transaction, as they used to be."""

    def __init__(self, unit: UnitOfWork, moment: datetime) -> None:
        self._unit = unit
        self._moment = moment

    def of_case(self, case_id: UUID) -> Mapping[str, bytes]:
        rows = self._unit.rows(_OF_CASE, wanted=case_id)
        return {row["sealing_class"]: row["wrapped"] for row in rows}

    def add(self, keys: Mapping[KeyName, bytes | None], *, is_settled: bool = False) -> None:
        for (case_id, name), wrapped in keys.items():
            row = {"case_id": case_id, "sealing_class": name, "wrapped": wrapped, "created_at": self._moment}
            self._unit.execute(_ADD, row)


class Before(Engine):
    """An engine whose keys lie in the database."""

    def stores(self, unit: UnitOfWork) -> Stores:
        return Stores(unit, RootKey(MASTER_KEY), MasterKey({1: MASTER_KEY}), InTheDatabase(unit, self.now()))


def main() -> int:
    missed = 0
    with tempfile.TemporaryDirectory(prefix="vireille-bench-") as folder, cluster(durable=True) as server:
        template = Template(Path(folder))
        for name in ("SQLite", "PostgreSQL"):
            with opened(name, Path(folder), template, server) as world:
                missed += measure(name, world)
    return missed


@contextmanager
def opened(name: str, folder: Path, template: Template, server: Cluster) -> Iterator[World]:
    """Open a world whose key store is of the database's kind."""
    if name == "SQLite":
        template.copy(folder / "keys.db")
        url, key_store_url = f"sqlite:///{folder / 'keys.db'}", f"sqlite:///{folder / 'store.db'}"
    else:
        url, key_store_url = server.url(template.copy_on(server)), server.url(server.new_database())
    with world_on(url, folder, None, key_store_url) as world:
        yield world


def measure(name: str, world: World) -> int:
    story = Story(world)
    story.applies()
    story.does("kirjaaja", "register")
    case_id, engine = story.case.id, world.engine
    before = Before(
        engine.database, engine.key_store, engine.settings, OPERATIONS, world.clock, engine.simulation
    )
    before.compiled_models = engine.compiled_models
    with engine.key_store.database.view() as held, engine.database.transaction() as connection:
        KEY_STORE.create_all(connection)
        connection.execute(insert(DATA_KEYS), [dict(row._mapping) for row in held.execute(select(DATA_KEYS))])
    with engine.database.unit_of_work() as unit:
        sealed = engine.stores(unit).vault.seal(case_id, SealingClass.NARRATIVE, PLACE, b"something written")
    actor = world.actor("johtaja")
    missed = 0
    for what, act in (
        ("open one sealed value", lambda each: open_value(each, case_id, sealed)),
        ("open a case's page", lambda each: open_page(each, story.reference, actor)),
        ("create a case's keys", create_keys),
    ):
        was, is_now = paired(before, engine, act)
        holds = what != "open a case's page" or is_now / was < MOST_SLOWER
        missed += not holds
        sys.stdout.write(
            f"{name:10} {what:22} in the database {was:7.3f} ms, apart {is_now:7.3f} ms: {is_now / was:5.2f}x "
            f"{'ok' if holds else 'MISSED'}\n"
        )
        sys.stdout.flush()
    return missed


def paired(before: Engine, after: Engine, act: Callable[[Engine], None]) -> tuple[float, float]:
    """Return the medians in milliseconds, the two in turn."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS + 10):
        for engine, times in zip((before, after), taken, strict=True):
            began = time.perf_counter_ns()
            act(engine)
            if number >= 10:  # the first rounds warm everything up
                times.append((time.perf_counter_ns() - began) / 1e6)
    return median(taken[0]), median(taken[1])


def open_value(engine: Engine, case_id: UUID, sealed: bytes) -> None:
    with engine.database.view() as connection:
        vault = engine.stores(UnitOfWork(connection)).vault
        assert vault.open(case_id, SealingClass.NARRATIVE, PLACE, sealed)


def open_page(engine: Engine, reference: str, actor: Actor) -> None:
    assert engine.answer(OpenCaseFile(reference), actor)


def create_keys(engine: Engine) -> None:
    with engine.database.unit_of_work() as unit:
        engine.stores(unit).vault.create_keys(new_id())


if __name__ == "__main__":
    sys.exit(main())
