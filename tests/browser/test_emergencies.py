"""A case opened in an emergency, its review, and the policy table, in a real browser: wide, narrow, without obstacles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.stories.test_who_sees import restricted
from tests.support.axe import faults
from tests.support.chromium import follow
from tests.support.samples_of_emergencies import REASON
from tests.support.story import Story
from tests.support.world import World

SignIn = Callable[..., Page]


@pytest.fixture
def hidden(story: Story) -> Story:
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    restricted(story)
    return story


def test_a_call_at_night(world: World, sign_in: SignIn, hidden: Story) -> None:
    page = sign_in("paivystaja")
    page.goto("/cases/emergency")
    assert faults(page) == []
    page.get_by_label("Asiatunnus tai koko nimi").fill(hidden.reference)
    page.get_by_label("Henkilö soittaa ja on vaarassa").check()
    page.get_by_label("Kerro yhdellä tai kahdella lauseella").fill(REASON)
    follow(page.get_by_role("button", name="Avaa asia hädässä"))
    expect(page.get_by_text("Auki hädässä, sulkeutuu kello")).to_be_visible()
    assert faults(page) == []

    manager = sign_in("esihenkilo")
    manager.goto("/cases/emergencies")
    assert faults(manager) == []
    manager.get_by_label("Perusteltu", exact=True).check()
    follow(manager.get_by_role("button", name="Kirjaa tarkastus"))
    expect(manager.get_by_text("Mikään avaus ei odota.")).to_be_visible()
    manager.goto(f"/cases/{hidden.reference}/visibility")
    assert faults(manager) == []
    manager.goto("/audit/policy")
    assert faults(manager) == []
