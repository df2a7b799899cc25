"""Days are Finnish days at any hour; an oral decision is made on the day it was spoken."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from engine.casework.appointments import NotAppointed
from engine.clock import day_of
from engine.commands.enquiries import SubmitEnquiry
from engine.domain.chronology import DatesRejected
from engine.domain.people import PUBLIC
from engine.errors import AnswersRejected
from engine.storage.tables.people import APPOINTMENTS
from tests.support import answers as plain
from tests.support.story import Story


def test_at_night_the_day_of_first_contact_is_counted_from_the_finnish_day(story: Story) -> None:
    story.world.clock.moment = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)  # half past midnight in Helsinki
    assert story.applies().expected_on == date(2026, 11, 4)  # its first task is due the next day
    key = secrets.token_urlsafe(32)
    for _ in ("sent", "sent again"):
        receipt = story.world.engine.perform(SubmitEnquiry(key, data=plain.enquiry(story.today)), PUBLIC)
        assert receipt.expected_on == date(2026, 11, 6)


def test_an_oral_decision_is_dated_the_day_it_was_spoken(story: Story) -> None:
    story.calls()
    yesterday = story.today
    story.until("oral_decision")
    story.passes(days=1)
    hour = {"told_on": yesterday.isoformat(), "told_hour": "3.10"}
    story.does("paattaja", "oral_decision", because={"told_hour": "Kirjasin saapumisen aamulla."}, **hour)
    assert [day_of(each.given_at) for each in story.file.oral_decisions] == [yesterday]


def test_a_decision_spoken_before_the_matter_came_needs_a_reason(story: Story) -> None:
    story.calls()
    story.until("oral_decision")
    before = (story.today - timedelta(days=1)).isoformat()
    spoken = {"told_on": before, "told_hour": "23.50"}
    with pytest.raises(DatesRejected, match="ennen kuin asia saapui") as refused:
        story.does("paattaja", "oral_decision", **spoken)
    assert refused.value.field == "told_on"
    tomorrow = (story.today + timedelta(days=1)).isoformat()
    with pytest.raises(AnswersRejected):
        story.does("paattaja", "oral_decision", told_on=tomorrow, because={"told_on": "Yöllinen puhelu."})
    story.does("paattaja", "oral_decision", **spoken, because={"told_on": "Yöllinen puhelu."})
    assert [day_of(each.given_at) for each in story.file.oral_decisions] == [date.fromisoformat(before)]


def test_the_power_to_decide_aloud_is_asked_of_the_day_it_was_used(story: Story) -> None:
    story.calls()
    story.until("oral_decision")
    with story.world.engine.database.transaction() as connection:
        connection.execute(update(APPOINTMENTS).values(valid_from=story.today + timedelta(days=1)))
    spoken_on = story.today.isoformat()
    story.passes(days=1)
    with pytest.raises(NotAppointed):
        story.does("paattaja", "oral_decision", told_on=spoken_on)
