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
    story.does("kasittelija", "court_decision", "VAL-2", court_decided_on=early)
    story.passes(days=20)
    assert "finality_inquiry" not in story.forms, "leave can be asked against the first"
    becomes_final(story)
