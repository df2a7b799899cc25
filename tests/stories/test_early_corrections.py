"""Corrections before a decision has reached everybody, and days that lie before the error was found."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.decision_corrections import HeardBeforeDecision, NotServedYet, OnlyClericalYet
from engine.queries.delivery_papers import ReadDeliveryPapers
from tests.stories.test_appeals import refused, served
from tests.stories.test_decision_corrections import (
    COPY,
    FACTUAL,
    HARM,
    INSTRUCTIONS,
    admitted,
    begins,
    periods,
    proposes,
)
from tests.stories.test_delivery import BY_POST
from tests.support.story import Story


def test_a_clerical_error_is_corrected_before_the_decision_has_left_and_the_copy_is_served(
    story: Story,
) -> None:
    """434/2003 51 § waits for no service; what starts a new period does."""
    refused(story, **BY_POST)
    begins(story)
    for kind in (FACTUAL, INSTRUCTIONS):
        with pytest.raises(OnlyClericalYet) as refusal:
            proposes(story, **kind)
        assert refusal.value.field == "correction_kind"
    proposes(story, **COPY)
    story.does("paattaja", "sign_correction")
    assert story.forms.count("post_letter") == 1, "the copy goes in place of the decision, not after it"
    original, copy = story.file.resolutions
    page = ReadDeliveryPapers(story.task("post_letter").id)
    papers = story.world.engine.answer(page, story.world.actor("kasittelija"))
    assert papers is not None
    assert papers.appeal_until is not None
    printed = {each.id for each in papers.papers}
    assert copy.document_id in printed
    assert original.document_id not in printed
    story.does("kasittelija", "post_letter")
    story.passes(days=8)
    assert [each.number for each in story.file.resolutions] == [original.number, copy.number]
    assert [is_open for _, is_open in periods(story)] == [True]


def test_new_instructions_wait_until_somebody_has_the_decision(story: Story) -> None:
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    begins(story)
    with pytest.raises(NotServedYet):
        proposes(story, **INSTRUCTIONS)


def test_nobody_agreed_or_was_heard_before_the_error_was_found(story: Story) -> None:
    admitted(story)
    story.passes(days=5)
    begins(story)
    early = (story.today - timedelta(days=1)).isoformat()
    for day in ("consented_on", "correction_heard_on"):
        with pytest.raises(HeardBeforeDecision) as refusal:
            proposes(story, **{**HARM, day: early})
        assert refusal.value.field == day


def test_a_decision_made_anew_that_is_recalled_is_decided_anew_in_its_correction(story: Story) -> None:
    served(story)
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution", hold_until=(story.today + timedelta(days=3)).isoformat())
    assert story.hears("new_fact")
    story.does("paattaja", "recall_resolution")
    assert [each.state for each in story.file.resolutions] == ["signed", "recalled"]
    assert story.forms == ["assessment"], "the matter is not examined from its beginning"
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert [each.state for each in story.file.resolutions] == ["signed", "recalled", "signed"]
