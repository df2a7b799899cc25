"""A caseworker's morning with eight cases, in Swedish: what is stuck comes first, an answer is judged, a call is noted between
two tasks, and no case leaves the list."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.queries.public_form import PublicForm
from tests.stories.test_my_cases import asks
from tests.support import answers as plain
from tests.support.axe import faults
from tests.support.chromium import DESKTOP, follow
from tests.support.story import Story
from tests.support.world import World
from tests.support.writing import write

Morning = dict[str, Story]


@pytest.fixture
def morning(world: World) -> Morning:
    """Eight cases of hers, by what is to be done in them."""
    hers = {"caseworker": str(world.people["kasittelija"].id)}

    def begins(form: str = "", **known: str) -> Story:
        story = Story(world)
        story.applies(**known)
        story.does("kirjaaja", "register", **hers, **known)
        if form:
            story.until(form)
        return story

    stuck = begins("sufficiency")
    asks(stuck)
    stuck.passes(days=20)
    asked, answered = begins("sufficiency"), begins("sufficiency")
    for story in (asked, answered):
        asks(story)
    answered.answers("REQ-1", answer="Sex dagar i veckan.")
    return {
        "stuck": stuck,
        "asked": asked,
        "answered": answered,
        "signed by another": begins("sign_resolution"),
        "new": begins("triage_override"),
        "known": begins("sufficiency"),
        "assessed": begins("assessment"),
        "in danger": begins(in_danger="yes"),
    }


def stands(page: Page, heading: str | re.Pattern[str]) -> None:
    """On the page of that heading, on which axe finds nothing."""
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    assert faults(page) == []
    page.set_viewport_size(DESKTOP)


def to_the_list(page: Page) -> None:
    follow(page.get_by_role("link", name="Mina ärenden", exact=True))
    expect(page.locator("[data-task]")).to_have_count(8)


def row_of(page: Page, story: Story) -> Locator:
    return page.get_by_role("row").filter(has_text=story.reference)


def opens(page: Page, story: Story, step: str) -> None:
    follow(row_of(page, story).get_by_role("link", name=step))
    stands(page, step)


def hands_in(page: Page, story: Story, key: str) -> None:
    form = story.world.engine.answer(PublicForm(key, "sv", any_form=True), story.world.actor("kasittelija"))
    write(page, form, plain.of(key, story.today, story.world))
    follow(page.get_by_role("button", name="Klar, skicka vidare"))
    expect(page.get_by_role("heading", name="Uppgiften är gjord")).to_be_focused()


def test_a_morning_with_eight_cases(morning: Morning, sign_in: Callable[..., Page]) -> None:
    page = sign_in("kasittelija")
    page.goto("/me")
    page.get_by_label("Svenska").check()
    follow(page.get_by_role("button", name="Vaihda kieli"))
    to_the_list(page)
    stands(page, "Mina ärenden")
    first = page.locator("[data-task]").first
    expect(first).to_contain_text(morning["stuck"].reference)
    expect(row_of(page, morning["in danger"])).to_contain_text("I fara")

    opens(page, morning["stuck"], "Besluta hur begäran fortsätter")
    hands_in(page, morning["stuck"], "request_follow_up")
    assert faults(page) == []
    page.set_viewport_size(DESKTOP)

    to_the_list(page)
    opens(page, morning["answered"], "Bedöm svaret")
    expect(page.locator(".reply")).to_contain_text("Sex dagar i veckan.")
    expect(page.locator(".proposal")).to_contain_text("Det har berättats vad som har hänt: Ja")
    hands_in(page, morning["answered"], "review_reply")
    follow(page.get_by_role("link", name="Räcker uppgifterna?"))
    hands_in(page, morning["answered"], "sufficiency")

    to_the_list(page)
    follow(row_of(page, morning["asked"]).get_by_role("link", name="Skriv en anteckning"))
    stands(page, "Anteckningar")
    page.get_by_label("Vad berättades eller iakttogs").fill("Hon ringde: svaret kommer i morgon.")
    page.get_by_label("Nästa kontakt").fill("24.11.2026")
    follow(page.get_by_role("button", name="Spara anteckningen"))
    expect(page.locator("#notes")).to_contain_text("Hon ringde: svaret kommer i morgon.")

    to_the_list(page)
    expect(row_of(page, morning["asked"])).to_contain_text("tis 24.11.2026")
    opens(page, morning["new"], "Bekräfta brådskan")
    hands_in(page, morning["new"], "triage_override")
    to_the_list(page)
    opens(page, morning["in danger"], "Räcker uppgifterna?")
    expect(page.locator(".danger")).to_contain_text("I fara")
    follow(page.get_by_role("link", name=morning["in danger"].reference).first)
    stands(page, "Aino Esimerkki Keksitty")
    to_the_list(page)
    stands(page, "Mina ärenden")
    for each in morning.values():
        expect(row_of(page, each)).to_be_visible()
    expect(page.get_by_role("rowheader", name="Fastnat eller försenat")).to_have_count(0)
