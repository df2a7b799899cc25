"""The pages with an identification service behind them, and someone who goes there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from tests.support.browsing import SETTINGS, Page, Visitor
from tests.support.compiled import application_of
from tests.support.identity_provider import IdentityProvider, identity_provider, settings_of
from tests.support.world import World


@pytest.fixture
def service(world: World) -> Iterator[IdentityProvider]:
    with identity_provider(world.clock) as provider:
        yield provider


@pytest.fixture
def identifying(world: World, service: IdentityProvider) -> Flask:
    return application_of(world.engine, replace(SETTINGS, identification=settings_of(service)))


def way_there(page: Page) -> str:
    """The address of the page's link to the service."""
    (address,) = [each for each in page.links() if "/authorize?" in each]
    return address


def status_page(browser: Visitor, code: str, language: str = "fi") -> Page:
    return browser.submits(browser.get(f"/{language}/code"), code=code)


def goes_on(browser: Visitor, code: str, language: str = "fi") -> Page:
    """Go from the page of the code to the page before the identification service."""
    page = status_page(browser, code, language)
    forms = page.tree.xpath("//main//form")
    ways = [place for place, form in enumerate(forms) if form.get("action").endswith("/more/go")]
    return browser.submits(page, place=ways[0] if ways else 0)


def comes_back(
    browser: Visitor, service: IdentityProvider, page: Page, person: str | None = "aino", **options: Any
) -> Page:
    way = service.identifies(way_there(page), person).removeprefix("http://localhost")
    return browser.get(way, **options)
