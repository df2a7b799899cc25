"""Checkpoints show what the log alone can't: that its end was cut, even when it has grown on since."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import delete, func, select

from engine.bootstrap import build_engine
from engine.commands.access_log import NoSigningKey, SignCheckpoint
from engine.domain.access_log import FaultKind, Place
from engine.domain.people import SYSTEM
from engine.queries.case_file import OpenCaseFile
from engine.storage.checkpoint_files import SecondPlace
from engine.storage.signing import create_signing_key
from engine.storage.tables.access import ACCESS_CHECKPOINTS, ACCESS_ENTRIES
from engine.worker import Worker
from tests.support.story import Story
from tests.support.world import World

ROUNDS = 20


def cut(story: Story, entries: int) -> None:
    """The last entries of the case's chain are gone."""
    chain = ACCESS_ENTRIES.c.chain_id == story.case.id
    with story.world.engine.database.transaction() as connection:
        last = connection.execute(select(func.max(ACCESS_ENTRIES.c.seq)).where(chain)).scalar_one()
        connection.execute(delete(ACCESS_ENTRIES).where(chain, ACCESS_ENTRIES.c.seq > last - entries))


def is_read(story: Story, times: int) -> None:
    for _ in range(times):
        story.world.clock.passes(minutes=1)
        assert story.file.tasks


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in file.read_bytes().splitlines()]


def signed(story: Story) -> list[list[list[object]]]:
    """The heads of each line."""
    return [line["heads"] for line in lines_of(story.world.engine.settings.checkpoints.file)]


@pytest.mark.databases
def test_a_log_that_was_cut_and_grew_past_the_checkpoint_shows(story: Story) -> None:
    """Also when it was signed again since, as it is every minute."""
    story.applies()
    is_read(story, 2)
    story.world.engine.perform(SignCheckpoint(), SYSTEM)
    cut(story, 3)
    is_read(story, 4)
    expected = [(story.case.id, FaultKind.CUT)]
    assert [(each.chain_id, each.kind) for each in story.world.log_faults()] == expected
    story.world.engine.perform(SignCheckpoint(), SYSTEM)
    assert [(each.chain_id, each.kind) for each in story.world.log_faults()] == expected


@pytest.mark.databases
def test_the_file_grows_with_the_log_and_not_with_time(story: Story) -> None:
    story.applies()
    engine = story.world.engine
    is_read(story, 2)
    first = engine.perform(SignCheckpoint(), SYSTEM)
    assert first > 0
    assert [engine.perform(SignCheckpoint(), SYSTEM) for _ in range(3)] == [0, 0, 0], "nobody looked"
    other = Story(story.world)
    other.applies()
    is_read(other, 1)
    grown = engine.perform(SignCheckpoint(), SYSTEM)
    assert [len(heads) for heads in signed(story)] == [first, grown]
    chains = {str(chain) for chain, *_ in signed(story)[1]}
    assert str(other.case.id) in chains
    assert str(story.case.id) not in chains, "nobody looked at this one since"
    assert story.world.log_faults() == ()


def test_after_a_line_that_broke_off_all_is_signed_again(story: Story) -> None:
    """As when the disk was full: what came after the last whole line must not stay unsigned."""
    story.applies()
    engine = story.world.engine
    is_read(story, 1)
    engine.perform(SignCheckpoint(), SYSTEM)
    file = engine.settings.checkpoints.file
    file.write_bytes(file.read_bytes()[:-20] + b"\n")
    is_read(story, 1)
    engine.perform(SignCheckpoint(), SYSTEM)
    cut(story, 2)
    torn = [(FaultKind.SIGNATURE, Place.FILE), (FaultKind.LOST_LINE, Place.FILE)]
    found = [(each.kind, each.place) for each in story.world.log_faults()]
    assert found == [*torn, (FaultKind.CUT, Place.LOG)]


@pytest.mark.parametrize(
    "tail", [b"{", b'{"num', b'{"number":', b'{"number":7,"at"', b"\0" * 512, b'{"nu' + b"\0" * 508]
)
def test_a_tail_that_a_power_cut_left_is_dropped(story: Story, tail: bytes) -> None:
    story.applies()
    engine = story.world.engine
    is_read(story, 1)
    engine.perform(SignCheckpoint(), SYSTEM)
    file = engine.settings.checkpoints.file
    whole = file.read_bytes()
    file.write_bytes(whole + tail)
    is_read(story, 1)
    engine.perform(SignCheckpoint(), SYSTEM)
    assert file.read_bytes().startswith(whole + b'{"number":2,')
    assert story.world.log_faults() == ()


def test_a_broken_line_of_the_file_is_a_fault_and_no_crash(story: Story) -> None:
    story.applies()
    engine = story.world.engine
    engine.perform(SignCheckpoint(), SYSTEM)
    with engine.settings.checkpoints.file.open("ab") as opened:
        opened.write(b'{"at": "2026-\n[]\n{}\n')
    assert [each.kind for each in story.world.log_faults()] == [FaultKind.SIGNATURE] * 3


def test_a_host_without_the_private_key_signs_nothing(story: Story) -> None:
    story.applies()
    settings = story.world.engine.settings.checkpoints
    settings.key_file.unlink()
    with pytest.raises(NoSigningKey):
        story.world.engine.perform(SignCheckpoint(), SYSTEM)
    assert not settings.file.exists()


def test_what_a_replaced_key_has_signed_is_still_proved(story: Story) -> None:
    """The new public half stands behind the old one in the same file."""
    story.applies()
    engine, settings = story.world.engine, story.world.engine.settings.checkpoints
    is_read(story, 1)
    engine.perform(SignCheckpoint(), SYSTEM)
    old = settings.public_key_file.read_bytes()
    settings.key_file.unlink()
    settings.public_key_file.unlink()
    create_signing_key(settings.key_file, settings.public_key_file)
    is_read(story, 1)
    engine.perform(SignCheckpoint(), SYSTEM)
    assert {each.kind for each in story.world.log_faults()} == {FaultKind.OTHER_KEY}
    settings.public_key_file.write_bytes(old + settings.public_key_file.read_bytes())
    assert story.world.log_faults() == ()


@pytest.mark.databases
def test_of_many_who_sign_at_once_each_number_is_signed_once(story: Story) -> None:
    story.applies()
    engine = story.world.engine
    for _ in range(3):
        is_read(story, 1)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: engine.perform(SignCheckpoint(), SYSTEM), range(4)))
    numbers = [line["number"] for line in lines_of(engine.settings.checkpoints.file)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert story.world.log_faults() == ()


@pytest.mark.databases
def test_a_line_whose_transaction_was_lost_is_no_fault(story: Story) -> None:
    """As when the host stopped between the file and the commit: the next line goes on from the file."""
    story.applies()
    engine = story.world.engine
    is_read(story, 1)
    engine.perform(SignCheckpoint(), SYSTEM)
    with engine.database.transaction() as connection:
        connection.execute(delete(ACCESS_CHECKPOINTS))
    assert story.world.log_faults() == ()
    is_read(story, 1)
    assert engine.perform(SignCheckpoint(), SYSTEM)
    assert [line["number"] for line in lines_of(engine.settings.checkpoints.file)] == [1, 2]
    assert story.world.log_faults() == ()


@pytest.mark.databases
def test_signing_and_reading_while_the_log_is_verified_is_no_fault(story: Story) -> None:
    story.applies()
    engine, reader = story.world.engine, story.world.actor("kasittelija")

    def go_on() -> None:
        for _ in range(ROUNDS):
            engine.answer(OpenCaseFile(story.reference), reader)
            engine.perform(SignCheckpoint(), SYSTEM)

    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(go_on)
        found = []
        while not going.done():
            found += story.world.log_faults()
        going.result()
    assert found == []
    assert len(signed(story)) >= ROUNDS


@pytest.fixture
def away(story: Story, tmp_path: Path) -> Iterator[World]:
    """A world whose second place is a share that is not mounted: a file stands where its folder would be."""
    (tmp_path / "share").touch()
    settings = story.world.engine.settings
    places = replace(settings.checkpoints, copy=tmp_path / "share" / "checkpoints.jsonl")
    engine = build_engine(replace(settings, checkpoints=places), now=story.world.clock)
    yield World(engine, story.world.clock)
    engine.close()


def test_a_second_place_that_is_away_delays_nothing_and_gets_all_when_it_is_back(
    story: Story, away: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    story.applies()
    worker = Worker(away.engine)
    for _ in range(2):
        is_read(story, 1)
        assert away.engine.perform(SignCheckpoint(), SYSTEM)
        worker.verify_log()
    assert caplog.text.count("the second place of checkpoints can't be written") == 1, "not in each round"
    assert away.log_faults() == (), "for a few minutes"
    away.clock.passes(minutes=11)
    assert [(each.kind, each.place) for each in away.log_faults()] == [(FaultKind.NO_FILE, Place.COPY)]
    (tmp_path / "share").unlink()
    worker.verify_log()
    places = away.engine.settings.checkpoints
    assert places.copy
    assert places.copy.read_bytes() == places.file.read_bytes()
    assert away.log_faults() == ()


def test_a_second_place_that_cannot_be_read_is_missing(story: Story, away: World) -> None:
    """The system refuses an answer about it, as it does when a share is stale."""
    story.applies()
    is_read(story, 1)
    assert away.engine.perform(SignCheckpoint(), SYSTEM)
    away.clock.passes(minutes=11)
    settings = away.engine.settings
    places = replace(settings.checkpoints, copy=settings.checkpoints.file.with_name("n" * 300))
    away.engine.settings = replace(settings, checkpoints=places)
    Worker(away.engine).verify_log()
    assert [(each.kind, each.place) for each in away.log_faults()] == [(FaultKind.NO_FILE, Place.COPY)]


def test_the_second_place_is_not_touched_while_the_transaction_of_a_checkpoint_is_open(
    story: Story, away: World, tmp_path: Path
) -> None:
    """A share that hangs would hold the lock of every writer."""
    (tmp_path / "share").unlink()
    story.applies()
    is_read(story, 1)
    assert away.engine.perform(SignCheckpoint(), SYSTEM)
    places = away.engine.settings.checkpoints
    assert places.copy
    assert not places.copy.exists()
    second = [SecondPlace(places) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(SecondPlace.bring_up, second))
    assert places.copy.read_bytes() == places.file.read_bytes(), "each line once"
