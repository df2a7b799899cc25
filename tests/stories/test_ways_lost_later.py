"""A letter or a question that left while its way was safe is recorded as it was, also when the way is lost before that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.clock import day_of
from engine.domain.chronology import DatesRejected
from engine.domain.parties import DetailsRejected
from engine.domain.safe_contact import PartyNotSafe, PostNotSafe, WayNotSafe
from tests.stories.test_delivery import signed
from tests.stories.test_letters_under_way import BY_POST
from tests.support.answers import request
from tests.support.browsing import Page, signed_in
from tests.support.party_changes import ONLY_PHONE, addressed, changes, person
from tests.support.story import Story

POSTED = {"paper_way": "post", "envelope_neutral": True}


def asks(story: Story, recipient: str, channel: str) -> date:
    """Ask, and return the day on which the question left, or was asked, unrecorded."""
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    row = request(recipient, story.today + timedelta(days=20), request_channel=channel)
    story.does("kasittelija", "new_information_request", round_reason="Ehdot puuttuvat.", requests=[row])
    return story.today


def place_of(page: Page, party_id: str) -> int:
    """Of the form of this person's contact details on the page."""
    actions = [form.get("action").rpartition("/")[2] for form in page.tree.xpath("//main//form")]
    return actions.index(party_id)


def given(left_on: date, **more: Any) -> dict[str, Any]:
    return {**POSTED, "sent_on": left_on.isoformat(), **more}


def test_a_letter_that_left_before_its_post_was_lost_is_recorded_and_the_person_is_warned(
    story: Story,
) -> None:
    story.applies(**BY_POST)
    left_on = asks(story, "applicant", "letter")
    story.passes(days=1)
    changes(story, person(story), ONLY_PHONE)
    lost_on = story.today
    story.passes(days=1)
    with pytest.raises(PostNotSafe):
        story.does("kasittelija", "post_paper", **given(story.today))
    with pytest.raises(DatesRejected, match="Samana päivänä") as same_day:
        story.does("kasittelija", "post_paper", **given(lost_on))
    assert same_day.value.need_reasons
    story.does("kasittelija", "post_paper", **given(left_on))
    (asked,) = story.file.requests
    assert asked.sent_at is not None
    assert day_of(asked.sent_at) == left_on
    story.passes(minutes=1)
    assert "tell_withheld" in story.forms, "somebody warns the person of the letter"


def test_a_decision_that_left_before_its_post_was_lost_is_recorded_and_nothing_is_presumed_of_it(
    story: Story,
) -> None:
    signed(story, **BY_POST)
    left_on = story.today
    story.passes(days=1)
    changes(story, person(story), ONLY_PHONE)
    lost_on = story.today
    story.passes(days=1)
    with pytest.raises(PostNotSafe):
        story.does("kasittelija", "post_letter")
    with pytest.raises(DatesRejected, match="Samana päivänä") as same_day:
        story.does("kasittelija", "post_letter", posted_on=lost_on.isoformat())
    assert same_day.value.need_reasons

    story.does("kasittelija", "post_letter", posted_on=left_on.isoformat())
    story.passes(minutes=1)
    (delivery,) = story.file.deliveries
    assert delivery.dispatched_at is not None
    assert (day_of(delivery.dispatched_at), delivery.state) == (left_on, "doubted")
    assert "tell_withheld" in story.forms, "somebody warns the person of the letter"
    assert "choose_delivery_way" in story.forms, "and it is served in another way"
    story.passes(days=9)
    assert not {"resolution_served", "appeal_period_started"} & set(story.events)


def test_a_letter_left_before_its_reader_was_marked_unsafe(story: Story) -> None:
    story.is_referred()
    addressed(story)
    left_on = asks(story, "referrer", "letter")
    story.passes(days=1)
    referrer = next(each for each in story.file.parties if each.kind == "referrer")
    changes(story, referrer, is_unsafe=True)
    story.passes(days=1)
    with pytest.raises(PartyNotSafe):
        story.does("kasittelija", "post_paper", **given(story.today))
    story.does("kasittelija", "post_paper", **given(left_on))
    assert story.file.requests[0].sent_at is not None


def test_a_call_was_made_before_calls_were_lost(story: Story) -> None:
    story.applies(safe_channels=["phone"], phone="+358 00 0000000")
    asked_on = asks(story, "applicant", "phone")
    changes(story, person(story), {"safe_channels": [], "unsafe_channels": ["phone"]})
    story.passes(days=1)
    with pytest.raises(WayNotSafe):
        story.does("kasittelija", "ask_aloud", ask_way="phone")
    before = {"ask_way": "phone", "asked_on": asked_on.isoformat()}
    with pytest.raises(DatesRejected, match="Samana päivänä"):
        story.does("kasittelija", "ask_aloud", **before)
    why = {"asked_on": "Soitin aamulla; hän ilmoitti vaarasta illalla."}
    story.does("kasittelija", "ask_aloud", because=why, **before)
    assert story.file.requests[0].sent_at is not None


TELEPHONE = {"phone": "040 000 0001", "sms_phone": "+358 40 0000001"}


def test_a_telephone_that_somebody_else_has_is_asked_after_as_a_whole(story: Story) -> None:
    story.applies()
    changes(
        story, person(story), {**TELEPHONE, "safe_channels": ["phone", "sms"], "unsafe_channels": ["email"]}
    )
    taken = {**TELEPHONE, "safe_channels": ["sms"], "unsafe_channels": ["phone", "email"]}
    with pytest.raises(DetailsRejected) as rejected:
        changes(story, person(story), taken)
    assert set(rejected.value.problems) == {"same_number"}
    assert story.file.open_ways == {"phone", "sms"}

    changes(story, person(story), {**taken, "sms_phone": "040 000 0002"})
    assert story.file.open_ways == {"sms"}, "another telephone"


def test_a_number_that_was_called_unsafe_does_not_come_back_unasked(story: Story) -> None:
    story.applies()
    old, new = "040 000 0001", "040 000 0002"
    changes(story, person(story), {"phone": old, "safe_channels": [], "unsafe_channels": ["phone"]})
    changes(story, person(story), {"phone": new, "safe_channels": ["phone"], "unsafe_channels": []})

    back = {"phone": new, "sms_phone": "+358 40 000 0001", "safe_channels": ["phone", "sms"]}
    with pytest.raises(DetailsRejected) as rejected:
        changes(story, person(story), back)
    assert set(rejected.value.problems) == {"again_safe"}
    assert story.file.open_ways == {"phone"}

    page = signed_in(story.world, "kasittelija")
    party_id = str(person(story).id)
    form = page.get(f"/cases/{story.reference}/parties/{party_id}")
    given = {"way_sms": "safe", "address_sms": old, "source": "call", "reason": "Sai puhelimensa takaisin."}
    asked = page.submits(form, place=place_of(form, party_id), **given)
    assert asked.status == 422
    assert "merkitty aiemmin vaaralliseksi" in asked.text
    page.submits(asked, place=place_of(asked, party_id), again_safe="safe")
    assert story.file.open_ways == {"phone", "sms"}


def test_who_makes_a_way_safe_again_that_the_page_shows_as_unsafe_is_not_asked_twice(story: Story) -> None:
    story.applies()
    called = {"phone": "040 000 0001", "safe_channels": [], "unsafe_channels": ["phone"]}
    changes(story, person(story), called)
    changes(story, person(story), {**called, "safe_channels": ["phone"], "unsafe_channels": []})
    assert story.file.open_ways == {"phone"}


def test_somebody_who_is_overheard_may_still_read_messages(story: Story) -> None:
    story.applies()
    changes(
        story, person(story), {**TELEPHONE, "safe_channels": ["phone", "sms"], "unsafe_channels": ["email"]}
    )
    page = signed_in(story.world, "kasittelija")
    party_id = str(person(story).id)
    form = page.get(f"/cases/{story.reference}/parties/{party_id}")
    given = {"way_phone": "unsafe", "source": "call", "reason": "Puhelut kuuluvat."}
    asked = page.submits(form, place=place_of(form, party_id), **given)
    assert asked.status == 422
    page.submits(asked, place=place_of(asked, party_id), same_number="safe")
    assert story.file.open_ways == {"sms"}
