"""The eight journeys of people outside, by the pages and questions that each sees. What each came from stands in docs/journeys.md."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest

from engine.feel import parse
from forms.catalogue import read_form
from tests.support import answers as plain
from tests.support.browsing import Page, Visitor, adds
from tests.support.story import Story
from tests.support.uploads import picture
from tests.webapp.test_form_steps import SEND, asked_on
from tests.webapp.test_leftovers import ANSWERS

REFERRAL = ANSWERS["other"]
PAGE = Path(__file__).parents[2] / "docs" / "journeys.md"


class Walk:
    """Goes on page by page, and counts."""

    def __init__(self, browser: Visitor, path: str) -> None:
        self.browser, self.pages, self.asked = browser, 0, set[str]()
        self.page = self._sees(browser.get(path))

    def _sees(self, page: Page) -> Page:
        self.pages += 1
        if page.tree.xpath("//form[@id='steps']") and not page.tree.xpath("//button[@value='send']"):
            self.asked |= asked_on(page)
        return page

    def follows(self, link: str) -> None:
        (address, *_) = self.page.tree.xpath(f"//main//a[contains(@href, '{link}')]/@href")
        self.page = self._sees(self.browser.get(address))

    def presses(self, button: str = "", **answers: str | list[str]) -> None:
        self.page = self._sees(self.browser.submits(self.page, button, **answers))
        assert self.page.status == 200, self.page.problems

    def fills_in(self, **answers: str | list[str]) -> None:
        while not self.page.tree.xpath("//button[@value='send']"):
            here = {name: value for name, value in answers.items() if self._asks(name)}
            self.presses(**here)

    def _asks(self, name: str) -> bool:
        return bool(self.page.tree.xpath(f"//*[@name='{name}']"))

    @property
    def counts(self) -> tuple[int, int]:
        return self.pages, len(self.asked)


FORMS = {"3": "referral", "4": "information_reply", **dict.fromkeys("12678", "application")}
"""The form of each journey whose steps and questions stand in brackets."""


def recorded() -> dict[str, tuple[int, int]]:
    """Return the pages and questions of today by journey, as the page of the documentation has them."""
    rows = re.findall(r"^\| (\d) \|.*\| (\d+) pages?, (\d+) questions? \(", PAGE.read_text(), re.MULTILINE)
    return {number: (int(pages), int(questions)) for number, pages, questions in rows}


def in_brackets() -> dict[str, tuple[int, int]]:
    """Return the steps of the form of today and all its questions, by journey."""
    rows = re.findall(r"^\| (\d) \|.*\| \d+ pages?[^|]*\((\d+) steps?, (\d+)", PAGE.read_text(), re.MULTILINE)
    return {number: (int(steps), int(questions)) for number, steps, questions in rows}


def test_each_form_has_as_many_steps_and_questions_as_the_documentation_says() -> None:
    forms = {number: read_form(key, parse=parse) for number, key in FORMS.items()}
    assert in_brackets() == {number: (len(each.steps), len(each.fields)) for number, each in forms.items()}


@pytest.fixture
def asked(story: Story) -> Story:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Lupa puuttuu.", missing="Lupa")
    due = story.today + timedelta(days=14)
    rows = [{**plain.request("outside_authority", due), "legal_basis": "l615_13_1"}]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Lupa puuttuu.")
    return story


def test_each_journey_takes_as_many_pages_and_questions_as_the_documentation_says(
    browser: Visitor, asked: Story
) -> None:
    finnish = Walk(browser, "/fi/")
    finnish.follows("/fi/own")
    finnish.follows("/questions")
    finnish.fills_in()
    finnish.presses(SEND)

    arabic = Walk(browser, "/ar/")
    arabic.follows("/ar/own")
    arabic.follows("/questions")
    while not arabic.page.tree.xpath("//button[@value='send']"):
        if arabic.page.tree.xpath("//input[@name='has_children']"):
            arabic.presses("add_row=children", has_children="yes", children__0__given_names="ليلى")
            arabic.presses(children__1__given_names="سامي")
        else:
            arabic.presses()
    arabic.presses("go=open")
    arabic.page = arabic._sees(adds(browser, arabic.page, ("صورة.png", picture("PNG"))))
    arabic.presses("go=done")
    assert all(word in arabic.page.text for word in ("ليلى", "سامي", "صورة.png"))
    arabic.presses(SEND)

    ngo = Walk(browser, "/fi/")
    ngo.follows("/fi/other")
    ngo.follows("/questions")
    ngo.fills_in(**REFERRAL)
    ngo.presses(SEND)
    assert "Henkilö saa oman koodinsa meiltä" in ngo.page.text

    (wanted,) = asked.file.requests
    authority = Walk(browser, f"/fi/r/{asked.link_of(wanted)}")
    authority.presses(factor=asked.code_of(wanted))
    authority.asked = {
        each.partition(".")[0]
        for each in authority.page.tree.xpath(
            "//main//*[self::input or self::textarea or self::select][not(@type='hidden')]/@name"
        )
    }
    authority.presses(SEND, can_answer="yes", answer="Toukokuussa.", answered_by="Esko Esimerkki")
    assert authority.page.heading == "Kiitos vastauksesta"

    easy = Walk(browser, "/selko/easy")
    easy.follows("/own/questions")
    easy.fills_in(safe_channels=["phone"], phone="000 000 0000")
    easy.presses(SEND)

    paper = len(pikepdf.open(io.BytesIO(browser.get("/fi/paper/own.pdf").response.get_data())).pages)

    counted = {
        "1": finnish.counts,
        "2": arabic.counts,
        "3": ngo.counts,
        "4": authority.counts,
        "5": easy.counts,
        "6": (paper, len(finnish.asked)),
        "7": finnish.counts,
        "8": finnish.counts,
    }
    assert all(walk.page.code for walk in (finnish, arabic, ngo, easy))
    assert counted == recorded()
