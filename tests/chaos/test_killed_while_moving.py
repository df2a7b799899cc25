"""kill -9 while cases move to another version, and started again: no case half moved, none twice, none forgotten.

VIREILLE_KILLS scales it as in `test_killed`, VIREILLE_KILL_SEED repeats a run; the seed is printed. The last
test shows that it can fail: it commits in the middle of a move, and the killing finds it.
"""

from __future__ import annotations

import os
import random
import select
from collections.abc import Iterator
from multiprocessing.connection import Connection as Pipe
from multiprocessing.reduction import send_handle
from pathlib import Path
from signal import SIGKILL
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import Connection, func
from sqlalchemy import select as query

from engine.bootstrap import build_engine
from engine.commands.moves import ApproveMove, ReturnCases
from engine.storage.tables.cases import CASE_EVENTS, CASES
from engine.storage.tables.moves import CASE_MOVES
from engine.storage.tables.processes import INSTANCES
from tests.chaos.test_killed import FORKS, KILLS, SEED, NewDatabase, settle
from tests.chaos.test_killed import new_database as new_database
from tests.support import doomed_mover
from tests.support.office import OWNER, SECOND, Office
from tests.support.second_version import only_named_otherwise
from tests.support.soundness import faults
from tests.support.world import READ_ONCE, Clock, Template, settings_for, world_on

CASES_MOVED = 8
PATIENCE = 600
"""Seconds: the moves are judged before the first life, which took a minute beside twenty others at work."""
MOVED, BACK = "moved", "returned"


class Movers:
    """Cases that are due to move in one database, and the workers that are killed over them."""

    def __init__(self, url: str, folder: Path, orders: Pipe) -> None:
        self.url, self.folder, self.orders = url, folder, orders
        with world_on(url, folder) as world:
            office = Office(world)
            for number in range(CASES_MOVED):
                office.begins("register" if number % 4 else "sufficiency")
            self.old = office.version_of(office.stories[0])
            self.new = office.publishes(only_named_otherwise)
            # Before the move is asked for: afterwards a preview leaves the cases out.
            self.orders.send((url, str(folder), self.new, None))
            assert self.orders.poll(PATIENCE), "nothing was judged"
            assert self.orders.recv() == CASES_MOVED
            self.move = office.asks(self.new, *office.stories)
            world.engine.perform(ApproveMove(self.move), world.actor(SECOND))
            self.before = {story.reference: office.rows(story) for story in office.stories}

    def asks_back(self) -> None:
        with world_on(self.url, self.folder) as world:
            assert world.engine.perform(ReturnCases(self.move), world.actor(OWNER)) == CASES_MOVED

    def lives(self, moves: int | None, wait: float = 0, *, spoiled: bool = False) -> bool:
        """Run a worker until that many reported moves and a moment more. Return True if it came to the end."""
        reading, writing = os.pipe()
        output = b""
        try:
            self.orders.send((self.url, str(self.folder), self.new, spoiled))
            send_handle(self.orders, writing, None)
            os.close(writing)
            assert self.orders.poll(PATIENCE), "nothing was born"
            number = self.orders.recv()
            try:
                while moves is None or output.count(b"moved\n") < moves:
                    ready, _, _ = select.select([reading], [], [], PATIENCE)
                    assert ready, "nothing was heard"
                    more = os.read(reading, 65536)
                    if not more:
                        break
                    output += more
                if b"done" not in output:
                    Event().wait(wait)
            finally:
                # Its parent buries it only when asked to: until then the number is its own.
                os.kill(number, SIGKILL)
            self.orders.send(None)
            assert self.orders.poll(PATIENCE), "it does not die"
            assert self.orders.recv() is None
        finally:
            os.close(reading)
        return b"done" in output

    def faults(self) -> list[str]:
        engine = build_engine(settings_for(self.url, self.folder), now=Clock())
        engine.compiled_models = READ_ONCE
        try:
            settle(engine)
            with engine.database.view() as connection:
                found = [fault for case in lines(connection) for fault in self._faults(connection, *case)]
            return [*faults(engine), *found]
        finally:
            engine.close()

    def _faults(self, connection: Connection, case_id: UUID, state: str) -> list[str]:
        """Return the disagreements of a line, its case, the case's instances and the timeline."""
        expected = self.new if state in {MOVED, "return_due"} else self.old
        held = connection.execute(query(CASES.c.deployment_id).where(CASES.c.id == case_id)).scalar_one()
        inner = connection.execute(
            query(INSTANCES.c.deployment_id).where(
                INSTANCES.c.case_id == case_id, INSTANCES.c.ended_at.is_(None)
            )
        ).scalars()
        counted = {kind: count(connection, case_id, kind) for kind in ("case_moved", "case_returned")}
        wanted = {"case_moved": int(state != "due"), "case_returned": int(state == BACK)}
        found = (
            [f"{case_id} is {state}, and its case stands in the other version"] if held != expected else []
        )
        found += [f"{case_id} is {state}, and an instance of it is not" for each in inner if each != expected]
        return found + ([f"{case_id} is {state}, and {counted} was output"] if counted != wanted else [])

    def states(self) -> set[str]:
        engine = build_engine(settings_for(self.url, self.folder), now=Clock())
        try:
            with engine.database.view() as connection:
                return {state for _, state in lines(connection)}
        finally:
            engine.close()

    def after(self) -> dict[str, dict[str, list[dict[str, object]]]]:
        with world_on(self.url, self.folder) as world:
            office = Office(world)
            return {reference: rows_of(office, reference) for reference in self.before}


@pytest.fixture(scope="module")
def orders() -> Iterator[Pipe]:
    """The pipe to the parent of all lives, which ends when it is closed."""
    orders, ordered = FORKS.Pipe()
    parent = FORKS.Process(target=doomed_mover.beget, args=(ordered,))
    parent.start()
    ordered.close()
    yield orders
    orders.close()
    parent.join(timeout=PATIENCE)
    assert parent.exitcode == 0


def rows_of(office: Office, reference: str) -> dict[str, list[dict[str, object]]]:
    story = doomed_mover.story_of(office, reference)
    return office.rows(story)


def lines(connection: Connection) -> list[tuple[UUID, str]]:
    return [(row[0], row[1]) for row in connection.execute(query(CASE_MOVES.c.case_id, CASE_MOVES.c.state))]


def count(connection: Connection, case_id: UUID, kind: str) -> int:
    output = query(func.count()).where(CASE_EVENTS.c.case_id == case_id, CASE_EVENTS.c.kind == kind)
    return int(connection.execute(output).scalar_one())


@pytest.mark.slow
def test_a_killed_move_goes_on_and_the_way_back_as_well(
    new_database: NewDatabase, tmp_path: Path, orders: Pipe
) -> None:
    print(f"VIREILLE_KILL_SEED={SEED}")
    chance = random.Random(SEED)
    movers = Movers(new_database(), tmp_path, orders)
    kills = 0
    for wanted, direction in ((MOVED, None), (BACK, movers.asks_back)):
        if direction is not None:
            direction()
        # The first worker is killed between its first and second move, the others at random.
        moves, wait = 1, 0.0
        while not movers.lives(moves, wait):
            kills += 1
            assert movers.faults() == [], f"seed {SEED}, kill {kills}"
            assert kills < KILLS * 4
            moves, wait = chance.randint(0, 5), chance.uniform(0, 0.08)
        assert movers.faults() == [], f"seed {SEED}, after the last kill"
        assert movers.states() == {wanted}
    assert kills >= 2
    output = {
        reference: [each["id"] for each in rows["user_tasks"]] for reference, rows in movers.after().items()
    }
    assert output == {
        reference: [each["id"] for each in rows["user_tasks"]] for reference, rows in movers.before.items()
    }


def test_a_move_committed_in_halves_is_found(template: Template, tmp_path: Path, orders: Pipe) -> None:
    template.copy(tmp_path / "spoiled.db")
    movers = Movers(f"sqlite:///{tmp_path / 'spoiled.db'}", tmp_path, orders)
    movers.lives(None, spoiled=True)
    assert any("other version" in each or "not" in each for each in movers.faults())
