"""Requests for missing information: answered, reminded, or stalled and the case continues without an answer."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from engine.commands.applications import SubmitApplication
from engine.commands.requests import FindLink
from engine.domain.cases import Channel, Outcome
from engine.domain.people import PUBLIC
from engine.errors import NotFound
from engine.mail.composing import compose
from engine.settings import MailSettings
from engine.texts import catalogue, day
from tests.support import answers as plain
from tests.support.answers import request
from tests.support.story import Story

BY_MAIL = {"safe_channels": ["email"], "email": "bela@example.invalid", "phone": None}
ABOUT_A_QUESTION = {
    "mail_request": "Sinulle on viesti",
    "mail_reminder": "Muistutus viestistä",
    "mail_new_date": "Sinulla on enemmän aikaa",
    "mail_message_closed": "Tieto sinulle",
}
"""Kind of a mail to its subject in Finnish."""


def until_requests(story: Story, **referral: str) -> None:
    """Bring a referral to its requests: it has a referrer to ask, and the applicant has a safe address."""
    story.is_referred(safe_channels=["email"], phone=None, email="bela@example.invalid", **referral)
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "verify_consent", channel="in_person")
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


def off(story: Story, days: int) -> int:
    """The worker stops just after a question with two weeks to answer. Return how many reminders leave when it runs again."""
    until_requests(story)
    due = story.today + timedelta(days=14)
    story.does(
        "kasittelija",
        "new_information_request",
        requests=[request("referrer", due)],
        round_reason="Ehdot puuttuvat.",
    )
    story.world.clock.passes(days=days)
    story.passes(minutes=1)
    return reminders(story)


def reminders(story: Story) -> int:
    return [mail.kind for mail in story.mails].count("mail_reminder")


def test_ten_days_off_give_one_reminder_and_then_the_follow_up(story: Story) -> None:
    """After a stop of the worker, reminders do not come in a burst."""
    assert off(story, 10) == 1
    assert story.forms == ["information_reply"]
    story.passes(days=5)
    assert "request_follow_up" in story.forms
    assert reminders(story) == 1


def test_forty_days_off_remind_nobody_of_a_day_gone_by_and_give_the_follow_up(story: Story) -> None:
    assert off(story, 40) == 0
    assert story.forms == ["information_reply", "request_follow_up"]
    story.passes(days=8)
    assert reminders(story) == 0
    assert "request_reminded" not in story.milestones


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


def test_a_late_answer_to_a_closed_request_is_refused_with_the_reason(story: Story) -> None:
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
    with pytest.raises(NotFound):
        story.world.engine.answer(FindLink(link), PUBLIC)


def test_an_answer_that_is_not_enough_is_asked_again(story: Story) -> None:
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


def test_many_rounds_each_with_its_reason(story: Story) -> None:
    until_requests(story)
    for number in (1, 2, 3):
        due = story.today + timedelta(days=10)
        story.does(
            "kasittelija",
            "new_information_request",
            requests=[request("referrer", due)],
            round_reason=f"Kierros {number}.",
        )
        story.answers(f"REQ-{number}")
        story.does("kasittelija", "review_reply", f"REQ-{number}")
        assert story.forms == ["sufficiency"]
        if number < 3:
            story.does("kasittelija", "sufficiency", enough="ask", missing="Vielä yksi asia")
    assert story.ends() is Outcome.ADMITTED_35_1
    assert story.milestones.count("sufficiency_judged") == 4


def test_a_request_that_is_no_longer_needed_is_cancelled_and_the_recipient_notified(story: Story) -> None:
    until_requests(story)
    row = request("outside_authority", story.today + timedelta(days=5))
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Tarkistus.")
    story.passes(days=9)
    story.does("kasittelija", "request_follow_up", "REQ-1", choice="cancel", reason="Selvisi muuten.")
    assert story.file.requests[0].closed_as == "cancelled"
    assert "cancelled" in story.milestones
    story.passes(minutes=1)
    assert story.mails[-1].kind == "mail_message_closed"


def test_nobody_is_reminded_who_has_no_time_for_it_or_wants_none(story: Story) -> None:
    until_requests(story)
    soon, later = story.today + timedelta(days=2), story.today + timedelta(days=20)
    story.does(
        "kasittelija",
        "new_information_request",
        requests=[request("referrer", soon), request("applicant", later, person_prefers_no_reminders="yes")],
        round_reason="Kaksi tahoa.",
    )
    story.passes(days=30)
    assert "mail_reminder" not in [mail.kind for mail in story.mails]
    assert "request_reminded" not in story.milestones


def test_a_request_unanswered_by_link_is_asked_another_way_and_recorded(story: Story) -> None:
    until_requests(story)
    row = request("referrer", story.today + timedelta(days=7))
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    story.passes(days=11)
    story.does(
        "kasittelija",
        "request_follow_up",
        "REQ-1",
        choice="other_channel",
        new_channel="phone",
        new_due_on=(story.today + timedelta(days=5)).isoformat(),
        reason="Linkki ei aukea.",
    )
    (asked,) = story.file.requests
    assert (asked.channel, asked.sent_at) == ("phone", None), "nobody has called yet"
    story.does("kasittelija", "ask_aloud", "REQ-1", ask_way="phone")
    story.does("kasittelija", "information_reply", "REQ-1", answer="Kertoi puhelimessa.")
    story.does("kasittelija", "review_reply", "REQ-1")
    assert story.ends() is Outcome.ADMITTED_35_1


def test_the_manager_gives_a_stalled_request_more_time(story: Story) -> None:
    until_requests(story)
    row = request("referrer", story.today + timedelta(days=7))
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    story.passes(days=22)
    assert story.case.is_stalled
    new_date = (story.today + timedelta(days=10)).isoformat()
    story.does(
        "esihenkilo",
        "stalled_request",
        "REQ-1",
        choice="extend",
        new_due_on=new_date,
        reason="Vastaus on tulossa.",
    )
    assert not story.case.is_stalled
    story.answers("REQ-1")
    story.does("kasittelija", "review_reply", "REQ-1")
    assert story.forms == ["sufficiency"]


def asks_the_person(story: Story, **application: object) -> None:
    story.applies(**application)
    spoken = application.get("contact_language")
    story.does("kirjaaja", "register", **({"contact_language": spoken} if spoken else {}))
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    row = request("applicant", story.today + timedelta(days=20), person_prefers_no_reminders="no")
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")


@pytest.mark.parametrize(("wishes", "reminded"), [("no", 0), ("yes", 1)])
def test_the_person_is_not_reminded_against_the_answer_of_their_application(
    story: Story, wishes: str, reminded: int
) -> None:
    asks_the_person(story, **BY_MAIL, wants_reminders=wishes)
    story.passes(days=30)
    assert [mail.kind for mail in story.mails].count("mail_request") == 1
    assert reminders(story) == reminded


def test_others_are_reminded_whatever_the_person_answered_for_themselves(story: Story) -> None:
    until_requests(story, wants_reminders="no")
    due = story.today + timedelta(days=20)
    rows = [request("applicant", due), request("referrer", due)]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Kaksi tahoa.")
    story.passes(days=30)
    assert reminders(story) == 1


@pytest.mark.parametrize("spoken", ["ar", "en"])
def test_mails_about_a_question_are_in_the_language_of_the_one_who_reads_them(
    story: Story, spoken: str
) -> None:
    asks_the_person(story, **BY_MAIL, contact_language=spoken)
    due = story.file.requests[0].due_on
    assert due is not None
    story.passes(days=21)
    new_date = (story.today + timedelta(days=10)).isoformat()
    story.does(
        "kasittelija", "request_follow_up", "REQ-1", choice="extend", new_due_on=new_date, reason="Pyyntö."
    )
    assert story.hears("proceed_without_rest")
    story.passes(minutes=1)
    assert day(spoken, due) in str([mail.template_values for mail in story.mails])
    sent = [mail for mail in story.mails if mail.kind in ABOUT_A_QUESTION]
    assert {(mail.kind, mail.language) for mail in sent} == {(kind, spoken) for kind in ABOUT_A_QUESTION}
    for mail in sent:
        assert catalogue(spoken)[ABOUT_A_QUESTION[mail.kind]] in str(mail.template_values)


@pytest.mark.parametrize(
    ("form", "spoken", "written"), [("selko", "fi", "selko"), ("selko", "en", "en"), ("fi", "fi", "fi")]
)
def test_who_filled_in_the_easy_form_is_written_to_in_easy_finnish(
    story: Story, form: str, spoken: str, written: str
) -> None:
    data = plain.merged(plain.application(story.today), {**BY_MAIL, "contact_language": spoken})
    command = SubmitApplication(Channel.SELF, secrets.token_urlsafe(32), data=data, language=form)
    story.receipt = story.world.engine.perform(command, PUBLIC)
    story.reference = story.receipt.reference
    story.does("kirjaaja", "register", contact_language=spoken)
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    row = request("applicant", story.today + timedelta(days=20))
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    story.passes(minutes=1)
    (mail,) = [each for each in story.mails if each.kind == "mail_request"]
    assert mail.language == written
    is_easy = "Sinun ei tarvitse tehdä mitään." in str(mail.template_values)
    assert is_easy is (written == "selko")
    settings = MailSettings("mail.example.invalid", 25, "", "", "none", "viesti@example.invalid")
    sent = compose(settings, mail, story.world.clock())
    assert sent["Content-Language"] == {"selko": "fi"}.get(written, written)
