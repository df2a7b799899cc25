"""PostgreSQL: a transaction begins with its first write or lock, and the threads of a process write in turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore, Event
from typing import Any

import pytest
from sqlalchemy import func, select, text

from engine.storage import database as databases
from engine.storage.database import Database, new_id
from engine.storage.tables.processes import INCIDENTS
from engine.storage.unit_of_work import UnitOfWork
from tests.engine.storage.conftest import Tables
from tests.engine.storage.test_unit_of_work import MESSAGES, incident, messages, stored
from tests.support.postgres import Cluster

LOCKED = MESSAGES.with_for_update()
ALL = select(INCIDENTS.c.message)
BACKEND = select(func.pg_backend_pid())
STATE = text("select state from pg_stat_activity where pid = :pid")


@pytest.fixture
def database(postgres: Cluster, tables: Tables) -> Iterator[Database]:
    name = tables.copy_on(postgres)
    made = Database(postgres.url(name))
    yield made
    made.close()
    postgres.drop_database(name)


def pid_of(unit: UnitOfWork) -> int:
    return int(unit.execute(BACKEND).scalar_one())


def state(database: Database, pid: int) -> str:
    """Return what the server shows of a connection, between two of its statements."""
    with database.view() as connection:
        return str(connection.execute(STATE, {"pid": pid}).scalar_one())


def test_what_was_only_read_holds_no_transaction_open(database: Database) -> None:
    with database.unit_of_work() as unit:
        pid = pid_of(unit)
        assert messages(unit) == []
        assert list(unit.execute(ALL.union(ALL)).scalars()) == []
        unit.insert(INCIDENTS, incident("gathered, not sent"))
        assert state(database, pid) == "idle"
    assert stored(database) == ["gathered, not sent"]


@pytest.mark.parametrize(
    "begins",
    [
        lambda unit: (unit.insert(INCIDENTS, incident("sent")), unit.flush()),
        lambda unit: (unit.insert(INCIDENTS, incident("read")), messages(unit)),
        lambda unit: unit.execute(LOCKED),
        lambda unit: unit.take_turn(new_id()),
        lambda unit: unit.insert_if_absent(INCIDENTS, incident("at once")),
        lambda unit: unit.execute(text("select 1")),
    ],
    ids=["sent", "read", "locked", "a turn", "at once", "text"],
)
def test_a_write_and_a_lock_begin_it_and_a_failure_undoes_all(
    database: Database, begins: Callable[[UnitOfWork], object]
) -> None:
    def fails() -> None:
        with database.unit_of_work() as unit:
            pid = pid_of(unit)
            begins(unit)
            assert state(database, pid) == "idle in transaction"
            unit.insert(INCIDENTS, incident("undone"))
            unit.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    assert stored(database) == []


def test_threads_write_in_turns_and_read_meanwhile(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "PATIENCE", 60)
    asks = Event()

    class Turn(BoundedSemaphore):
        def acquire(self, *how: Any, **also: Any) -> bool:
            if super().acquire(blocking=False):
                return True
            asks.set()
            return super().acquire(*how, **also)

    database._turn = Turn()

    def writes() -> None:
        with database.unit_of_work() as unit:
            assert messages(unit) == []
            unit.insert(INCIDENTS, incident("second"))
            unit.flush()

    with ThreadPoolExecutor(1) as pool:
        with database.unit_of_work() as unit:
            unit.insert(INCIDENTS, incident("first"))
            unit.flush()
            second: Future[None] = pool.submit(writes)
            assert asks.wait(timeout=60)
            assert not second.done()
        second.result(timeout=60)
    assert stored(database) == ["first", "second"]


def test_a_turn_that_does_not_end_keeps_nobody_for_long(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "PATIENCE", 0.01)
    with database.unit_of_work() as held:
        held.insert(INCIDENTS, incident("held up"))
        held.flush()
        with database.unit_of_work() as unit:
            unit.insert(INCIDENTS, incident("beside it"))
        assert stored(database) == ["beside it"]
    # Each gave back what it took, and nothing more.
    with database.unit_of_work() as unit:
        unit.insert(INCIDENTS, incident("later"))
    assert len(stored(database)) == 3
