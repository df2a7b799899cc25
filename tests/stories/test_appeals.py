"""Somebody appeals: the opinion goes to the court without delay, and what the court says is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.casework.recordings.appeal import AppealNotAttached, OpinionLeftOut, StillOpen
from engine.domain.cases import CaseState, Outcome
from engine.domain.tasks import FourEyes
from engine.errors import NotWaiting
from engine.queries.resolution_page import ReadLetter
from tests.stories.test_adverse_outcomes import UNHEARD, until_assessment
from tests.stories.test_delivery import BY_POST
from tests.support.story import Story


def refused(story: Story, **application: Any) -> None:
    """Refused, and served at once."""
    until_assessment(story, **application)
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")


def served(story: Story) -> None:
    refused(story)
    story.does("kasittelija", "record_delivery")
    if "other_help" in story.forms:
        story.does("kasittelija", "other_help")


def appeals(story: Story, **answers: Any) -> None:
    assert story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival", **answers)


def until_court(story: Story) -> None:
    """Refused, served, appealed, and the opinion sent."""
    served(story)
    appeals(story)
    to_court(story)


def to_court(story: Story) -> None:
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    assert "appeal_opinion" in [each.kind for each in story.file.documents]
    story.does("kasittelija", "send_to_court")


@pytest.mark.parametrize(
    ("arrival", "too_little", "enough"),
    [
        ({}, (["appeal"], ["opinion", "resolution"]), ["appeal", "opinion"]),
        ({"arrival_way": "court"}, (["appeal"], ["resolution"]), ["opinion"]),
    ],
    ids=["handed to us", "already at the court"],
)
def test_the_opinion_leaves_and_with_it_the_appeal_that_the_court_has_not(
    story: Story, arrival: dict[str, Any], too_little: tuple[list[str], ...], enough: list[str]
) -> None:
    served(story)
    appeals(story, **arrival)
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    for left in too_little:
        with pytest.raises(OpinionLeftOut) as refused:
            story.does("kasittelija", "send_to_court", sent_documents=left)
        assert refused.value.field == "sent_documents"
    assert "opinion_sent_to_court" not in story.events
    story.does("kasittelija", "send_to_court", sent_documents=enough)
    assert "opinion_sent_to_court" in story.events


def refuses_finality(story: Story) -> None:
    """Courts that know of no appeal make nothing final that nobody has received, or that may still be appealed."""
    if "finality_inquiry" in story.forms:
        with pytest.raises(StillOpen):
            story.does("kasittelija", "finality_inquiry")
    assert "final" not in story.milestones


def becomes_final(story: Story) -> None:
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry")
    assert "final" in story.milestones


@pytest.mark.databases
def test_an_appeal_that_fails_makes_the_resolution_final_once_the_courts_were_asked(story: Story) -> None:
    until_court(story)
    story.passes(days=60)
    assert "finality_inquiry" not in story.forms, "the court has it"
    story.does("kasittelija", "court_decision")
    story.passes(days=1)
    assert "final" not in story.milestones, "presumed until the courts were asked"
    becomes_final(story)
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.NOT_ADMITTED


def test_an_appeal_is_no_click_without_a_day_and_can_be_undone(story: Story) -> None:
    served(story)
    story.hears("appeal_received")
    assert "appeal_registered" not in story.events
    with pytest.raises(AppealNotAttached):
        story.does("kasittelija", "appeal_arrival", appeal_document="attached")
    gone = dict.fromkeys(("appeal_received_on", "arrival_way", "appellant", "appeal_document"))
    story.does("kasittelija", "appeal_arrival", is_appeal="mistake", **gone)
    assert "appeal_opinion" not in story.forms
    assert "appeal_recorded" not in story.milestones
    becomes_final(story)


def test_an_appeal_may_come_before_everybody_has_the_resolution(story: Story) -> None:
    refused(story)
    assert "record_delivery" in story.forms
    appeals(story)
    assert "appeal_opinion" in story.forms
    assert "record_delivery" in story.forms, "serving goes on"


def test_a_second_appeal_goes_to_the_court_beside_the_first(story: Story) -> None:
    until_court(story)
    appeals(story, appellant="other")
    to_court(story)
    first = next(task for task in story.file.tasks if task.form_key == "court_decision")
    story.does("kasittelija", "court_decision", key=first.business_key)
    story.passes(days=60)
    assert "finality_inquiry" not in story.forms, "the other is still there"
    story.does("kasittelija", "court_decision")
    becomes_final(story)


def test_a_late_appeal_is_forwarded_and_the_court_judges_its_time(story: Story) -> None:
    served(story)
    becomes_final(story)
    assert story.case.state is CaseState.CLOSED
    appeals(story)
    assert story.case.state is CaseState.PENDING
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="dismissed")
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.NOT_ADMITTED


def test_what_a_court_sends_back_after_the_end_is_examined_again_at_once(story: Story) -> None:
    served(story)
    becomes_final(story)
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    assert sorted(story.forms) == ["own_appeal", "triage_override"]
    assert story.case.state is CaseState.PENDING
    assert story.ends() is Outcome.ADMITTED_35_1
    assert [each.state for each in story.file.resolutions] == ["signed", "signed"]


def test_a_decision_served_again_after_the_end_may_still_be_annulled(story: Story) -> None:
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.does("kasittelija", "other_help")
    becomes_final(story)
    assert story.hears("mail_returned", key=story.file.deliveries[-1].business_key)
    story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    story.does("kasittelija", "record_delivery")
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)
    assert story.forms.count("triage_override") == 1


def test_post_that_comes_back_after_the_case_was_closed_begins_the_period_anew(story: Story) -> None:
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.does("kasittelija", "other_help")
    becomes_final(story)
    assert story.case.state is CaseState.CLOSED
    assert story.hears("mail_returned", key=story.file.deliveries[-1].business_key)
    assert story.case.state is CaseState.PENDING
    assert "service_rebutted" in story.milestones
    assert story.file.deliveries[-1].state == "returned"
    story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    story.does("kasittelija", "record_delivery")
    period = [each for each in story.file.deadlines if each.name == "appeal_period"][-1]
    assert period.is_open
    assert period.due_on is not None
    assert period.due_on >= story.today + timedelta(days=30)
    becomes_final(story)
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.NOT_ADMITTED


def test_an_appeal_that_the_court_tells_of_is_registered_and_goes_there(story: Story) -> None:
    served(story)
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry", courts_answer="appeal")
    story.passes(minutes=1)
    assert story.forms == ["appeal_arrival"], "its day, way and document are asked next"
    story.passes(days=30)
    assert "final" not in story.milestones
    story.does("kasittelija", "appeal_arrival", arrival_way="court")
    to_court(story)
    story.does("kasittelija", "court_decision")
    becomes_final(story)


def test_a_court_that_tells_of_an_appeal_we_have_begins_no_second(story: Story) -> None:
    served(story)
    story.passes(days=40)
    appeals(story)
    story.does("kasittelija", "finality_inquiry", courts_answer="appeal")
    story.passes(days=1)
    assert story.forms == ["appeal_opinion"]


def test_an_appeal_between_the_end_of_the_period_and_the_courts_answer_stops_finality(story: Story) -> None:
    served(story)
    story.passes(days=40)
    assert "finality_inquiry" in story.forms
    appeals(story)
    with pytest.raises(StillOpen) as refusal:
        story.does("kasittelija", "finality_inquiry")
    assert refusal.value.field == "courts_answer"
    story.does("kasittelija", "finality_inquiry", courts_answer="appeal")
    assert "finality_inquiry" not in story.forms
    to_court(story)
    story.does("kasittelija", "court_decision")
    becomes_final(story)


def test_the_court_admits_and_the_person_is_contacted(story: Story) -> None:
    until_court(story)
    ruled_on = story.today
    story.passes(days=6)
    story.does(
        "kasittelija",
        "court_decision",
        court_result="changed",
        outcome_after="admitted_35_1",
        court_decided_on=ruled_on.isoformat(),
    )
    assert story.file.clienthood is not None
    assert story.file.clienthood.since == ruled_on, "the day of the ruling, and not of its recording"
    assert sorted(story.forms) == ["contact_client", "own_appeal"]
    assert story.case.outcome is Outcome.ADMITTED_35_1
    assert story.ends() is Outcome.ADMITTED_35_1
    assert "client_contacted" in story.milestones


def test_the_court_changes_the_resolution_but_admits_nobody(story: Story) -> None:
    until_court(story)
    story.does("kasittelija", "court_decision", court_result="changed", outcome_after="not_examined")
    story.does("paattaja", "own_appeal")
    becomes_final(story)
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.NOT_EXAMINED


@pytest.mark.parametrize("result", ["annulled", "returned"])
def test_what_the_court_sends_back_is_examined_at_once_beside_our_own_appeal(
    story: Story, result: str
) -> None:
    until_court(story)
    story.does("kasittelija", "court_decision", court_result=result)
    story.passes(minutes=1)
    assert story.case.state is CaseState.PENDING
    assert "returned_by_court" in story.milestones
    assert story.forms == ["own_appeal", "triage_override"]
    periods = [each for each in story.file.deadlines if each.name == "appeal_period"]
    assert not any(each.is_open for each in periods)
    assert story.ends() is Outcome.ADMITTED_35_1
    assert [each.state for each in story.file.resolutions] == ["signed", "signed"]


def test_a_refusal_sent_back_before_other_help_is_explained_is_examined_at_once(story: Story) -> None:
    refused(story)
    appeals(story)
    to_court(story)
    story.does("kasittelija", "court_decision", court_result="returned")
    story.passes(minutes=1)
    assert "triage_override" in story.forms
    assert not {"other_help", "record_delivery"} & set(story.forms)


def test_the_opinion_is_signed_by_another_and_may_come_back(story: Story) -> None:
    served(story)
    appeals(story)
    story.does("kaksoisrooli", "appeal_opinion")
    with pytest.raises(FourEyes):
        story.does("kaksoisrooli", "sign_opinion")
    signer = story.world.actor("paattaja")
    seen_by_signer = story.world.engine.answer(ReadLetter(story.task("sign_opinion").id), signer)
    assert seen_by_signer is not None
    assert "Päätös on lain mukainen." in seen_by_signer.wording.paragraphs, "read before it is signed"
    story.does("paattaja", "sign_opinion", opinion_signature="return", return_reason="Vastaa väitteisiin.")
    assert "appeal_opinion" in story.forms
    story.does("kaksoisrooli", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    assert "appeal_sent_to_court" not in story.milestones, "nobody has sent it"
    story.does("kasittelija", "send_to_court")
    assert "court_decision" in story.forms


def test_an_opinion_that_waits_is_reminded_of_on_its_day(story: Story) -> None:
    served(story)
    appeals(story)
    (clock,) = (each for each in story.file.deadlines if each.name == "court_statement")
    assert clock.due_on == story.today + timedelta(days=14)
    story.passes(days=13)
    reminded = story.events.count("assignee_notified")
    story.passes(days=2)
    assert story.events.count("assignee_notified") == reminded + 1
    assert "appeal_opinion" in story.forms


def test_a_signed_opinion_that_nobody_sends_is_reminded_of(story: Story) -> None:
    served(story)
    appeals(story)
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    reminded = story.events.count("assignee_notified")
    story.passes(days=3)
    assert story.events.count("assignee_notified") == reminded + 1
    assert "appeal_sent_to_court" not in story.milestones
    story.does("kasittelija", "send_to_court")
    story.passes(days=20)
    assert story.events.count("assignee_notified") == reminded + 1


def test_the_day_that_the_court_set_goes_first(story: Story) -> None:
    served(story)
    day = story.today + timedelta(days=5)
    appeals(story, arrival_way="court", statement_due_on=day.isoformat())
    (clock,) = (each for each in story.file.deadlines if each.name == "court_statement")
    assert clock.due_on == day
    to_court(story)
    (clock,) = (each for each in story.file.deadlines if each.name == "court_statement")
    assert not clock.is_open


def test_nothing_is_appealed_before_a_resolution_is_signed(story: Story) -> None:
    story.applies()
    with pytest.raises(NotWaiting):
        story.hears("appeal_received")


@pytest.mark.parametrize("days", [9, 39, 50])
def test_returned_post_undoes_service_whenever_it_comes(story: Story, days: int) -> None:
    """After the seventh day, after the period, and while the courts are asked (434/2003 59 §)."""
    refused(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    story.does("kasittelija", "other_help")
    story.passes(days=days)
    assert "resolution_served" in story.milestones
    assert story.hears("mail_returned", key=story.file.deliveries[-1].business_key)
    assert story.file.deliveries[-1].state == "returned"
    assert not any(each.is_open for each in story.file.deadlines if each.name == "appeal_period")
    assert ("finality_inquiry" in story.forms) is (days > 38)
    refuses_finality(story)
    story.passes(days=40)
    assert "finality_inquiry" not in story.forms, "a new period has not begun"
    story.does("kasittelija", "choose_delivery_way", next_channel="letter")
    story.does("kasittelija", "post_letter")
    posted_on = story.today
    story.passes(days=8)
    assert story.hears("mail_returned", key=story.file.deliveries[-1].business_key), "returned twice"
    story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    story.does("kasittelija", "record_delivery")
    period = [each for each in story.file.deadlines if each.name == "appeal_period"][-1]
    assert period.is_open
    assert period.due_on >= posted_on + timedelta(days=37)
    refuses_finality(story)
    becomes_final(story)
