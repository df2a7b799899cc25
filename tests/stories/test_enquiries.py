"""Somebody asks without saying who they are. It is no case, and it is answered."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from engine.commands.applications import Receipt
from engine.commands.enquiries import AnswerEnquiry, SubmitEnquiry, UnansweredEnquiries
from engine.domain.people import PUBLIC
from engine.errors import AnswersRejected, Forbidden, Invalid
from engine.queries.status import Status, StatusByCode
from tests.support import answers as plain
from tests.support.story import Story


def asks(story: Story, key: str = "", **changes: Any) -> Receipt:
    data = plain.merged(plain.enquiry(story.today), changes)
    return story.world.engine.perform(SubmitEnquiry(key or secrets.token_urlsafe(32), data=data), PUBLIC)


def status_of(story: Story, receipt: Receipt) -> Status:
    found = story.world.engine.answer(StatusByCode(receipt.code), PUBLIC)
    assert found is not None
    return found


@pytest.mark.databases
def test_an_enquiry_is_answered_to_the_holder_of_the_code(story: Story) -> None:
    receipt = asks(story)
    assert status_of(story, receipt).stage == "enquiry_open"
    worker = story.world.actor("kirjaaja")
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), worker)
    story.world.engine.perform(AnswerEnquiry(enquiry.id, "Voit hakea itse."), worker)
    assert (status_of(story, receipt).stage, status_of(story, receipt).answer) == (
        "enquiry_answered",
        "Voit hakea itse.",
    )
    assert story.world.engine.answer(UnansweredEnquiries(), worker) == ()
    assert story.work_of("kirjaaja") == [], "an enquiry is no case"


def test_an_enquiry_sent_twice_is_one(story: Story) -> None:
    key = secrets.token_urlsafe(32)
    assert asks(story, key) == asks(story, key)
    assert len(story.world.engine.answer(UnansweredEnquiries(), story.world.actor("kasittelija"))) == 1


def test_an_enquiry_with_no_question_is_explained(story: Story) -> None:
    with pytest.raises(AnswersRejected):
        asks(story, question=None)


def test_an_answer_says_something(story: Story) -> None:
    asks(story)
    worker = story.world.actor("paivystaja")
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), worker)
    for answer in ("", "  ", "a" * 20_001):
        with pytest.raises(Invalid):
            story.world.engine.perform(AnswerEnquiry(enquiry.id, answer), worker)


def test_only_those_who_answer_see_what_was_asked(story: Story) -> None:
    asks(story)
    for who in ("paattaja", "omistaja", "yllapitaja", "tarkastaja"):
        with pytest.raises(Forbidden):
            story.world.engine.answer(UnansweredEnquiries(), story.world.actor(who))
