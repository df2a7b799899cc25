"""A recorded death ends the corrections that would still decide for the person; what a court sends back asks their consent."""

from __future__ import annotations

import pytest

from engine.domain.cases import Outcome
from engine.domain.clienthood import DeathLapses
from engine.domain.decision_corrections import CorrectedDead
from tests.stories.test_appeals import appeals, to_court
from tests.stories.test_decision_corrections import COPY, FACTUAL, RETURNED, begins, proposes
from tests.stories.test_referrals import REFUSED
from tests.stories.test_removal import NOTHING, assessed, client, clienthood
from tests.stories.test_sent_back import admitted_aloud, sent_back
from tests.support.story import Story


def dies(story: Story) -> None:
    assessed(story, removal_proposal="died", died_on=story.today.isoformat(), **NOTHING)
    assert clienthood(story).ground == "death"


def is_over(story: Story) -> None:
    story.passes(minutes=1)
    assert not {"examine_correction", "assessment", "sign_resolution", "sign_correction"} & set(story.forms)
    assert "correction_overtaken" in story.milestones
    assert [each.is_open for each in story.file.deadlines if each.name == "correction"] == [False]
    assert [each.state for each in story.file.resolutions if each.signed_at] == ["signed"]


def test_a_death_ends_a_correction_that_is_examined_and_none_follows(story: Story) -> None:
    client(story)
    begins(story)
    dies(story)
    with pytest.raises(CorrectedDead) as refused:
        proposes(story, **FACTUAL)
    assert refused.value.field == "correction_proposal"
    is_over(story)


def test_a_death_ends_a_correction_that_decides_anew_and_it_is_not_signed(story: Story) -> None:
    client(story)
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    dies(story)
    with pytest.raises(CorrectedDead) as refused:
        story.does("paattaja", "sign_resolution")
    assert refused.value.field == "signature"
    is_over(story)


def test_a_letter_of_a_correction_is_not_signed_after_the_death(story: Story) -> None:
    client(story)
    begins(story)
    proposes(story, **COPY)
    dies(story)
    story.passes(minutes=1)
    with pytest.raises(CorrectedDead):
        story.does("paattaja", "sign_correction")
    story.does("paattaja", "sign_correction", **RETURNED, delegation_confirmed=None)
    is_over(story)


def test_no_correction_begins_after_the_death(story: Story) -> None:
    client(story)
    dies(story)
    story.passes(minutes=1)
    with pytest.raises(CorrectedDead) as refused:
        begins(story)
    assert refused.value.field == "which_decision"
    story.does("kasittelija", "correct_decision", is_correction="mistake")
    assert "examine_correction" not in story.forms


def test_a_corrected_decision_that_a_court_sends_back_asks_the_consent_of_who_refused(story: Story) -> None:
    """Nobody is helped against their will, whatever was decided before (746/2011 38 a §)."""
    admitted_aloud(story, annulled=False, **REFUSED)
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    while "record_delivery" in story.forms:
        story.does("kasittelija", "record_delivery")
    appeals(story)
    to_court(story)
    sent_back(story)
    assert "assessment" not in story.forms
    story.does("kasittelija", "verify_consent", **REFUSED)
    assert not {"sufficiency", "assessment"} & set(story.forms)
    assert story.ends() is Outcome.LAPSED


def test_nothing_is_decided_for_a_client_who_died_before_the_court_sent_the_matter_back(story: Story) -> None:
    client(story)
    dies(story)
    appeals(story)
    to_court(story)
    sent_back(story)
    story.until("sign_resolution")
    with pytest.raises(DeathLapses) as refused:
        story.does("paattaja", "sign_resolution")
    assert refused.value.field == "signature"
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", lapse_reason="death", alone=None)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.LAPSED
