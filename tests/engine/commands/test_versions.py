"""Changes to a case outside a step advance its version too: a step that runs meanwhile goes second."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import day_of
from engine.commands.deadlines import ExtendDeadline, PassedDeadlines, RecordBreaches
from engine.domain.people import SYSTEM
from engine.errors import Outdated
from engine.storage.cases import Cases
from tests.support.story import Story


def test_news_kept_for_later_is_a_version_of_the_case(story: Story) -> None:
    """Otherwise a step that begins to wait for it at that moment would never hear of it."""
    story.applies()
    before = story.case
    assert not story.hears("new_fact"), "nothing waits for it yet"
    assert story.case.version == before.version + 1
    with pytest.raises(Outdated), story.world.engine.database.unit_of_work() as unit:
        Cases(unit).advance(before, story.world.clock())


def test_the_ledger_is_written_by_one_at_a_time(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    before = story.case.version
    target = next(each for each in story.file.deadlines if each.name == "target")
    assert target.due_on is not None
    until = target.due_on + timedelta(days=10)
    story.world.engine.perform(
        ExtendDeadline(story.reference, "target", until, "workload"), story.world.actor("esihenkilo")
    )
    assert story.case.version == before + 1
    story.world.clock.passes(days=(until - day_of(story.world.clock.moment)).days + 8)
    case_id = story.case.id
    assert story.world.engine.answer(PassedDeadlines(), SYSTEM) == (case_id,)
    assert story.world.engine.perform(RecordBreaches(case_id), SYSTEM)
    assert story.case.version == before + 2
    assert story.world.engine.answer(PassedDeadlines(), SYSTEM) == ()
    assert not story.world.engine.perform(RecordBreaches(case_id), SYSTEM)
    assert story.case.version == before + 2
