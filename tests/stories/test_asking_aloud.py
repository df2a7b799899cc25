"""A question by phone or at a meeting has been asked when somebody has asked it, and tells the day and the way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.casework.recordings.paper import NoTimeLeft
from engine.clock import day_of
from engine.commands.requests import AnswerRequest, DeliverReply
from engine.domain.chronology import DatesRejected
from engine.domain.people import PUBLIC
from engine.errors import RequestClosed
from engine.texts import day
from tests.stories.test_adverse_outcomes import adverse, until_assessment
from tests.stories.test_information_requests import until_requests
from tests.stories.test_notices import papers as letters
from tests.support.answers import request
from tests.support.story import Story

NOBODY = {"ask_state": "no_answer", "ask_attempt": "Soitettu kahdesti.", "ask_way": None, "asked_on": None}
LETTER = {"ask_state": "letter", "ask_way": None, "asked_on": None}
POSTED = {"paper_way": "post", "envelope_neutral": True}


def asks(story: Story, **changes: Any) -> None:
    until_requests(story)
    due = changes.pop("due_on", story.today + timedelta(days=14))
    asked = {"request_channel": "phone", **changes}
    row = request("outside_authority", due, **asked)
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")


def goes_another_way(story: Story, way: str) -> date:
    story.passes(days=15)
    due = story.today + timedelta(days=12)
    story.does(
        "kasittelija",
        "request_follow_up",
        choice="other_channel",
        new_channel=way,
        new_due_on=due.isoformat(),
        reason="Ei vastannut.",
    )
    return due


@pytest.mark.databases
def test_a_question_by_phone_is_asked_when_somebody_has_called(story: Story) -> None:
    asks(story)
    assert story.file.requests[0].sent_at is None
    assert "request_sent" not in story.milestones
    assert "information_reply" not in story.forms, "nobody answers what nobody has asked"
    called = story.today + timedelta(days=2)
    story.passes(days=3)
    story.does("kasittelija", "ask_aloud", ask_way="phone", asked_on=called.isoformat())
    (asked,) = story.file.requests
    assert asked.sent_at is not None
    assert (asked.channel, day_of(asked.sent_at)) == ("phone", called)
    assert "request_sent" in story.milestones
    assert "information_reply" in story.forms


def test_one_who_does_not_answer_is_tried_again_or_asked_by_a_letter(story: Story) -> None:
    asks(story)
    story.does("kasittelija", "ask_aloud", **NOBODY)
    story.does("kasittelija", "ask_aloud", **NOBODY)
    assert "request_sent" not in story.milestones
    story.does("kasittelija", "ask_aloud", **LETTER)
    assert story.file.requests[0].sent_at is None, "the letter waits for somebody who posts it"
    story.does("kasittelija", "post_paper", **POSTED)
    (asked,) = story.file.requests
    assert (asked.channel, asked.sent_at is not None, asked.round) == ("letter", True, 2)


def test_a_further_question_that_nobody_asks_takes_back_no_answer(story: Story) -> None:
    asks(story)
    story.does("kasittelija", "ask_aloud")
    story.does("kasittelija", "information_reply")
    due = (story.today + timedelta(days=10)).isoformat()
    again = {"reply_enough": "ask_again", "new_questions": "Milloin työ alkoi?", "new_due_on": due}
    story.does("kasittelija", "review_reply", **again)
    ended = {"ask_state": "not_asked", "not_asked_reason": "Tieto saatiin muualta."}
    story.does("kasittelija", "ask_aloud", **ended, ask_way=None, asked_on=None)
    (asked,) = story.file.requests
    assert asked.closed_as == "answered"
    assert asked.sent_at is not None
    assert asked.answered_at is not None


def test_a_question_that_nobody_asks_ends_with_its_reason(story: Story) -> None:
    asks(story)
    ended = {"ask_state": "not_asked", "not_asked_reason": "Tieto saatiin muualta."}
    story.does("kasittelija", "ask_aloud", **ended, ask_way=None, asked_on=None)
    assert story.file.requests[0].closed_as == "cancelled"
    assert "request_sent" not in story.milestones


def test_nobody_was_asked_before_the_question_was_written_or_with_no_time_to_answer(story: Story) -> None:
    asks(story)
    yesterday = (story.today - timedelta(days=1)).isoformat()
    with pytest.raises(DatesRejected, match="ennen kuin kysymys kirjattiin") as early:
        story.does("kasittelija", "ask_aloud", asked_on=yesterday)
    assert early.value.field == "asked_on"
    story.passes(days=15)
    with pytest.raises(NoTimeLeft) as late:
        story.does("kasittelija", "ask_aloud")
    assert late.value.field == "new_due_on"
    due = story.today + timedelta(days=10)
    story.does("kasittelija", "ask_aloud", new_due_on=due.isoformat())
    assert story.file.requests[0].due_on == due
    story.passes(days=9)
    assert "request_follow_up" not in story.forms, "the clock runs to the new day"


def test_the_other_way_of_the_follow_up_is_kept_and_a_letter_is_made_and_posted(story: Story) -> None:
    asks(story, request_channel="link")
    due = goes_another_way(story, "letter")
    (asked,) = story.file.requests
    assert (asked.channel, asked.sent_at, asked.due_on) == ("letter", None, due)
    assert "request_authority" in [each.kind for each in story.file.documents]
    story.does("kasittelija", "post_paper", **POSTED)
    assert "information_reply" in story.forms


def test_the_other_way_keeps_the_questions_and_the_link_that_was_sent(story: Story) -> None:
    asks(story, request_channel="link")
    before = story.file.requests[0].questions["questions"]
    goes_another_way(story, "in_person")
    (asked,) = story.file.requests
    assert (asked.channel, asked.sent_at) == ("in_person", None)
    assert asked.questions["questions"] == before
    assert "request_link_revoked" not in story.events
    story.does("kasittelija", "ask_aloud", ask_way="in_person")
    story.answers("REQ-1")
    assert "review_reply" in story.forms


@pytest.mark.parametrize("way", ["letter", "phone"])
def test_an_answer_by_the_link_before_another_way_was_used_is_taken_and_closes_the_request(
    story: Story, way: str
) -> None:
    asks(story, request_channel="link")
    key = story.opens(story.file.requests[0])
    goes_another_way(story, way)
    answer = AnswerRequest(key, data={"can_answer": "yes", "answer": "Lupa annettiin keväällä."})
    story.world.engine.perform(answer, PUBLIC)
    (asked,) = story.file.requests
    assert (asked.state, asked.answered_at is not None) == ("answered", True)
    replies = [each for each in story.file.submissions if each.form_key == "information_reply"]
    assert [each.answers["answer"] for each in replies] == ["Lupa annettiin keväällä."]
    mails = len(story.mails)
    if way == "letter":
        unsent = {"paper_state": "not_sent", "not_sent_reason": "Vastaus tuli.", "paper_way": None}
        story.does("kasittelija", "post_paper", **unsent, envelope_neutral=None, sent_on=None)
    ended = {"ask_state": "not_asked", "not_asked_reason": "Vastaus tuli."}
    story.does("kasittelija", "ask_aloud", **ended, ask_way=None, asked_on=None)
    (asked,) = story.file.requests
    assert (asked.closed_as, asked.sent_at is not None) == ("answered", True)
    assert len(story.mails) == mails, "nobody is told that no answer is needed"


def answers_between(story: Story, way: str) -> None:
    """The authority answers by the link while a letter or a call waits for a person."""
    asks(story, request_channel="link")
    key = story.opens(story.file.requests[0])
    goes_another_way(story, way)
    answer = AnswerRequest(key, data={"can_answer": "yes", "answer": "Lupa annettiin keväällä."})
    story.world.engine.perform(answer, PUBLIC)


def test_a_letter_that_left_before_the_answer_came_brings_the_answer_to_be_judged(story: Story) -> None:
    answers_between(story, "letter")
    story.does("kasittelija", "post_paper", **POSTED)
    (asked,) = story.file.requests
    assert (asked.state, asked.answered_at is not None) == ("answered", True)
    assert "information_reply" not in story.forms
    story.does("kasittelija", "review_reply")
    assert story.file.requests[0].closed_as == "answered"


@pytest.mark.parametrize(("way", "form"), [("letter", "post_paper"), ("phone", "ask_aloud")])
def test_one_who_has_answered_and_is_asked_anew_may_answer_anew_and_has_answered(
    story: Story, way: str, form: str
) -> None:
    answers_between(story, way)
    story.passes(days=1)
    story.does("kasittelija", form, **(POSTED if way == "letter" else {}))
    (asked,) = story.file.requests
    assert (asked.state, asked.answered_at, "information_reply" in story.forms) == ("sent", None, True)
    story.passes(days=15)
    ended = {"choice": "proceed", "reason": "Ei vastannut enää.", "new_channel": None, "new_due_on": None}
    story.does("kasittelija", "request_follow_up", **ended)
    (asked,) = story.file.requests
    assert (asked.closed_as, asked.answered_at is not None) == ("answered", True)


@pytest.mark.parametrize(("way", "form"), [("letter", "post_paper"), ("phone", "ask_aloud")])
def test_the_link_outlives_the_new_day_that_a_letter_or_a_call_gave(
    story: Story, way: str, form: str
) -> None:
    asks(story, request_channel="link")
    goes_another_way(story, way)
    due = story.today + timedelta(days=20)
    story.does("kasittelija", form, **(POSTED if way == "letter" else {}), new_due_on=due.isoformat())
    story.passes(days=25)
    story.answers("REQ-1")
    assert "review_reply" in story.forms


@pytest.mark.parametrize("is_between", [False, True])
def test_an_answer_that_a_program_delivers_twice_is_stored_once(story: Story, *, is_between: bool) -> None:
    asks(story, request_channel="link")
    goes_another_way(story, "phone")
    if not is_between:
        story.does("kasittelija", "ask_aloud")
    given = DeliverReply(story.reference, "REQ-1", data={"can_answer": "yes", "answer": "Keväällä."})
    story.world.engine.perform(given, story.world.actor("kasittelija"))
    with pytest.raises(RequestClosed):
        story.world.engine.perform(given, story.world.actor("kasittelija"))
    assert len([each for each in story.file.submissions if each.form_key == "information_reply"]) == 1
    assert not [each for each in story.file.arrivals if each.is_open], "they typed it, and need not read it"


def test_a_request_that_was_never_asked_takes_no_answer(story: Story) -> None:
    asks(story, request_channel="letter")
    given = DeliverReply(story.reference, "REQ-1", data={"can_answer": "no"})
    with pytest.raises(RequestClosed):
        story.world.engine.perform(given, story.world.actor("kasittelija"))


@pytest.mark.parametrize(("way", "days"), [("link", 0), ("letter", 7)])
def test_a_question_leaves_time_to_answer_when_it_reaches_its_reader(
    story: Story, way: str, days: int
) -> None:
    until_requests(story)
    last = story.today + timedelta(days=days)
    row = request("outside_authority", last, request_channel=way)
    with pytest.raises(NoTimeLeft) as refused:
        story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    assert refused.value.field == "requests.0.due_on"
    row["due_on"] = (last + timedelta(days=1)).isoformat()
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")


def test_a_letter_posted_so_late_that_no_time_is_left_needs_a_new_day(story: Story) -> None:
    asks(story, request_channel="letter")
    story.passes(days=8)
    with pytest.raises(NoTimeLeft) as late:
        story.does("kasittelija", "post_paper", **POSTED)
    assert late.value.field == "new_due_on"


def test_a_hearing_without_an_answer_is_held_out_anew_with_a_new_day(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.passes(days=15)
    due = story.today + timedelta(days=15)
    story.does(
        "kasittelija",
        "request_follow_up",
        "HEAR-1",
        choice="other_channel",
        new_due_on=due.isoformat(),
        reason="Puhelin ei vastaa.",
    )
    (hearing,) = story.file.requests
    assert (hearing.due_on, hearing.sent_at) == (due, None)
    story.does("kasittelija", "post_paper", "HEAR-1")
    assert "hearing_reply" in story.forms
    assert day("fi", due) in letters(story, "hearing")[-1]
