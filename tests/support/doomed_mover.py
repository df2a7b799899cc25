"""A worker that moves what is due and tells of each case after its commit, until it is killed or nothing is left."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import Connection, Update

from engine.bootstrap import build_engine
from engine.storage import gathering
from engine.storage.prepared import Row, write_one
from engine.worker import MOVE, Worker
from tests.support.office import Office
from tests.support.story import Story
from tests.support.world import Clock, settings_for


class Died(BaseException):
    """In the middle of a step, where no handler of ours looks."""


def live(url: str, folder: str, pipe: Any, spoiled: bool) -> None:
    if spoiled:
        spoil()
    engine = build_engine(settings_for(url, Path(folder)), now=Clock())
    worker = Worker(engine)
    try:
        while sum(_told(pipe, moved) for moved in worker.each(MOVE)):
            pass
    except Died:
        os._exit(1)
    os.write(pipe.fileno(), b"done\n")


def _told(pipe: Any, moved: int) -> bool:
    if moved:
        os.write(pipe.fileno(), b"moved\n")
    return bool(moved)


def spoil() -> None:
    """Commit after the case and before what is in it: the fault that the killing must find."""

    def first_alone(connection: Connection, statement: Update, row: Row) -> NoReturn:
        write_one(connection, statement, row)
        connection.exec_driver_sql("COMMIT")
        raise Died

    gathering.write_one = first_alone  # only in this process, which dies of it


def story_of(office: Office, reference: str) -> Story:
    story = Story(office.world)
    story.reference = reference
    return story
