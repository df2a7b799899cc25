"""axe-core on an open page: obstacles for people who use a screen reader or no mouse."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.support.chromium import DESKTOP, PHONE

BUILT = Path(__file__).resolve().parents[2] / "build" / "tests" / "axe.js"
# Drawn by libraries; our list of steps beside it has the same content.
OF_LIBRARIES = (
    ".djs-container",
    ".bio-properties-panel",
    ".dmn-js-parent",
    ".fjs-container",
    ".bjs-powered-by",
)
_RUN = """([exclude, colours]) => axe.run(
  exclude.length ? {exclude} : document,
  {resultTypes: ["violations"], rules: {"color-contrast": {enabled: colours}}},
)"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter(element => {
      const {left, right} = element.getBoundingClientRect();
      return right > width + 1 || left < -1;  // a page from right to left grows to the left
    })
    .slice(-3).map(element => "wider than the window: " + element.outerHTML.slice(0, 120));
}"""


def violations(page: Page, *, without: tuple[str, ...] = (), colours: bool = True) -> list[str]:
    """Return each broken rule with the element that breaks it. The list must be empty.

    `colours`: False for a long page whose colours were looked at in another language: contrast takes two thirds of the time.
    """
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    found = page.evaluate(
        _RUN,
        [[[selector] for selector in without], colours],
    )
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]


@cache
def _script() -> str:
    if not BUILT.exists():
        pytest.fail("The front end is not built: make front")
    return BUILT.read_text("utf-8")


def faults(
    page: Page,
    *,
    without: tuple[str, ...] = (),
    sizes: tuple[ViewportSize, ...] = (DESKTOP, PHONE),
    colours: bool = True,
) -> list[str]:
    """Return the violations, and the elements wider than the window, in each of the sizes."""
    found = []
    for size in sizes:
        page.set_viewport_size(size)
        wide = page.evaluate(TOO_WIDE) if size["width"] <= PHONE["width"] else []
        broken = violations(page, without=without, colours=colours)
        found += [f"{size['width']}: {line}" for line in broken + wide]
    return found
