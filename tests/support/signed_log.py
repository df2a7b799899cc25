"""A signed access log to tamper with: its entries in the database, its checkpoints in two places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Row, select

from engine.bootstrap import build_engine
from engine.commands.access_log import SignCheckpoint
from engine.domain.access_log import FaultKind, LogFault, Place
from engine.domain.people import SYSTEM
from engine.executor import Engine
from engine.storage.checkpoint_files import SecondPlace
from engine.storage.log_proof import verified
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.unit_of_work import UnitOfWork
from tests.support.story import Story
from tests.support.world import World

Entries = list[Row[Any]]
SIGNED = 4
"""Checkpoints that the files hold before anybody tampers with them."""


class Scene:
    """A log that several people have read, signed four times into a file and a second place, and older than a day."""

    def __init__(self, world: World, case_id: UUID, signed_until: datetime) -> None:
        self.world = world
        self.case_id = case_id
        self.signed_until = signed_until
        """When the last checkpoint was signed."""
        self.file = world.engine.settings.checkpoints.file
        assert world.engine.settings.checkpoints.copy is not None
        self.copy: Path = world.engine.settings.checkpoints.copy

    def chain(self, connection: Connection) -> Entries:
        rows = select(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.chain_id == self.case_id)
        return list(connection.execute(rows.order_by(ACCESS_ENTRIES.c.seq)))

    def change(self, tamper: Callable[[Connection, Entries], None]) -> None:
        with self.world.engine.database.transaction() as connection:
            tamper(connection, self.chain(connection))

    def lines(self) -> list[bytes]:
        return self.file.read_bytes().splitlines(keepends=True)

    def found(self) -> set[tuple[FaultKind, Place]]:
        return {(each.kind, each.place) for each in self.faults()}

    def faults(self) -> tuple[LogFault, ...]:
        return self.world.log_faults()

    def faults_within(self, connection: Connection) -> tuple[LogFault, ...]:
        """Return what a verification would find if this transaction were committed."""
        stores = self.world.engine.stores(UnitOfWork(connection))
        return verified(stores, self.world.engine.settings.checkpoints, self.world.clock.moment).found


def with_second_place(world: World, folder: Path) -> Engine:
    settings = world.engine.settings
    places = replace(settings.checkpoints, copy=folder / "elsewhere" / "checkpoints.jsonl")
    return build_engine(replace(settings, checkpoints=places), now=world.clock)


@pytest.fixture
def scene(story: Story, tmp_path: Path) -> Iterator[Scene]:
    story.applies()
    case_id = story.case.id
    engine = with_second_place(story.world, tmp_path)
    world = World(engine, story.world.clock)
    for who in ("kirjaaja", "kasittelija", "johtaja", "esihenkilo"):
        story.read_by(who)
        world.clock.passes(minutes=1)
        assert engine.perform(SignCheckpoint(), SYSTEM)
        SecondPlace(engine.settings.checkpoints).bring_up()
    signed_until = world.clock.moment
    world.clock.passes(days=2)
    yield Scene(world, case_id, signed_until)
    engine.close()
