"""The authority's own appeal restores its decision: the examination that a lower court's ruling began ends, or a decision-maker
settles what becomes of what was decided meanwhile (808/2019 109, 122 §)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from engine.casework.recordings.own_appeal import FateDayPassed
from engine.casework.restored_decisions import DecisionRestored
from engine.clock import day_of
from engine.domain.cases import CaseState, Outcome
from engine.domain.chronology import STANDS_NO_MORE, DatesRejected
from engine.texts import day
from tests.stories.test_adverse_outcomes import adverse
from tests.stories.test_appeals import UNHEARD, appeals, to_court, until_assessment, until_court
from tests.stories.test_removal import client, signed
from tests.stories.test_sent_back import appealed_and_died_unreached, sent_back, shown_as_sent_back
from tests.support.answers import request
from tests.support.browsing import signed_in
from tests.support.story import Story


def annulled(story: Story) -> None:
    """Refused, annulled by the court; the authority asks for leave to appeal, and examines anew meanwhile."""
    until_court(story)
    appeals_against(story)


def appeals_against(story: Story, key: str = "VAL-1") -> None:
    sent_back(story)
    story.does("paattaja", "own_appeal", key=key, own_appeal="yes")
    story.does("paattaja", "send_own_appeal", key=key)


def restored(story: Story, **answers: Any) -> None:
    story.does(
        "paattaja",
        "own_appeal_result",
        **{"own_result": "restored", "outcome_after": "not_admitted"} | answers,
    )


def shown_unsettled(story: Story) -> None:
    """The case names the outcome that is in force again; who serves the new decision is warned, and gives reasons if it left."""
    visitor = signed_in(story.world, "kasittelija")
    page = visitor.get(f"/cases/{story.reference}").text
    assert "Oikeus palautti voimaan: Ei otettu" in page
    assert "Ratkaisematta, mitä tälle tehdään: Otettu" in page
    assert page.count("palautunut voimaan") == 1
    found = visitor.submits(visitor.get("/cases/"), q="Keksitty").text
    assert "Oikeus palautti aiemman päätöksen voimaan, uudempi odottaa ratkaisua" in found
    serving = f"/tasks/{story.task('record_delivery').id}"
    page = visitor.get(serving).text
    assert f"Oikeus palautti voimaan aiemman päätöksen {story.reference}." in page
    with pytest.raises(DatesRejected) as refused:
        story.does("kasittelija", "record_delivery")
    assert refused.value.message == STANDS_NO_MORE


def prepared_anew(story: Story) -> None:
    for form in ("triage_override", "sufficiency", "assessment", "prepare_resolution"):
        story.does("kasittelija", form)


@pytest.mark.databases
def test_a_restored_decision_ends_the_new_examination_and_is_signed_against_no_more(story: Story) -> None:
    annulled(story)
    prepared_anew(story)
    restored(story)
    with pytest.raises(DecisionRestored):
        story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    assert set(story.forms) == {"other_help", "finality_inquiry"}, "what follows from the decision in force"
    assert "examination_ended" in story.events
    first, draft = story.file.resolutions
    assert (first.state, draft.state) == ("signed", "returned")
    targets = [each for each in story.file.deadlines if each.name == "target"]
    assert not any(each.is_open for each in targets)
    assert targets[-1].entries[-1].cause == "decision_restored"
    assert not story.file.is_sent_back
    assert not shown_as_sent_back(story)
    assert not story.file.overruled
    assert story.case.outcome is Outcome.NOT_ADMITTED
    assert [each.attempt for each in story.file.deliveries] == [1], "nobody is served again what they have"
    story.does("kasittelija", "other_help")
    story.does("kasittelija", "finality_inquiry")
    assert "final" in story.milestones
    assert story.case.state is CaseState.CLOSED


def test_a_decision_that_was_held_once_is_not_held_again_when_it_is_restored(story: Story) -> None:
    """It was served long ago: nothing new can keep it from leaving, so nothing asks whether it is recalled."""
    until_assessment(story)
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution", hold_until=str(story.today + timedelta(days=3)))
    story.passes(days=4)
    story.does("kasittelija", "record_delivery")
    story.does("kasittelija", "other_help")
    appeals(story)
    to_court(story)
    appeals_against(story)
    restored(story)
    story.passes(minutes=1)
    assert "decision_restored" in story.milestones
    assert sum(each["element_id"] == "hold_wait" for each in story.file.element_runs) == 1


def test_requests_and_hearings_of_the_examination_end_and_those_asked_hear_of_it(story: Story) -> None:
    annulled(story)
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    row = request("outside_authority", story.today + timedelta(days=14))
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    story.passes(minutes=1)
    restored(story)
    story.passes(minutes=1)
    assert [each.closed_as for each in story.file.requests] == ["cancelled"]
    assert [mail.kind for mail in story.mails].count("mail_message_closed") == 1
    assert "information_reply" not in story.forms


def test_who_is_heard_in_the_examination_hears_that_no_answer_is_needed(story: Story) -> None:
    annulled(story)
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency")
    story.does("kasittelija", "assessment", **adverse(story))
    story.does("kasittelija", "post_paper", "HEAR-1")
    restored(story)
    story.passes(minutes=1)
    assert "hearing_reply" not in story.forms
    (hearing,) = story.file.requests
    assert hearing.closed_as == "cancelled"
    mailed = [mail.kind for mail in story.mails].count("mail_message_closed")
    assert mailed + story.forms.count("post_paper") == 1, (
        "by a safe mailbox, or by a letter that somebody takes"
    )


def test_a_decision_made_meanwhile_stays_until_a_decision_maker_settles_it(story: Story) -> None:
    annulled(story)
    assert story.file.overruled, "as the lower court left it"
    prepared_anew(story)
    page = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('sign_resolution').id}").text
    assert "Oma valituksemme on korkeimmassa hallinto-oikeudessa" in page
    story.does("paattaja", "sign_resolution")
    numbers = [each.number for each in story.file.resolutions if each.kind == "admission" and each.signed_at]
    assert numbers == [story.reference, f"{story.reference}-2"], "no two decisions under one number"
    restored(story)
    story.passes(minutes=1)
    assert story.case.outcome is Outcome.ADMITTED_35_1, "no ruling undoes it by itself"
    assert not story.file.overruled, "the supreme court has undone the ruling that annulled the first"
    shown_unsettled(story)
    until = story.today + timedelta(days=14)
    later = {"new_decision_fate": "other", "restored_reasons": "Kysymme ensin henkilöltä."}
    with pytest.raises(FateDayPassed):
        story.does("paattaja", "restored_decision", **later, fate_due_on=story.today.isoformat())
    story.does("paattaja", "restored_decision", **later, fate_due_on=until.isoformat())
    assert day_of(story.task("restored_decision").due_at) == until, "it stays until it is settled"
    assert "restored_settled" not in story.milestones
    assert "Kysymme ensin henkilöltä." in (
        signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    )
    story.does(
        "paattaja", "restored_decision", new_decision_fate="correct", restored_reasons="Ratkaisu on toinen."
    )
    story.passes(minutes=1)
    assert "correct_decision" in story.forms
    assert "restored_settled" in story.milestones
    why = "Hän oli saanut sen jo tapaamisessa."
    story.does("kasittelija", "record_delivery", because={"served_on": why})
    record = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    explained = record.partition("Päivälle kirjattiin syy")[2].partition("</li>")[0]
    for words in (day("fi", story.today), "Päätös annettiin, kun se ei ollut enää voimassa", why):
        assert words in explained, words


def test_one_of_two_rulings_undone_leaves_the_other_and_the_examination(story: Story) -> None:
    until_court(story)
    appeals(story, appellant="other")
    to_court(story)
    sent_back(story)
    appeals_against(story, "VAL-2")
    restored(story)
    story.passes(minutes=1)
    assert story.file.is_sent_back
    assert "triage_override" in story.forms


def after_the_end(story: Story) -> None:
    """Upheld and final; a late appeal annuls the decision of the closed case."""
    until_court(story)
    story.does("kasittelija", "court_decision", court_result="upheld")
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry")
    assert story.case.state is CaseState.CLOSED
    appeals(story)
    to_court(story)
    appeals_against(story, "VAL-2")


def test_an_examination_begun_after_the_end_of_the_case_ends_as_well(story: Story) -> None:
    after_the_end(story)
    assert "triage_override" in story.forms
    restored(story)
    story.passes(minutes=1)
    assert "triage_override" not in story.forms
    assert "other_help" in story.forms
    assert story.ends() is Outcome.NOT_ADMITTED


def test_a_restored_decision_whose_recipient_died_unreached_is_served_on_nobody(story: Story) -> None:
    appealed_and_died_unreached(story)
    story.passes(days=8)
    assert "no_service_possible" in story.milestones
    appeals_against(story)
    restored(story)
    story.passes(days=8)
    assert story.milestones.count("no_service_possible") == 2
    assert not {"resolution_served", "final"} & set(story.milestones)
    assert story.case.outcome is Outcome.NOT_ADMITTED


@pytest.mark.parametrize("begins", [annulled, after_the_end])
def test_the_lapse_of_a_new_examination_is_made_no_more_once_the_decision_is_restored(
    story: Story, begins: Callable[[Story], None]
) -> None:
    begins(story)
    story.does("kasittelija", "triage_override")
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", applies_self="no")
    assert "prepare_resolution" in story.forms
    restored(story)
    story.passes(minutes=1)
    assert "prepare_resolution" not in story.forms
    assert story.case.outcome is Outcome.NOT_ADMITTED


def test_an_admission_restored_before_its_contact_was_made_is_examined_no_more(story: Story) -> None:
    story.applies()
    story.until("contact_client")
    while "record_delivery" in story.forms:
        story.does("kasittelija", "record_delivery")
    appeals(story)
    to_court(story)
    appeals_against(story)
    restored(story, outcome_after="admitted_35_1")
    story.passes(minutes=1)
    assert "contact_client" in story.forms
    story.does("kasittelija", "contact_client")
    story.passes(minutes=1)
    assert not {"triage_override", "sufficiency"} & set(story.forms)
    assert story.file.clienthood is not None
    assert story.file.clienthood.runs
    assert story.ends() is Outcome.ADMITTED_35_1


def test_a_restored_removal_is_settled_by_a_decision_maker(story: Story) -> None:
    client(story)
    signed(story)
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    appeals(story, appealed="removal")
    to_court(story)
    appeals_against(story)
    restored(story, outcome_after=None)
    story.does("paattaja", "restored_decision", new_decision_fate=None, restored_reasons="Asiakkuus päättyi.")
    assert story.case.outcome is Outcome.ADMITTED_35_1
    assert "removal_assessment" in story.forms, "a person ends it, with the fact at hand"


@pytest.mark.parametrize("ended_first", [True, False])
def test_a_restored_decision_waits_for_the_leave_period_of_its_other_appeal(
    story: Story, ended_first: bool
) -> None:
    """Leave to appeal against the other ruling may be asked for thirty days (808/2019 107 §): nothing is final before."""
    until_court(story)
    appeals(story, appellant="other")
    to_court(story)
    discontinued = {"key": "VAL-2", "court_result": "discontinued"}
    if ended_first:
        story.does("kasittelija", "court_decision", **discontinued)
    story.does("kasittelija", "court_decision", key="VAL-1", court_result="annulled")
    story.passes(minutes=1)
    story.does("paattaja", "own_appeal", key="VAL-1", own_appeal="yes")
    story.does("paattaja", "send_own_appeal", key="VAL-1")
    if not ended_first:
        story.does("kasittelija", "court_decision", **discontinued)
    story.passes(days=6)
    restored(story)
    story.passes(days=1)
    assert "finality_inquiry" not in story.forms
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry")
    assert story.milestones.count("final") == 1
