"""A withdrawal pauses every request, and its confirmation ends them: nobody goes on answering about a matter that is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.official_requests import NamesPolice
from engine.casework.taken_back import RequestsPaused
from engine.commands.requests import DeliverReply, FindLink
from engine.domain.chronology import DatesRejected
from engine.domain.people import PUBLIC
from engine.errors import AnswersRejected, Invalid, NotFound
from engine.queries.oversight import WatchOver
from engine.texts import day
from tests.stories.test_information_requests import until_requests
from tests.stories.test_notices import papers
from tests.support.answers import request
from tests.support.story import Story


def asked(story: Story, *recipients: str) -> None:
    until_requests(story)
    due = story.today + timedelta(days=14)
    story.does(
        "kasittelija",
        "new_information_request",
        requests=[request(each, due) for each in recipients],
        round_reason="Ehdot puuttuvat.",
    )
    story.passes(minutes=1)


@pytest.mark.databases
def test_a_confirmed_withdrawal_ends_every_request_and_link_at_once(story: Story) -> None:
    asked(story, "referrer", "outside_authority")
    links = [story.link_of(each) for each in story.file.requests]
    story.hears("application_withdrawn")
    assert all(each.is_open for each in story.file.requests), "announced is not confirmed"

    story.does("kasittelija", "withdraw", applies_self="no")
    assert [each.closed_as for each in story.file.requests] == ["cancelled", "cancelled"]
    assert "requests_ended" in story.milestones
    for link in links:
        with pytest.raises(NotFound):
            story.world.engine.answer(FindLink(link), PUBLIC)
    story.passes(minutes=1)
    assert [mail.kind for mail in story.mails].count("mail_message_closed") == 2, "both learn that it is over"


def test_an_announced_withdrawal_stops_the_clock_and_gives_the_days_back(story: Story) -> None:
    asked(story, "referrer")
    due = story.file.requests[0].due_on
    assert due is not None
    story.hears("application_withdrawn")
    story.passes(days=20)
    assert "mail_reminder" not in [mail.kind for mail in story.mails]
    assert "request_follow_up" not in story.forms, "nobody is pressed for an answer that may not be needed"

    story.does(
        "kasittelija",
        "withdraw",
        withdrawal="not_confirmed",
        lapse_reason=None,
        not_confirmed_reason="Jatkaa.",
    )
    assert story.file.requests[0].due_on == due + timedelta(days=20)
    story.passes(days=9)
    assert [mail.kind for mail in story.mails].count("mail_reminder") == 1
    assert "request_follow_up" not in story.forms
    story.passes(days=6)
    assert "request_follow_up" in story.forms


def test_an_answer_may_come_while_a_withdrawal_is_being_confirmed(story: Story) -> None:
    asked(story, "referrer")
    story.hears("application_withdrawn")
    story.answers("REQ-1")
    assert story.file.requests[0].state == "answered"


def test_a_late_answer_is_registered_though_nothing_waits_for_it(story: Story) -> None:
    asked(story, "referrer")
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", applies_self="no")
    late = DeliverReply(story.reference, "REQ-1", data={"can_answer": "yes", "answer": "Tämä tuli myöhässä."})
    story.passes(minutes=1)
    notified = [mail.kind for mail in story.mails].count("mail_task")
    story.world.engine.perform(late, story.world.actor("kasittelija"))
    story.passes(minutes=1)
    assert [mail.kind for mail in story.mails].count("mail_task") > notified, "the caseworker hears of it"
    assert story.file.requests[0].closed_as == "cancelled"
    assert "late_reply_received" in story.events
    assert "information_reply" in [each.form_key for each in story.file.submissions]


def test_a_request_is_overdue_from_the_day_after_its_date_wherever_it_is_shown(story: Story) -> None:
    asked(story, "referrer")
    manager = story.world.actor("esihenkilo")
    story.passes(days=13)
    assert story.file.requests[0].standing(story.today) == "reminded"
    assert story.world.engine.answer(WatchOver(), manager).stalled == ()
    story.passes(days=2)
    assert story.file.requests[0].standing(story.today) == "overdue"
    (watched,) = story.world.engine.answer(WatchOver(), manager).stalled
    assert (watched.request_reference, watched.state) == ("REQ-1", "overdue")


def test_the_letter_to_an_authority_names_what_is_needed_and_not_why_we_judged_so(story: Story) -> None:
    until_requests(story, born_on="1994-05-17")
    due = story.today + timedelta(days=14)
    rows = [
        request(
            "outside_authority", due, request_channel="letter", legal_basis="l615_11", necessity="SISÄINEN"
        ),
    ]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Ehdot puuttuvat.")
    (letter,) = papers(story, "request_authority")
    authority = story.world.engine.settings.authority
    asked_of = ("Esimerkkivirasto", "Kuviteltu", "Mitä tiedät työn ehdoista?", "615/2020 11 §", "maksutta")
    for words in (*asked_of, authority.name, authority.street, f"viimeistään {day('fi', due)}"):
        assert words in letter
    assert "SISÄINEN" not in letter
    assert "Syntymäaika: 17.5.1994" in letter, "who is meant"


@pytest.mark.parametrize("name", ["Helsingin poliisilaitos", "Polisen i Österbotten", "Police of Exampleton"])
def test_who_is_named_police_is_asked_as_the_police(story: Story, name: str) -> None:
    until_requests(story)
    due = story.today + timedelta(days=14)
    row = request("outside_authority", due, is_police="no", recipient_name=name, legal_basis="l615_11")
    with pytest.raises(NamesPolice) as refused:
        story.does("kasittelija", "new_information_request", requests=[row], round_reason="Tutkinta.")
    assert refused.value.field == "requests.0.is_police"
    with pytest.raises(AnswersRejected) as rejected:
        story.does(
            "kasittelija",
            "new_information_request",
            requests=[{**row, "is_police": "yes"}],
            round_reason="Tutkinta.",
        )
    assert list(rejected.value.problems) == ["requests.0.told_person_on"], (
        "the talk with the person comes first"
    )


def test_the_police_are_not_asked_on_a_basis_that_covers_no_secret(story: Story) -> None:
    until_requests(story)
    due = story.today + timedelta(days=14)
    today = story.today.isoformat()
    row = request("outside_authority", due, is_police="yes", told_person_on=today, legal_basis="admin_31")
    with pytest.raises(Invalid) as refused:
        story.does("kasittelija", "new_information_request", requests=[row], round_reason="Tutkinta.")
    assert refused.value.field == "requests.0.legal_basis"
    story.does(
        "kasittelija",
        "new_information_request",
        requests=[{**row, "legal_basis": "l615_13_4_3"}],
        round_reason="Tutkinta.",
    )
    assert [each.reference for each in story.file.requests] == ["REQ-1"]


def test_nothing_more_is_asked_while_a_withdrawal_waits_to_be_confirmed(story: Story) -> None:
    until_requests(story)
    due = story.today + timedelta(days=30)
    rows = [
        request("referrer", due, request_channel="letter"),
        request("outside_authority", due, request_channel="phone"),
    ]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Ehdot puuttuvat.")
    story.passes(days=2)
    story.hears("application_withdrawn")
    withdrawn = story.today
    with pytest.raises(RequestsPaused):
        story.does("kasittelija", "ask_aloud", ask_state="letter", ask_way=None, asked_on=None)
    letter = {"paper_way": "secure_mail", "envelope_neutral": None}
    aloud = {"ask_way": "phone"}
    story.passes(days=1)
    for form, field, answers in (("post_paper", "sent_on", letter), ("ask_aloud", "asked_on", aloud)):
        with pytest.raises(RequestsPaused):
            story.does("kasittelija", form, **answers, **{field: story.today.isoformat()})
        with pytest.raises(DatesRejected) as refused:
            story.does("kasittelija", form, **answers, **{field: withdrawn.isoformat()})
        assert set(refused.value.problems) == {field}
    assert "request_sent" not in story.milestones

    before = (withdrawn - timedelta(days=1)).isoformat()
    story.does("kasittelija", "post_paper", **letter, sent_on=before)
    on_the_day = {"asked_on": "Soitin aamulla, hän soitti iltapäivällä."}
    story.does("kasittelija", "ask_aloud", **aloud, asked_on=withdrawn.isoformat(), because=on_the_day)
    assert len([each for each in story.file.requests if each.sent_at]) == 2


def test_no_new_question_leaves_while_a_withdrawal_waits_to_be_confirmed(story: Story) -> None:
    until_requests(story)
    story.hears("application_withdrawn")
    row = request("applicant", story.today + timedelta(days=14))
    with pytest.raises(RequestsPaused):
        story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    assert story.file.requests == ()
