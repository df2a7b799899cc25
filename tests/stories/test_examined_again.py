"""A decision that a court sends back after the end is examined once more, with everything that an examination may meet."""

from __future__ import annotations

from datetime import timedelta

from engine.domain.cases import Outcome
from tests.stories.test_adverse_outcomes import UNHEARD
from tests.stories.test_appeals import appeals, becomes_final, served, to_court
from tests.stories.test_referrals import NOT_REACHED
from tests.stories.test_withdrawals_taken_back import by_code, lapsing
from tests.support.answers import request
from tests.support.story import Story


def sent_back(story: Story) -> None:
    """Appealed after the end, so that an instance of its own examines what the court annulled."""
    becomes_final(story)
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    story.does("paattaja", "own_appeal")


def test_it_may_be_withdrawn_once_that_is_sure_and_lapses_by_a_decision(story: Story) -> None:
    served(story)
    assert story.status() == "decided"
    sent_back(story)
    assert story.status() == "examined", "what was decided is gone"
    story.does("kasittelija", "triage_override")
    assert story.hears("application_withdrawn")
    tried = {"withdrawal": "not_reached", "attempts": "Soitettu.", "try_again_on": story.today.isoformat()}
    story.does("kasittelija", "withdraw", **tried)
    assert "withdraw" in story.forms, "nothing is decided on it before a talk"
    story.does("kasittelija", "withdraw")
    assert story.forms == ["prepare_resolution"], "a lapse is a decision too"
    story.does("kasittelija", "prepare_resolution")
    back = dict.fromkeys(("delegation_confirmed", "not_disqualified", "letter_read"))
    story.does("paattaja", "sign_resolution", signature="reassess", return_reason="Kysy vielä.", **back)
    assert story.forms == ["triage_override"], "not lapsed, so examined"
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    asked = request("outside_authority", story.today + timedelta(days=14))
    story.does("kasittelija", "new_information_request", requests=[asked], round_reason="Ehdot puuttuvat.")
    assert story.hears("application_withdrawn")
    unsure = {"withdrawal": "not_confirmed", "not_confirmed_reason": "Hän haluaakin jatkaa."}
    story.does("kasittelija", "withdraw", **unsure)
    assert story.forms == ["information_reply"], "the question is still open"
    assert story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw")
    assert story.file.requests[-1].closed_as == "cancelled"
    assert story.ends() is Outcome.LAPSED
    assert "lapsed" in story.milestones


def test_in_a_new_examination_too_it_is_taken_back_before_and_after_it_is_confirmed(story: Story) -> None:
    served(story)
    sent_back(story)
    story.until("sufficiency")
    assert story.hears("application_withdrawn")
    assert by_code(story)
    assert story.forms == ["sufficiency"], "nothing has moved"

    lapsing(story)
    assert by_code(story)
    assert "prepare_resolution" not in story.forms
    story.until("sufficiency")
    assert not by_code(story)


def test_a_person_who_consented_is_not_asked_again_and_the_new_decision_may_be_recalled(
    story: Story,
) -> None:
    story.is_referred()
    story.until("assessment")
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("other_help")
    story.does("kasittelija", "other_help")
    story.does("kasittelija", "record_delivery")
    sent_back(story)
    story.does("kasittelija", "triage_override")
    assert story.forms == ["post_paper", "sufficiency"], "the referrer's letter, and no talk on consent"
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=(story.today + timedelta(days=3)).isoformat())
    assert story.hears("new_fact")
    story.does("paattaja", "recall_resolution")
    assert "triage_override" in story.forms
    assert story.ends() is Outcome.ADMITTED_35_1


def test_who_was_never_reached_is_asked_for_consent_when_the_lapse_is_annulled(story: Story) -> None:
    story.is_referred()
    story.until("verify_consent")
    story.does("kasittelija", "verify_consent", **NOT_REACHED)
    story.does("esihenkilo", "consent_not_reached")
    story.does("paattaja", "consent_without_contact")
    story.until("record_delivery")
    story.does("kasittelija", "record_delivery")
    sent_back(story)
    story.does("kasittelija", "triage_override")
    assert story.forms == ["verify_consent"]
    assert "consent_recorded" not in story.milestones
    story.does("kasittelija", "verify_consent")
    assert story.forms == ["sufficiency"]
    given = [each for each in story.file.consents if (each.purpose, each.state) == ("referral", "given")]
    assert given[-1].recorded_at == story.world.clock.moment
