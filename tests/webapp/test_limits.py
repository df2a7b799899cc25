"""How often anyone may do what costs or guesses; and every page that says no says whom to call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, make_url, select

from engine.commands.public_drafts import DestroyExpired, KeepPublicDraft, ReadPublicDraft
from engine.commands.sessions import SpendAttempt
from engine.domain.people import PUBLIC, SYSTEM
from engine.errors import TooManyAttempts
from engine.storage.tables.people import RATE_BUCKETS, SOURCE_KEYS
from tests.properties.test_races import at_once
from tests.support.browsing import SETTINGS, Page, Visitor
from tests.support.world import World
from webapp.http.access import access_of
from webapp.http.limits import CODES

PLACE = "198.51.100.77"


def counted(world: World) -> int:
    with world.engine.database.view() as connection:
        return int(connection.execute(select(func.coalesce(func.sum(RATE_BUCKETS.c.spent), 0))).scalar_one())


def public_posts(app: Flask) -> list[str]:
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and (access := access_of(app, rule.endpoint)) and access.is_public
    )


def test_every_public_post_is_counted_but_leaving(browser: Visitor, world: World, app: Flask) -> None:
    sent = {
        "form_token": browser.token(browser.get("/fi/code")),
        "draft": "d" * 43,
        "step": "1",
        "code": "1" * 16,
        "sure": "yes",
        "token": "t" * 43,
        "factor": "123456",
        "key": "k" * 43,
        "username": "kasittelija",
    }
    free = []
    for rule in public_posts(app):
        before = counted(world)
        browser.post(rule.replace("<language:language>", "fi").replace("<door>", "own"), sent)
        if counted(world) == before:
            free.append(rule)

    # Leaving costs no more than counting it would, and nothing may stand in its way.
    assert free == ["/exit"]


def test_addresses_of_visitors_stand_nowhere_in_clear(
    browser: Visitor, world: World, app: Flask, database_url: str
) -> None:
    browser.client.environ_base["REMOTE_ADDR"] = PLACE
    page = browser.get("/fi/own/questions")
    browser.submits(browser.submits(page, in_danger="yes"), "go=save")
    browser.submits(browser.get("/fi/code"), code="1" * 16)

    assert counted(world) >= 3
    file = Path(make_url(database_url).database or "")
    written = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    assert b"RATE_BUCKETS".lower() in written.lower(), "the file is the right one"
    assert PLACE.encode() not in written


def test_no_count_can_be_traced_once_its_day_is_over(browser: Visitor, world: World) -> None:
    browser.submits(browser.get("/fi/code"), code="1" * 16)
    world.clock.passes(days=1, minutes=16)
    browser.submits(browser.get("/fi/code"), code="1" * 16)

    world.engine.perform(DestroyExpired(), SYSTEM)

    with world.engine.database.view() as connection:
        assert len(connection.execute(select(SOURCE_KEYS.c.valid_on)).all()) == 1


@pytest.mark.databases
def test_of_sixty_four_guesses_at_once_exactly_as_many_are_let_through_as_may(world: World) -> None:
    guess = SpendAttempt(CODES.purpose, PLACE, CODES.times, CODES.window)

    for _ in range(2):
        outcomes = at_once([partial(world.engine.perform, guess, PUBLIC)] * 64)
        assert outcomes.count(True) == CODES.times, outcomes
        assert outcomes.count(False) == 64 - CODES.times
        world.clock.passes(minutes=16)


def test_saving_too_often_is_refused_and_kept_text_stays(world: World) -> None:
    attempt, token = SpendAttempt("public draft", PLACE, 2, timedelta(hours=1)), "d" * 43

    def keep(text: str) -> None:
        world.engine.perform(KeepPublicDraft(token, "application", {"typed": text}, attempt=attempt), PUBLIC)

    keep("yksi")
    keep("kaksi")
    for _ in range(2):
        with pytest.raises(TooManyAttempts):
            keep("kolme")

    assert world.engine.answer(ReadPublicDraft(token), PUBLIC) == ("application", {"typed": "kaksi"})


Asking = Callable[[Visitor], Page]


def of_no_address(browser: Visitor) -> Page:
    return browser.get("/sv/nothing")


def in_no_such_way(browser: Visitor) -> Page:
    return browser.post("/sv/safety", {"form_token": browser.token(browser.get("/sv/code"))})


def with_too_much(browser: Visitor) -> Page:
    return browser.post("/sv/code", {"form_token": "x" * 300_000})


def in_no_form(browser: Visitor) -> Page:
    return browser.post("/sv/code", b'{"code": 1}', content_type="application/json")


def too_often(browser: Visitor) -> Page:
    page = browser.get("/sv/code")
    for _ in range(CODES.times):
        browser.submits(page, code="1" * 16)
    return browser.submits(page, code="1" * 16)


def from_a_foreign_page(browser: Visitor) -> Page:
    return browser.post("/sv/code", {"form_token": "x", "code": "1" * 16})


@pytest.mark.parametrize(
    ("asked", "status", "heading"),
    [
        (of_no_address, 404, "Sidan hittades inte"),
        (in_no_such_way, 405, "Sidan kan inte öppnas så här"),
        (with_too_much, 413, "Det du skickade är för stort"),
        (in_no_form, 415, "Det du skickade kunde inte läsas"),
        (too_often, 429, "För många försök"),
        (from_a_foreign_page, 403, "Detta är inte tillåtet"),
    ],
)
def test_a_page_that_says_no_says_whom_to_call_in_the_language_of_its_address(
    browser: Visitor, asked: Asking, status: int, heading: str
) -> None:
    page = asked(browser)

    assert (page.status, page.heading) == (status, heading)
    assert page.tree.xpath("//main//a[starts-with(@href, 'tel:')]")
    assert SETTINGS.help_line in page.text
    assert page.tree.get("lang") == "sv"
    assert (page.response.headers.get("Retry-After") == "900") is (status == 429)
