"""A receipt is waited for: somebody is reminded of it, and nothing is presumed without it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import day_of
from engine.domain.calendar import working_days_later
from engine.domain.chronology import DatesRejected
from tests.stories.test_delivery import BY_POST, FAILED, NOT_POSTED, RECEIPT, attempts, signed
from tests.support.story import Story


def test_a_receipt_is_waited_for_as_long_as_it_takes(story: Story) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter", **NOT_POSTED)
    story.does("kasittelija", "choose_delivery_way", next_channel="acknowledgement")
    story.does("kasittelija", "post_letter")
    story.passes(days=20)
    assert attempts(story)[-1] == ("acknowledgement", "dispatched")
    assert story.file.deliveries[-1].presumed_on is None
    early = (story.today - timedelta(days=21)).isoformat()
    with pytest.raises(DatesRejected):
        story.does("kasittelija", "record_delivery", **RECEIPT | {"served_on": early})
    story.does("kasittelija", "record_delivery", **RECEIPT)
    assert attempts(story)[-1] == ("acknowledgement", "served")


def test_a_receipt_that_does_not_come_back_reminds_and_reaches_the_manager(
    story: Story,
) -> None:
    """The days run from the one on which the letter left, also where that is recorded later."""
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter", **NOT_POSTED)
    story.does("kasittelija", "choose_delivery_way", next_channel="acknowledgement")
    posted_on = story.today
    due, late = (working_days_later(posted_on, days) for days in (10, 15))
    story.passes(days=1)
    story.does("kasittelija", "contact_client")
    story.does("kasittelija", "post_letter", posted_on=posted_on.isoformat())
    waiting = story.task("record_delivery")
    assert waiting.due_at is not None
    assert (waiting.due_reason, day_of(waiting.due_at)) == ("receipt_by", due)
    reminded, reported = story.events.count("assignee_notified"), story.events.count("manager_notified")
    story.passes(days=(due - story.today).days - 1)
    assert story.events.count("assignee_notified") == reminded
    story.passes(days=2)
    assert story.events.count("assignee_notified") == reminded + 1
    assert story.events.count("manager_notified") == reported
    story.passes(days=(late - story.today).days + 1)
    assert story.events.count("manager_notified") == reported + 1
    assert attempts(story)[-1] == ("acknowledgement", "dispatched"), "nothing is presumed of it"


def test_a_receipt_that_never_comes_back_serves_nobody(story: Story) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter", **NOT_POSTED)
    story.does("kasittelija", "choose_delivery_way", next_channel="acknowledgement")
    story.does("kasittelija", "post_letter")
    story.passes(days=20)
    story.does("kasittelija", "record_delivery", **FAILED | {"delivery_channel": "acknowledgement"})
    assert "choose_delivery_way" in story.forms
    assert not {"delivery_recorded", "appeal_period_started"} & set(story.milestones)
