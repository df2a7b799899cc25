"""No letter leaves by post for a reader whose address nobody has recorded: it is refused, not offered, and the page says so."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.postal_addresses import AddressMissing
from engine.queries.task_page import OpenTaskPage
from tests.stories.test_delivery import BY_POST, signed
from tests.stories.test_posted_letters import POSTED
from tests.stories.test_referrer_notified import notified, written
from tests.support.browsing import signed_in
from tests.support.party_changes import addressed
from tests.support.story import Story

HOME = "Turvakatu 1, 00000 Esimerkkilä"


def given_address(story: Story, address: str | None) -> None:
    case_id = story.case.id
    with story.world.engine.database.unit_of_work() as unit:
        stores = story.world.engine.stores(unit)
        for party in stores.parties.of_case(case_id):
            if party.kind == "applicant":
                stores.parties.rewrite(party, party.identity, {**party.contact, "postal_address": address})


def withheld(story: Story, form_key: str) -> Any:
    page = OpenTaskPage(story.task(form_key).id)
    return story.world.engine.answer(page, story.world.actor("kasittelija")).withheld


def test_a_referrer_without_an_address_gets_no_letter_by_post(story: Story) -> None:
    written(story, has_address=False)
    assert withheld(story, "post_paper")["paper_way"] == {"post"}
    page = signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('post_paper').id}").text
    assert "Postiosoite puuttuu. Kirjettä ei voi postittaa" in page
    assert "Postia ei voi valita: postiosoite puuttuu." in page
    assert "Osoite on turvallinen" not in page
    with pytest.raises(AddressMissing) as refused:
        story.does("kasittelija", "post_paper", **POSTED)
    assert refused.value.field == "paper_way"
    assert notified(story) == []

    referrer = next(each for each in story.file.parties if each.kind == "referrer")
    details = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}/parties/{referrer.id}")
    assert 'name="address_post"' in details.response.text, "an address can be recorded"
    addressed(story)
    assert "paper_way" not in withheld(story, "post_paper")
    story.does("kasittelija", "post_paper", **POSTED)
    assert notified(story) == ["referrer_notified"]


def test_a_decision_is_not_posted_to_a_person_without_an_address(story: Story) -> None:
    signed(story, **BY_POST)
    given_address(story, None)
    assert withheld(story, "post_letter")["posted"] == {"posted"}
    with pytest.raises(AddressMissing) as refused:
        story.does("kasittelija", "post_letter")
    assert refused.value.field == "posted"

    given_address(story, HOME)
    story.does("kasittelija", "post_letter")


def test_a_letter_that_left_before_the_address_was_taken_away_is_recorded(story: Story) -> None:
    written(story)
    left_on = story.today
    story.passes(days=1)
    addressed(story, "")
    page = signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('post_paper').id}").text
    assert "Postia ei voi valita: postiosoite puuttuu." not in page, "the answer is offered"
    story.does("kasittelija", "post_paper", **{**POSTED, "sent_on": left_on.isoformat()})
    assert notified(story) == ["referrer_notified"]
