"""A removal that is not signed at once, or reaches nobody."""

from __future__ import annotations

import pytest

from engine.domain.clienthood import AdmissionSentBack
from tests.stories.test_appeals import appeals, to_court
from tests.stories.test_delivery import FAILED
from tests.stories.test_delivery import signed as admitted
from tests.stories.test_notices import papers
from tests.stories.test_removal import NOTHING, UNHEARD, assessed, client, clienthood, letter, signed
from tests.support.story import Story

BACK = dict.fromkeys(("delegation_confirmed", "not_disqualified", "letter_read"))


def test_a_hearing_called_off_leads_back_to_the_assessment(story: Story) -> None:
    admitted(story)
    assessed(story)
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.passes(days=16)
    story.does("kasittelija", "request_follow_up", choice="cancel", reason="Hän tarvitseekin apua.")
    assert "removal_assessment" in story.forms
    assert "prepare_removal" not in story.forms
    assert story.milestones.count("hearing_held") == 0
    story.does("kasittelija", "removal_assessment", removal_proposal="keep", **NOTHING)
    assert clienthood(story).runs


def test_a_removal_may_be_returned_to_be_written_or_assessed_anew(story: Story) -> None:
    admitted(story)
    assessed(story, **UNHEARD)
    story.does("kasittelija", "prepare_removal")
    story.does("paattaja", "sign_removal", removal_signature="return", return_reason="Perustele.", **BACK)
    story.does("kasittelija", "prepare_removal", reasons="Asut nyt turvassa omassa kodissasi.")
    story.does("paattaja", "sign_removal", removal_signature="reassess", return_reason="Kysy.", **BACK)
    assert "removal_assessment" in story.forms
    assert clienthood(story).runs
    story.does("kasittelija", "removal_assessment", **UNHEARD)
    story.does("kasittelija", "prepare_removal", reasons="Asut nyt turvassa omassa kodissasi.")
    story.does("paattaja", "sign_removal")
    assert "Asut nyt turvassa omassa kodissasi." in letter(story)
    removals = [each.state for each in story.file.resolutions if each.kind == "removal"]
    assert removals == ["returned", "returned", "signed"]


def test_a_removal_of_who_has_died_meanwhile_ends_with_the_death(story: Story) -> None:
    admitted(story)
    story.does("kasittelija", "record_delivery")
    signed(story)
    removal = next(each for each in story.file.resolutions if each.kind == "removal")
    assert f"päätös {removal.number}" in papers(story, "service_certificate")[-1], "and not the admission"
    story.does("kasittelija", "record_delivery", **FAILED)
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    died_on = story.today
    story.does("paattaja", "no_safe_service", no_safe_why="dead")
    story.passes(days=8)
    ended = clienthood(story)
    assert (ended.until, ended.ground) == (died_on, "death")
    assert "removal_stopped" in story.milestones


def test_nobody_is_removed_while_a_court_has_sent_the_admission_back(story: Story) -> None:
    client(story)
    assessed(story, **UNHEARD)
    story.does("kasittelija", "prepare_removal")
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    with pytest.raises(AdmissionSentBack):
        story.does("paattaja", "sign_removal")
    story.passes(minutes=1)
    assert "sign_removal" not in story.forms, "its case is examined again first"
    assert clienthood(story).runs
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")
    signed(story)


def test_a_signed_removal_waits_for_the_new_decision_on_an_admission_sent_back(story: Story) -> None:
    client(story)
    signed(story)
    appeals(story, appealed="admission")
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    story.does("kasittelija", "record_delivery")
    story.passes(days=8)
    assert clienthood(story).runs, "no help ends before the new decision"
    assert "removal_stopped" not in story.milestones
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    assert "removal_stopped" in story.milestones
    assert "clienthood_ended" not in story.milestones
    assert clienthood(story).runs
