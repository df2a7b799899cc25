"""Steps in the studio that its browser tests share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Response, expect

from tests.support.chromium import follow


def begin(page: Page, name: str = "Kokeilu") -> str:
    """Begin a draft, which is then open, and return its address."""
    page.goto("/models/")
    page.get_by_label("Uuden luonnoksen nimi").fill(name)
    follow(page.get_by_role("button", name="Aloita muutos"))
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    return page.url


def ready(page: Page) -> None:
    """Wait until the editor can be worked in."""
    page.locator("#canvas[data-ready]").wait_for()


def panel_of(page: Page, name: str, part: str) -> None:
    """Expect the panel to show the element just chosen, and open that part of it."""
    expect(page.locator(".bio-properties-panel-header-label")).to_have_text(name)
    group = page.locator(".bio-properties-panel-group", has=page.get_by_text(part, exact=True))
    opened = group.locator(".bio-properties-panel-group-entries.open")
    if not opened.count():
        group.locator(".bio-properties-panel-group-header").click()
    expect(opened).to_be_attached()


def painted(page: Page) -> None:
    """Wait for the drawing of the latest change. A menu of the editor hears keys only then, before a hand can press."""
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
    )


@contextmanager
def saving(page: Page, holds: Callable[[str], bool]) -> Iterator[None]:
    """Wait at the end until the server has the changes. `holds` tells their content from that of an earlier save."""

    def is_kept(answer: Response) -> bool:
        asked = answer.request
        return asked.method == "PUT" and answer.ok and holds(json.loads(asked.post_data or "")["content"])

    with page.expect_response(is_kept):
        yield
    expect(page.get_by_text("Tallennettu klo")).to_be_visible()


def file_of(page: Page, draft: str, path: str) -> str:
    """Return a file of a draft as the server has it."""
    source = draft.rpartition("/")[2]
    return page.request.get(f"/models/sources/{source}/file/{path}").text()


def speak(page: Page, language: str) -> None:
    """Make this the reader's own language from now on."""
    page.goto("/me")
    page.get_by_label(language).check()
    follow(page.locator("form", has=page.get_by_label(language)).get_by_role("button"))
