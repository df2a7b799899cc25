"""A worker that moves what is due and tells of each case after its commit, until it is killed or nothing is left.

Its lives are forked from a process that has judged the moves: each would take ten seconds for the same judgement
before its first move. That process holds no connection, and has no other thread.
"""

from __future__ import annotations

import os
from multiprocessing.connection import Connection as Pipe
from multiprocessing.reduction import recv_handle
from pathlib import Path

from sqlalchemy import Connection, event

from engine.bootstrap import build_engine
from engine.storage.database import Database
from engine.worker import MOVE, Worker
from tests.support.office import Office
from tests.support.story import Story
from tests.support.world import READ_ONCE, Clock, settings_for, world_on


class Died(BaseException):
    """In the middle of a step, where no handler of ours looks."""


def beget(orders: Pipe) -> None:
    """Judge or fork a life for each order, as long as somebody orders.

    An order is the database's address, the folder, the version and a bool, for a spoiled life, and then the pipe it reports
    to. The answers are its number and, asked once more when it was killed, that it is dead. With None for the bool, what
    waits on the database is judged, which every later life then knows; the answer is how many cases may move.
    """
    while True:
        try:
            url, folder, version, spoiled = orders.recv()
        except EOFError:
            return
        if spoiled is None:
            with world_on(url, Path(folder)) as world:
                orders.send(Office(world).looks(version).movable)
            continue
        pipe = recv_handle(orders)
        number = os.fork()
        if number == 0:
            try:
                orders.close()
                live(url, folder, pipe, spoiled)
            finally:
                os._exit(1)
        os.close(pipe)
        orders.send(number)
        orders.recv()
        os.waitpid(number, 0)
        orders.send(None)


def live(url: str, folder: str, pipe: int, spoiled: bool) -> None:
    engine = build_engine(settings_for(url, Path(folder)), now=Clock())
    engine.compiled_models = READ_ONCE
    if spoiled:
        spoil(engine.database)
    worker = Worker(engine)
    try:
        while sum(_reported(pipe, moved) for moved in worker.each(MOVE)):
            pass
    except Died:
        os._exit(1)
    os.write(pipe, b"done\n")


def _reported(pipe: int, moved: int) -> bool:
    if moved:
        os.write(pipe, b"moved\n")
    return bool(moved)


def spoil(database: Database) -> None:
    """Commit after the case and before what is in it: the fault that the killing must find."""

    def first_alone(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE cases"):
            connection.exec_driver_sql("COMMIT")
            raise Died

    event.listen(database.engine, "after_cursor_execute", first_alone)


def story_of(office: Office, reference: str) -> Story:
    story = Story(office.world)
    story.reference = reference
    return story
