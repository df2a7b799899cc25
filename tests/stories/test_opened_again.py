"""A case sealed for want of consent opens when its lapse is no more, and is sealed again when it lapses again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.cases import CaseState, Outcome
from engine.domain.own_reading import OwnReading
from engine.domain.people import SYSTEM
from tests.engine.queries.test_sealed_away import SealAway
from tests.stories.test_appeals import appeals, becomes_final, to_court
from tests.stories.test_referrals import NOT_REACHED, REFUSED, until_consent
from tests.stories.test_restored_decisions import appeals_against, restored
from tests.support.story import Story

REASSESSED = {
    "signature": "reassess",
    "return_reason": "Yritä vielä.",
    **dict.fromkeys(("delegation_confirmed", "not_disqualified", "letter_read")),
}


def lapses(story: Story, choice: str = "lapse") -> None:
    """Nobody reaches the person, and the decision-maker lets the case lapse."""
    story.until("verify_consent")
    story.does("kasittelija", "verify_consent", **NOT_REACHED)
    story.does("esihenkilo", "consent_not_reached")
    story.does("paattaja", "consent_without_contact", consent_choice=choice, reason="Ei tavoitettu.")


def sent_back_by_the_signer(story: Story) -> None:
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution", **REASSESSED)


def is_open(story: Story) -> bool:
    """The caseworker, the decision-maker and the register agree that the content is open."""
    assert story.events.count("content_opened") in (1, 2)
    shown = [story.read_by(each) for each in ("kasittelija", "paattaja")]
    return story.case.content_sealed_at is None and all(each.parties and each.submissions for each in shown)


def test_a_lapse_that_the_signer_sends_back_opens_the_case_to_those_who_reach_the_person(
    story: Story,
) -> None:
    until_consent(story)
    lapses(story)
    story.passes(minutes=1)
    assert story.read_by("kasittelija").parties == ()
    sent_back_by_the_signer(story)
    assert is_open(story), "nobody reaches a person whose telephone number is sealed"

    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "verify_consent")
    assert story.ends() is Outcome.ADMITTED_35_1
    assert story.case.state is CaseState.CLOSED
    assert is_open(story), "the person is a client"
    assert story.read_by("kasittelija").own_reading is not OwnReading.SEALED


def test_a_case_that_lapses_again_is_sealed_again_with_what_came_meanwhile(story: Story) -> None:
    until_consent(story)
    lapses(story)
    sent_back_by_the_signer(story)
    first = story.case.content_sealed_at
    lapses(story)
    assert first is None
    assert story.case.content_sealed_at is not None
    assert story.events.count("content_sealed") == 2
    assert story.read_by("kasittelija").submissions == ()
    assert story.ends() is Outcome.LAPSED


def test_a_lapse_that_is_recalled_opens_the_case(story: Story) -> None:
    until_consent(story)
    lapses(story)
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution", hold_until=str(story.today + timedelta(days=3)))
    assert story.case.content_sealed_at is not None
    assert story.hears("new_fact")
    story.does("paattaja", "recall_resolution")
    assert is_open(story)


def appealed(story: Story) -> None:
    """The lapse was served and final; then an appeal goes to the court."""
    until_consent(story)
    lapses(story)
    story.until("record_delivery")
    story.does("kasittelija", "record_delivery")
    becomes_final(story)
    assert story.case.content_sealed_at is not None
    appeals(story)
    to_court(story)


@pytest.mark.parametrize(
    "ruling",
    [
        {"court_result": "annulled"},
        {"court_result": "returned"},
        {"court_result": "changed", "outcome_after": "admitted_35_1"},
    ],
)
def test_a_lapse_that_a_court_undoes_opens_the_case(story: Story, ruling: dict[str, str]) -> None:
    appealed(story)
    story.does("kasittelija", "court_decision", **ruling)
    story.passes(minutes=1)
    assert is_open(story)


def test_a_lapse_that_is_in_force_again_is_sealed_again(story: Story) -> None:
    appealed(story)
    appeals_against(story)
    restored(story, outcome_after="lapsed")
    story.passes(minutes=1)
    assert "examination_ended" in story.events
    assert story.case.outcome is Outcome.LAPSED
    assert story.case.content_sealed_at is not None


def test_a_lapse_that_the_supreme_court_put_in_the_place_of_an_admission_is_sealed_again(
    story: Story,
) -> None:
    appealed(story)
    story.does("kasittelija", "court_decision", court_result="changed", outcome_after="admitted_35_1")
    story.passes(minutes=1)
    assert is_open(story)
    story.does("paattaja", "own_appeal", own_appeal="yes")
    story.does("paattaja", "send_own_appeal")
    restored(story, outcome_after="lapsed")
    assert story.case.outcome is Outcome.LAPSED
    assert story.case.content_sealed_at is not None
    assert story.file.clienthood is None or story.file.clienthood.until is not None


def test_a_lapse_in_force_again_stays_open_to_a_person_who_consented_meanwhile(story: Story) -> None:
    appealed(story)
    appeals_against(story)
    story.passes(minutes=1)
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "verify_consent")
    restored(story)
    story.passes(minutes=1)
    assert "examination_ended" in story.events
    assert story.case.content_sealed_at is None


def test_consent_opens_a_case_that_an_earlier_version_left_sealed(story: Story) -> None:
    until_consent(story)
    story.world.engine.perform(SealAway(story.reference), SYSTEM)
    story.does("kasittelija", "verify_consent")
    assert is_open(story)


def test_a_person_who_applies_themselves_opens_a_case_that_was_left_sealed(story: Story) -> None:
    until_consent(story)
    story.world.engine.perform(SealAway(story.reference), SYSTEM)
    story.does("kasittelija", "verify_consent", **REFUSED | {"applies_self": "yes"})
    assert is_open(story)
