"""The easy way: the same form, one question a page, for people who read little."""

from __future__ import annotations

import pytest

from tests.support.browsing import Visitor
from tests.webapp.test_form_steps import SEND, asked_on, to_the_end


def test_the_easy_way_asks_less_and_the_ordinary_way_keeps_what_was_answered(browser: Visitor) -> None:
    begin = browser.get("/selko/easy").tree.xpath("//a[contains(@href, '/own/questions')]/@href")[0]
    page, asked = browser.get(begin), list[str]()
    answers = {
        "in_danger": "no",
        "given_names": "Keksitty",
        "safe_channels": ["phone"],
        "phone": "000 000 0000",
    }
    while not page.tree.xpath("//button[@value='send']"):
        (name,) = asked_on(page)
        asked.append(name)
        if name == "safe_channels":
            assert len(page.tree.find_class("picture")) == 5
            assert browser.submits(page, safe_channels=["phone"]).status == 422, "a number is needed"
        fields = set(page.form().fields)
        page = browser.submits(page, **{key: value for key, value in answers.items() if key in fields})
    assert len(asked) == 12, "the ordinary way has 52 questions on 7 pages"
    assert asked[0] == "in_danger"

    for answer in ("Keksitty", "000 000 0000"):
        assert answer in page.text
    other = browser.submits(page, "show=family_name")
    assert asked_on(other) == {"family_name"}
    last = browser.submits(browser.submits(other, "go=check"), "show=7")
    assert asked_on(last) == {"has_children"}
    whole = browser.submits(browser.submits(last, "go=back"), "go=whole")
    assert asked_on(whole) > {"help_needed", "stay_situation"}
    again = browser.submits(browser.submits(whole, "go=easy"), "go=back")
    assert asked_on(again) == {"safe_channels"}
    saved = browser.submits(again, "go=save")
    back = browser.submits(browser.get("/selko/code"), code=saved.code)
    assert asked_on(back) == {"safe_channels"}, "one comes back to the easy way"
    first = browser.submits(browser.submits(back, "go=whole"), "go=back")
    assert first.tree.xpath("//input[@name='given_names']/@value") == ["Keksitty"]
    assert browser.submits(to_the_end(browser, first), SEND).code


def test_a_question_of_the_easy_way_changes_nothing_else_and_leads_on_from_any_step(browser: Visitor) -> None:
    step = browser.submits(browser.get("/fi/own/questions"), in_danger="yes")
    easy = browser.submits(step, "go=easy", given_names="Keksitty", mother_tongue="somali")
    assert asked_on(easy) == {"given_names"}
    next_one = browser.submits(easy, given_names="Toinen", mother_tongue="", in_danger="no")
    assert asked_on(next_one) == {"family_name"}
    whole = browser.submits(next_one, "go=whole")
    assert whole.tree.xpath("//input[@name='mother_tongue']/@value") == ["somali"]
    assert whole.tree.xpath("//input[@name='given_names']/@value") == ["Toinen"]
    first = browser.submits(whole, "go=back")
    assert first.tree.xpath("//input[@name='in_danger' and @value='yes']/@checked")
    ordinary = browser.get("/fi/other/questions")
    assert not ordinary.tree.xpath("//button[@value='easy']"), "the referral has no easy way"
    forged = dict(next_one.form().form_values()) | {"only": "safe_channels"}
    assert browser.post("/fi/own/questions", forged).status == 404


@pytest.mark.parametrize(
    ("door", "most"), [("own", {"Kuka olet?"}), ("child", {"Ketä lasta hakemus koskee?", "Kuka sinä olet?"})]
)
def test_who_reads_only_the_large_line_reads_the_question_once(
    browser: Visitor, door: str, most: set[str]
) -> None:
    page, headings, over = browser.get(f"/selko/{door}/questions?easy=yes"), list[str](), set[str]()
    while not page.tree.xpath("//button[@value='send']"):
        (question,) = page.tree.xpath("//fieldset/legend[h1] | //h1[label/@for = //@id]")
        assert page.heading == " ".join(question.text_content().split())
        assert not [each for each in page.tree.xpath("//legend[not(h1)]") if each.text == page.heading]
        headings.append(page.heading)
        over |= set(page.tree.xpath("//*[@class='over-heading']/text()"))
        page = browser.submits(page)

    assert headings[0].startswith("Oletko vaarassa" if door == "own" else "Onko lapsi vaarassa")
    assert "Etunimet" in headings
    assert over == most, "a question stands over a label, never over another question"


def test_the_ordinary_way_keeps_the_heading_of_its_step(browser: Visitor) -> None:
    page = browser.get("/selko/own/questions")

    assert page.heading == "Turvallisuus"
    assert not page.tree.xpath("//legend[h1]")
