"""Checkpoints show what the log alone can't: that its end was cut, even when it has grown on since."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from engine.commands.sign_checkpoint import SignCheckpoint, VerifyAccessLog
from engine.domain.people import SYSTEM
from engine.storage.tables.access import ACCESS_ENTRIES
from tests.support.story import Story


def test_a_log_that_was_cut_and_grew_past_the_checkpoint_shows(story: Story) -> None:
    story.applies()
    engine = story.world.engine
    assert story.file.tasks
    assert story.file.tasks
    engine.perform(SignCheckpoint(), SYSTEM)
    chain = story.case.id
    with engine.database.transaction() as connection:
        last = connection.execute(
            select(func.max(ACCESS_ENTRIES.c.seq)).where(ACCESS_ENTRIES.c.chain_id == chain)
        ).scalar_one()
        connection.execute(
            delete(ACCESS_ENTRIES).where(ACCESS_ENTRIES.c.chain_id == chain, ACCESS_ENTRIES.c.seq >= last - 1)
        )
    for _ in range(4):
        story.world.clock.passes(minutes=1)
        assert story.file.tasks
    faults = engine.answer(VerifyAccessLog(), story.world.actor("tarkastaja"))
    assert [(each.chain_id, each.fault) for each in faults] == [(chain, "cut")]


def test_a_broken_line_of_the_file_is_a_fault_and_no_crash(story: Story) -> None:
    story.applies()
    engine = story.world.engine
    engine.perform(SignCheckpoint(), SYSTEM)
    with engine.settings.checkpoint_file.open("ab") as opened:
        opened.write(b'{"at": "2026-\n[]\n{}\n')
    faults = engine.answer(VerifyAccessLog(), story.world.actor("tarkastaja"))
    assert [each.fault for each in faults] == ["checkpoint"] * 3
