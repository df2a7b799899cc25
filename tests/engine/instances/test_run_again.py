"""A step that is run again from the same snapshot: what it did outside the instance is not done twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, insert, select

from engine.commands.timers import FireTimer
from engine.domain.people import SYSTEM
from engine.storage.tables.cases import CASE_EVENTS
from engine.storage.tables.processes import (
    INSTANCES,
    MESSAGE_SUBSCRIPTIONS,
    OUTBOX_MESSAGES,
    TIMERS,
    USER_TASKS,
)
from tests.support.answers import request
from tests.support.story import Story
from tests.support.world import World

WAIT_STATE = (INSTANCES, USER_TASKS, TIMERS, MESSAGE_SUBSCRIPTIONS)
Rows = Mapping[Table, Sequence[Mapping[str, Any]]]


@contextmanager
def writing(world: World) -> Iterator[Connection]:
    with world.engine.database.transaction() as connection:
        yield connection


def rows_of(world: World) -> Rows:
    with writing(world) as connection:
        return {
            table: [dict(row) for row in connection.execute(select(table)).mappings()] for table in WAIT_STATE
        }


def put_back(world: World, rows: Rows) -> None:
    """Restore the snapshot and what waits, and nothing else."""
    with writing(world) as connection:
        for table in reversed(WAIT_STATE):
            connection.execute(delete(table))
        for table in WAIT_STATE:
            if rows[table]:
                connection.execute(insert(table), rows[table])


def done(world: World) -> tuple[int, list[str]]:
    """Messages to send, and events that operations record."""
    with writing(world) as connection:
        messages = connection.execute(select(OUTBOX_MESSAGES.c.id)).all()
        kinds = connection.execute(select(CASE_EVENTS.c.kind)).scalars()
        return len(messages), sorted(kind for kind in kinds if kind.startswith("request_"))


@pytest.mark.databases
def test_a_reminder_is_sent_once_though_its_timer_fires_again_from_the_same_snapshot(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Työn ehdot")
    asked = [request("applicant", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=asked, round_reason="Hakija tietää.")
    world = story.world
    before = rows_of(world)
    (timer,) = [each for each in before[TIMERS] if each["kind"] == "reminder"]
    world.clock.passes(days=8)
    world.engine.perform(FireTimer(timer["id"]), SYSTEM)
    first = done(world)
    assert first[1].count("request_reminded") == 1
    put_back(world, before)
    world.engine.perform(FireTimer(timer["id"]), SYSTEM)
    assert done(world) == first
    assert [each["kind"] for each in rows_of(world)[TIMERS]] == ["due"], "the instance went on"


def test_a_table_reads_the_moment_of_the_step(story: Story) -> None:
    world = story.world
    world.clock.moment = world.clock.moment.replace(year=2031)
    story.applies()
    near: date = story.today + timedelta(days=3)
    story.does("kirjaaja", "register", removal_known="yes", removal_on=near.isoformat())
    assert story.case.case_class == "urgent"
