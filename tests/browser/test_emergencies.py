"""A case opened in an emergency, its review, and the policy table, in a real browser: by the keyboard alone on a telephone,
with the passkey that each act asks for anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from engine.settings import SessionSettings
from tests.browser.test_accounts import plug_in
from tests.stories.test_who_sees import restricted
from tests.support.accounts import invited
from tests.support.axe import faults
from tests.support.hands import Keyboard
from tests.support.samples_of_emergencies import REASON
from tests.support.server import serving
from tests.support.story import Story
from tests.support.world import World

CORRIDOR = ViewportSize(width=390, height=844)
KEY = "button[data-passkey-button]"
NAME = "Keksitty Henkilö"
PROOF = "Vahvista, että olet sinä"


@pytest.fixture
def address(world: World, weather: str) -> Iterator[str]:
    """By its name: browsers make no passkeys for a bare IP address."""
    world.engine.settings = replace(world.engine.settings, sessions=SessionSettings())
    with serving(world.engine, weather, name="localhost") as address:
        yield address


@pytest.fixture
def hidden(story: Story) -> Story:
    story.applies(given_names="Keksitty", family_name="Henkilö")
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    restricted(story)
    return story


def goes(page: Page, selector: str, heading: str) -> None:
    """Press what leads to the page of that heading, and find no fault on it."""
    with page.expect_navigation():
        Keyboard(page).press(selector)
    stands(page, heading)


def stands(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
    assert faults(page, sizes=(CORRIDOR,)) == []


def signed_in_six_minutes_ago(world: World, visit: Callable[..., Page], username: str) -> Page:
    """Make a passkey, and let the proof of it grow old."""
    page = visit(size=CORRIDOR)
    plug_in(page)
    page.goto(f"/sign-in/invitation/{invited(world, username)}")
    with page.expect_navigation():
        Keyboard(page).press(KEY)
    page.get_by_role("button", name="Kirjaudu ulos").wait_for()
    world.clock.passes(minutes=6)
    return page


def test_a_call_at_night(world: World, visit: Callable[..., Page], hidden: Story) -> None:
    page = signed_in_six_minutes_ago(world, visit, "paivystaja")
    page.goto("/cases/emergency")
    stands(page, PROOF)
    goes(page, KEY, "Avaa rajoitettu asia hädässä")
    hand = Keyboard(page)
    hand.write("#wanted", hidden.reference)
    hand.choose("[name=ground][value=danger]")
    hand.write("#reason", REASON)
    goes(page, "main form[action$='/emergency'] button", NAME)
    expect(page.get_by_text("Auki hädässä, sulkeutuu kello")).to_be_visible()

    manager = signed_in_six_minutes_ago(world, visit, "esihenkilo")
    manager.goto("/cases/emergencies")
    stands(manager, "Avatut hädässä")
    expect(manager.get_by_text(REASON)).to_have_count(0)
    goes(manager, "main a[href*='/me/proof']", PROOF)
    goes(manager, KEY, "Avatut hädässä")
    expect(manager.get_by_text(REASON)).to_be_visible()
    Keyboard(manager).choose("[name=verdict][value=justified]")
    goes(manager, "form.verdict button", "Avatut hädässä")
    expect(manager.get_by_text("Mikään avaus ei odota.")).to_be_visible()
    for path in (f"/cases/{hidden.reference}/visibility", "/audit/policy"):
        manager.goto(path)
        assert faults(manager) == []
