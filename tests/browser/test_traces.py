"""After Back, reload and leaving at every step, the browser's own folder on the disk holds no word of the case: history,
cache, storage, sessions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.chromium import follow
from tests.support.profiles import found_in, history_of, kept_in
from tests.support.world import BEGINNING

TYPED = ("keksittynen", "hän lukee puhelintani", "siivosin yöllä")
"""Words of the person; the program itself holds none of them."""
TOPIC = (
    "ihmiskaup",
    "auttamisjärj",
    "hyväksikäy",
    "pakotet",
    "hakemu",
    "poliisi",
    "trafficking",
    "exploit",
    "victim",
)
"""Words that would show a finder what it was about."""
NEXT = ".actions .button-primary"


def goes_back_and_on(page: Page) -> None:
    """Press Back, Forward and Reload: the same page again, never the browser's own."""
    here = page.locator("h1").inner_text()
    page.go_back()
    assert page.url.startswith("http")
    page.go_forward()
    page.reload()
    assert page.locator("h1").inner_text() == here


def applies(page: Page, address: str) -> str:
    """To the receipt; the code it shows."""
    page.goto(f"{address}/fi/")
    follow(page.locator("a[href='/fi/own']"))
    follow(page.locator(NEXT))
    page.locator("[name=in_danger][value=yes]").check()
    page.locator("[name=danger_notes]").fill(TYPED[1])
    follow(page.locator(NEXT))
    page.go_back()
    assert page.locator("[name=danger_notes]").input_value() == TYPED[1]
    page.go_forward()
    page.locator("[name=family_name]").fill(TYPED[0])
    for _ in range(6):
        follow(page.locator(NEXT))
        goes_back_and_on(page)
    follow(page.locator("button[value=send]"))
    page.go_back()
    assert "hakemu" not in page.locator("main").inner_text().lower(), "what was sent is closed"
    page.go_forward()
    return "".join(page.locator(".code").first.inner_text().split())


def writes_and_leaves(page: Page, address: str, code: str, weather: str, *, scripts: bool) -> None:
    """Looks with the code, begins to ask something, and somebody comes."""
    page.goto(f"{address}/fi/code")
    page.locator("[name=code]").fill(code)
    follow(page.locator(NEXT))
    goes_back_and_on(page)
    page.goto(f"{address}/fi/ask/questions")
    page.locator("[name=question]").fill(TYPED[2])
    follow(page.locator(NEXT))
    follow(page.locator("button[value=back]"))
    if scripts:
        page.clock.set_fixed_time(BEGINNING)
        for _ in range(3):
            page.keyboard.press("Shift")
    else:
        page.locator(".leave").click()
    page.wait_for_url(weather)
    page.go_back()
    assert TYPED[2] not in page.content()
    page.goto(weather)


@pytest.mark.parametrize("scripts", [True, False])
def test_nothing_of_the_case_is_left_on_the_device(
    chromium: Browser, address: str, weather: str, tmp_path: Path, scripts: bool
) -> None:
    with kept_in(tmp_path / "profile", chromium, scripts=scripts) as page:
        code = applies(page, address)
        writes_and_leaves(page, address, code, weather, scripts=scripts)

    spaced = " ".join(re.findall("....", code))
    assert found_in(tmp_path / "profile", (*TYPED, *TOPIC, code, spaced)) == {}
    visited = history_of(tmp_path / "profile")
    assert not [title for title in visited.values() if code[-4:] in title]
    # The history is there and was read: where the person ended up stands in it.
    assert weather in visited
