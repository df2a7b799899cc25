"""Somebody appeals: the opinion goes to the court without delay, and what the court says is done."""

from __future__ import annotations

import pytest

from engine.domain.cases import CaseState, Outcome
from engine.domain.tasks import FourEyes
from engine.errors import NotWaiting
from tests.stories.test_adverse_outcomes import UNHEARD, until_assessment
from tests.support.story import Story


def until_court(story: Story) -> None:
    """Refused, served, appealed, and the opinion sent."""
    until_assessment(story)
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("record_delivery")
    story.does("kasittelija", "record_delivery")
    if "other_help" in story.forms:
        story.does("kasittelija", "other_help")
    assert story.hears("appeal_received")
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    assert "appeal_sent_to_court" in story.milestones


@pytest.mark.databases
def test_an_appeal_that_fails_makes_the_resolution_final(story: Story) -> None:
    until_court(story)
    story.does("kasittelija", "court_decision")
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.NOT_ADMITTED
    assert "final" in story.milestones


def test_the_court_admits_and_the_person_is_contacted(story: Story) -> None:
    until_court(story)
    story.does("kasittelija", "court_decision", court_result="changed", outcome_after="admitted_35_1")
    assert story.forms == ["contact_client"]
    assert story.ends() is Outcome.ADMITTED_35_1
    assert "client_contacted" in story.milestones


def test_the_court_changes_the_resolution_but_admits_nobody(story: Story) -> None:
    until_court(story)
    story.does("kasittelija", "court_decision", court_result="changed", outcome_after="not_examined")
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.NOT_EXAMINED


def test_an_annulled_resolution_ends_the_matter(story: Story) -> None:
    until_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    assert story.case.state is CaseState.CLOSED
    assert "returned_by_court" not in story.milestones


def test_a_matter_the_court_returns_is_examined_again(story: Story) -> None:
    until_court(story)
    story.does("kasittelija", "court_decision", court_result="returned")
    assert story.case.state is CaseState.PENDING
    assert "returned_by_court" in story.milestones
    assert story.forms == ["triage_override"]
    assert story.ends() is Outcome.ADMITTED_35_1
    assert [each.state for each in story.file.resolutions] == ["signed", "signed"]


def test_the_opinion_is_signed_by_another_and_may_come_back(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("record_delivery")
    story.does("kasittelija", "record_delivery")
    assert story.hears("appeal_received")
    story.does("kaksoisrooli", "appeal_opinion")
    with pytest.raises(FourEyes):
        story.does("kaksoisrooli", "sign_opinion")
    story.does("paattaja", "sign_opinion", opinion_signature="return", return_reason="Vastaa väitteisiin.")
    assert "appeal_opinion" in story.forms
    story.does("kaksoisrooli", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    assert "court_decision" in story.forms


def test_an_opinion_that_waits_is_reminded_of_in_two_weeks(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("record_delivery")
    story.does("kasittelija", "record_delivery")
    story.hears("appeal_received")
    story.passes(days=13)
    reminded = story.events.count("assignee_notified")
    story.passes(days=2)
    assert story.events.count("assignee_notified") == reminded + 1
    assert "appeal_opinion" in story.forms


def test_an_appeal_after_the_period_is_not_awaited(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("record_delivery")
    story.does("kasittelija", "record_delivery")
    story.passes(days=31)
    assert "other_help" in story.forms, "the case itself is still open"
    with pytest.raises(NotWaiting):
        story.hears("appeal_received")
