"""A new decision takes the contact of the one before over, and one that does not admit ends it: nobody is contacted twice, and
no organiser of help hears of a client who is none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine.casework.recordings.notice import HandedOverNoMore
from engine.domain.cases import CaseState, Outcome
from tests.stories.test_adverse_outcomes import UNHEARD
from tests.stories.test_appeals import appeals, to_court
from tests.stories.test_decision_corrections import FACTUAL, begins, proposes
from tests.stories.test_grounds import ASSISTS, assesses, partly_refused_and_appealed
from tests.stories.test_notices import NOT_SENT
from tests.stories.test_sent_back import sent_back
from tests.support.story import Story

ADMITTED: Mapping[str, Any] = {}
TO_COUNTY = {
    "service_organiser": "county",
    "organiser_name": "Esimerkin hyvinvointialue",
    "organiser_changed_reasons": "Henkilö sai eilen kotikunnan.",
    "wants_crime_report_help": "yes",
}


@pytest.fixture
def partly(story: Story) -> Story:
    """Admitted to assist an investigation, and not as the victim that the person asked to be; the court has the appeal."""
    story.applies(ground="unknown")
    story.until("assessment")
    partly_refused_and_appealed(story, UNHEARD)
    return story


def prepared_anew(story: Story, assessment: Mapping[str, Any] = ADMITTED) -> None:
    """The matter that came back is examined, and nobody does what else is open."""
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency")
    assesses(story, **assessment)
    story.does("kasittelija", "prepare_resolution")


def decided_anew(story: Story, assessment: Mapping[str, Any] = ADMITTED, **signature: Any) -> None:
    prepared_anew(story, assessment)
    story.does("paattaja", "sign_resolution", **signature)


def contacts(story: Story) -> int:
    return story.forms.count("contact_client")


def test_a_person_reached_before_the_court_sent_the_matter_back_is_contacted_no_second_time(
    partly: Story,
) -> None:
    partly.does("kasittelija", "contact_client", **TO_COUNTY)
    sent_back(partly)
    decided_anew(partly)
    assert contacts(partly) == 0
    partly.passes(minutes=1)
    assert (partly.forms.count("send_notice"), partly.forms.count("crime_report_support")) == (1, 1)
    assert partly.case.outcome is Outcome.ADMITTED_35_1
    partly.does("kasittelija", "send_notice")
    assert partly.ends() is Outcome.ADMITTED_35_1


def test_a_person_reached_while_the_matter_is_examined_anew_is_contacted_no_second_time(
    partly: Story,
) -> None:
    sent_back(partly)
    prepared_anew(partly)
    partly.does("kasittelija", "contact_client", stay_status="no_right")
    partly.does("paattaja", "sign_resolution")
    assert contacts(partly) == 0
    assert "reflection_period" in partly.forms, (
        "a victim without a right to stay, as the person said in that talk"
    )


def test_whom_nobody_has_reached_is_contacted_once_though_admitted_twice(partly: Story) -> None:
    sent_back(partly)
    decided_anew(partly)
    partly.passes(minutes=1)
    assert contacts(partly) == 1
    assert "contact_taken_over" in partly.milestones
    partly.does("kasittelija", "contact_client", stay_status="no_right")
    assert "reflection_period" in partly.forms, "the contact serves the new decision"
    assert partly.ends() is Outcome.ADMITTED_35_1


def test_who_was_refused_meanwhile_is_contacted_anew(partly: Story) -> None:
    partly.does("kasittelija", "contact_client")
    sent_back(partly)
    decided_anew(partly, UNHEARD)
    assert partly.case.outcome is Outcome.NOT_ADMITTED
    partly.does("kasittelija", "record_delivery")
    appeals(partly)
    to_court(partly)
    sent_back(partly)
    decided_anew(partly)
    assert contacts(partly) == 1


@pytest.mark.parametrize("is_reached", [True, False])
def test_a_court_that_admits_on_another_ground_begins_no_second_contact(
    partly: Story, *, is_reached: bool
) -> None:
    if is_reached:
        partly.does("kasittelija", "contact_client")
    partly.does("kasittelija", "court_decision", court_result="changed", outcome_after="admitted_35_1")
    partly.passes(minutes=1)
    assert partly.case.outcome is Outcome.ADMITTED_35_1
    assert contacts(partly) == (0 if is_reached else 1)


def test_a_correction_that_admits_on_another_ground_begins_no_second_contact(story: Story) -> None:
    story.applies(ground="unknown")
    story.until("assessment")
    assesses(story, **ASSISTS, **{name: each for name, each in UNHEARD.items() if name.startswith("hearing")})
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")
    story.does("kasittelija", "contact_client", **TO_COUNTY)
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_1
    story.passes(minutes=1)
    assert contacts(story) == 0


# ---------------------------------------------------------------- nobody is a client any more


def test_the_contact_ends_with_a_decision_that_does_not_admit(partly: Story) -> None:
    sent_back(partly)
    assert contacts(partly) == 1
    decided_anew(partly, UNHEARD)
    partly.passes(minutes=1)
    assert contacts(partly) == 0
    assert partly.ends() is Outcome.NOT_ADMITTED
    assert "client_contacted" not in partly.milestones


def test_help_and_the_letter_to_its_organiser_end_with_a_decision_that_does_not_admit(partly: Story) -> None:
    partly.does("kasittelija", "contact_client", **TO_COUNTY)
    sent_back(partly)
    decided_anew(partly, UNHEARD)
    with pytest.raises(HandedOverNoMore) as refused:
        partly.does("kasittelija", "send_notice")
    assert refused.value.field == "notice_state"
    partly.passes(minutes=1)
    assert not {"send_notice", "crime_report_support"} & set(partly.forms)
    assert "handover_ended" in partly.milestones
    assert partly.ends() is Outcome.NOT_ADMITTED
    assert "service_needs_handed_over" not in partly.milestones


def test_help_ends_also_where_the_contact_was_made_before_the_worker_ended_it(partly: Story) -> None:
    sent_back(partly)
    decided_anew(partly, UNHEARD)
    partly.does("kasittelija", "contact_client", **TO_COUNTY)
    partly.passes(minutes=1)
    assert not {"send_notice", "crime_report_support", "contact_client"} & set(partly.forms)


def test_a_letter_that_left_before_the_refusal_is_recorded_as_it_was(partly: Story) -> None:
    partly.does("kasittelija", "contact_client", **TO_COUNTY)
    sent_back(partly)
    partly.passes(days=2)
    decided_anew(partly, UNHEARD)
    partly.does("kasittelija", "send_notice", sent_on=str(partly.today - timedelta(days=1)))
    assert "service_needs_handed_over" in partly.milestones


def test_the_contact_ends_when_the_person_withdraws_what_the_court_sent_back(partly: Story) -> None:
    sent_back(partly)
    partly.does("kasittelija", "triage_override")
    assert partly.hears("application_withdrawn")
    partly.does("kasittelija", "withdraw")
    partly.does("kasittelija", "prepare_resolution")
    partly.does("paattaja", "sign_resolution")
    partly.passes(minutes=1)
    assert contacts(partly) == 0, "the person wants none"
    assert partly.ends() is Outcome.LAPSED


def test_a_refusal_that_is_recalled_before_it_left_has_ended_no_contact(partly: Story) -> None:
    sent_back(partly)
    decided_anew(partly, UNHEARD, hold_until=str(partly.today + timedelta(days=3)))
    partly.passes(minutes=1)
    assert partly.hears("new_fact")
    partly.does("paattaja", "recall_resolution")
    assert contacts(partly) == 1
    assert partly.case.state is not CaseState.CLOSED


def test_a_letter_that_may_leave_no_more_ends_as_not_sent(partly: Story) -> None:
    """Also while the refusal waits to leave, and in versions of the procedure whose diagram ends nothing."""
    partly.does("kasittelija", "contact_client", **{**TO_COUNTY, "wants_crime_report_help": "no"})
    sent_back(partly)
    decided_anew(partly, UNHEARD, hold_until=str(partly.today + timedelta(days=3)))
    partly.passes(minutes=1)
    with pytest.raises(HandedOverNoMore):
        partly.does("kasittelija", "send_notice")
    partly.does("kasittelija", "send_notice", **NOT_SENT)
    assert "send_notice" not in partly.forms
