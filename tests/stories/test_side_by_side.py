"""Instances of one case run side by side: none goes on about what another has settled, and none does its work twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.signature_bars import PartyUnheard
from engine.domain.cases import CaseState, Outcome
from engine.domain.clienthood import NoClienthood, PersonDied
from engine.domain.reflection import NothingDecided, PeriodRunning, TotalExceeded, months_later
from engine.feel.values import from_json
from engine.storage.resolutions import Delivery, Resolution
from engine.texts import day
from tests.stories.test_adverse_outcomes import UNHEARD as UNHEARD_REFUSAL
from tests.stories.test_adverse_outcomes import adverse, until_assessment
from tests.stories.test_appeals import appeals, becomes_final, served, to_court
from tests.stories.test_decision_corrections import FACTUAL, HARM, admitted
from tests.stories.test_decision_corrections import begins as begins_correction
from tests.stories.test_decision_corrections import proposes as proposes_correction
from tests.stories.test_delivery import BY_POST, FAILED
from tests.stories.test_opinions import opinion
from tests.stories.test_removal import UNHEARD, assessed
from tests.stories.test_removal_of_children import OF_A_CHILD, child_client, gets_a_representative
from tests.stories.test_representatives import adds
from tests.stories.test_urgent_calls import until_oral_decision
from tests.support.answers import request
from tests.support.story import Story


def test_two_appeals_that_a_court_sends_back_begin_one_examination(story: Story) -> None:
    """Two drafts of two examinations would replace each other, and one signer would find nothing to sign."""
    served(story)
    becomes_final(story)
    for appellant in ("person", "other"):
        appeals(story, appellant=appellant)
        to_court(story)
    first, second = (task.business_key for task in story.file.tasks if task.form_key == "court_decision")
    story.does("kasittelija", "court_decision", key=first, court_result="annulled")
    story.passes(minutes=1)
    story.does("kasittelija", "court_decision", key=second, court_result="annulled")
    story.passes(minutes=1)
    assert story.events.count("examined_again") == 1
    assert story.forms.count("triage_override") == 1
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_removal_ends_with_the_clienthood_that_an_oral_decision_began(story: Story) -> None:
    until_oral_decision(story)
    story.does("paattaja", "oral_decision")
    assessed(story, **UNHEARD)
    assert "prepare_removal" in story.forms
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", lapse_reason="death")
    story.passes(minutes=1)
    assert "prepare_removal" not in story.forms, "nobody is asked for a decision about who died"
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.file.clienthood is None
    assert story.ends() is Outcome.LAPSED


def reflecting_twice(story: Story) -> None:
    """The court admits on two appeals: contact is made after each, and each asks about a reflection period."""
    served(story)
    for appellant in ("person", "other"):
        appeals(story, appellant=appellant)
        to_court(story)
    for key in ("VAL-1", "VAL-2"):
        admitted = {"court_result": "changed", "outcome_after": "admitted_35_1"}
        story.does("kasittelija", "court_decision", key, **admitted)
        if key == "VAL-1":
            # The person is reached once, whichever decision asks for it.
            story.does("kasittelija", "contact_client", key, stay_status="no_right")


def prepares(story: Story, key: str, days: int, **answers: object) -> str:
    """Prepare a decision on the reflection period. Return the last day that it gives."""
    until = (story.today + timedelta(days=days)).isoformat()
    story.does("kasittelija", "reflection_period", key, reflection_until=until, **answers)
    return until


def decided(story: Story) -> list[tuple[str, str]]:
    """Return number and last day of each signed decision on the reflection period."""
    return [
        (
            each.number.removeprefix(story.reference),
            str(from_json(each.content["answers"])["reflection_until"]),
        )
        for each in _signed(story)
    ]


def _signed(story: Story) -> list[Resolution]:
    return [
        each for each in story.file.resolutions if each.kind == "reflection_period" and each.state == "signed"
    ]


def _attempts(story: Story, resolution: Resolution) -> list[Delivery]:
    return [each for each in story.file.deliveries if each.resolution_id == resolution.id]


def test_of_two_drafts_of_one_kind_each_is_signed_in_its_own_task(story: Story) -> None:
    reflecting_twice(story)
    first = prepares(story, "VAL-1", 90)
    prepares(story, "VAL-2", 60)
    story.does("paattaja", "sign_reflection_period", "VAL-1")
    assert decided(story) == [("-H", first)]
    with pytest.raises(PeriodRunning) as refused:
        story.does("paattaja", "sign_reflection_period", "VAL-2")
    assert refused.value.field == "reflection_signature"
    back = {"reflection_signature": "return", "return_reason": "Harkinta-aika on jo annettu."}
    story.does("paattaja", "sign_reflection_period", "VAL-2", **back, delegation_confirmed=None)
    assert [each.business_key for each in story.file.tasks if each.form_key == "reflection_period"] == [
        "VAL-2"
    ]


def test_of_two_decisions_served_side_by_side_each_recipient_gets_its_own_and_never_a_draft(
    story: Story,
) -> None:
    reflecting_twice(story)
    first = prepares(story, "VAL-1", 60)
    story.does("paattaja", "sign_reflection_period", "VAL-1")
    extends = {"reflection_proposal": "extend", "reflection_from": None, "police_explained": "yes"}
    last = prepares(story, "VAL-2", 90, **extends)
    story.does("kasittelija", "record_delivery", **FAILED)
    story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    (given,) = _signed(story)
    assert len(_attempts(story, given)) == 2, "the draft of the extension goes to nobody"
    story.does("paattaja", "sign_reflection_period", "VAL-2")
    assert decided(story) == [("-H", first), ("-H2", last)]
    keys = {each.business_key for each in story.file.tasks if each.form_key == "record_delivery"}
    assert len(keys) == 2
    for key in keys:
        story.does("kasittelija", "record_delivery", key)
    assert [[each.state for each in _attempts(story, each)][-1] for each in _signed(story)] == ["served"] * 2


def hearing(story: Story) -> str:
    """Return the state of the hearing before the removal."""
    (found,) = [each for each in story.file.requests if each.kind == "hearing"]
    return found.closed_as or found.state


def test_a_ruling_ends_the_hearing_of_a_removal_and_a_withdrawal_what_its_own_examination_asked(
    story: Story,
) -> None:
    story.applies()
    assert story.ends() is Outcome.ADMITTED_35_1
    assessed(story)
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    assert hearing(story) == "cancelled", "nobody is removed from an admission that does not stand"
    story.does("kasittelija", "triage_override")
    asks = {"enough": "ask", "reason": "Työn ehdot puuttuvat.", "missing": "Työn ehdot"}
    story.does("kasittelija", "sufficiency", **asks)
    due = story.today + timedelta(days=14)
    rows = [request("outside_authority", due)]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Ehdot puuttuvat.")
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", applies_self="no")
    assert [each.closed_as for each in story.file.requests if each.kind == "information"] == ["cancelled"]


def test_a_death_ends_the_hearing_of_a_removal_at_once(story: Story) -> None:
    until_oral_decision(story)
    story.does("paattaja", "oral_decision")
    assessed(story)
    story.does("kasittelija", "post_paper")
    assert hearing(story) == "sent"
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", lapse_reason="death")
    assert hearing(story) == "cancelled"
    story.does("kasittelija", "hearing_reply")
    assert hearing(story) == "cancelled", "an answer that was written down meanwhile opens it no more"
    assert "late_reply_received" in story.events
    story.passes(minutes=1)
    assert "review_reply" not in story.forms
    assert "removal_assessment" not in story.forms
    with pytest.raises(NoClienthood):
        story.hears("removal_needed")
    assert "removal_needed" not in [name for name, _ in story.file.awaited]


def test_a_letter_recorded_in_the_moment_after_a_death_opens_no_hearing_anew(story: Story) -> None:
    until_oral_decision(story)
    story.does("paattaja", "oral_decision")
    assessed(story)
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", lapse_reason="death")
    assert hearing(story) == "cancelled"
    story.does("kasittelija", "post_paper")
    assert hearing(story) == "cancelled"
    assert "notice_sent" in story.events, "the letter did leave"
    assert "request_sent" not in story.events


def test_nobody_begins_to_hear_who_has_died_in_the_moment_before_the_removal_ends(story: Story) -> None:
    until_oral_decision(story)
    story.does("paattaja", "oral_decision")
    story.hears("removal_needed")
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", lapse_reason="death")
    with pytest.raises(PersonDied) as refused:
        story.does("kasittelija", "removal_assessment")
    assert refused.value.field == "removal_proposal"
    story.passes(minutes=1)
    assert "removal_assessment" not in story.forms
    assert not [each for each in story.file.requests if each.kind == "hearing"]


OWN = {
    "police_decided": "own",
    **dict.fromkeys(("reflection_proposal", "reflection_from", "reflection_until", "police_explained")),
}


def test_a_second_question_of_a_reflection_period_ends_with_the_decision_there_is(story: Story) -> None:
    reflecting_twice(story)
    with pytest.raises(NothingDecided) as early:
        story.does("kasittelija", "reflection_period", "VAL-2", **OWN)
    assert early.value.field == "police_decided"
    first = prepares(story, "VAL-1", 90)
    story.does("paattaja", "sign_reflection_period", "VAL-1")
    with pytest.raises(PeriodRunning):
        prepares(story, "VAL-2", 60)
    story.does("kasittelija", "reflection_period", "VAL-2", **OWN)
    assert decided(story) == [("-H", first)]
    assert "reflection_period" not in story.forms
    assert "sign_reflection_period" not in story.forms


def test_a_period_given_after_another_counts_towards_six_months(story: Story) -> None:
    reflecting_twice(story)
    prepares(story, "VAL-1", 120)
    story.does("paattaja", "sign_reflection_period", "VAL-1")
    story.passes(days=121)
    first = story.today
    with pytest.raises(TotalExceeded) as refused:
        prepares(story, "VAL-2", 90)
    assert refused.value.field == "reflection_until"
    six_months = (months_later(first, 6) - first).days
    with pytest.raises(TotalExceeded):
        prepares(story, "VAL-2", six_months - 119)
    last = prepares(story, "VAL-2", six_months - 120)
    story.does("paattaja", "sign_reflection_period", "VAL-2")
    assert decided(story)[-1] == ("-H2", last)


def test_a_draft_that_would_pass_six_months_by_what_was_given_meanwhile_is_sent_back(story: Story) -> None:
    reflecting_twice(story)
    prepares(story, "VAL-1", 120)
    prepares(story, "VAL-2", 125)
    story.does("paattaja", "sign_reflection_period", "VAL-1")
    story.passes(days=121)
    with pytest.raises(TotalExceeded) as refused:
        story.does("paattaja", "sign_reflection_period", "VAL-2")
    assert refused.value.field == "reflection_signature"


def test_an_opinion_is_about_the_decision_that_was_appealed_and_not_the_one_that_replaced_it(
    story: Story,
) -> None:
    served(story)
    first = story.today
    story.passes(days=2)
    appeals(story)
    story.passes(days=3)
    begins_correction(story)
    proposes_correction(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    written = opinion(story)
    on = " ".join(day("fi", first).split())
    assert f"päätöksestä, joka on annettu {on}" in written
    assert f"Päätöksen tiedoksisaanti: {on}" in written


def test_a_decision_served_again_on_two_is_examined_once_and_served_on_neither_when_sent_back(
    story: Story,
) -> None:
    refused_by_post_to_two(story)
    keys = [each.business_key for each in story.file.deliveries]
    assert len(set(keys)) == 2
    for key in keys:
        story.hears("mail_returned", key=key)
    assert story.forms.count("choose_delivery_way") == 2
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    assert "choose_delivery_way" not in story.forms, "it is served on nobody any more"
    assert story.events.count("examined_again") == 1


def refused_by_post_to_two(story: Story) -> None:
    """Refused, posted to the person and to a representative, final and closed."""
    until_assessment(story, **BY_POST)
    adds(story, contact={"safe_channels": ["post"], "postal_address": BY_POST["postal_address"]})
    story.does("kasittelija", "assessment", **UNHEARD_REFUSAL)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    for task in story.file.tasks:
        if task.form_key == "post_letter":
            story.does("kasittelija", "post_letter", task.business_key)
    story.does("kasittelija", "other_help")
    becomes_final(story)
    assert story.case.state is CaseState.CLOSED


def test_a_hearing_of_a_removal_bars_no_correction_that_is_reasoned_without_one(story: Story) -> None:
    admitted(story)
    begins_correction(story)
    proposes_correction(story, **HARM)
    story.does("kasittelija", "assessment", **UNHEARD_REFUSAL)
    story.does("kasittelija", "prepare_resolution")
    assessed(story)
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.passes(days=16)
    off = {"choice": "cancel", "reason": "Hän tarvitseekin apua."}
    story.does("kasittelija", "request_follow_up", "HEAR-1", **off)
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.NOT_ADMITTED


def test_who_is_heard_in_a_correction_is_not_heard_in_a_removal(story: Story) -> None:
    """Nor does the removal's letter or its signer read of a hearing that was held on something else."""
    child = child_client(story, "2010-03-01")
    for key in [each.business_key for each in child.file.tasks if each.form_key == "record_delivery"]:
        child.does("kasittelija", "record_delivery", key)
    assessed(child, **OF_A_CHILD)
    hears_each(child, "HEAR-1", "HEAR-2")
    child.does("kasittelija", "prepare_removal")
    gets_a_representative(child)
    begins_correction(child)
    proposes_correction(child, **HARM)
    child.does("kasittelija", "assessment", **adverse(child), **OF_A_CHILD)
    hears_each(child, "HEAR-3", "HEAR-4", "HEAR-5")
    with pytest.raises(PartyUnheard):
        child.does("paattaja", "sign_removal")


def hears_each(story: Story, *references: str) -> None:
    for reference in references:
        for form in ("post_paper", "hearing_reply", "review_reply"):
            story.does("kasittelija", form, reference)
