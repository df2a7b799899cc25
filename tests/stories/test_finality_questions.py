"""The courts are asked if anybody has appealed: what happens meanwhile closes the question, and it is asked again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.recordings.appeal import StillOpen
from engine.domain.cases import CaseState
from tests.stories.test_appeals import appeals, becomes_final, served, to_court
from tests.stories.test_delivery import BY_POST
from tests.stories.test_removal import client, final, signed
from tests.support.story import Story


def test_post_that_comes_back_while_the_courts_are_asked_closes_the_question(story: Story) -> None:
    """It is asked again when everybody has the decision, and every period has ended."""
    client(story, **BY_POST)
    signed(story)
    story.does("kasittelija", "post_letter")
    story.passes(days=50)
    assert "finality_inquiry" in story.forms
    key = next(key for name, key in story.file.awaited if name == "mail_returned")
    story.hears("mail_returned", key=key)
    with pytest.raises(StillOpen) as refused:
        story.does("kasittelija", "finality_inquiry")
    assert refused.value.field == "courts_answer"
    story.passes(minutes=1)
    assert "finality_inquiry" not in story.forms
    story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    story.does("kasittelija", "record_delivery")
    story.passes(days=8)
    assert "finality_inquiry" not in story.forms, "the period has begun anew"
    final(story)
    assert story.case.state is CaseState.CLOSED


def test_an_appeal_that_arrives_while_the_courts_are_asked_closes_the_question(story: Story) -> None:
    served(story)
    story.passes(days=40)
    assert "finality_inquiry" in story.forms
    appeals(story)
    story.passes(minutes=1)
    assert "finality_inquiry" not in story.forms
    to_court(story)
    story.does("kasittelija", "court_decision")
    becomes_final(story)


def test_of_two_appeals_each_has_its_own_time_for_asking_leave(story: Story) -> None:
    """The decision recorded last is not the one whose time ends last."""
    served(story)
    for appellant in ("person", "other"):
        appeals(story, appellant=appellant)
        to_court(story)
    story.passes(days=60)
    early = (story.today - timedelta(days=25)).isoformat()
    story.does("kasittelija", "court_decision", "VAL-1")
    old = {"court_decided_on": early, "court_decision_arrived_on": early}
    story.does("kasittelija", "court_decision", "VAL-2", **old)
    story.passes(days=20)
    assert "finality_inquiry" not in story.forms, "leave can be asked against the first"
    becomes_final(story)


@pytest.mark.parametrize(("arrived", "served_by_court", "more_than"), [(0, None, 37), (0, 5, 30), (5, 2, 28)])
def test_time_for_asking_leave_runs_from_service_on_whom_the_ruling_reached_last(
    story: Story, arrived: int, served_by_court: int | None, more_than: int
) -> None:
    """30 days from service (808/2019 13, 107 §): the person's, presumed to be seven days after ours (93 §), and ours, in which
    we may ask leave too (109 §)."""
    served(story)
    appeals(story)
    to_court(story)
    story.passes(days=60)
    days = {"court_decided_on": 10, "court_decision_arrived_on": arrived}
    days |= {} if served_by_court is None else {"court_decision_served_on": served_by_court}
    answers = {key: (story.today - timedelta(days=before)).isoformat() for key, before in days.items()}
    story.does("kasittelija", "court_decision", **answers)
    story.passes(days=more_than)
    assert "finality_inquiry" not in story.forms
    story.passes(days=5)
    assert "finality_inquiry" in story.forms, "a Sunday or a holiday moves the last day by no more"
