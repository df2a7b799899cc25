"""Debian's Chromium, driven by Playwright, and a page that fails its test when it breaks the house rules."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from tests.support.debian import needed

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Each page lives for a second: a script of it is never worth compiling well. A seventh of what a look by axe costs.
    "--js-flags=--no-opt --no-maglev --no-flush-bytecode --single-threaded-gc",
)
DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=360, height=740)
# Asked for by the browser itself, answered or not.
IGNORED = ("favicon.ico",)


PATIENCE = 60_000
"""Milliseconds until something that should be on a page counts as missing. The machine has other work."""


@contextmanager
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    where = needed("Chromium", "chromium-headless-shell", _shell)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(where), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page(
    browser: Browser,
    base_url: str,
    *,
    size: ViewportSize = DESKTOP,
    language: str = "fi-FI",
    scripts: bool = True,
) -> Iterator[Page]:
    """A fresh person at a fresh browser. Script errors and refused styles or scripts fail the test at its end."""
    context = browser.new_context(
        base_url=base_url,
        viewport=size,
        locale=language,
        timezone_id="Europe/Helsinki",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    opened.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    try:
        yield opened
    finally:
        context.close()
    if serious := [line for line in complaints if not any(name in line for name in IGNORED)]:
        raise AssertionError("\n".join(serious))


def follow(way: Locator) -> None:
    """Press what leads to another page, and be there: a click may come back while the old page still stands."""
    with way.page.expect_navigation():
        way.click()


def take(page: Page, task_id: UUID) -> None:
    """Open a task, and take it where nobody has it."""
    page.goto(f"/tasks/{task_id}")
    button = page.get_by_role("button", name="Ota tehtävä")
    if button.count():
        follow(button)


def executable() -> Path:
    """The browser as people have it, for what it keeps on the disk."""
    return needed("Chromium", "chromium", _whole)


def _shell() -> Path | None:
    """The same engine without windows costs a seventh less. Where it is missing the whole browser does."""
    found = shutil.which("chromium-headless-shell")
    return Path(found) if found else _whole()


def _whole() -> Path | None:
    found = shutil.which("chromium")
    return Path(found) if found else None
