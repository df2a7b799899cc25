"""Somebody without a bed for the night applies on a telephone without script, comes back by the code, and tells more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.test_applicant import SMALL, Scheme
from tests.support import answers as plain
from tests.support.axe import violations
from tests.support.chromium import PHONE, follow
from tests.support.story import Story

Visit = Callable[..., Page]
LOOKS: tuple[tuple[ViewportSize, Scheme], ...] = (
    (ViewportSize(width=1280, height=900), "light"),
    (PHONE, "dark"),
    (SMALL, "dark"),
)
BY_DAY_AND_NIGHT: tuple[tuple[ViewportSize, Scheme], ...] = ((PHONE, "light"), (PHONE, "dark"))


def fits(page: Page, *looks: tuple[ViewportSize, Scheme]) -> None:
    """No violation and nothing wider than the window: by day on a desk, by night on a phone and with large text."""
    for size, scheme in looks or LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(page) == [], (size, scheme)
        width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert width[0] <= width[1], f"{page.url} is wider than the window: {width}"


def opened(page: Page, code: str, language: str = "fi") -> None:
    page.goto(f"/{language}/code")
    page.locator("main input.input-code").fill(code)
    follow(page.locator("main form button[type=submit]").first)


def test_no_bed_tonight_is_heard_on_a_telephone_without_script(visit: Visit, story: Story) -> None:
    page = visit(size=PHONE, scripts=False)
    page.goto("/fi/own/questions")
    page.locator("[name=accommodation_needed][value=yes]").check()
    number = page.locator(".call-small .call-number")
    for _ in range(12):
        follow(page.locator(".step-actions .button-primary"))
        if page.locator(".code").count():
            break
        expect(number).to_be_visible()
    expect(number).to_be_visible()
    expect(page.locator("main")).to_contain_text("Hän aloittaa viimeistään")
    code = "".join(page.locator(".code").inner_text().split())

    later = visit(size=PHONE, scripts=False)
    opened(later, code)
    expect(later.locator(".call-small .call-number")).to_be_visible()
    later.locator(".way summary").first.click()
    later.locator("#addition").fill("Passini on työnantajalla.")
    follow(later.get_by_role("button", name="Lähetä lisäys"))
    expect(later.get_by_role("heading", name="Saimme lisäyksesi")).to_be_visible()
    opened(later, code)
    expect(later.locator(".sent-list")).to_contain_text("Lisäys")
    expect(later.locator("main")).not_to_contain_text("Passini")


@pytest.mark.parametrize("language", ["fi", "ar", "selko"])
def test_the_page_behind_a_code_can_be_used_by_everyone(visit: Visit, story: Story, language: str) -> None:
    receipt = story.applies(accommodation_needed="yes")
    story.does("kirjaaja", "register")
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    asked = plain.request("applicant", story.today + timedelta(days=14))
    story.does("kasittelija", "new_information_request", requests=[asked], round_reason="Ehdot puuttuvat.")
    page = visit()
    opened(page, receipt.code, language)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    fits(page)
    follow(page.locator("form[action$='/code/answer'] button"))
    fits(page, *BY_DAY_AND_NIGHT)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_authoritys_request_can_be_used_by_everyone(visit: Visit, story: Story, language: str) -> None:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Lupa puuttuu.", missing="Lupa")
    asked = {
        **plain.request("outside_authority", story.today + timedelta(days=14)),
        "legal_basis": "l615_13_1",
    }
    story.does("kasittelija", "new_information_request", requests=[asked], round_reason="Lupa puuttuu.")
    (wanted,) = story.file.requests
    page = visit()
    page.goto(f"/{language}/r/{story.link_of(wanted)}")
    fits(page)
    page.locator("#factor").fill(story.code_of(wanted))
    follow(page.locator("main form button[type=submit]"))
    fits(page)
    page.locator("[name=can_answer][value=yes]").check()
    page.locator("[name=answer]").fill("Toukokuussa.")
    page.locator("[name=answered_by]").fill("Olli Olematon, tarkastaja")
    follow(page.locator(".step-actions .button-primary"))
    expect(page.locator(".received")).to_be_visible()
    fits(page, *BY_DAY_AND_NIGHT)
