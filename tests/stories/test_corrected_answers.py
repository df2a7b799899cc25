"""An answer to an enquiry that was wrong, or meant for another: a further one takes its place, and the first is kept."""

from __future__ import annotations

from uuid import uuid4

import pytest

from engine.commands.enquiry_answers import (
    AnswerAgain,
    AnsweredMeanwhile,
    AnswerEnquiry,
    ReadEnquiry,
    UnansweredEnquiries,
)
from engine.commands.nameless_calls import RecordNamelessCall
from engine.errors import Invalid
from engine.storage.enquiries import Enquiry
from tests.stories.test_enquiries import asks, logged, status_of
from tests.stories.test_urgent_calls import SCARED
from tests.support.browsing import signed_in
from tests.support.story import Story

WRONG, RIGHT = "Soita hänen miehelleen.", "Voit hakea itse. Unohda aiempi neuvo."


def read(story: Story, enquiry: Enquiry) -> Enquiry:
    return story.world.engine.answer(ReadEnquiry(enquiry.id), story.world.actor("kirjaaja"))


@pytest.mark.databases
def test_a_further_answer_takes_the_place_of_the_first_which_is_kept(story: Story) -> None:
    receipt = asks(story, reply_by="email", email="kysyja@example.invalid")
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), story.world.actor("kirjaaja"))
    story.world.engine.perform(AnswerEnquiry(enquiry.id, WRONG), story.world.actor("kirjaaja"))
    story.passes(minutes=5)

    desk = signed_in(story.world, "kasittelija")
    listed = desk.get("/tasks/enquiries/")
    (way,) = [each for each in listed.links() if each.endswith(str(enquiry.id))]
    page = desk.get(way)
    assert desk.submits(page, answer=RIGHT).goes_to == f"/tasks/enquiries/{enquiry.id}"

    assert status_of(story, receipt).answer == RIGHT
    (first,) = read(story, enquiry).earlier
    assert (first.answer, first.by) == (WRONG, story.world.people["kirjaaja"].id)
    assert read(story, enquiry).content.keys() == enquiry.content.keys()
    again = desk.get(way)
    assert f"{story.world.people['kirjaaja'].name}" in again.text
    assert WRONG in again.text
    assert logged(story, "correct_enquiry") == 1
    story.passes(minutes=1)
    mailed = [each for each in story.mails if each.recipient["email"] == "kysyja@example.invalid"]
    assert len(mailed) == 2, "they asked for a mail"


def test_a_colleagues_further_answer_is_not_replaced_unread(story: Story) -> None:
    asks(story)
    worker = story.world.actor("kirjaaja")
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), worker)
    story.world.engine.perform(AnswerEnquiry(enquiry.id, WRONG), worker)
    seen = read(story, enquiry).answered_at
    assert seen is not None
    story.passes(minutes=1)
    with pytest.raises(Invalid):
        story.world.engine.perform(AnswerAgain(enquiry.id, " ", seen.isoformat()), worker)
    story.world.engine.perform(AnswerAgain(enquiry.id, RIGHT, seen.isoformat()), worker)
    story.world.engine.perform(AnswerAgain(enquiry.id, RIGHT, seen.isoformat()), worker)
    with pytest.raises(AnsweredMeanwhile):
        story.world.engine.perform(AnswerAgain(enquiry.id, "Kolmas.", seen.isoformat()), worker)
    assert len(read(story, enquiry).earlier) == 1


def test_who_asked_for_a_call_is_called_about_the_correction(story: Story) -> None:
    asks(story, reply_by="phone", phone="040 000 0000")
    worker = story.world.actor("kirjaaja")
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), worker)
    story.world.engine.perform(AnswerEnquiry(enquiry.id, WRONG, "called"), worker)
    page = signed_in(story.world, "kirjaaja").get(f"/tasks/enquiries/{enquiry.id}")
    desk = signed_in(story.world, "kirjaaja")
    refused = desk.submits(page, answer=RIGHT)
    assert (refused.status, RIGHT in refused.text) == (422, True)
    assert desk.submits(refused, answer=RIGHT, call="not_reached").status == 303
    assert logged(story, "enquiry_not_reached") == 1


def test_who_rang_and_is_not_reached_about_the_correction_waits_for_it_in_the_lists(story: Story) -> None:
    """They may have no code, and live by the wrong answer."""
    worker = story.world.actor("paivystaja")
    story.world.engine.perform(RecordNamelessCall(uuid4(), SCARED), worker)
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), worker)
    story.world.engine.perform(AnswerEnquiry(enquiry.id, WRONG, "called"), worker)
    desk = signed_in(story.world, "paivystaja")
    page = desk.get(f"/tasks/enquiries/{enquiry.id}")

    missed = desk.submits(page, answer=RIGHT, call="not_reached")

    assert "Pyyntö jää avoimeksi" in missed.text
    assert RIGHT in missed.text
    assert WRONG in missed.text, "marked as replaced"
    again = desk.submits(page, answer="Kolmas neuvo.", call="not_reached")
    assert "Kolmas neuvo." in again.text, "a page from before loses no word"
    (waiting,) = story.world.engine.answer(UnansweredEnquiries(), worker)
    assert (waiting.id, waiting.answer) == (enquiry.id, None)
    sent = len(story.mails)
    story.passes(minutes=31)
    assert len(story.mails) > sent, "it rings again"
    story.world.engine.perform(AnswerEnquiry(enquiry.id, RIGHT, "called"), worker)
    assert [each.answer for each in read(story, enquiry).earlier] == [WRONG]
