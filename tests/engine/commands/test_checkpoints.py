"""Checkpoints show what the log alone can't: that its end was cut, even when it has grown on since."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import delete, func, select

from engine.commands.access_log import SignCheckpoint, VerifyAccessLog
from engine.domain.people import SYSTEM
from engine.storage.tables.access import ACCESS_ENTRIES
from tests.support.story import Story


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


def signed(story: Story) -> list[list[list[object]]]:
    """The heads of each line."""
    lines = story.world.engine.settings.checkpoint_file.read_bytes().splitlines()
    return [orjson.loads(line)["heads"] for line in lines]


@pytest.mark.databases
def test_a_log_that_was_cut_and_grew_past_the_checkpoint_shows(story: Story) -> None:
    """Also when it was signed again since, as it is every minute."""
    story.applies()
    engine = story.world.engine
    is_read(story, 2)
    engine.perform(SignCheckpoint(), SYSTEM)
    cut(story, 3)
    is_read(story, 4)
    auditor = story.world.actor("tarkastaja")
    expected = [(story.case.id, "cut")]
    assert [(each.chain_id, each.fault) for each in engine.answer(VerifyAccessLog(), auditor)] == expected
    engine.perform(SignCheckpoint(), SYSTEM)
    assert [(each.chain_id, each.fault) for each in engine.answer(VerifyAccessLog(), auditor)] == expected


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
    assert engine.answer(VerifyAccessLog(), story.world.actor("tarkastaja")) == ()


def test_after_a_line_that_broke_off_all_is_signed_again(story: Story) -> None:
    """As when the disk was full: what came after the last whole line must not stay unsigned."""
    story.applies()
    engine = story.world.engine
    is_read(story, 1)
    engine.perform(SignCheckpoint(), SYSTEM)
    file = engine.settings.checkpoint_file
    file.write_bytes(file.read_bytes()[:-20] + b"\n")
    is_read(story, 1)
    engine.perform(SignCheckpoint(), SYSTEM)
    cut(story, 2)
    faults = engine.answer(VerifyAccessLog(), story.world.actor("tarkastaja"))
    assert [each.fault for each in faults] == ["checkpoint", "cut"]


def test_a_broken_line_of_the_file_is_a_fault_and_no_crash(story: Story) -> None:
    story.applies()
    engine = story.world.engine
    engine.perform(SignCheckpoint(), SYSTEM)
    with engine.settings.checkpoint_file.open("ab") as opened:
        opened.write(b'{"at": "2026-\n[]\n{}\n')
    faults = engine.answer(VerifyAccessLog(), story.world.actor("tarkastaja"))
    assert [each.fault for each in faults] == ["checkpoint"] * 3
