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


@pytest.mark.parametrize(
    ("danger", "is_asked"), [("yes", True), ("unknown", True), ("", True), ("no", False)]
)
def test_a_way_that_may_be_watched_is_asked_about_unless_there_is_no_danger(
    browser: Visitor, danger: str, is_asked: bool
) -> None:
    """“My boyfriend checks the phone” and a message to it stand side by side, whether or not they call it danger. With "no" the answer is theirs."""
    answers = {"in_danger": danger, "safe_channels": ["email"], "email": "a@example.invalid"}
    check = to_the_end(browser, browser.get("/fi/own/questions"), **answers)

    asks = "voi lukea viestisi tai kuulla puhelusi, valitse toinen tapa."
    assert (asks in check.text) is is_asked
    assert ("Vastasit, että olet vaarassa" in check.text) is (danger == "yes")


@pytest.mark.parametrize("door", ["own", "ask"])
def test_before_sending_the_urgent_read_that_on_call_hears_at_once_and_by_when(
    browser: Visitor, door: str
) -> None:
    promise = "Jos lähetät nyt, päivystäjä saa tiedon heti ja aloittaa viimeistään"
    asked = {"question": "Minne voin mennä?", "reply_by": "code"}
    calm = to_the_end(browser, browser.get(f"/fi/{door}/questions"), in_danger="no", **asked)
    assert promise not in calm.text

    check = to_the_end(browser, browser.get(f"/fi/{door}/questions"), in_danger="yes", **asked)
    assert promise in check.text
    moment = check.text.partition(promise)[2].partition(". Niin on myös")[0].strip()
    assert f"Hän aloittaa viimeistään {moment}." in browser.submits(check, "go=send").text


def test_no_hour_is_promised_to_whom_the_table_does_not_call_urgent(browser: Visitor) -> None:
    """A child of whom it is not known with whom they are asks to call, and the on-call worker is not notified."""
    answers = {"has_children": "yes", "children_with": "unknown", "in_danger": "no"}
    check = to_the_end(browser, browser.get("/fi/own/questions"), **answers)
    assert "Soita nyt." in check.text
    assert "Jos lähetät nyt" not in check.text


def test_own_words_keep_their_lines_and_the_forms_words_the_direction_of_the_page(browser: Visitor) -> None:
    address = "c/o Friend\r\nRoad 1\r\n00100 Helsinki"
    ways = {"safe_channels": "post", "postal_address": address, "region": "east"}
    check = to_the_end(browser, browser.get("/ar/own/questions"), **ways)

    (typed,) = check.tree.find_class("as-written")
    assert typed.text == "c/o Friend\nRoad 1\n00100 Helsinki", "the style sheet keeps its lines and direction"
    (own,) = check.tree.xpath("//dd//span[starts-with(., 'Lappeenranta')]")
    assert not own.attrib
