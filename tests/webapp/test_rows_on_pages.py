"""Lists of rows without script: the page stands, with the focus, at the row that was added, changed or left."""

from __future__ import annotations

import pytest

from tests.support.browsing import Page, Visitor
from tests.webapp.test_form_steps import to_the_end


@pytest.fixture
def children(browser: Visitor) -> Page:
    """The step of the children, with one typed."""
    page = browser.submits(browser.get("/fi/child/questions"), in_danger="no")
    return browser.submits(page, "go=stay", children__0__given_names="Lumi")


def named_where_it_stands(page: Page) -> list[str]:
    """Return the names typed in the row of the address; a fieldset takes the focus only if it has a tabindex."""
    (row,) = page.tree.xpath("//*[@id='row'][self::button or @tabindex='-1']")
    fields = row.xpath(".//input[contains(@name, 'given_names') and not(@type='checkbox')]")
    return [each.get("value") for each in fields]


def test_the_page_stands_at_the_row_that_was_added(browser: Visitor, children: Page) -> None:
    two = browser.submits(children, "add_row=children")
    assert named_where_it_stands(two) == [""]
    assert two.tree.xpath("//*[@id='row']/legend/text()") == ["Lapsi 2"]

    sent = {**dict(two.form().form_values()), "add_row": "children"}
    answer = browser.client.post(two.form().get("action"), data=sent)
    assert answer.headers["Location"].endswith("#row")


@pytest.mark.parametrize(("removed", "left"), [(2, "Onni"), (1, "Lumi"), (0, "Onni")])
def test_the_page_stands_at_the_row_before_the_one_removed(
    browser: Visitor, children: Page, removed: int, left: str
) -> None:
    two = browser.submits(children, "add_row=children")
    three = browser.submits(two, "add_row=children", children__1__given_names="Onni")

    rest = browser.submits(three, f"remove_row=children.{removed}", children__2__given_names="Meri")

    assert named_where_it_stands(rest) == [left]


def test_the_page_stands_at_the_button_to_add_once_no_row_is_left(browser: Visitor, children: Page) -> None:
    none = browser.submits(children, "remove_row=children.0")

    assert named_where_it_stands(none) == []
    assert none.tree.xpath("//*[@id='row']/@value") == ["children"]


def test_the_answer_of_a_row_is_changed_in_that_row(browser: Visitor, children: Page) -> None:
    two = browser.submits(children, "add_row=children")
    three = browser.submits(two, "add_row=children")
    check = to_the_end(browser, browser.submits(three, "go=stay", children__2__given_names="Onni"))
    assert "Lapsi 3" not in check.text, "a blank row is no answer"

    page = browser.submits(check, "show=children.1.given_names")
    assert named_where_it_stands(page) == ["Onni"], "on the page the blank row is the second"
    back = browser.submits(page, children__2__given_names="Meri")

    assert "Meri" in back.tree.xpath("//*[@id='row']")[0].text_content()
