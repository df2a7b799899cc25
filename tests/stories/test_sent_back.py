"""A court sends a decision back: it is examined once, and what was begun on it before ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.cases import CaseState, Outcome
from engine.errors import NotWaiting
from tests.stories.test_appeals import appeals, becomes_final, refused, served, to_court, until_court
from tests.stories.test_delivery import BY_POST, FAILED
from tests.support.story import Story


def sent_back(story: Story, place: int = 0) -> None:
    """The court sends back what one of the appeals was against."""
    tasks = [each for each in story.file.tasks if each.form_key == "court_decision"]
    story.does("kasittelija", "court_decision", key=tasks[place].business_key, court_result="annulled")
    story.passes(minutes=1)


def test_what_is_examined_again_already_is_examined_once_though_two_had_appealed(story: Story) -> None:
    until_court(story)
    appeals(story, appellant="other")
    to_court(story)
    sent_back(story)
    sent_back(story)
    assert story.forms.count("triage_override") == 1
    assert story.ends() is Outcome.ADMITTED_35_1
    assert [each.state for each in story.file.resolutions] == ["signed", "signed"]


def test_post_that_comes_back_with_a_decision_that_was_sent_back_is_served_no_more(story: Story) -> None:
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.passes(days=8)
    appeals(story)
    to_court(story)
    sent_back(story)
    assert "triage_override" in story.forms
    with pytest.raises(NotWaiting):
        story.hears("mail_returned", key=story.file.deliveries[-1].business_key)
    assert "choose_delivery_way" not in story.forms


def test_a_new_decision_that_waits_to_leave_is_examined_again_if_the_court_sends_the_matter_back(
    story: Story,
) -> None:
    until_court(story)
    appeals(story, appellant="other")
    to_court(story)
    sent_back(story)
    for form in ("triage_override", "sufficiency", "assessment", "prepare_resolution"):
        story.does("kasittelija", form)
    story.does("paattaja", "sign_resolution", hold_until=str(story.today + timedelta(days=5)))
    story.passes(hours=1)
    sent_back(story)
    assert "triage_override" not in story.forms, "nobody examines beside what waits to leave"
    story.passes(days=6)
    assert "record_delivery" not in story.forms, "what the court sent back is served on nobody"
    story.does("kasittelija", "contact_client")
    assert story.forms.count("triage_override") == 1


def test_a_decision_sent_back_is_examined_though_the_person_died_before_it_was_served(story: Story) -> None:
    refused(story)
    appeals(story)
    to_court(story)
    story.does("kasittelija", "record_delivery", **FAILED)
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    story.does("paattaja", "no_safe_service", no_safe_why="dead")
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    assert "returned_by_court" in story.milestones
    assert "triage_override" in story.forms


def test_a_case_does_not_close_while_the_examination_that_the_court_ordered_is_still_to_begin(
    story: Story,
) -> None:
    served(story)
    becomes_final(story)
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="returned")
    story.does("paattaja", "own_appeal")
    assert story.case.state is CaseState.PENDING
    assert story.events.count("case_closed") == 1, "the first end, before the appeal"
    story.passes(minutes=1)
    assert "triage_override" in story.forms
