"""A person in danger stands first in the lists, and is marked, before anybody has confirmed how urgent their matter is."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.domain.inbox import View
from engine.queries.inbox import OpenInbox
from engine.queries.next_task import OfferNext
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World


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
