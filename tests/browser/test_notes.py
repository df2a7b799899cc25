"""A phone call written down from the corridor: a telephone, the keyboard alone, a draft that outlives the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.axe import faults
from tests.support.chromium import follow
from tests.support.story import Story

CORRIDOR = {"width": 390, "height": 844}


@pytest.fixture
def registered(story: Story) -> Story:
    story.applies(safe_channels=["phone"], phone="000 000 0009", email=None)
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    return story


def test_a_call_from_the_corridor_by_keyboard(registered: Story, sign_in: Callable[..., Page]) -> None:
    page = sign_in("kasittelija", size=CORRIDOR)
    page.goto("/my-cases/")
    assert faults(page) == []
    follow(page.get_by_role("link", name="Kirjaa merkintä"))
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_response(lambda answer: answer.url.endswith("/notes/draft")) as kept:
        page.get_by_label("Mitä kerrottiin tai havaittiin").fill("Hän pääsi perille")
    assert kept.value.status == 204
    page.reload()
    words = page.get_by_label("Mitä kerrottiin tai havaittiin")
    expect(words).to_have_value("Hän pääsi perille")
    page.get_by_label("Yhteydenotto", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    words.focus()
    page.keyboard.press("End")
    page.keyboard.type(" ja on turvassa.")
    page.get_by_role("button", name="Tallenna merkintä").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*#notes")
    note = page.locator("#notes .note")
    expect(note).to_contain_text("Hän pääsi perille ja on turvassa.")
    assert faults(page) == []


def test_what_is_typed_of_a_meeting_outlives_its_tab(registered: Story, sign_in: Callable[..., Page]) -> None:
    page = sign_in("kasittelija")
    address = f"/cases/{registered.reference}/meetings"
    page.goto(address)
    with page.expect_response(lambda answer: answer.url.endswith("/drafts/meeting")) as kept:
        page.get_by_label("Mitä varten?").fill("Asunnon haku")
    assert kept.value.status == 204
    page.get_by_label("Mitä varten?").press_sequentially(" yhdessä")
    page.close(run_before_unload=True)

    again = page.context.new_page()
    again.goto(address)
    expect(again.get_by_label("Mitä varten?")).to_have_value("Asunnon haku yhdessä")
    expect(again.get_by_text("Jatkat luonnosta, joka tallennettiin")).to_be_visible()
    assert faults(again) == []
    again.get_by_role("button", name="Hylkää luonnos").click()
    expect(again.get_by_label("Mitä varten?")).to_have_value("")
