"""The end of the clienthood, by a removal or a death, ends what goes on beside the case: no period, contact or help is left."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.reaching import PERSON_REACHED
from engine.domain.cases import Outcome
from engine.domain.reflection import OnlyForVictims
from tests.stories.test_contact import admitted
from tests.stories.test_contact_taken_over import TO_COUNTY
from tests.stories.test_corrected_reflections import prepares
from tests.stories.test_decision_corrections import HARM, begins
from tests.stories.test_decision_corrections import proposes as proposes_correction
from tests.stories.test_reflection import ONLY_GIVEN, announced, heard, outcomes, reflecting, running
from tests.stories.test_removal import NOTHING, WISH, assessed, clienthood
from tests.support.story import Story

HELPED = {"stay_status": "no_right", **TO_COUNTY}
SENT_BACK = {"reflection_signature": "return", "return_reason": "Henkilö on lähtenyt."}
UNPROPOSED: dict[str, None] = dict.fromkeys(("reflection_proposal", "reasons"))


def leaves(story: Story) -> None:
    """Remove the person by their own wish, and serve the decision."""
    assessed(story, **WISH)
    story.does("kasittelija", "prepare_removal")
    story.does("paattaja", "sign_removal")
    story.does("kasittelija", "record_delivery")


def dies(story: Story) -> None:
    died_on = story.today.isoformat()
    assessed(story, removal_proposal="died", died_on=died_on, **NOTHING)


@pytest.mark.parametrize("is_prepared", [False, True])
@pytest.mark.parametrize("ends", [leaves, dies])
def test_nothing_is_decided_of_a_period_once_the_person_has_left_or_died(
    story: Story, ends: Any, *, is_prepared: bool
) -> None:
    reflecting(story)
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry")
    if is_prepared:
        story.does("kasittelija", "reflection_period")
    ends(story)
    story.passes(minutes=1)
    assert not {"reflection_period", "sign_reflection_period"} & set(story.forms)
    assert outcomes(story) == []
    assert story.ends() is Outcome.ADMITTED_35_1
    assert "police_notified" not in story.milestones


def test_contact_and_help_end_with_the_clienthood_and_the_case_closes(story: Story) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", **HELPED)
    assert {"crime_report_support", "send_notice"} <= set(story.forms)
    leaves(story)
    story.passes(minutes=1)
    assert story.forms == []


def test_help_ends_with_the_clienthood_also_beside_a_period_that_runs(story: Story) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", stay_status="no_right", wants_crime_report_help="yes")
    story.does("kasittelija", "reflection_period")
    story.does("paattaja", "sign_reflection_period")
    announced(story)
    assert {"crime_report_support", "reflection_period"} <= set(story.forms), "the period runs"
    dies(story)
    story.passes(minutes=1)
    assert "crime_report_support" not in story.forms


def test_nobody_goes_on_trying_to_reach_a_client_who_died(story: Story) -> None:
    admitted(story)
    dies(story)
    story.passes(minutes=1)
    assert "contact_client" not in story.forms
    assert story.ends() is Outcome.ADMITTED_35_1


def test_help_that_ended_with_a_removal_begins_again_if_the_court_annuls_it(story: Story) -> None:
    reflecting(story)
    story.passes(days=1)
    leaves(story)
    story.passes(minutes=1)
    assert story.forms == []
    assert (PERSON_REACHED, None) not in story.file.awaited
    story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival", appealed="removal")
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    story.does("kasittelija", "send_to_court")
    story.does("kasittelija", "court_decision", court_result="annulled")
    assert clienthood(story).runs
    assert story.hears(PERSON_REACHED)
    story.does("kasittelija", "contact_client", **HELPED)
    assert {"crime_report_support", "send_notice", "reflection_period"} <= set(story.forms)
    assert (PERSON_REACHED, None) not in story.file.awaited


def test_a_period_that_is_decided_anew_waits_for_the_word_that_no_decision_is_made(story: Story) -> None:
    """The correction would be pending for ever, if its task ended by itself."""
    running(story)
    number = next(each.number for each in story.file.resolutions if each.kind == "reflection_period")
    begins(story, which_decision=number)
    proposes_correction(story, **HARM)
    story.passes(minutes=1)
    refused_anew = {**dict.fromkeys(ONLY_GIVEN), **heard(story.today), "reflection_proposal": "not_given"}
    prepares(story, "change_apart", **refused_anew)
    leaves(story)
    story.passes(minutes=1)
    with pytest.raises(OnlyForVictims) as refused:
        story.does("paattaja", "sign_reflection_period")
    assert refused.value.field == "reflection_signature"
    story.does("paattaja", "sign_reflection_period", **SENT_BACK, delegation_confirmed=None)
    with pytest.raises(OnlyForVictims):
        prepares(story, "change_apart", **refused_anew)
    prepares(story, "change_apart", police_decided="own", **ONLY_GIVEN, **UNPROPOSED)
    assert "correction_ended" in story.events
    assert outcomes(story) == ["reflection_period"]
