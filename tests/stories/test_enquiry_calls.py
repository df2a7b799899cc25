"""Calls to those who asked for one without a name: a missed one closes nothing, and two people do not ring at once."""

from __future__ import annotations

import pytest

from engine.commands.enquiry_answers import AnswerEnquiry, UnansweredEnquiries
from engine.commands.enquiry_calls import RingEnquiry, RungByColleague
from engine.errors import NotFound
from engine.storage.enquiries import Enquiry
from tests.stories.test_enquiries import asks, mails_to, status_of
from tests.support.browsing import signed_in
from tests.support.story import Story

NUMBER = "040 000 0000"


def in_danger(story: Story) -> Enquiry:
    asks(story, in_danger="yes", concerns_child="no", reply_by="phone", phone=NUMBER)
    (found,) = story.world.engine.answer(UnansweredEnquiries(), story.world.actor("paivystaja"))
    return found


@pytest.mark.databases
def test_who_asked_on_the_web_and_is_in_danger_is_rung_until_somebody_reaches_them(story: Story) -> None:
    receipt = asks(story, in_danger="yes", concerns_child="no", reply_by="phone", phone=NUMBER)
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), story.world.actor("paivystaja"))
    desk = signed_in(story.world, "paivystaja")
    page = desk.get(f"/tasks/enquiries/{enquiry.id}")
    assert "tel:+358400000000" in page.links()

    missed = desk.submits(page, answer="", call="not_reached")
    assert (missed.status, "Yritys on kirjattu" in missed.text) == (200, True)
    assert status_of(story, receipt).stage == "enquiry_open"
    assert f"{story.world.people['paivystaja'].name}: ei tavoitettu" in missed.text
    before = len(mails_to("paivystaja", story))
    story.passes(minutes=16)
    assert len(mails_to("paivystaja", story)) == before + 1, "they are still in danger"
    assert "ei tavoitettu" in signed_in(story.world, "kirjaaja").get(f"/tasks/enquiries/{enquiry.id}").text


def test_a_missed_call_without_danger_closes_nothing_either(story: Story) -> None:
    receipt = asks(story, reply_by="phone", phone=NUMBER)
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), story.world.actor("kirjaaja"))
    missed = AnswerEnquiry(enquiry.id, " ", "not_reached")
    assert story.world.engine.perform(missed, story.world.actor("kirjaaja")) is False
    assert status_of(story, receipt).stage == "enquiry_open"


@pytest.mark.databases
def test_who_rings_is_seen_in_list_and_page_and_holds_the_rings_for_half_an_hour(story: Story) -> None:
    enquiry = in_danger(story)
    story.passes(minutes=1)
    desk, colleague = signed_in(story.world, "paivystaja"), signed_in(story.world, "kirjaaja")
    address = f"/tasks/enquiries/{enquiry.id}"
    page = desk.get(address)
    (place,) = [
        place
        for place, form in enumerate(page.tree.xpath("//main//form"))
        if form.get("action") == f"{address}/ringing"
    ]
    assert desk.submits(page, place=place).goes_to == address

    ringing = f"{story.world.people['paivystaja'].name} soittaa nyt"
    for seen in (address, "/tasks/enquiries/", "/tasks/"):
        assert ringing in colleague.get(seen).text
    with pytest.raises(RungByColleague):
        story.world.engine.perform(RingEnquiry(enquiry.id), story.world.actor("kirjaaja"))

    before = len(mails_to("paivystaja", story))
    story.passes(minutes=29)
    assert len(mails_to("paivystaja", story)) == before
    story.passes(minutes=2)
    assert len(mails_to("paivystaja", story)) == before + 1, "nobody rings any more"
    assert ringing not in signed_in(story.world, "kirjaaja").get(address).text


def test_an_attempt_ends_the_hold(story: Story) -> None:
    enquiry, on_call = in_danger(story), story.world.actor("paivystaja")
    story.passes(minutes=1)
    story.world.engine.perform(RingEnquiry(enquiry.id), on_call)
    story.world.engine.perform(AnswerEnquiry(enquiry.id, "", "not_reached"), on_call)
    story.world.engine.perform(RingEnquiry(enquiry.id), story.world.actor("kirjaaja"))
    story.world.engine.perform(AnswerEnquiry(enquiry.id, "", "not_reached"), story.world.actor("kirjaaja"))
    before = len(mails_to("paivystaja", story))
    story.passes(minutes=16)
    assert len(mails_to("paivystaja", story)) == before + 1


def test_nobody_rings_who_left_no_number(story: Story) -> None:
    asks(story)
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), story.world.actor("kirjaaja"))
    with pytest.raises(NotFound):
        story.world.engine.perform(RingEnquiry(enquiry.id), story.world.actor("kirjaaja"))
    page = signed_in(story.world, "kirjaaja").get(f"/tasks/enquiries/{enquiry.id}")
    assert "Soitan nyt" not in page.text
