"""A task by keys alone: a link of the list of problems leads to where Space chooses."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.chromium import follow, take
from tests.support.story import Story
from tests.support.world import World

TO_CHOICES = """() => [...document.querySelectorAll('.error-summary a')].map(link => link.hash)
  .find(hash => document.getElementById(hash.slice(1))?.querySelector('input[type=radio]'))"""


def test_a_problem_leads_to_the_first_choice_of_its_question(
    world: World, story: Story, sign_in: Callable[..., Page]
) -> None:
    story.applies()
    page = sign_in("kirjaaja")
    take(page, story.task("register").id)
    follow(page.locator("#work button[value=complete]"))
    expect(page.locator(".error-summary")).to_be_focused()

    place = page.evaluate(TO_CHOICES)
    page.locator(f".error-summary a[href='{place}']").press("Enter")

    first = page.locator(f"{place} input[type=radio]").first
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    expect(first).to_be_checked()
