"""The page with all answers: what it asks once more, what it lists as unanswered, and the way to one answer and back."""

from __future__ import annotations

import pytest

from tests.support.browsing import Visitor
from tests.webapp.test_form_steps import asked_on, to_the_end


@pytest.mark.parametrize(
    ("typed", "day"), [("2/1/1990", "ti 2.1.1990"), ("13/1/1990", ""), ("1/1/1990", ""), ("2.1.1990", "")]
)
def test_a_day_that_may_be_read_either_way_is_shown_as_it_was_read(
    browser: Visitor, typed: str, day: str
) -> None:
    check = to_the_end(browser, browser.get("/fi/own/questions"), born_on=typed)

    assert (f"Kirjoitit {typed}. Luimme sen näin: {day}." in check.text) is bool(day)
    assert ("Jos tarkoitit toista päivää" in check.text) is bool(day)
    if day:
        assert asked_on(browser.submits(check, "show=born_on")) == {"born_on"}


def test_the_easy_way_lists_only_what_it_asked(browser: Visitor) -> None:
    page, asked = browser.get("/fi/own/questions?easy=yes"), set[str]()
    while not page.tree.xpath("//button[@value='send']"):
        asked |= asked_on(page)
        page = browser.submits(page)

    unanswered = set(page.tree.xpath("//div[@class='answer-unanswered']//button/@value"))
    assert unanswered == asked
    assert f"{len(asked)} kohtaan ei ole vastattu." in page.text


def test_an_answer_is_changed_on_the_step_on_which_it_was_asked(browser: Visitor) -> None:
    page, titles = browser.get("/fi/own/questions"), dict[str, str]()
    while not page.tree.xpath("//button[@value='send']"):
        titles |= dict.fromkeys(asked_on(page), page.title)
        page = browser.submits(page)

    for name in ("in_danger", "safe_channels", "family_name"):
        assert browser.submits(page, f"show={name}").title == titles[name]


def test_no_page_that_asks_to_call_now_says_that_there_is_no_hurry(browser: Visitor) -> None:
    first = browser.get("/fi/own/questions")
    assert "Ei kiirettä" in first.text

    urgent = browser.submits(first, in_danger="yes")
    assert "Soita nyt." in urgent.text
    assert "Ei kiirettä" not in urgent.text
