"""The view of what is stalled names the reader's own cases whose task is the manager's: nobody reads that nothing is stalled."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from tests.support import answers as plain
from tests.support.browsing import Page, signed_in
from tests.support.story import Story
from tests.support.world import World

STALLED = "/tasks/?view=stalled"
NOTHING = "Yksikään asia ei ole jumissa"
ELSEWHERE = "Yksi oma asiasi on jumissa, ja sen tehtävä on jollakulla toisella"


def view_of(world: World, who: str, app: Flask) -> Page:
    return signed_in(world, who, app).get(STALLED)


def stalls(story: Story) -> None:
    """A request stands still, and its task is the manager's."""
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    rows = [plain.request("outside_authority", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    story.passes(days=30)
    assert "stalled_request" in story.work_of("esihenkilo")


def test_a_case_that_stands_still_with_the_manager_is_named_to_its_caseworker(
    world: World, app: Flask, story: Story
) -> None:
    stalls(story)
    page = view_of(world, "kasittelija", app)
    assert ELSEWHERE in page.text
    assert NOTHING not in page.text
    assert "/my-cases/?turn=stuck" in page.links()
    assert story.reference in signed_in(world, "kasittelija", app).get("/my-cases/?turn=stuck").text
    assert ELSEWHERE not in view_of(world, "esihenkilo", app).text, "the task is theirs, and listed"
    assert NOTHING in view_of(world, "toinen", app).text, "it is no case of theirs"
