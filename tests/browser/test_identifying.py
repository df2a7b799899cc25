"""A person on a telephone goes from their code through the identification service to their own matter, and leaves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import answers as plain
from tests.support.axe import faults
from tests.support.chromium import PATIENCE, PHONE, follow
from tests.support.identity_provider import IdentityProvider, identity_provider, settings_of
from tests.support.profiles import found_in, history_of, page_kept_in
from tests.support.reader import AINO, applied
from tests.support.server import serving
from tests.support.story import Story
from tests.support.world import World

Visit = Callable[..., Page]
WORDS = "Passini otettiin pois."


@pytest.fixture
def service(world: World) -> Iterator[IdentityProvider]:
    with identity_provider(world.clock, "localhost") as provider:
        yield provider


@pytest.fixture
def address(world: World, weather: str, service: IdentityProvider) -> Iterator[str]:
    with serving(world.engine, weather, settings_of(service)) as address:
        yield address


@pytest.fixture
def code(story: Story) -> str:
    """The code of a matter with a question, its answer and a decision sent electronically."""
    code = applied(story, what_happened=WORDS).code
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    rows = [plain.request("applicant", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    story.answers(story.file.requests[0].reference)
    story.until("open_resolution")
    return code


def before_going(page: Page, code: str, language: str = "fi", address: str = "") -> None:
    page.goto(f"{address}/{language}/code")
    page.locator("#code").fill(code)
    follow(page.locator("main form button[type=submit]"))
    follow(page.locator("form[action$='/more/go'] button"))
    expect(page.locator("a[href*='/authorize']")).to_be_visible()


def identifies(page: Page, person: str = "aino") -> None:
    follow(page.locator("a[href*='/authorize']"))
    expect(page.get_by_role("heading", name="Esimerkkitunnistus")).to_be_visible()
    follow(page.get_by_role("button", name=person, exact=True))


@pytest.mark.parametrize("scripts", [False, True], ids=["without script", "with script"])
def test_reading_on_a_telephone_and_taking_the_decision_along(
    visit: Visit, code: str, story: Story, scripts: bool
) -> None:
    page = visit(size=PHONE, scripts=scripts)
    before_going(page, code)
    (cookie,) = page.context.cookies()
    assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == ("/i", True, "Lax")
    identifies(page)

    expect(page.get_by_role("heading", name="Asiasi", exact=True)).to_be_visible()
    assert page.context.cookies() == []
    page.get_by_text("Näytä, mitä kirjoitit").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Lataa päätös").click()
    assert coming.value.suggested_filename == "asiakirja.pdf"
    assert coming.value.path().read_bytes().startswith(b"%PDF")
    assert story.file.deliveries[-1].state == "served"

    follow(page.get_by_role("button", name="Lopeta lukeminen"))
    expect(page.get_by_role("heading", name="Lukeminen on päättynyt")).to_be_visible()
    page.go_back()
    assert WORDS not in page.content()


def test_leaving_quickly_while_reading(visit: Visit, code: str, weather: str) -> None:
    page = visit(size=PHONE)
    before_going(page, code)
    identifies(page)
    expect(page.get_by_role("heading", name="Asiasi", exact=True)).to_be_visible()
    key = page.locator("#reading input[name=key]").input_value()
    token = page.locator("#reading input[name=form_token]").input_value()

    page.locator("button.leave").click()
    page.wait_for_url(weather)

    page.go_back()
    assert WORDS not in page.content()
    page.goto("/fi/code")
    # The request that destroys the reading was sent on the way out; nobody waited for it.
    until = monotonic() + PATIENCE / 1000
    while (
        status := page.request.post("/fi/more/read", form={"key": key, "form_token": token}).status
    ) != 404:
        assert status == 200
        assert monotonic() < until


@pytest.mark.parametrize("scripts", [False, True], ids=["without script", "with script"])
def test_nothing_of_what_was_read_is_left_on_the_device(
    chromium: Browser,
    address: str,
    weather: str,
    code: str,
    service: IdentityProvider,
    tmp_path: Path,
    scripts: bool,
) -> None:
    with page_kept_in(tmp_path / "profile", chromium, scripts=scripts) as page:
        before_going(page, code, address=address)
        identifies(page)
        page.get_by_text("Näytä, mitä kirjoitit").click()
        expect(page.get_by_text(WORDS)).to_be_visible()
        page.locator(".leave").click()
        page.wait_for_url(weather)

    assert found_in(tmp_path / "profile", (WORDS, "hakemuksesi", "päätös hakemukseesi", code, AINO)) == {}
    visited = history_of(tmp_path / "profile", "chromium")
    assert weather in visited
    own = {title for place, title in visited.items() if place.startswith(address)}
    # The way out takes the title of the page it leads to.
    assert own <= {"Koodi – Vireille", "Rain"}
    # The identification service stays in the history, as the page before says.
    assert any(each.startswith(service.issuer) for each in visited)


def test_every_page_of_identification_can_be_used_by_everyone(
    visit: Visit, code: str, service: IdentityProvider
) -> None:
    for language in ("fi", "ar"):
        page = visit()
        page.goto(f"/{language}/code")
        before_going(page, code, language)
        assert faults(page) == []
        identifies(page, "eero")
        expect(page.locator("h1")).to_be_visible()
        assert faults(page) == []
        before_going(page, code, language)
        identifies(page)
        expect(page.locator("#reading")).to_be_visible()
        for each in page.locator("main details").all():
            each.locator("summary").click()
        assert faults(page) == []
        follow(page.locator("#reading button"))
        expect(page.locator("#reading")).to_have_count(0)
        assert faults(page) == []
    before_going(page, code)
    follow(page.locator("#more button"))
    expect(page.locator("#more")).to_have_count(0)
    assert faults(page) == []
