"""Ways into the studio that its browser tests share."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def begin(page: Page, name: str = "Kokeilu") -> str:
    """The address of a fresh draft, which is open."""
    page.goto("/models/")
    page.get_by_label("Uuden luonnoksen nimi").fill(name)
    page.get_by_role("button", name="Aloita muutos").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    return page.url


def ready(page: Page) -> None:
    """An editor that can be worked in."""
    page.locator("#canvas[data-ready]").wait_for()


def file_of(page: Page, draft: str, path: str) -> str:
    """A file of a draft as the server has it."""
    source = draft.rpartition("/")[2]
    return page.request.get(f"/models/sources/{source}/file/{path}").text()


def speak(page: Page, language: str) -> None:
    """The reader's own language from now on."""
    page.goto("/me")
    page.get_by_label(language).check()
    page.locator("form", has=page.get_by_label(language)).get_by_role("button").click()
