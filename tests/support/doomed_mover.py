"""A worker that moves what is due and tells of each case after its commit, until it is killed or nothing is left."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from engine.bootstrap import build_engine
from engine.storage.database import Database
from engine.worker import MOVE, Worker
from tests.support.office import Office
from tests.support.story import Story
from tests.support.world import Clock, settings_for


class Died(BaseException):
    """In the middle of a step, where no handler of ours looks."""


def live(url: str, folder: str, pipe: Any, spoiled: bool) -> None:
    engine = build_engine(settings_for(url, Path(folder)), now=Clock())
    if spoiled:
        spoil(engine.database)
    worker = Worker(engine)
    try:
        while sum(_reported(pipe, moved) for moved in worker.each(MOVE)):
            pass
    except Died:
        os._exit(1)
    os.write(pipe.fileno(), b"done\n")


def _reported(pipe: Any, moved: int) -> bool:
    if moved:
        os.write(pipe.fileno(), b"moved\n")
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
