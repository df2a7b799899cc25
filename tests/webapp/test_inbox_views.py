"""Narrowing the inbox and keeping views of it, without any script; nothing in an address tells of a person."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World


@pytest.fixture
def caseworker(world: World, app: Flask) -> Visitor:
    return signed_in(world, "kasittelija", app)


@pytest.fixture
def waiting(story: Story) -> Story:
    story.applies()
    story.until("sufficiency")
    return story


def place(page: Page, action: str) -> int:
    """Which form of the page goes there."""
    return next(
        number for number, form in enumerate(page.tree.xpath("//main//form")) if action in form.get("action")
    )


def keeps(browser: Visitor, page: Page, name: str) -> Page:
    return browser.submits(page, place=place(page, "/tasks/views"), name=name)


def test_a_filter_stands_in_the_address_and_in_words(caseworker: Visitor, waiting: Story) -> None:
    page = caseworker.get("/tasks/?view=team&form_key=sufficiency&due=&for=me&order=class")

    assert "Tiimini: Riittävätkö tiedot? · Kiireelliset ensin · Odottaa minua" in page.text
    assert waiting.reference in page.text
    assert page.tree.xpath("//select[@name='form_key']/option[@selected]/@value") == ["sufficiency"]
    assert "(1)" in page.title

    left = caseworker.get("/tasks/?view=team&due=late&form_key=of_an_older_version&stalled=yes")
    assert "Näillä suodattimilla ei löydy tehtäviä" in left.text
    assert "of an older version" in left.text
    assert "/tasks/?view=team" in left.links()

    invented = caseworker.get("/tasks/?view=team&due=yesterday&urgency=very&for=you&order=best&stalled=1")
    assert waiting.reference in invented.text
    assert "Poista suodattimet" not in invented.text


def test_a_shared_view_stands_apart_with_who_shared_it(world: World, app: Flask, waiting: Story) -> None:
    manager = signed_in(world, "esihenkilo", app)
    asked = manager.get("/tasks/?view=team&form_key=sufficiency")
    page = manager.submits(
        asked, place=place(asked, "/tasks/views"), name="Arvioitavat", shared_with="everyone"
    )
    assert manager.follows(page).heading == "Arvioitavat"

    caseworker = signed_in(world, "kasittelija", app)
    seen = caseworker.get("/tasks/?view=team&form_key=sufficiency")

    assert "Jaetut näkymät" in seen.text
    assert "Jaettu näkymä: Eero Esihenkilö" in seen.text
    assert "Poista tämä näkymä" not in seen.text
    assert not seen.tree.xpath("//select[@name='shared_with']"), "a caseworker of no team shares with nobody"


def test_a_view_is_kept_under_a_name_that_no_address_holds(caseworker: Visitor, waiting: Story) -> None:
    page = caseworker.get("/tasks/?view=team&form_key=sufficiency&for=me")

    kept = caseworker.follows(keeps(caseworker, page, "Omat arvioitavat"))

    assert kept.heading == "Omat arvioitavat"
    (link,) = kept.tree.xpath("//nav//a[span='Omat arvioitavat']")
    assert link.get("aria-current") == "page"
    assert link.xpath("span[@class='views-count']/text()") == ["1"]
    assert parse_qs(urlsplit(link.get("href")).query) == {
        "view": ["team"],
        "form_key": ["sufficiency"],
        "for": ["me"],
    }
    assert not [each for each in kept.links() if "arvioitavat" in each.casefold()]
    assert "arvioitavat" not in kept.title


def test_a_view_without_a_name_is_asked_again_with_what_was_chosen(
    caseworker: Visitor, waiting: Story
) -> None:
    page = keeps(caseworker, caseworker.get("/tasks/?view=team&form_key=sufficiency"), " ")

    assert page.status == 422
    assert "Anna näkymälle nimi." in page.text
    assert waiting.reference in page.text
    assert page.tree.xpath("//form[@method='post']//input[@name='form_key']/@value") == ["sufficiency"]


def test_a_view_is_removed_where_it_is_shown(caseworker: Visitor, waiting: Story) -> None:
    page = caseworker.get("/tasks/?view=team&form_key=sufficiency")
    kept = caseworker.follows(keeps(caseworker, page, "Omat arvioitavat"))

    gone = caseworker.follows(caseworker.submits(kept, place=place(kept, "/remove")))

    assert "Näkymä on poistettu." in gone.text
    assert "Omat arvioitavat" not in gone.text
