"""A person in danger stands first in the lists, and is marked, before anybody has confirmed how urgent their matter is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from engine.clock import HELSINKI
from engine.commands.tasks import ClaimTask
from engine.domain.calendar import end_of
from engine.domain.inbox import View
from engine.queries.inbox import OpenInbox
from engine.queries.next_task import OfferNext
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World
from webapp.rendering.words.due import due_in_words


@pytest.fixture
def called(world: World) -> Story:
    """An urgent call that came last, after two applications that wait for registration."""
    for _each in range(2):
        Story(world).applies()
    story = Story(world)
    story.passes(minutes=5)
    story.calls(in_danger="yes")
    return story


def test_a_call_in_danger_stands_first_and_is_marked(world: World, app: Flask, called: Story) -> None:
    registrar = signed_in(world, "kirjaaja", app)
    page = registrar.get("/tasks/?view=unassigned")
    first = page.tree.xpath("//table//tbody[1]")[0].text_content()
    assert called.reference in first
    assert first.strip().startswith("Kiireelliset")
    assert "Vaarassa" in first
    assert "Ehdotettu: Kiireellinen" in first
    assert page.text.count("Vaarassa") == 1


def test_pages_go_on_after_the_pressing_ones(world: World, called: Story) -> None:
    actor = world.actor("kirjaaja")
    seen, after = [], None
    for _each in range(4):
        inbox = world.engine.answer(OpenInbox(View.UNASSIGNED, after, most=1), actor)
        seen += [each.reference for each in inbox.items]
        after = inbox.next_after
        if after is None:
            break
    assert seen[0] == called.reference
    assert len(seen) == len(set(seen)) == 3
    called.passes(days=1)
    assert world.engine.answer(OpenInbox(View.UNASSIGNED), actor).items[0].reference == called.reference


def test_the_next_task_offered_is_the_pressing_one(world: World, called: Story) -> None:
    offered = world.engine.answer(OfferNext(), world.actor("kirjaaja"))
    assert offered.offer is not None
    assert offered.offer.task.reference == called.reference


def test_an_on_call_worker_sees_first_what_is_urgent_and_nobody_has(
    world: World, app: Flask, called: Story
) -> None:
    on_call = signed_in(world, "paivystaja", app)
    page = on_call.get("/tasks/")
    [first] = page.tree.xpath("//main//section[@aria-labelledby='urgent-title']")
    words = " ".join(first.text_content().split())
    assert "2 kiireellistä tehtävää odottaa, eikä kukaan ole ottanut niitä" in words
    assert called.reference in words
    assert "Tee kiireelliset toimet" in words
    assert "tänään klo 13.05" in words
    assert "Vaarassa" in words
    assert "Sinulla ei ole nyt tehtäviä" not in page.text
    assert page.tree.xpath("string(//*[@class='bell-count'])") == "2"
    notices = on_call.get("/my-cases/notices")
    assert "2 kiireellistä tehtävää odottaa" in notices.text
    assert "Ei ilmoituksia" not in notices.text
    assert "Kaikki on luettu" not in notices.text

    for form in ("urgent_measures", "register"):
        world.engine.perform(ClaimTask(called.task(form).id), world.actor("paivystaja"))
    taken = on_call.get("/tasks/")
    assert not taken.tree.xpath("//section[@aria-labelledby='urgent-title']")
    assert not taken.tree.xpath("//*[@class='bell-count']")


def test_others_have_no_such_list(world: World, app: Flask, called: Story) -> None:
    for who in ("kirjaaja", "kasittelija"):
        page = signed_in(world, who, app).get("/tasks/")
        assert not page.tree.xpath("//section[@aria-labelledby='urgent-title']")
        assert not page.tree.xpath("//*[@class='bell-count']")


@pytest.mark.parametrize(
    ("hours", "words"), [(3, "tänään klo 23.30"), (4, "huomenna klo 0.30"), (23, "huomenna klo 19.30")]
)
def test_a_limit_of_hours_says_its_hour(app: Flask, hours: int, words: str) -> None:
    evening = datetime(2026, 11, 2, 20, 30, tzinfo=HELSINKI)
    with app.test_request_context("/tasks/"):
        due = due_in_words(evening + timedelta(hours=hours), evening)
        day = due_in_words(end_of(evening.date()), evening)
    assert due is not None
    assert day is not None
    assert (due.text, day.text) == (words, "tänään")
