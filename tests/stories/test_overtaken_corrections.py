"""A court decides on a decision while it is being corrected: the correction decides nothing any more, and ends. What we take
back ourselves it decides again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.cases import Outcome
from engine.domain.decision_corrections import ChangedByCourt, Replaced, SentBack
from tests.stories.test_adverse_outcomes import UNHEARD
from tests.stories.test_appeals import served, until_court
from tests.stories.test_decision_corrections import COPY, FACTUAL, REFUSAL, begins, proposes
from tests.support.story import Story


def test_a_correction_ends_when_a_court_sends_the_decision_back(story: Story) -> None:
    until_court(story)
    begins(story)
    proposes(story, **FACTUAL)
    assert "assessment" in story.forms
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    assert story.forms.count("assessment") == 0
    assert story.forms.count("triage_override") == 1
    assert [each.is_open for each in story.file.deadlines if each.name == "correction"] == [False]
    with pytest.raises(SentBack) as refusal:
        begins(story)
    assert refusal.value.field == "which_decision"
    gone = dict.fromkeys(("asked_by", "asked_on", "what_is_wrong"))
    story.does("kasittelija", "correct_decision", is_correction="mistake", **gone)
    assert story.ends() is Outcome.ADMITTED_35_1
    assert [each.state for each in story.file.resolutions] == ["signed", "signed"]


def test_a_decision_that_a_court_sent_back_is_not_signed_by_its_correction(story: Story) -> None:
    until_court(story)
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("kasittelija", "court_decision", court_result="returned")
    with pytest.raises(SentBack) as refusal:
        story.does("paattaja", "sign_resolution")
    assert refusal.value.field == "signature"


def test_what_a_court_sent_back_is_corrected_by_no_letter(story: Story) -> None:
    until_court(story)
    begins(story)
    story.does("kasittelija", "court_decision", court_result="returned")
    with pytest.raises(SentBack) as refusal:
        proposes(story, **COPY)
    assert refusal.value.field == "correction_proposal"
    proposes(story, **REFUSAL)
    story.does("paattaja", "sign_correction")
    assert "correction_signed" in story.milestones


def test_a_correction_still_examined_ends_when_a_court_sends_the_decision_back(story: Story) -> None:
    """It would go on beside the examination, and decide the matter a second time."""
    until_court(story)
    begins(story)
    assert "examine_correction" in story.forms
    story.does("kasittelija", "court_decision", court_result="returned")
    with pytest.raises(SentBack):
        proposes(story, **FACTUAL)
    story.passes(minutes=1)
    assert "examine_correction" not in story.forms
    assert "correction_overtaken" in story.milestones
    assert [each.is_open for each in story.file.deadlines if each.name == "correction"] == [False]
    assert story.ends() is Outcome.ADMITTED_35_1
    assert [each.state for each in story.file.resolutions] == ["signed", "signed"]


def test_a_letter_of_a_correction_that_a_court_overtook_goes_back_and_the_correction_ends(
    story: Story,
) -> None:
    until_court(story)
    begins(story)
    proposes(story, **COPY)
    story.does("kasittelija", "court_decision", court_result="returned")
    story.passes(minutes=1)
    with pytest.raises(SentBack) as refusal:
        story.does("paattaja", "sign_correction")
    assert refusal.value.field == "correction_signature"
    sent_back = {"correction_signature": "return", "return_reason": "Oikeus palautti asian."}
    story.does("paattaja", "sign_correction", **sent_back, delegation_confirmed=None)
    story.passes(minutes=1)
    assert "examine_correction" not in story.forms
    assert "correction_overtaken" in story.milestones


def test_a_correction_decides_nothing_that_a_court_has_changed(story: Story) -> None:
    until_court(story)
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment", **UNHEARD)
    story.does("kasittelija", "prepare_resolution")
    changed = {"court_result": "changed", "outcome_after": "admitted_35_1"}
    story.does("kasittelija", "court_decision", **changed)
    with pytest.raises(Replaced) as refusal:
        story.does("paattaja", "sign_resolution")
    assert refusal.value.field == "signature"
    story.passes(minutes=1)
    assert "sign_resolution" not in story.forms
    assert story.case.outcome is Outcome.ADMITTED_35_1
    with pytest.raises(ChangedByCourt) as later:
        begins(story)
    assert later.value.field == "which_decision"


def test_a_new_decision_recalled_before_it_leaves_is_decided_again_within_the_correction(
    story: Story,
) -> None:
    served(story)
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    later = (story.today + timedelta(days=3)).isoformat()
    story.does("paattaja", "sign_resolution", hold_until=later)
    story.hears("new_fact")
    story.does("paattaja", "recall_resolution")
    story.passes(minutes=1)
    assert "triage_override" not in story.forms, "nobody sent it back to be examined as a whole"
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    assert "sign_resolution" in story.forms
