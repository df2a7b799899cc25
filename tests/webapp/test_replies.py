"""Answering an information request from the link in a message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from engine.storage.requests import InformationRequest
from tests.support.answers import request
from tests.support.browsing import Page, Visitor
from tests.support.story import Story
from tests.support.world import World


class Asked:
    """A case that waits for the answer of whoever referred the person."""

    def __init__(self, world: World) -> None:
        self.story = Story(world)
        self.story.is_referred()
        self.story.does("kirjaaja", "register")
        self.story.does("kasittelija", "triage_override")
        self.story.does("kasittelija", "verify_consent")
        self.story.does(
            "kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot"
        )
        due = self.story.today + timedelta(days=14)
        self.story.does(
            "kasittelija",
            "new_information_request",
            requests=[request("referrer", due)],
            round_reason="Ehdot puuttuvat.",
        )
        self.link = self.story.link_of(self.request)
        self.code = self.story.file.answer_codes[self.request.id]

    @property
    def request(self) -> InformationRequest:
        return self.story.file.requests[0]


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world)


def opened(browser: Visitor, asked: Asked) -> Page:
    return browser.submits(browser.get(f"/fi/r/{asked.link}"), factor=asked.code)


def test_the_short_address_leads_to_a_page_that_tells_nothing(browser: Visitor, asked: Asked) -> None:
    page = browser.follows(browser.get(f"/r/{asked.link}", headers={"Accept-Language": "en"}))

    assert page.heading == "Write the code first"
    assert "Ehdot" not in page.text


def test_the_code_opens_the_questions_and_the_answer_completes_the_task(
    browser: Visitor, asked: Asked
) -> None:
    page = opened(browser, asked)

    done = browser.submits(page, answer="Työ oli siivousta.")

    assert done.heading == "Kiitos vastauksesta"
    assert asked.request.state == "answered"
    assert "information_reply" not in asked.story.forms


def test_reading_a_hundred_times_uses_nothing_up(browser: Visitor, asked: Asked) -> None:
    for _ in range(50):
        assert browser.get(f"/fi/r/{asked.link}").status == 200
        browser.client.head(f"/fi/r/{asked.link}")

    assert opened(browser, asked).heading == "Mitä haluamme tietää"


def test_a_wrong_code_says_so_and_is_counted(browser: Visitor, asked: Asked) -> None:
    page = browser.get(f"/fi/r/{asked.link}")

    wrong = browser.submits(page, factor="000000" if asked.code != "000000" else "111111")

    assert wrong.status == 422
    assert wrong.problems == ["Koodi ei täsmää. Tarkista se ja yritä uudelleen."]


def test_an_answer_is_taken_once(browser: Visitor, asked: Asked) -> None:
    page = opened(browser, asked)
    browser.submits(page, answer="Työ oli siivousta.")

    again = browser.submits(page, answer="Toinen vastaus.")

    assert again.status in {404, 409}


def test_an_answer_without_the_code_changes_nothing(browser: Visitor, asked: Asked) -> None:
    page = opened(browser, asked)

    refused = browser.submits(page, answer="Väärä", factor="")

    assert refused.status == 422
    assert asked.request.state != "answered"


def test_an_unknown_link_looks_like_an_expired_one(browser: Visitor, asked: Asked, app: Flask) -> None:
    unknown = browser.get(f"/fi/r/{'x' * 43}")
    asked.story.world.clock.passes(days=400)

    expired = browser.get(f"/fi/r/{asked.link}")

    assert unknown.status == expired.status == 404
    assert unknown.response.data == expired.response.data
