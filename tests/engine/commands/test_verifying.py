"""The log is verified each night and when an auditor asks; what was found stays, with its age."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from engine.bootstrap import build_engine
from engine.commands.access_log import AskVerification, IsVerificationDue, SignCheckpoint, VerifyAccessLog
from engine.domain.access_log import FaultKind, Verification
from engine.domain.people import SYSTEM
from engine.errors import Forbidden
from engine.queries.access_log import LogState, ReadLogState, SearchAccessLog
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.worker import Worker
from tests.support.story import Story
from tests.support.world import World


def state(world: World) -> LogState:
    return world.engine.answer(ReadLogState(), world.actor("tarkastaja"))


def is_due(world: World) -> bool:
    return world.engine.answer(IsVerificationDue(), SYSTEM)


@pytest.mark.databases
def test_it_is_due_once_a_night(world: World) -> None:
    worker = Worker(world.engine)
    assert state(world).is_late, "never done"
    assert worker.verify_log() == 1
    assert worker.verify_log() == 0
    world.clock.passes(hours=24)
    assert worker.verify_log() == 1, "a night has begun since"
    world.clock.passes(minutes=1)
    assert worker.verify_log() == 0
    assert not state(world).is_late
    world.clock.passes(hours=27)
    assert state(world).is_late, "no worker runs"


@pytest.mark.databases
def test_an_auditor_asks_and_the_worker_answers_all_who_have_asked(world: World) -> None:
    worker = Worker(world.engine)
    worker.verify_log()
    auditor = world.actor("tarkastaja")
    world.clock.passes(minutes=5)
    asked_at = world.clock.moment
    world.engine.perform(AskVerification(), auditor)
    world.clock.passes(minutes=1)
    world.engine.perform(AskVerification(), auditor)
    asked = world.engine.answer(SearchAccessLog(person_id=auditor.person_id), auditor).entries
    assert [each.action for each in asked].count("verify_access_log") == 2, "asking is in the log"
    assert (is_due(world), state(world).asked_at) == (True, asked_at)
    world.clock.passes(minutes=1)
    assert [worker.verify_log(), worker.verify_log()] == [1, 0]
    found = state(world)
    assert found.verified
    assert (found.asked_at, found.verified.done_at) == (None, world.clock.moment)


@pytest.fixture
def another_host(world: World, tmp_path: Path) -> Iterator[World]:
    """Another host with a worker, on the same database: it has the public key, and signs nothing."""
    settings = world.engine.settings
    folder = tmp_path / "another host"
    places = replace(
        settings.checkpoints, file=folder / "checkpoints.jsonl", key_file=folder / "checkpoint.key"
    )
    engine = build_engine(replace(settings, checkpoints=places), now=world.clock)
    yield World(engine, world.clock)
    engine.close()


def signed(world: World) -> None:
    world.engine.perform(AskVerification(), world.actor("tarkastaja"))
    assert world.engine.perform(SignCheckpoint(), SYSTEM)


@pytest.mark.databases
def test_the_log_is_verified_where_it_is_signed(world: World, another_host: World) -> None:
    """Elsewhere nothing is known of the checkpoints: nothing is missing there."""
    signed(world)
    world.engine.perform(AskVerification(), world.actor("tarkastaja"))
    assert Worker(another_host.engine).verify_log() == 0
    assert state(world).verified is None
    assert Worker(world.engine).verify_log() == 1
    found = state(world).verified
    assert found
    assert found.found == ()


def test_a_deleted_file_is_a_fault_where_the_log_is_signed(world: World) -> None:
    signed(world)
    world.engine.settings.checkpoints.file.unlink()
    assert Worker(world.engine).verify_log() == 1
    found = state(world).verified
    assert found
    assert [each.kind for each in found.found] == [FaultKind.NO_FILE]


def test_a_file_whose_key_lies_elsewhere_is_verified(world: World) -> None:
    """As where a timer signs, and the worker holds no key."""
    signed(world)
    world.engine.settings.checkpoints.key_file.unlink()
    assert Worker(world.engine).verify_log() == 1


@pytest.mark.databases
def test_one_asked_for_while_the_log_is_read_waits_for_the_next_reading(world: World) -> None:
    began = world.clock.moment
    asked_at = began + timedelta(seconds=20)
    with world.engine.database.unit_of_work() as unit:
        stores = world.engine.stores(unit)
        verifications = stores.log_verifications
        verifications.ask("Tarja Tarkastaja", asked_at)
        unit.flush()
        verifications.store(Verification(began, 0, 0, 0, ()), SYSTEM)
        stores.access.append(unit)
        assert verifications.asked_at(asked_at) == asked_at
        last = verifications.last(began)
    assert last
    assert last.done_at == began


@pytest.mark.parametrize("username", ["kasittelija", "esihenkilo", "omistaja"])
def test_only_an_auditor_asks(world: World, username: str) -> None:
    with pytest.raises(Forbidden):
        world.engine.perform(AskVerification(), world.actor(username))
    with pytest.raises(Forbidden):
        world.engine.perform(VerifyAccessLog(), world.actor("tarkastaja"))


def test_what_was_found_is_kept_and_stands_in_the_workers_log(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    story.applies()
    story.read_by("kasittelija")
    story.read_by("esihenkilo")
    mine = ACCESS_ENTRIES.c.chain_id == story.case.id
    with story.world.engine.database.transaction() as connection:
        connection.execute(update(ACCESS_ENTRIES).where(mine).values(actor_name="Joku Muu"))
    Worker(story.world.engine).verify_log()
    found = state(story.world).verified
    assert found
    assert found.faults == len(found.found) >= 2
    assert {(each.kind, each.chain_id) for each in found.found} == {(FaultKind.CHANGED, story.case.id)}
    assert found.faults in {getattr(each, "count", 0) for each in caplog.records}
    assert "Joku Muu" not in caplog.text
