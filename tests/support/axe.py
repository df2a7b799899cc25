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
_RUN = """async ([exclude, colours, unknown]) => {
  const inDoubt = new Set(), contrast = axe._audit.rules.find(rule => rule.id === "color-contrast");
  const known = element => unknown && window.lookOf.has(element) && !unknown.includes(window.lookOf.get(element));
  contrast.applies ??= contrast.matches;
  contrast.matches = (element, ...rest) =>
    !element.ownerSVGElement && !known(element) && contrast.applies(element, ...rest);
  const found = await axe.run(exclude.length ? {exclude} : document, {
    elementRef: true,
    // It copies the style sheets of a shadow tree into the page, which the page's policy refuses.
    preload: ![...document.querySelectorAll("*")].some(element => element.shadowRoot),
    resultTypes: colours ? ["violations", "incomplete"] : ["violations"],
    rules: {"color-contrast": {enabled: colours}},
  });
  const isOfColours = rule => rule.id === "color-contrast";
  for (const rule of [...found.incomplete, ...found.violations].filter(isOfColours))
    for (const node of rule.nodes) inDoubt.add(node.element);
  const broken = found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`));
  return [broken, colours ? [...window.looksOf(exclude.flat(), inDoubt)] : []];
}"""
_LOOKS = """exclude => {
  // The rule of contrast reads a text's own colour and size, all that the elements around it paint behind it, and the
  // elements of the page that may be painted behind anything. About a text in a drawing it says nothing: it takes every
  // drawing for a picture, and reads another colour than the one that fills the letters.
  window.lookOf = new Map();
  window.looksOf = (exclude, inDoubt) => {
    const clear = "rgba(0, 0, 0, 0),none,1,none,normal", around = new Map(), found = new Map(), laid = new Set();
    const painted = style =>
      [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode].join();
    const behind = element => {
      if (!element) return "";
      if (!around.has(element)) {
        const own = painted(getComputedStyle(element)), rest = behind(element.parentElement);
        around.set(element, own === clear ? rest : `${own}/${rest}`);
      }
      return around.get(element);
    };
    const isRead = element => {
      const own = element.matches("input, select, textarea") ? element.value + (element.selectedOptions?.[0]?.text ?? "")
        : [...element.childNodes].map(node => node.nodeType === 3 ? node.data : "").join("");
      const box = element.getBoundingClientRect();
      return own.trim().length > 1 && /\\p{L}|\\p{N}/u.test(own) && box.width > 2 && box.height > 2 && box.right > 0
        && !element.closest(":disabled, [aria-disabled=true]") && !element.closest("label")?.control?.disabled;
    };
    for (const element of document.body.querySelectorAll("*")) {
      if (element.ownerSVGElement || !element.checkVisibility({visibilityProperty: true})) continue;
      const style = getComputedStyle(element);
      if (style.position !== "static" && painted(style) !== clear)
        laid.add([element.tagName, element.className, style.position, painted(style)].join());
      if (inDoubt.has(element) || exclude.some(each => element.closest(each)) || !isRead(element)) continue;
      found.set(element, [style.color, style.fontSize, style.fontWeight, style.textShadow, behind(element)].join("|"));
    }
    const page = [innerWidth, ...[...laid].sort()].join("|");
    window.lookOf = new Map([...found].map(([element, look]) => [element, `${page} ${look}`]));
    return new Set(window.lookOf.values());
  };
  return document.querySelector("iframe, object, embed") ? null : [...window.looksOf(exclude, new Set())];
}"""
_LOOKED_AT: set[int] = set()
"""The looks of texts in which axe has found enough contrast, in this process: contrast takes two thirds of its time, and all
pages are dressed from one wardrobe."""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const whole = document.documentElement.scrollWidth;
  if (whole <= width) return [];
  const found = [...document.querySelectorAll("body *")]
    .filter(element => {
      const {left, right} = element.getBoundingClientRect();
      return right > width + 1 || left < -1;  // a page from right to left grows to the left
    })
    .slice(-3).map(element => "wider than the window: " + element.outerHTML.slice(0, 120));
  return found.length ? found : [`a word is wider than the window: ${whole}`];  // no box grows with it
}"""


def violations(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """Return each broken rule with the element that breaks it. The list must be empty.

    Contrast is asked for where a text looks as none did before on a page of this width with the same things laid over it.
    """
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    looks = page.evaluate(_LOOKS, list(without))
    unknown = None if looks is None else [look for look in looks if hash(look) not in _LOOKED_AT]
    broken, judged = page.evaluate(_RUN, [[[selector] for selector in without], unknown != [], unknown])
    _LOOKED_AT.update(map(hash, judged))
    return list(broken)


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
) -> list[str]:
    """Return the violations, and the elements wider than the window, in each of the sizes."""
    found = []
    for size in sizes:
        page.set_viewport_size(size)
        wide = page.evaluate(TOO_WIDE) if size["width"] <= PHONE["width"] else []
        broken = violations(page, without=without)
        found += [f"{size['width']}: {line}" for line in broken + wide]
    return found


def too_wide(page: Page) -> list[str]:
    """Return the elements wider than the window of a telephone."""
    page.set_viewport_size(PHONE)
    return list(page.evaluate(TOO_WIDE))
