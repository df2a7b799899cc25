"""A client by a decision that was spoken in a call: nothing goes past it before its giver has completed it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.spoken_decisions import LapsesThoughAdmitted, SpokenUnfinished, SpokenUnmentioned
from engine.clock import day_of
from engine.domain.calendar import working_days_later
from engine.domain.cases import Outcome
from tests.stories.test_decision_corrections import letter
from tests.stories.test_referrals import REFUSED
from tests.stories.test_urgent_calls import BACK_TO_ASSESSMENT
from tests.stories.test_urgent_night import at_night, records
from tests.support.story import Story

BACK = {**BACK_TO_ASSESSMENT, "signature": "return"}


def another_calls(story: Story) -> str:
    """Somebody else calls at night, and Päivi decides aloud. Return the day of that."""
    at_night(story, 2, 45)
    records(story, caller="other", referrer_name="Raimo Soittaja", referrer_kind="ngo")
    return story.today.isoformat()


def test_a_refused_consent_lapses_no_case_of_a_client_whose_decision_waits_for_its_reasons(
    story: Story,
) -> None:
    night = another_calls(story)
    story.does("paattaja", "confirm_spoken")
    story.does("paivystaja", "register", in_danger="yes")
    with pytest.raises(SpokenUnfinished) as refused:
        story.does("kasittelija", "verify_consent", **REFUSED)
    assert refused.value.field == "consent"
    assert "consent_refused" not in story.events

    story.does("paattaja", "oral_decision", told_on=night)
    story.does("kasittelija", "verify_consent", **REFUSED)
    assert story.case.content_sealed_at is None
    assert story.file.clienthood is not None
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_wish_to_leave_removes_a_client_whose_decision_waited_for_its_reasons(story: Story) -> None:
    night = another_calls(story)
    story.does("paattaja", "confirm_spoken")
    story.does("paivystaja", "register", in_danger="yes")
    assert story.hears("application_withdrawn")
    with pytest.raises(SpokenUnfinished) as refused:
        story.does("kasittelija", "withdraw", applies_self="no")
    assert refused.value.field == "withdrawal"

    story.does("paattaja", "oral_decision", told_on=night)
    story.does("kasittelija", "withdraw", applies_self="no")
    story.passes(minutes=1)
    assert "wish_to_leave" in story.events
    assert "prepare_resolution" not in story.forms, "nothing lapses"


def test_a_lapse_is_not_signed_once_its_person_is_a_client(story: Story) -> None:
    another_calls(story)
    story.does("paivystaja", "register", in_danger="yes")
    story.does("kasittelija", "verify_consent", **REFUSED)
    story.does("kasittelija", "prepare_resolution")
    assert story.file.clienthood is None
    story.does("paattaja", "confirm_spoken")
    with pytest.raises(LapsesThoughAdmitted):
        story.does("paattaja", "sign_resolution")

    story.does("paattaja", "sign_resolution", **BACK_TO_ASSESSMENT)
    assert "oral_decision" in story.forms
    assert story.case.content_sealed_at is None


def test_the_written_decision_is_owed_again_once_it_is_recalled(story: Story) -> None:
    night = another_calls(story)
    story.does("paattaja", "confirm_spoken")
    story.does("paivystaja", "register", in_danger="yes")
    story.does("paattaja", "oral_decision", told_on=night)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=(story.today + timedelta(days=3)).isoformat())
    assert not [each for each in story.file.deadlines if each.name == "written_after_oral" and each.is_open]
    assert story.hears("new_fact")

    story.does("paattaja", "recall_resolution")

    (owed,) = (each for each in story.file.deadlines if each.name == "written_after_oral" and each.is_open)
    assert owed.due_on == working_days_later(day_of(story.file.oral_decisions[0].given_at), 5)


def test_help_that_was_agreed_before_a_recall_is_handed_over_after_it(story: Story) -> None:
    """The person is not called twice, and what they agreed to is not forgotten (746/2011 38 a §)."""
    story.calls()
    story.does("paivystaja", "register", in_danger="yes")
    story.does("paattaja", "oral_decision")
    agreed = {"service_organiser": "county", "organiser_name": "Keksityn hyvinvointialueen sosiaalipalvelut"}
    story.does("kasittelija", "contact_client", **agreed, wants_crime_report_help="yes")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=(story.today + timedelta(days=3)).isoformat())
    assert story.hears("new_fact")
    story.does("paattaja", "recall_resolution")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert {"crime_report_support", "send_notice"} <= set(story.forms)
    assert "contact_client" not in story.forms


def test_a_letter_that_was_begun_before_the_oral_decision_says_that_it_was_given(story: Story) -> None:
    story.calls()
    story.does("paivystaja", "register", in_danger="yes")
    story.does("kasittelija", "sufficiency")
    story.does("kasittelija", "assessment")
    story.does("paattaja", "oral_decision")
    story.does("kasittelija", "prepare_resolution")
    with pytest.raises(SpokenUnmentioned):
        story.does("paattaja", "sign_resolution")

    story.does("paattaja", "sign_resolution", **BACK)
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert "kerrottiin suullisesti" in letter(story, "resolution")
