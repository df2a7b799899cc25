"""The list under the hands of somebody who uses keys: choose, see what changes, change it, put it back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.axe import faults
from tests.support.chromium import follow
from tests.support.story import Story
from tests.support.world import World


def test_tasks_are_chosen_by_keys_given_away_and_taken_back(
    world: World, sign_in: Callable[..., Page]
) -> None:
    stories = [Story(world) for _ in range(2)]
    for story in stories:
        story.applies()
    page = sign_in("kirjaaja")
    page.goto("/tasks/?view=unassigned")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Pikanäppäimet")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("heading")).to_be_focused()
    assert faults(page) == []
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("searchbox").press("?")
    expect(dialog).to_be_hidden()
    page.get_by_role("searchbox").blur()
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    assert page.get_by_role("checkbox", name="Valitse").count() == 2
    assert page.locator("[data-pick]:checked").count() == 2
    follow(page.get_by_role("button", name="Katso, mitä muuttuu"))
    assert faults(page) == []

    follow(page.get_by_role("button", name="Ota valitut tehtävät: 2"))
    assert [story.task("register").assignee_id for story in stories] == [world.people["kirjaaja"].id] * 2
    assert faults(page) == []
    follow(page.get_by_role("button", name="Peru muutos"))
    assert [story.task("register").assignee_id for story in stories] == [None] * 2

    page.goto("/tasks/")
    page.keyboard.press("n")
    page.wait_for_url("**/tasks/next")
    assert faults(page) == []
    follow(page.get_by_role("button", name="Ota tämä tehtävä"))
    assert page.url.endswith(str(stories[0].task("register").id))
