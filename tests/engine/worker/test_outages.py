"""The key store, the master key or the database is away for a while: nothing is given up, and nothing is counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.commands.moves import ApproveMove
from engine.errors import Outdated
from engine.storage.tables.processes import TIMERS
from engine.worker import Worker
from tests.engine.storage.test_key_rotation import file as file
from tests.engine.storage.test_key_rotation import rotated
from tests.support.office import SECOND, Office
from tests.support.story import Story
from tests.support.working import Post, due_timers, incidents, mail_waits, outbox, stalled_request
from tests.support.world import World

ROUNDS = 6
"""More than any row is tried before it is given up."""


@contextmanager
def key_store_away(world: World) -> Iterator[None]:
    file = Path(world.engine.key_store.place)
    hidden = file.rename(file.with_suffix(".hidden"))
    yield
    hidden.rename(file)


def knocks(world: World, worker: Worker) -> None:
    """Let all loops run, as the scheduler does, for longer than any pause lasts."""
    for _ in range(ROUNDS):
        for name in worker.loops:
            worker.knock(name)
        world.clock.passes(hours=2)


def tried(world: World) -> set[tuple[int, bool]]:
    with world.engine.database.view() as connection:
        return {tuple(row) for row in connection.execute(select(TIMERS.c.attempts, TIMERS.c.is_suspended))}


def test_while_the_key_store_is_away_no_message_and_no_timer_is_counted(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    world = story.world
    stalled_request(story)
    post = mail_waits(Story(world))
    mail_waits(Story(world))
    world.clock.passes(days=60)
    worker = Worker(world.engine, post)
    with key_store_away(world):
        for name in worker.loops:
            worker.knock(name)
        failed = [each for each in caplog.records if each.message == "a round failed"]
        assert {getattr(each, "failure", "") for each in failed} == {"KeyStoreAway"}
        assert [getattr(each, "loop", "") for each in failed] == ["cases", "mail"], "one line a loop"
        knocks(world, worker)
    assert incidents(world) == ()
    assert {(each.attempts, each.given_up_at) for each in outbox(world)} == {(0, None)}
    assert tried(world) == {(0, False)}

    knocks(world, worker)
    assert {each.sent_at is None for each in outbox(world)} == {False}
    assert due_timers(world) == 0


@pytest.mark.databases
def test_a_host_without_the_new_master_key_leaves_the_work_to_the_others(story: Story, file: Path) -> None:
    world = story.world
    stalled_request(story)
    post = mail_waits(Story(world))
    world.clock.passes(days=60)
    other = rotated(world, file)
    knocks(world, Worker(world.engine, post))
    assert post.sent == []
    assert {(each.attempts, each.given_up_at) for each in outbox(world)} == {(0, None)}
    assert tried(world) == {(0, False)}

    worker = Worker(other, post)
    worker.send_mail()
    assert worker.work_on_cases() > 0
    assert post.sent
    other.close()


def test_a_move_waits_for_the_key_store_and_neither_fails_nor_stays(world: World) -> None:
    office = Office(world)
    story = office.begins()
    version = office.publishes()
    move = office.asks(version, story)
    world.engine.perform(ApproveMove(move), world.actor(SECOND))
    with key_store_away(world):
        knocks(world, Worker(world.engine, Post()))
    assert [each.line.state for each in office.page(move).lines] == ["due"]
    knocks(world, Worker(world.engine, Post()))
    assert office.version_of(story) == version


def test_a_lost_race_gives_no_message_up(story: Story) -> None:
    post = mail_waits(story)
    post.fails = Outdated()
    assert Worker(story.world.engine, post).send_mail() == 0
    assert incidents(story.world) == ()
    post.fails = None
    story.world.clock.passes(minutes=11)
    assert Worker(story.world.engine, post).send_mail() == 1
