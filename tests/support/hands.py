"""The two ways through a page that always have to work: pressing what one sees, and the keyboard alone."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

_MOST_STEPS = 200
_IS_HERE = "selector => document.activeElement.matches(selector)"
_WAY = """selector => {
  // How many stops it seems to be to the place, backwards below nought. Choices that exclude each other are one stop.
  const isStop = each => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({visibilityProperty: true});
  const group = each => each.type === "radio" ? each.name : each;
  const all = "a[href], button, input, select, textarea, summary, [tabindex]";
  const groups = [...new Set([...document.querySelectorAll(all)].filter(isStop).map(group))];
  const place = document.querySelector(selector), to = groups.indexOf(place && group(place));
  const here = groups.indexOf(group(document.activeElement));
  if (to < 0) return 0;
  if (here < 0) return to < groups.length / 2 ? to + 1 : to - groups.length;
  const back = [to - here - groups.length, to - here, to - here + groups.length];
  return back.reduce((least, each) => Math.abs(each) < Math.abs(least) ? each : least);
}"""
_VALUE = "document.activeElement.value"
_SEEN = "() => { const box = document.activeElement.getBoundingClientRect(); return box.width > 0 && box.height > 0; }"


@dataclass(frozen=True)
class Pointer:
    page: Page

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def choose(self, selector: str) -> None:
        self.page.locator(selector).check()

    def write(self, selector: str, text: str) -> None:
        self.page.locator(selector).fill(text)

    def pick(self, selector: str) -> None:
        """The first real choice of a list."""
        self.page.locator(selector).select_option(index=1)


@dataclass(frozen=True)
class Keyboard:
    """Tab, Space, Enter and letters. What Tab never reaches can't be used."""

    page: Page

    def press(self, selector: str) -> None:
        """From the top of a page the way back to its buttons is shorter, and Shift in it is no sign to leave."""
        self._reach(selector)
        self.page.keyboard.press("Enter")

    def choose(self, selector: str) -> None:
        """Tab goes to the group; arrows go on in it when its choices exclude each other."""
        self._reach(selector.partition("][")[0] + "]" if "][" in selector else selector)
        while not self.page.evaluate(_IS_HERE, selector):
            before = self.page.evaluate(_VALUE)
            self.page.keyboard.press("ArrowDown")
            if self.page.evaluate(_VALUE) == before:
                break
        self._tick(selector)

    def _tick(self, selector: str) -> None:
        self._reach(selector)
        self.page.keyboard.press("Space")

    def write(self, selector: str, text: str) -> None:
        self._reach(selector)
        self.page.keyboard.insert_text(text)

    def pick(self, selector: str) -> None:
        self._reach(selector)
        self.page.keyboard.press("ArrowDown")

    def _reach(self, selector: str) -> None:
        """Go the way that seems shorter, and look at each stop from the one before the place that it seems to be."""
        steps = self.page.evaluate(_WAY, selector)
        key = "Shift+Tab" if steps < 0 else "Tab"
        for _ in range(abs(steps) - 1):
            self.page.keyboard.press(key)
        for _ in range(_MOST_STEPS):
            if self.page.evaluate(_IS_HERE, selector):
                assert self.page.evaluate(_SEEN), f"{selector} has the focus and can't be seen"
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} never reaches {selector} on {self.page.url}")
