"""A lapse in a sealed case is served: who has that task sees the safe ways to its recipient there, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from engine.commands.tasks import ClaimTask, ReleaseTask
from engine.queries.access_log import WhoLooked
from engine.storage.tables.cases import PARTIES
from tests.stories.test_delivery import FAILED
from tests.stories.test_referrals import REFUSED, until_consent
from tests.support.browsing import Page, signed_in
from tests.support.story import Story

NUMBER = "tel:+358000000009"
SEALED = "Sinetöity: turvallisia tapoja ei lueta ilman kirjattua perustetta."
READ = "read_delivery_papers"


@pytest.fixture
def lapsed(story: Story) -> Story:
    """The person refused; the content is sealed; the lapse is signed and waits to be handed over."""
    until_consent(story, safe_channels=["phone"], phone="000 000 0009")
    story.does("kasittelija", "verify_consent", **REFUSED)
    story.until("record_delivery")
    assert story.case.content_sealed_at is not None
    return story


def card(page: Page) -> str:
    (found,) = page.tree.find_class("safe-contact")
    return " ".join(found.text_content().split())


def shown(story: Story, who: str, app: Flask, form: str = "record_delivery") -> Page:
    return signed_in(story.world, who, app).get(f"/tasks/{story.task(form).id}")


def takes(story: Story, who: str, form: str = "record_delivery") -> None:
    task = story.task(form)
    if task.assignee_id is not None:
        holder = next(
            each
            for each in ("kasittelija", "toinen", "paattaja")
            if story.world.people[each].id == task.assignee_id
        )
        story.performs(ReleaseTask(task.id), holder)
    story.performs(ClaimTask(task.id), who)


def reads(story: Story, who: str) -> list[dict[str, Any]]:
    name = story.world.people[who].name
    entries = story.world.engine.answer(WhoLooked(story.reference), story.world.actor("tarkastaja"))
    return [dict(each) for each in entries if (each["action"], each["actor_name"]) == (READ, name)]


def test_who_hands_over_the_lapse_sees_the_recipients_safe_ways_in_that_task(
    lapsed: Story, app: Flask
) -> None:
    takes(lapsed, "kasittelija")
    before = len(reads(lapsed, "kasittelija"))

    page = shown(lapsed, "kasittelija", app)

    assert NUMBER in page.links()
    assert SEALED not in card(page)
    assert "näet vain tässä tehtävässä, ja katselu on kirjattu lokiin" in page.text
    assert len(reads(lapsed, "kasittelija")) == before + 1


def test_nobody_else_sees_them_and_no_other_page_shows_them(lapsed: Story, app: Flask) -> None:
    takes(lapsed, "kasittelija")
    for who in ("toinen", "esihenkilo", "paattaja"):
        page = shown(lapsed, who, app)
        assert NUMBER not in page.links(), who
        assert SEALED in card(page), who
    worker = signed_in(lapsed.world, "kasittelija", app)
    for address in (f"/cases/{lapsed.reference}", f"/cases/{lapsed.reference}/notes"):
        assert NUMBER not in worker.get(address).links(), address


def test_they_are_shut_again_once_it_is_served(lapsed: Story, app: Flask) -> None:
    takes(lapsed, "kasittelija")
    task = lapsed.task("record_delivery").id
    lapsed.does("kasittelija", "record_delivery")
    page = signed_in(lapsed.world, "kasittelija", app).get(f"/tasks/{task}")
    assert NUMBER not in page.links()


def test_no_way_to_a_dangerous_recipient_is_shown(lapsed: Story, app: Flask) -> None:
    lapsed.does("kasittelija", "record_delivery", **FAILED)
    takes(lapsed, "kasittelija", "choose_delivery_way")
    with lapsed.world.engine.database.transaction() as connection:
        # Nobody can mark them in a sealed case: it was done before.
        connection.execute(update(PARTIES).where(PARTIES.c.kind == "applicant").values(is_unsafe=True))
    page = shown(lapsed, "kasittelija", app, "choose_delivery_way")
    assert NUMBER not in page.links()
    assert SEALED in card(page)


def test_who_chooses_another_way_or_finds_none_sees_them_too(lapsed: Story, app: Flask) -> None:
    lapsed.does("kasittelija", "record_delivery", **FAILED)
    takes(lapsed, "kasittelija", "choose_delivery_way")
    assert NUMBER in shown(lapsed, "kasittelija", app, "choose_delivery_way").links()
    assert SEALED in card(shown(lapsed, "esihenkilo", app, "choose_delivery_way"))

    lapsed.does("kasittelija", "choose_delivery_way", next_channel="none")
    takes(lapsed, "paattaja", "no_safe_service")
    page = shown(lapsed, "paattaja", app, "no_safe_service")
    assert NUMBER in page.links()
    assert "näet vain tässä tehtävässä, ja katselu on kirjattu lokiin" in page.text
