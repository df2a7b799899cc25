"""What is missing is asked: answered, reminded, or stalled and gone on without."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.cases import Outcome
from tests.support.answers import request
from tests.support.story import Story


def until_requests(story: Story) -> None:
    """A referral, so that there is a referrer to ask; the person herself has a safe address."""
    story.is_referred(safe_channels=["email"], phone=None, email="bela@example.invalid")
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "verify_consent")
    story.does(
        "kasittelija", "sufficiency", enough="ask", reason="Työn ehdot puuttuvat.", missing="Työn ehdot"
    )


@pytest.mark.databases
def test_three_requests_one_answered_one_reminded_one_stalled(story: Story) -> None:
    until_requests(story)
    due = story.today + timedelta(days=14)
    story.does(
        "kasittelija",
        "new_information_request",
        requests=[
            request("applicant", due),
            request("referrer", due),
            request("outside_authority", due),
        ],
        round_reason="Kolme tahoa tietää eri asiat.",
    )
    keys = [each.reference for each in story.file.requests]
    assert keys == ["REQ-1", "REQ-2", "REQ-3"]
    assert story.status() == "arrived", "the referrer's code tells nothing more"
    assert story.file.deadlines[0].is_paused, "waiting for the applicant's own answer pauses our target"

    story.passes(days=2)
    assert [mail.kind for mail in story.mails] == [
        "mail_receipt",
        "mail_request",
        "mail_request",
        "mail_request",
    ]
    story.answers("REQ-1")
    story.does("kasittelija", "review_reply", "REQ-1")

    story.passes(days=6)
    assert [mail.kind for mail in story.mails].count("mail_reminder") == 2, (
        "half-way, only those who have not answered"
    )
    story.answers("REQ-2")
    story.does("kasittelija", "review_reply", "REQ-2")

    story.passes(days=8)
    assert story.task("request_follow_up", "REQ-3")
    story.passes(days=8)
    assert story.case.is_stalled
    assert "stalled_request" in story.forms
    assert "stalled_request" in story.work_of("esihenkilo")
    story.does("esihenkilo", "stalled_request", "REQ-3", choice="proceed")
    assert not story.case.is_stalled
    assert story.forms == ["sufficiency"]
    assert [each.closed_as for each in story.file.requests] == ["answered", "answered", "proceeded_without"]
    assert not story.file.deadlines[0].is_paused

    story.does("kasittelija", "sufficiency")
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_1


def test_forty_days_off_give_one_reminder_and_then_the_follow_up(story: Story) -> None:
    """The worker was down: nothing comes in a burst."""
    until_requests(story)
    due = story.today + timedelta(days=14)
    story.does(
        "kasittelija",
        "new_information_request",
        requests=[request("referrer", due)],
        round_reason="Ehdot puuttuvat.",
    )
    story.world.clock.passes(days=40)
    story.passes(minutes=1)
    assert [mail.kind for mail in story.mails].count("mail_reminder") == 1
    assert story.forms == ["information_reply"]
    story.passes(days=8)
    assert "request_follow_up" in story.forms


def test_more_time_moves_the_date_and_the_form_stays_open(story: Story) -> None:
    until_requests(story)
    due = story.today + timedelta(days=14)
    story.does(
        "kasittelija",
        "new_information_request",
        requests=[request("referrer", due)],
        round_reason="Ehdot puuttuvat.",
    )
    answer = story.task("information_reply", "REQ-1")
    story.passes(days=16)
    new_date = story.today + timedelta(days=10)
    story.does(
        "kasittelija",
        "request_follow_up",
        "REQ-1",
        choice="extend",
        new_due_on=new_date.isoformat(),
        reason="Vastaaja pyysi lisäaikaa.",
    )
    assert story.task("information_reply", "REQ-1").id == answer.id
    assert story.file.requests[0].due_on == new_date
    story.passes(days=9)
    story.answers("REQ-1")
    story.does("kasittelija", "review_reply", "REQ-1")
    assert story.forms == ["sufficiency"]


def test_a_late_answer_to_a_closed_request_is_told_so(story: Story) -> None:
    from engine.errors import NotFound

    until_requests(story)
    due = story.today + timedelta(days=14)
    story.does(
        "kasittelija",
        "new_information_request",
        requests=[request("referrer", due)],
        round_reason="Ehdot puuttuvat.",
    )
    link = story.link_of(story.file.requests[0])
    assert story.hears("proceed_without_rest")
    assert story.forms == ["sufficiency"]
    from engine.commands.answer_request import FindLink
    from engine.domain.people import PUBLIC

    with pytest.raises(NotFound):
        story.world.engine.answer(FindLink(link), PUBLIC)


def test_an_answer_that_is_not_enough_is_asked_again_with_the_same_link(story: Story) -> None:
    until_requests(story)
    due = story.today + timedelta(days=14)
    story.does(
        "kasittelija",
        "new_information_request",
        requests=[request("referrer", due)],
        round_reason="Ehdot puuttuvat.",
    )
    story.answers("REQ-1")
    story.does(
        "kasittelija",
        "review_reply",
        "REQ-1",
        reply_enough="ask_again",
        new_questions="Entä palkka?",
        new_due_on=(story.today + timedelta(days=10)).isoformat(),
    )
    assert story.file.requests[0].round == 2
    story.answers("REQ-1")
    story.does("kasittelija", "review_reply", "REQ-1")
    assert story.forms == ["sufficiency"]
