"""A letter beside a decision has been sent when somebody has sent it, by a way that is safe, and not when it was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.casework.recordings.paper import NoTimeLeft
from engine.domain.cases import Outcome
from engine.domain.chronology import DatesRejected
from engine.domain.safe_contact import PostNotSafe
from engine.queries.delivery_papers import ReadDeliveryPapers
from engine.texts import day
from tests.stories.test_information_requests import until_requests
from tests.stories.test_notices import papers as letters
from tests.stories.test_notices import transferred
from tests.support.answers import request
from tests.support.story import Story

KEPT = {
    "paper_state": "not_sent",
    "not_sent_reason": "Virasto on muuttanut.",
    **dict.fromkeys(("paper_way", "sent_on")),
}
POSTED = {"paper_way": "post", "envelope_neutral": True}


def asks_by_letter(story: Story, **row: Any) -> None:
    until_requests(story)
    due = story.today + timedelta(days=14)
    asked = request("outside_authority", due, request_channel="letter", **row)
    story.does("kasittelija", "new_information_request", requests=[asked], round_reason="Ehdot puuttuvat.")


@pytest.mark.databases
def test_a_request_by_letter_is_sent_when_somebody_has_posted_it(story: Story) -> None:
    asks_by_letter(story)
    assert story.file.requests[0].sent_at is None
    assert "request_sent" not in story.milestones
    story.passes(days=2)
    assert "information_reply" not in story.forms, "nobody answers what nobody has asked"
    story.does("kasittelija", "post_paper", **POSTED)
    assert story.file.requests[0].sent_at is not None
    assert "request_sent" in story.milestones
    assert "information_reply" in story.forms


def test_the_way_in_which_a_request_left_is_the_way_in_its_event(story: Story) -> None:
    asks_by_letter(story)
    story.does("kasittelija", "post_paper", paper_way="secure_mail")
    (sent,) = [each for each in story.file.timeline if each.kind == "request_sent"]
    assert sent.facts["channel"] == "secure_mail"


def test_the_envelope_names_the_reader_and_not_us(story: Story) -> None:
    asks_by_letter(story)
    actor, engine = story.world.actor("kasittelija"), story.world.engine
    engine.settings = replace(
        engine.settings,
        authority=replace(engine.settings.authority, return_address="PL 1, 00000 Esimerkkilä"),
    )
    papers = engine.answer(ReadDeliveryPapers(story.task("post_paper").id), actor)
    assert papers is not None
    assert [each.kind for each in papers.papers] == ["request_authority"]
    assert papers.envelope is not None
    assert papers.envelope.recipient[0] == "Esimerkkivirasto"
    assert papers.envelope.sender == ("PL 1", "00000 Esimerkkilä"), "nobody who sees it learns who writes"


def test_a_request_that_does_not_leave_is_asked_when_somebody_has_called(story: Story) -> None:
    asks_by_letter(story)
    story.does("kasittelija", "post_paper", **KEPT)
    assert story.file.requests[0].sent_at is None
    assert "information_reply" not in story.forms
    story.does("kasittelija", "ask_aloud", ask_way="phone")
    (asked,) = story.file.requests
    assert (asked.channel, asked.sent_at is not None) == ("phone", True)
    assert "information_reply" in story.forms


def test_a_letter_leaves_no_earlier_than_it_was_written_and_with_time_to_answer(story: Story) -> None:
    asks_by_letter(story)
    with pytest.raises(DatesRejected, match="ennen kuin asiakirja laadittiin") as refused:
        story.does(
            "kasittelija", "post_paper", **POSTED, sent_on=(story.today - timedelta(days=1)).isoformat()
        )
    assert refused.value.field == "sent_on"
    story.passes(days=15)
    with pytest.raises(NoTimeLeft) as late:
        story.does("kasittelija", "post_paper", **POSTED)
    assert late.value.field == "new_due_on"
    due = story.today + timedelta(days=10)
    story.does("kasittelija", "post_paper", **POSTED, new_due_on=due.isoformat())
    assert story.file.requests[0].due_on == due


def test_that_no_answer_is_needed_is_posted_too(story: Story) -> None:
    asks_by_letter(story)
    story.does("kasittelija", "post_paper", **POSTED)
    assert story.hears("proceed_without_rest")
    story.passes(minutes=1)
    assert story.task("post_paper").business_key == "REQ-1"
    story.does("kasittelija", "post_paper", **POSTED)
    assert [each.subject for each in story.file.timeline if each.kind == "notice_sent"] == [
        "request",
        "request_closed",
    ]


def test_a_letter_that_does_not_leave_is_recorded_with_its_reason(story: Story) -> None:
    asks_by_letter(story)
    story.does("kasittelija", "post_paper", **POSTED)
    assert story.hears("proceed_without_rest")
    story.passes(minutes=1)
    story.does("kasittelija", "post_paper", **KEPT)
    assert "post_paper" not in story.forms
    assert "paper_sent" not in story.milestones
    assert "notice_not_sent" in story.events


def test_what_was_never_sent_needs_no_word_that_it_is_over(story: Story) -> None:
    asks_by_letter(story)
    assert story.hears("proceed_without_rest")
    story.passes(minutes=1)
    assert "post_paper" not in story.forms
    assert story.file.requests[0].closed_as == "cancelled", "nobody was asked"
    assert "request_closed" not in [each.kind for each in story.file.documents]


def test_a_letter_about_a_transfer_says_on_which_day_it_left_and_not_when_that_was_recorded(
    story: Story,
) -> None:
    transferred(story, "migri")
    left = story.today
    story.passes(days=4)
    story.does("kasittelija", "send_notice", sent_on=left.isoformat())
    (letter,) = letters(story, "transferred")
    assert f"Siirsimme sen {day('fi', left)}" in letter


def test_the_letters_of_a_transfer_are_posted_by_somebody_before_the_case_closes(story: Story) -> None:
    transferred(story, "migri")
    story.does("kasittelija", "send_notice")
    story.passes(minutes=1)
    assert "post_paper" in story.forms
    story.passes(days=30)
    assert "manager_notified" in story.events
    assert story.case.closed_at is None, "open until both have left"
    with pytest.raises(PostNotSafe) as refused:
        story.does("kasittelija", "post_paper", key="transferred", **POSTED)
    assert refused.value.field == "paper_way"
    story.does("kasittelija", "post_paper", key="transferred", paper_way="in_person")
    assert "paper_sent" in story.milestones
    assert story.case.closed_at is not None
    assert story.case.outcome is Outcome.TRANSFERRED


def test_the_police_are_asked_on_a_ground_that_stands_in_the_model(story: Story) -> None:
    asks_by_letter(
        story,
        is_police="yes",
        told_person_on=story.today.isoformat(),
        legal_basis="l615_13_4_3",
    )
    assert "police_request_grounded" in story.milestones
    assert "police_asked" not in story.milestones
    story.does("kasittelija", "post_paper", **POSTED)
    assert {"police_asked", "request_sent"} <= set(story.milestones)
