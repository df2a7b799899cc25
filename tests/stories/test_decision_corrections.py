"""A decision that has left is corrected: decided anew, replaced by a corrected copy, its appeal instructions given again, or not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.domain.cases import CaseState, Outcome
from engine.domain.decision_corrections import (
    AskedBeforeDecision,
    AskedTooLate,
    ConsentMissing,
    CorrectionPending,
    HeardBeforeDecision,
    LapseNotReopened,
    NotInDecision,
    NotInFavour,
    NotSentYet,
    OnlyInFavour,
    UnheardToHarm,
    Unreasonable,
)
from engine.domain.tasks import FourEyes
from engine.errors import AnswersRejected
from engine.queries.resolution_page import ReadLetter
from tests.stories.test_adverse_outcomes import UNHEARD, until_assessment
from tests.stories.test_appeals import appeals, becomes_final, refused, served, to_court, until_court
from tests.stories.test_delivery import BY_POST, signed
from tests.stories.test_notices import Letter, papers
from tests.stories.test_returned_post import comes_back
from tests.support.story import Story

COPY = {"wrong_text": "Hakijan", "right_text": "Hakijan ja hänen siskonsa"}
RETURNED = {"correction_signature": "return", "return_reason": "Kohta on väärin."}
FACTUAL = {
    **dict.fromkeys(("correction_unreasonable", "wrong_text", "right_text", "slip_shown")),
    "correction_kind": "factual",
    "correction_ground": "wrong_law",
    "correction_effect": "favour",
}
HARM = {
    **FACTUAL,
    "correction_effect": "harm",
    "party_consents": "yes",
    "consented_on": "@today",
    "correction_heard": "heard",
    "correction_heard_on": "@today",
    "correction_heard_said": "Suostun siihen.",
    "unheard_because": None,
}
INSTRUCTIONS = {
    **dict.fromkeys(("correction_unreasonable", "wrong_text", "right_text", "slip_shown")),
    "correction_kind": "instructions",
    "instructions_fault": "Siinä oli väärä hallinto-oikeus.",
}
REFUSAL = {
    **dict.fromkeys(("correction_unreasonable", "wrong_text", "right_text", "slip_shown")),
    "correction_kind": "factual",
    "correction_proposal": "refuse",
    "correction_reasons": "Päätös on oikea.",
}


def admitted(story: Story) -> None:
    """Admitted, served and contacted."""
    signed(story)
    story.does("kasittelija", "record_delivery")
    story.does("kasittelija", "contact_client")


def begins(story: Story, **answers: Any) -> None:
    assert story.hears("correction_needed")
    story.does("kasittelija", "correct_decision", **answers)


def proposes(story: Story, **answers: Any) -> None:
    at_hand = {
        name: story.today.isoformat() if value == "@today" else value for name, value in answers.items()
    }
    story.does("kasittelija", "examine_correction", **at_hand)


def letter(story: Story, kind: str) -> Letter:
    return papers(story, kind)[-1]


def periods(story: Story) -> list[tuple[str, bool]]:
    return [
        (each.business_key or "", each.is_open)
        for each in story.file.deadlines
        if each.name == "appeal_period"
    ]


@pytest.mark.databases
def test_a_corrected_copy_replaces_the_decision_and_starts_no_new_period(story: Story) -> None:
    admitted(story)
    before = periods(story)
    story.passes(days=3)
    begins(story)
    proposes(story, **COPY | {"right_text": "Väärin"})
    story.does("paattaja", "sign_correction", **RETURNED)
    proposes(story, **COPY)
    with pytest.raises(FourEyes):
        story.does("kasittelija", "sign_correction")
    beside = story.world.engine.answer(
        ReadLetter(story.task("sign_correction").id), story.world.actor("paattaja")
    )
    assert beside is not None
    of_decision, of_round = beside.comparisons
    assert of_decision.earlier.state == "signed", "compared with what was signed, and with the round before"
    assert of_round.earlier.state == "returned"
    lines = [line for section in of_decision.changes for line in section.lines]
    assert any(kind == "added" and "hänen siskonsa" in words for kind, words in lines), "the signer sees it"
    assert not any("Väärin" in words for _, words in lines)
    assert beside.number == f"{story.reference}-KJ1"
    story.does("paattaja", "sign_correction")
    assert story.forms == ["record_delivery"]
    story.does("kasittelija", "record_delivery")
    assert "correction_delivered" in story.milestones
    assert periods(story) == before
    copy = letter(story, "corrected_copy")
    for words in (
        "Hakijan ja hänen siskonsa",
        "Aiemmassa luki: Hakijan",
        "434/2003 51 §",
        f"{story.reference}, joka on annettu",
    ):
        assert words in copy
    assert all(each.heading in copy for each in beside.wording.sections if each.heading), "as it was read"
    assert "Hakijan oma kertomus" not in copy
    original, _, corrected = story.file.resolutions
    assert story.file.corrected == {original.id: corrected}, "the original bears the mark"
    assert story.case.outcome is Outcome.ADMITTED_35_1
    assert [each.is_open for each in story.file.deadlines if each.name == "correction"] == [False]
    becomes_final(story)


def test_a_refusal_is_reopened_in_favour_and_the_new_decision_has_its_own_period(story: Story) -> None:
    served(story)
    story.passes(days=5)
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_1
    assert story.file.resolutions[-1].number == f"{story.reference}-K1"
    assert "Tämä päätös korvaa päätöksen" in letter(story, "resolution")
    story.does("kasittelija", "contact_client")
    (key,) = (task.business_key for task in story.file.tasks if task.form_key == "record_delivery")
    assert key is not None
    assert key.startswith("KOR1-")
    story.does("kasittelija", "record_delivery")
    story.passes(days=1)
    assert "resolution_replaced" in story.milestones, "the first decision's own wait for finality is over"
    assert (key, True) in periods(story)
    becomes_final(story)
    assert story.milestones.count("final") == 1
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.ADMITTED_35_1


def test_a_decision_still_in_the_post_is_replaced_and_not_recorded_as_beyond_service(story: Story) -> None:
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(days=1)
    assert "resolution_replaced" in story.milestones
    assert "no_service_possible" not in story.milestones


def test_what_is_kept_of_the_decision_before_does_not_hold_the_new_one(story: Story) -> None:
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    comes_back(story)
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    if "other_help" in story.forms:
        story.does("kasittelija", "other_help")
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    new = story.file.resolutions[-1].id
    # A colleague had the task of the decision before still open, and ends it now.
    story.does("paattaja", "no_safe_service")
    kept = [each for each in story.file.deliveries if each.state == "kept"]
    assert [each.resolution_id == new for each in kept] == [False]
    story.does("kasittelija", "contact_client")
    story.does("kasittelija", "record_delivery")
    becomes_final(story)
    assert story.case.state is CaseState.CLOSED


def test_a_decision_is_reopened_to_the_partys_harm_only_with_consent(story: Story) -> None:
    admitted(story)
    begins(story)
    with pytest.raises(ConsentMissing) as refusal:
        proposes(story, **HARM | {"party_consents": "no", "consented_on": None})
    assert refusal.value.field == "party_consents"
    unheard = {**HARM, "correction_heard": "unnecessary", "unheard_because": "Hän suostui jo."}
    unheard |= dict.fromkeys(("correction_heard_on", "correction_heard_said"))
    with pytest.raises(UnheardToHarm) as asked:
        proposes(story, **unheard)
    assert asked.value.field == "correction_heard"
    with pytest.raises(OnlyInFavour):
        proposes(story, **HARM | {"correction_ground": "new_clarification"})
    proposes(story, **HARM)
    assert "harm_consented" in story.milestones
    story.does("kasittelija", "assessment", **UNHEARD)
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.NOT_ADMITTED
    story.does("kasittelija", "record_delivery")
    assert "other_help" in story.forms


def test_what_was_reopened_in_favour_does_not_end_in_harm(story: Story) -> None:
    admitted(story)
    begins(story)
    proposes(story, **FACTUAL)
    with pytest.raises(NotInFavour) as refusal:
        story.does("kasittelija", "assessment", **UNHEARD)
    assert refusal.value.field == "outcome_proposed"


def test_new_instructions_are_served_and_the_period_runs_from_that_service(story: Story) -> None:
    served(story)
    becomes_final(story)
    assert story.case.state is CaseState.CLOSED
    begins(story, asked_by="authority")
    proposes(story, **INSTRUCTIONS)
    story.does("paattaja", "sign_correction")
    assert story.case.state is CaseState.PENDING
    assert "Siinä oli väärä hallinto-oikeus." in letter(story, "reissued_instructions")
    assert "Valitusosoitus" in letter(story, "reissued_instructions")
    certificate = letter(story, "service_certificate")
    assert f"valitusosoitus {story.file.resolutions[-1].number}" in certificate, "that begins the period"
    story.does("kasittelija", "record_delivery")
    (period,) = (each for each in story.file.deadlines if each.name == "appeal_period" and each.is_open)
    assert period.due_on is not None
    assert period.due_on >= story.today + timedelta(days=30)
    becomes_final(story)
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.NOT_ADMITTED


def test_a_refusal_of_a_correction_says_that_it_can_not_be_appealed(story: Story) -> None:
    served(story)
    begins(story)
    proposes(story, **REFUSAL)
    story.does(
        "paattaja", "sign_correction", correction_signature="return", return_reason="Perustele enemmän."
    )
    proposes(story, **REFUSAL)
    story.does("paattaja", "sign_correction")
    story.does("kasittelija", "record_delivery")
    assert "ei saa hakea muutosta valittamalla" in letter(story, "correction_refused")
    assert len(periods(story)) == 1
    becomes_final(story)


def test_a_correction_of_our_own_that_comes_to_nothing_is_sent_to_nobody(story: Story) -> None:
    served(story)
    begins(story, asked_by="authority")
    proposes(story, **REFUSAL)
    story.does("paattaja", "sign_correction")
    assert "record_delivery" not in story.forms
    assert "finality_inquiry" not in story.forms


def test_the_court_that_has_an_appeal_hears_of_the_correction_and_of_its_end(story: Story) -> None:
    until_court(story)
    begins(story)
    story.passes(minutes=1)
    assert "on tullut vireille" in letter(story, "correction_notice")
    assert {"send_correction_notice", "examine_correction"} <= set(story.forms), "neither waits for the other"
    story.does("kasittelija", "send_correction_notice")
    proposes(story, **COPY)
    story.does("paattaja", "sign_correction")
    story.passes(minutes=1)
    assert "kirjoitusvirhe on korjattu" in letter(story, "correction_notice")
    story.does("kasittelija", "record_delivery")
    story.does("kasittelija", "send_correction_notice")
    assert story.forms == ["court_decision"]


def test_a_pending_correction_stops_no_period(story: Story) -> None:
    served(story)
    running = periods(story)
    begins(story)
    assert periods(story) == running
    assert [is_open for _, is_open in running] == [True]
    story.passes(days=40)
    assert "finality_inquiry" in story.forms
    assert "examine_correction" in story.forms


def test_two_corrections_at_once_are_refused_beside_the_field_and_one_may_follow_another(
    story: Story,
) -> None:
    served(story)
    begins(story)
    story.hears("correction_needed")
    with pytest.raises(CorrectionPending) as refusal:
        story.does("kasittelija", "correct_decision")
    assert refusal.value.field == "which_decision"
    gone = dict.fromkeys(("asked_by", "asked_on", "what_is_wrong"))
    story.does("kasittelija", "correct_decision", is_correction="mistake", **gone)
    proposes(story, wrong_text="oma kertomus", right_text="oma kirjallinen kertomus")
    story.does("paattaja", "sign_correction")
    story.does("kasittelija", "record_delivery")
    begins(story)
    proposes(story, wrong_text="kirjallinen", right_text="suullinen")
    story.does("paattaja", "sign_correction")
    numbers = [each.number for each in story.file.resolutions]
    assert numbers == [story.reference, f"{story.reference}-KJ1", f"{story.reference}-KJ2"]
    newest = letter(story, "corrected_copy")
    assert "oma suullinen kertomus" in newest
    assert f"{story.reference}-KJ1, joka on annettu" in newest, "each names the one it corrects"


def test_a_decision_that_has_not_left_is_recalled_and_not_corrected(story: Story) -> None:
    until_assessment(story)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=str(story.today + timedelta(days=5)))
    story.hears("correction_needed")
    with pytest.raises(NotSentYet) as refusal:
        story.does("kasittelija", "correct_decision")
    assert refusal.value.field == "which_decision"


def test_what_the_sections_do_not_allow_is_refused_beside_the_field(story: Story) -> None:
    served(story)
    story.hears("correction_needed")
    early = (story.today - timedelta(days=1)).isoformat()
    with pytest.raises(AskedBeforeDecision):
        story.does("kasittelija", "correct_decision", asked_on=early)
    story.does("kasittelija", "correct_decision")
    with pytest.raises(NotInDecision) as refusal:
        proposes(story, wrong_text="Tätä ei ole", right_text="Eikä tätä")
    assert refusal.value.field == "wrong_text"
    with pytest.raises(Unreasonable):
        proposes(story, **COPY, correction_unreasonable="yes")
    with pytest.raises(AnswersRejected) as unheard:
        proposes(story, **COPY, correction_heard=None, unheard_because=None)
    assert "correction_heard" in unheard.value.problems
    heard = {"correction_heard": "heard", "correction_heard_said": "Hyvä niin.", "unheard_because": None}
    with pytest.raises(HeardBeforeDecision):
        proposes(story, **COPY, **heard, correction_heard_on=early)


def test_after_five_years_a_decision_is_corrected_no_more(story: Story) -> None:
    served(story)
    becomes_final(story)
    story.world.clock.moment += timedelta(days=5 * 366)
    begins(story)
    with pytest.raises(AskedTooLate) as refusal:
        proposes(story, **COPY)
    assert refusal.value.field == "correction_proposal"
    proposes(story, **REFUSAL)
    assert "sign_correction" in story.forms


def test_a_lapse_is_not_decided_anew_because_a_person_may_apply_again(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    story.withdraws()
    story.does("kasittelija", "withdraw")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")
    begins(story)
    with pytest.raises(LapseNotReopened):
        proposes(story, **FACTUAL)


def test_an_appeal_against_the_new_decision_is_its_own(story: Story) -> None:
    served(story)
    begins(story)
    proposes(story, **FACTUAL)
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")
    story.does("kasittelija", "contact_client")
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    assert "triage_override" in story.forms, "examined again at once, as a whole"
