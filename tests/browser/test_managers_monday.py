"""A manager's Monday, in English: a colleague is sick, her cases move with a look before and an undo after, and they come back."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.stories.test_my_cases import asks
from tests.support.axe import faults
from tests.support.chromium import DESKTOP, follow
from tests.support.story import Story
from tests.support.world import World


def stands(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    assert faults(page) == []
    page.set_viewport_size(DESKTOP)


def in_english(page: Page) -> Page:
    page.goto("/me")
    page.get_by_label("English").check()
    follow(page.get_by_role("button", name="Vaihda kieli"))
    return page


def carried(world: World, form: str = "triage_override") -> Story:
    """A case that Kerttu carries, at that step."""
    story = Story(world)
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    story.until(form)
    return story


def test_a_monday_with_a_sick_colleague(
    world: World, sign_in: Callable[..., Page], sign_in_again: Callable[[Page, str], None]
) -> None:
    first, second, waits = carried(world), carried(world, "assessment"), carried(world, "sufficiency")
    asks(waits)
    first.passes(days=7)
    page = in_english(sign_in("esihenkilo"))
    follow(page.get_by_role("link", name="Overview", exact=True))
    follow(page.get_by_role("link", name="The next two weeks"))
    stands(page, "The next two weeks")
    follow(page.get_by_role("link", name=re.compile("^Absence ?: Kerttu Käsittelijä$")))
    stands(page, "Kerttu Käsittelijä")
    page.get_by_label("Away from").fill("8.11.2026")
    page.get_by_label("Last day away").fill("13.11.2026")
    page.get_by_label("Deputy", exact=True).select_option(label="Tuomas Toinen")
    follow(page.get_by_role("button", name="Record an absence"))
    expect(page.get_by_role("main")).to_contain_text("deputy Tuomas Toinen")
    stands(page, "The next two weeks")
    follow(page.get_by_role("link", name="Kerttu Käsittelijä", exact=True).first)
    stands(page, "All cases")
    for each in (first, second, waits):
        page.get_by_role("checkbox", name=each.reference).check()
    follow(page.get_by_role("button", name="Move those chosen"))
    stands(page, "Move 3 cases")
    page.get_by_label("All to the same person").select_option(label="Tuomas Toinen")
    follow(page.get_by_role("button", name="See what the move changes"))
    assert faults(page) == []
    page.get_by_label("The caseworker is away").check()
    follow(page.get_by_role("button", name="See what the move changes"))
    assert faults(page) == []
    follow(page.get_by_role("button", name="Move 3 cases"))
    stands(page, "Moved cases")
    follow(page.get_by_role("button", name=re.compile(f"^Undo ?: {second.reference}$")))
    stands(page, "Moved cases")
    expect(page.get_by_role("main")).to_contain_text("Undone")

    tuomas = in_english(sign_in("toinen"))
    follow(tuomas.get_by_role("link", name="My cases", exact=True))
    expect(tuomas.get_by_role("columnheader", name="Follow-up")).to_be_visible()
    expect(tuomas.locator("[data-task]")).to_have_count(2)
    stands(tuomas, "My cases")
    follow(tuomas.get_by_role("link", name="You stand in"))
    expect(tuomas.locator("[data-task]")).to_contain_text(second.reference)

    first.passes(days=7)
    sign_in_again(page, "esihenkilo")
    page.goto("/oversight/given")
    follow(page.get_by_role("link", name=re.compile(f"^Return ?: {waits.reference}$")))
    stands(page, "Move one case")
    follow(page.get_by_role("button", name="See what the move changes"))
    follow(page.get_by_role("button", name="Move one case"))
    stands(page, "Moved cases")
    assert waits.case.caseworker_id == world.people["kasittelija"].id
