"""Fixtures of the browser tests: the real server and a real browser."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.support.browsing import session_of
from tests.support.chromium import page as fresh_page
from tests.support.server import listening, serving
from tests.support.world import PASSWORD, World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def weather() -> Iterator[str]:
    """The page that people reach when they leave quickly: about nothing, at another origin, as in production."""

    def made(_address: str) -> Flask:
        app = Flask("weather")
        app.add_url_rule(
            "/", "forecast", lambda: "<!doctype html><html lang=en><title>Rain</title><h1>Rain</h1>"
        )
        return app

    with listening(made) as address:
        yield f"{address}/"


@pytest.fixture
def address(world: World, weather: str) -> Iterator[str]:
    """The address of the running application."""
    with serving(world.engine, weather) as address:
        yield address


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open a browser for a person: visit(), visit(size=PHONE), visit(scripts=False)."""
    with ExitStack() as stack:

        def open_page(**how: object) -> Page:
            return stack.enter_context(fresh_page(chromium, address, **how))

        yield open_page


@pytest.fixture
def sign_in_again(world: World, address: str) -> Callable[[Page, str], None]:
    """Give a browser that is open another session of that member of the staff."""

    def signed_in(page: Page, username: str) -> None:
        token = session_of(world, username, secrets.token_urlsafe(32))
        page.context.add_cookies([{"name": "session", "value": token, "url": address}])

    return signed_in


@pytest.fixture
def sign_in(visit: Callable[..., Page], sign_in_again: Callable[[Page, str], None]) -> Callable[..., Page]:
    """A browser of its own, in which a member of the staff signed in just now. The pages of signing in are looked at by
    the tests that are about them, with `sign_in_by_hand`."""

    def signed_in(username: str, **how: object) -> Page:
        page = visit(**how)
        sign_in_again(page, username)
        return page

    return signed_in


@pytest.fixture
def sign_in_by_hand(visit: Callable[..., Page]) -> Callable[..., Page]:
    """A browser of its own, in which a member of the staff signs in and is on the page that comes then."""

    def signed_in(username: str, **how: object) -> Page:
        page = visit(**how)
        page.goto("/sign-in")
        page.get_by_label("Käyttäjätunnus").fill(username)
        page.get_by_label("Salasana").fill(PASSWORD)
        page.get_by_role("button", name="Kirjaudu", exact=True).click()
        page.get_by_role("button", name="Kirjaudu ulos").wait_for()
        return page

    return signed_in
