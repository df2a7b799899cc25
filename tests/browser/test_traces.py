"""Back, reload and leaving on any page of any journey, in Chromium and Firefox: the page is ours, and the browser's own
folder on the disk holds no word of the case afterwards: history, cache, storage, sessions.

A run asks two journeys, with Back and reload on every page. `make deep NAME=traces` asks each journey, page and key by
itself, with and without script.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser

from tests.support import answers as plain
from tests.support.journeys import FILE, PAGES, TYPED, Journey, Site, answers_by_a_link, applies
from tests.support.profiles import PORTION, TRACED, found_in, history_of, kept_in
from tests.support.story import Story
from tests.support.tabs import Tab
from tests.support.uploads import picture
from tests.support.world import World

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
EVERY = -1
OWN_PAGE = ".wordmark"
"""Stands on every page of ours, and on none of the browser's."""

Case = tuple[str, bool, Journey, int, str]
"""Browser, with scripts, journey, page, key."""


def every_case() -> list[Case]:
    """Return each case once, in an order that a short run samples evenly."""
    cases: list[Case] = [
        (browser, scripts, journey, page, key)
        for journey, pages in PAGES.items()
        for browser, scripts, key in TRACED
        for page in range(pages)
    ]
    Random(1).shuffle(cases)
    return cases


def asked_cases() -> list[Case]:
    if "VIREILLE_TRACES" in os.environ:
        cases = every_case()
        first = (int(os.environ["VIREILLE_TRACES"]) - 1) * PORTION % len(cases)
        return cases[first : first + PORTION]
    return [
        ("chromium", False, applies, EVERY, "leave"),
        ("firefox", True, answers_by_a_link, EVERY, "leave"),
    ]


@pytest.fixture
def site(story: Story, address: str, tmp_path: Path) -> Site:
    receipt = story.applies(safe_channels=["phone"], phone="000 000 0000")
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    due = story.today + timedelta(days=14)
    official = {**plain.request("outside_authority", due), "legal_basis": "l615_13_1"}
    rows = [plain.request("applicant", due), official]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Ehdot puuttuvat.")
    story.does("kasittelija", "ask_aloud", "REQ-1")
    theirs, authoritys = story.file.requests
    file = tmp_path / FILE
    file.write_bytes(picture())
    links, codes = zip(
        *((story.link_of(each), story.code_of(each)) for each in (theirs, authoritys)), strict=True
    )
    return Site(address, receipt.code, links[0], codes[0], links[1], codes[1], file)


def named(case: Case) -> str:
    which, scripts, journey, page, key = case
    return f"{which} {'with' if scripts else 'without'} script, {journey.__name__}, {'every page' if page == EVERY else page}, {key}"


def goes_back_and_on(tab: Tab, weather: str) -> None:
    """Press Back and then Forward: a page of ours or the one they came from, then the same again."""
    here = tab.heading
    tab.back()
    assert tab.has(OWN_PAGE) or tab.address == weather, tab.source()[:500]
    tab.forward()
    assert tab.heading == here


def reloads(tab: Tab) -> None:
    here = tab.heading
    tab.reload()
    assert tab.heading == here


def leaves(tab: Tab, weather: str) -> None:
    """Leave, and look what the browser's Back shows to who comes next."""
    tab.presses(".leave")
    if tab.address != weather:
        # Without script a page of ours lies between, which leads on by itself.
        tab.arrives(weather)
    assert tab.address == weather
    tab.back()
    assert tab.has(OWN_PAGE) or tab.address == weather
    assert not [word for word in TYPED if word in tab.source()]
    tab.opens(weather)


@pytest.mark.parametrize("case", asked_cases(), ids=named)
def test_nothing_of_the_case_is_left_on_the_device(
    chromium: Browser, world: World, site: Site, address: str, weather: str, tmp_path: Path, case: Case
) -> None:
    which, scripts, journey, page, key = case
    codes = {site.code}
    with kept_in(tmp_path / "profile", which, chromium, scripts=scripts) as tab:
        tab.opens(weather)
        for at, _ in enumerate(journey(tab, site)):
            # Later than the minute in which an address opens whatever the browser says of the way to it.
            world.clock.passes(minutes=2)
            assert tab.has(OWN_PAGE)
            codes |= {"".join(tab.reads(".code").split())} - {""}
            if page == EVERY or (at, key) == (page, "back"):
                goes_back_and_on(tab, weather)
            if page == EVERY or (at, key) == (page, "reload"):
                reloads(tab)
            if (at, key) == (page, "leave"):
                leaves(tab, weather)
                break
        else:
            assert at + 1 == PAGES[journey]
            if page == EVERY:
                leaves(tab, weather)

    spaced = {" ".join(re.findall("....", code)) for code in codes}
    assert found_in(tmp_path / "profile", (*TYPED, *TOPIC, *codes, *spaced)) == {}
    visited = history_of(tmp_path / "profile", which)
    assert not [title for title in visited.values() for code in codes if code[-4:] in title]
    # The history and the sessions are there and were read: the person's other page stands in them, or in a session of
    # Firefox, which keeps ten pages back, only ours.
    assert weather in visited
    kept = found_in(tmp_path / "profile", (weather, address))
    assert any("session" in file.lower() for files in kept.values() for file in files)
