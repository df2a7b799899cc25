"""All that a person does with a browser's tab, in the same words for Chromium and for Firefox."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from playwright.sync_api import Page

from tests.support.chromium import follow


class Tab(ABC):
    """Selectors are those of CSS. Whatever leads to another page comes back when that page is there."""

    @property
    @abstractmethod
    def address(self) -> str: ...

    @abstractmethod
    def opens(self, address: str) -> None: ...

    @abstractmethod
    def presses(self, selector: str) -> None:
        """Press what leads to another page."""

    @abstractmethod
    def chooses(self, selector: str) -> None:
        """Press what stays on the page."""

    @abstractmethod
    def writes(self, selector: str, text: str) -> None: ...

    @abstractmethod
    def takes(self, selector: str, file: Path) -> None:
        """Choose a file in a field."""

    @abstractmethod
    def picks(self, selector: str) -> None:
        """Choose the first answer of a list."""

    @abstractmethod
    def arrives(self, address: str) -> None:
        """Wait for a page that comes by itself."""

    @abstractmethod
    def back(self) -> None: ...

    @abstractmethod
    def forward(self) -> None: ...

    @abstractmethod
    def reload(self) -> None: ...

    @abstractmethod
    def _finds(self, selector: str, what: str) -> str:
        """Return a property of the first element that the selector finds; empty without one."""

    @abstractmethod
    def source(self) -> str:
        """Return the page as it stands now."""

    def reads(self, selector: str) -> str:
        return " ".join(self._finds(selector, "textContent").split())

    def value(self, selector: str) -> str:
        return self._finds(selector, "value")

    def has(self, selector: str) -> bool:
        return bool(self._finds(selector, "tagName"))

    @property
    def heading(self) -> str:
        return self.reads("h1")


class ChromiumTab(Tab):
    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def address(self) -> str:
        return self._page.url

    def opens(self, address: str) -> None:
        self._page.goto(address)

    def presses(self, selector: str) -> None:
        follow(self._page.locator(selector).first)

    def chooses(self, selector: str) -> None:
        self._page.locator(selector).first.click()

    def writes(self, selector: str, text: str) -> None:
        self._page.locator(selector).first.fill(text)

    def takes(self, selector: str, file: Path) -> None:
        self._page.locator(selector).first.set_input_files(file)

    def picks(self, selector: str) -> None:
        self._page.locator(selector).select_option(index=1)

    def arrives(self, address: str) -> None:
        self._page.wait_for_url(address)

    def back(self) -> None:
        self._page.go_back()

    def forward(self) -> None:
        self._page.go_forward()

    def reload(self) -> None:
        self._page.reload()

    def source(self) -> str:
        return self._page.content()

    def _finds(self, selector: str, what: str) -> str:
        found = self._page.locator(selector)
        return str(found.first.evaluate(f"(each) => each.{what} || ''")) if found.count() else ""
