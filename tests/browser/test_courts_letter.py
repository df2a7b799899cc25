"""A court's letter for a closed case, by the keyboard alone: registered at the post, on the caseworker's list until it is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.axe import faults
from tests.support.chromium import DESKTOP
from tests.support.hands import Keyboard
from tests.support.story import Story

COURT = "Helsingin hallinto-oikeus"
LETTER = "Hallinto-oikeuden päätös 1234/2026"


@pytest.fixture
def closed(story: Story) -> Story:
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    story.ends()
    return story


def stands(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    assert faults(page) == []
    page.set_viewport_size(DESKTOP)


def goes(page: Page, selector: str) -> None:
    with page.expect_navigation():
        Keyboard(page).press(selector)


def test_a_courts_letter_for_a_closed_case(closed: Story, sign_in: Callable[..., Page]) -> None:
    kaisa = sign_in("kirjaaja")
    kaisa.goto("/tasks/")
    goes(kaisa, "nav.main-nav a[href='/cases/']")
    goes(kaisa, "main a[href$='/cases/arrivals']")
    stands(kaisa, "Kirjaa saapunut")
    hand = Keyboard(kaisa)
    hand.write("main input[name=reference]", closed.reference)
    goes(kaisa, "main form[action$='/cases/arrivals'] button")
    stands(kaisa, "Saapuneet")
    hand.choose("[name=kind][value=court]")
    hand.pick("#who")
    hand.write("#sender", COURT)
    hand.pick("#way")
    hand.write("#about", LETTER)
    goes(kaisa, "form.composer button.button-primary")
    expect(kaisa.locator("#sender")).to_have_value(COURT)
    expect(kaisa.locator("#sender-error")).to_contain_text("Valitsit lähettäjän ja kirjoitit toisen.")
    stands(kaisa, "Saapuneet")
    hand.pick("#who")
    goes(kaisa, "form.composer button.button-primary")
    assert f"kirjeenä, {COURT}" in kaisa.locator("#arrivals").inner_text()
    stands(kaisa, "Aino Esimerkki Keksitty")

    kerttu = sign_in("kasittelija")
    kerttu.goto("/my-cases/")
    row = kerttu.get_by_role("row").filter(has_text=closed.reference)
    expect(row).to_contain_text("Käsittele saapunut: Tuomioistuimen kirje")
    stands(kerttu, "Omat asiat")
    goes(kerttu, "tr[data-task] .case-step a")
    expect(kerttu.locator("#arrivals")).to_contain_text(LETTER)
    goes(kerttu, "#arrivals form[action$='/settled'] button")
    expect(kerttu.get_by_text("Sen voi palauttaa vuorokauden ajan.")).to_be_visible()
    stands(kerttu, "Aino Esimerkki Keksitty")
    goes(kerttu, "nav.main-nav a[href='/my-cases/']")
    expect(kerttu.get_by_role("heading", name="Sinulla ei ole avoimia asioita")).to_be_visible()
