"""A person who cannot wait is asked to call, with the number, from the answer on until somebody acts."""

from __future__ import annotations

import pytest

from tests.support.browsing import Page, Visitor
from tests.support.story import Story
from tests.webapp.test_form_steps import SEND, asked_on, to_the_end

SAFE_TONIGHT = {"in_danger": "no", "accommodation_needed": "no"}
BLOCK = "//*[contains(@class,'call-small')]"


def calls(page: Page) -> bool:
    found = page.tree.xpath(f"{BLOCK}//a[@class='call-number']/@href")
    assert all(each.startswith("tel:") for each in found)
    return bool(found)


@pytest.mark.parametrize(
    ("door", "answer"),
    [
        ("own", {"accommodation_needed": "yes"}),
        ("own", {"in_danger": "unknown"}),
        ("child", {"child_with": "alone"}),
        ("ask", {"in_danger": "yes", "question": "Mitä teen?"}),
    ],
)
def test_an_urgent_answer_shows_the_number_before_and_after_sending(
    browser: Visitor, door: str, answer: dict[str, str]
) -> None:
    first = browser.get(f"/fi/{door}/questions")
    assert not calls(first)
    second = browser.submits(first, **answer)
    assert calls(second)
    check = to_the_end(browser, second, reply_by="code")
    assert calls(check)
    receipt = browser.submits(check, SEND)
    assert calls(receipt)
    assert "Päivystäjä saa tiedon heti." in receipt.text
    if door != "ask":
        assert "klo" in receipt.text[receipt.text.index("Hän aloittaa viimeistään") :][:60]


def test_who_writes_of_a_childs_need_reads_the_number(browser: Visitor) -> None:
    first = browser.get("/fi/own/questions")
    check = to_the_end(browser, first, has_children="yes", children_notes="Hänellä on kuumetta.")
    assert calls(check)

    receipt = browser.submits(check, SEND)

    assert calls(receipt)
    assert "Päivystäjä" not in receipt.text, "nobody is rung at night for it"
    assert calls(browser.submits(browser.get("/fi/code"), code=receipt.code))


def test_once_somebody_has_read_of_the_child_the_code_no_longer_asks_to_call(
    browser: Visitor, story: Story
) -> None:
    children = [{"given_names": "Keksitty"}]
    asked = {"has_children": "yes", "children": children, "children_with": "with_parent"}
    code = story.applies(**asked, children_notes="Hänellä on kuumetta.").code
    assert calls(browser.submits(browser.get("/fi/code"), code=code))

    story.does("kirjaaja", "register", **asked)

    assert not calls(browser.submits(browser.get("/fi/code"), code=code))


@pytest.mark.parametrize("door", ["own", "child"])
def test_who_does_not_know_with_whom_a_child_is_reads_the_number(browser: Visitor, door: str) -> None:
    asked = (
        {"has_children": "yes", "children_with": "unknown"} if door == "own" else {"child_with": "unknown"}
    )
    assert calls(to_the_end(browser, browser.get(f"/fi/{door}/questions"), **asked))


@pytest.mark.parametrize(
    ("age", "ground", "asked"),
    [
        ("yes", "", True),
        ("unknown", "", True),
        ("", "35_3", True),
        ("", "35_1", False),
        ("no", "35_3", False),
    ],
)
def test_a_person_who_may_be_a_child_is_asked_with_whom_they_are(
    browser: Visitor, age: str, ground: str, asked: bool
) -> None:
    answers = {**SAFE_TONIGHT, "is_under_18": age, "ground": ground, "child_with": "alone"}
    check = to_the_end(browser, browser.get("/fi/own/questions"), **answers)
    assert ("Ilman aikuista" in check.text) is asked
    assert calls(check) or not asked


def test_a_person_who_corrects_their_age_at_the_end_is_asked_with_whom_they_are(browser: Visitor) -> None:
    answers = {**SAFE_TONIGHT, "is_under_18": "no", "ground": "35_1"}
    check = to_the_end(browser, browser.get("/fi/own/questions"), **answers)
    asked = browser.submits(browser.submits(check, "show=is_under_18"), is_under_18="yes")
    assert {"ground", "child_with"} == asked_on(asked)
    back = browser.submits(asked, child_with="alone")
    assert back.heading == "Tarkista vastauksesi"
    assert "Ilman aikuista" in back.text
    other = browser.submits(browser.submits(back, "show=is_under_18"), is_under_18="unknown")
    assert other.heading == "Tarkista vastauksesi", "it is answered"


@pytest.mark.parametrize(
    "answers",
    [
        {"is_under_18": "yes", "child_with": "alone"},
        {"is_under_18": "no", "has_children": "yes", "children_with": "alone"},
    ],
)
def test_the_easy_way_asks_with_whom_a_child_is(browser: Visitor, answers: dict[str, str]) -> None:
    page = browser.get("/fi/own/questions?easy=1")
    for _ in range(20):
        if page.tree.xpath("//button[@value='send']"):
            break
        fields = set(page.form().fields)
        given = {**SAFE_TONIGHT, **answers}
        page = browser.submits(page, **{key: value for key, value in given.items() if key in fields})
    assert calls(page)


def test_an_ordinary_answer_shows_none(browser: Visitor) -> None:
    second = browser.submits(browser.get("/fi/own/questions"), in_danger="no", accommodation_needed="no")
    check = to_the_end(browser, second)
    assert not calls(check)
    receipt = browser.submits(check, SEND)
    assert not calls(receipt)
    assert "Päivystäjä" not in receipt.text


def test_a_removal_is_near_on_the_last_day_of_the_limit(browser: Visitor) -> None:
    first = browser.get("/fi/own/questions")
    near = browser.submits(first, removal_known="yes", removal_on="16.11.2026")
    assert calls(near)
    far = browser.submits(browser.submits(near, "go=back"), removal_known="yes", removal_on="17.11.2026")
    assert not calls(far)
