"""A duplicate found, handled together and parted again, by a caseworker with the keyboard and on a telephone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.support.axe import faults
from tests.support.chromium import PHONE, follow
from tests.support.story import Story
from tests.support.world import World

NADIA = {"given_names": "Nadia", "family_name": "Kuvitelma", "born_on": "1996-05-12"}
REASON = "Sama ihminen, hän kertoi itse."


def test_found_handled_together_and_parted_again(world: World, sign_in: Callable[..., Page]) -> None:
    earlier, later = Story(world), Story(world)
    earlier.applies(**NADIA)
    later.applies(**{**NADIA, "given_names": "Nadya"})
    page = sign_in("kasittelija", size=PHONE)
    page.goto("/cases/")
    page.get_by_label("Hae asiaa", exact=True).fill("نادية 1996")
    follow(page.get_by_role("button", name="Hae", exact=True))
    assert faults(page) == []
    follow(page.get_by_role("main").get_by_role("link", name=later.reference))
    follow(page.get_by_role("link", name="Muut asiat"))
    assert "nimi ääntyy samoin" in page.locator(".candidates").inner_text()
    assert faults(page) == []

    together = page.locator("form", has=page.get_by_role("button", name="Käsittele yhdessä"))
    together.get_by_label("Toisen asian tunnus").fill(earlier.reference)
    together.get_by_label("Syy").fill(REASON)
    follow(together.get_by_role("button", name="Käsittele yhdessä"))
    follow(
        page.locator("section", has=page.get_by_role("heading", name="Käsitellään yhdessä")).get_by_role(
            "link", name=earlier.reference
        )
    )
    assert "Käsitellään yhdessä" in page.locator(".case-head").inner_text()
    assert faults(page) == []

    follow(page.get_by_role("link", name="Muut asiat"))
    page.get_by_text("Käsittele taas erikseen").click()
    parting = page.locator("form", has=page.get_by_role("button", name="Erota"))
    parting.get_by_label("Syy").fill("Toinen viivästyisi kuukausia.")
    follow(parting.get_by_role("button", name="Erota"))
    assert "Asiaa käsitellään erikseen." in page.get_by_role("main").inner_text()
    assert later.file.relations.together is None
