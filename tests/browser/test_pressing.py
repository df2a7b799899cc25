"""A real mouse meets what it is aimed at, a box, a button or the menu, where a row's link covers the row."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.support.story import Story
from tests.support.world import World

SIZES = (ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844))
PAGES = {
    "johtaja": ("/oversight/cases", "/oversight/cases?carrier=nobody", "/oversight/"),
    "kirjaaja": ("/tasks/?view=unassigned",),
    "kasittelija": ("/my-cases/", "/tasks/?view=team", "/cases/", "/tasks/enquiries/"),
    "yllapitaja": ("/administration/", "/administration/people/kasittelija"),
}
MISSED = """() => [...document.querySelectorAll('a, button, select, input:not([type=hidden]), summary')]
  .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.closest('.visually-hidden'))
  .filter(each => {
    each.scrollIntoView({block: 'center'});
    const box = each.getClientRects()[0];
    if (!box || box.width < 2 || box.height < 2 || box.top < 0 || box.top > innerHeight) return false;
    const met = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return !met || !(each.contains(met) || met.contains(each) || each.labels && [...each.labels].some(l => l.contains(met)));
  })
  .map(each => each.outerHTML.slice(0, 120))"""


@pytest.fixture
def stories(world: World) -> list[Story]:
    """Cases in the lists: two that nobody has, two of one caseworker."""
    found = []
    for number in range(4):
        story = Story(world)
        story.applies()
        if number > 1:
            story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
        found.append(story)
    return found


@pytest.mark.parametrize("size", SIZES, ids=("wide", "telephone"))
@pytest.mark.parametrize("who", PAGES)
def test_whatever_can_be_pressed_is_what_the_mouse_meets(
    stories: list[Story], sign_in: Callable[..., Page], who: str, size: ViewportSize
) -> None:
    page = sign_in(who, size=size)
    for path in PAGES[who]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
        assert page.evaluate(MISSED) == [], path


def test_choosing_a_case_to_give_opens_no_case(
    world: World, stories: list[Story], sign_in: Callable[..., Page]
) -> None:
    page = sign_in("johtaja", size=SIZES[0])
    page.goto("/oversight/cases")
    for story in stories:
        box = page.locator(f"input[name=case][value='{story.reference}']").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.url.endswith("/oversight/cases")
    assert page.locator("input[name=case]:checked").count() == len(stories)
    page.locator(".give-bar button").click()
    page.wait_for_url("**/oversight/give?**")
    page.go_back()
    page.locator("nav a[href='/tasks/']").first.click()
    page.wait_for_url("**/tasks/")
