"""Back, reload and a look into the history: the addresses of pages that a form led to."""

from __future__ import annotations

import re

import pytest
from werkzeug.datastructures import MultiDict

from tests.support.browsing import Page, Visitor
from tests.support.world import World
from tests.webapp.test_form_steps import SEND, to_the_end


def test_back_finds_what_was_typed_and_nothing_once_it_is_sent(browser: Visitor) -> None:
    """Back and reload ask for an earlier address again."""
    first = browser.get("/fi/own/questions")
    second = browser.submits(first, in_danger="yes")
    check = to_the_end(browser, browser.submits(second, given_names="Keksitty"))
    steps = [page.response.request.path for page in (first, second)]

    assert browser.get(steps[0]).tree.xpath("//input[@name='in_danger' and @checked]/@value") == ["yes"]
    assert browser.get(steps[1]).tree.xpath("//input[@name='given_names']/@value") == ["Keksitty"]
    receipt = browser.submits(check, SEND)
    assert browser.get(receipt.response.request.path).code == receipt.code
    (english,) = receipt.tree.xpath("//nav//a[@hreflang='en']/@href")
    assert browser.get(english).heading == "Your application has arrived"
    for path in (*steps, check.response.request.path):
        again = browser.get(path)
        assert (again.status, again.heading) == (404, "Sivu on suljettu")


def test_an_address_names_nothing_and_opens_nothing_from_the_history(browser: Visitor, world: World) -> None:
    page = browser.submits(browser.get("/fi/own/questions"), in_danger="yes")
    path = page.response.request.path

    assert re.fullmatch(r"/fi/p/[\w-]{32}", path)
    typed = {"Sec-Fetch-Site": "none"}
    assert browser.get(path, headers=typed).status == 200, "the form may only just have led there"
    world.clock.passes(minutes=1)
    looked_up = browser.get(path, headers=typed)
    assert (looked_up.status, looked_up.heading) == (404, "Sivu on suljettu")
    assert not looked_up.tree.xpath("//main//form")
    bookmark = browser.get("/fi/own/questions", headers=typed)
    assert bookmark.status == 200


def test_an_address_is_over_in_a_quarter_of_an_hour_and_the_draft_is_one_press_away(
    browser: Visitor, world: World
) -> None:
    page = browser.submits(browser.get("/fi/own/questions"), given_names="Keksitty")
    step = browser.submits(page, given_names="Keksitty").response.request.path
    world.clock.passes(minutes=16)

    over = browser.get(page.response.request.path)
    assert (over.status, over.heading) == (200, "Sivu on suljettu")
    assert "Keksitty" not in over.text
    again = browser.submits(over)
    assert again.tree.xpath("//input[@name='given_names']/@value") == ["Keksitty"]

    browser.submits(again, "go=save")
    world.clock.passes(minutes=16)
    assert browser.get(step).status == 404, "with a code one comes back by the code alone"


def test_leaving_from_the_page_that_says_it_is_over_leaves_no_press_to_others(
    browser: Visitor, world: World
) -> None:
    page = browser.submits(browser.get("/fi/own/questions"), in_danger="yes")
    path = page.response.request.path
    world.clock.passes(minutes=16)
    over = browser.get(path)
    (way_out,) = over.tree.xpath("//header//form[@action='/exit']")

    browser.post("/exit", dict(way_out.form_values()))

    assert browser.get(path).status == 404
    assert browser.submits(over).status == 404


@pytest.mark.parametrize("is_sent", [False, True])
def test_leaving_ends_the_draft_too_that_a_second_press_on_a_slow_network_left_behind(
    browser: Visitor, is_sent: bool
) -> None:
    blank = browser.get("/fi/own/questions")
    lost = browser.submits(blank, in_danger="yes")
    page = browser.submits(blank, in_danger="no")
    assert browser.get(blank.response.request.path).tree.xpath("//input[@checked and @value='yes']")
    if is_sent:
        page = browser.submits(to_the_end(browser, page), SEND)
    (way_out,) = page.tree.xpath("//header//form[@action='/exit']")

    browser.post("/exit", MultiDict(way_out.form_values()))

    for each in (blank, lost, page):
        again = browser.get(each.response.request.path)
        assert (again.status, again.heading) == (404, "Sivu on suljettu")


def test_a_page_open_for_more_than_a_day_says_so_and_keeps_what_is_on_it(
    browser: Visitor, world: World
) -> None:
    second = browser.submits(browser.get("/fi/own/questions"), in_danger="yes")
    world.clock.passes(days=1, minutes=1)

    answer = browser.submits(second, given_names="Keksitty")
    assert "Aiempia vastauksiasi ei enää ole" in answer.text
    assert answer.tree.xpath("//input[@name='given_names']/@value") == ["Keksitty"]
    first = browser.submits(answer, "show=1")
    assert not first.tree.xpath("//input[@name='in_danger' and @checked]")
    assert "Keksitty" in to_the_end(browser, first).text


@pytest.mark.parametrize(
    ("door", "typed"),
    [("own", "given_names"), ("child", "guardian.given_names"), ("ask", "question")],
)
def test_a_duplicated_blank_page_is_sent_for_another_person(browser: Visitor, door: str, typed: str) -> None:
    """The tab is duplicated before anything is typed, and filled in once the first was sent."""
    blank = browser.get(f"/fi/{door}/questions")
    answers = {"reply_by": "code"} if door == "ask" else {}
    first = browser.submits(to_the_end(browser, blank, **{typed: "Ensimmäinen"}, **answers), SEND)

    second = browser.submits(blank, **({typed: "Toinen"} if typed == "question" else {}))
    assert second.status == 200
    assert "se on jo lähetetty" in second.text
    other = browser.submits(to_the_end(browser, second, **{typed: "Toinen"}, **answers), SEND)

    assert other.code != first.code
    assert browser.submits(browser.get("/fi/code"), code=other.code).status == 200


def test_two_people_typed_into_one_duplicated_page_do_not_mix(browser: Visitor) -> None:
    blank = browser.get("/fi/own/questions")
    first = browser.submits(blank, in_danger="yes", danger_notes="Ensimmäisen vaara")
    second = browser.submits(blank, in_danger="no")
    again = browser.submits(blank, in_danger="no")
    assert {first.status, second.status, again.status} == {200}

    ahead = browser.submits(first, given_names="Ensimmäinen")
    theirs = to_the_end(browser, browser.submits(second, given_names="Toinen"))
    assert "Ensimmäi" not in theirs.text
    mine = to_the_end(browser, ahead)
    assert "Ensimmäisen vaara" in mine.text
    assert "Toinen" not in mine.text
    codes = {browser.submits(page, SEND).code for page in (mine, theirs)}
    assert len(codes) == 2


def test_the_first_button_pressed_twice_keeps_one_draft_with_what_followed(browser: Visitor) -> None:
    blank = browser.get("/fi/own/questions")
    second = browser.submits(blank, in_danger="yes")
    browser.submits(second, given_names="Keksitty")
    twice = browser.submits(blank, in_danger="yes")
    assert twice.tree.xpath("//input[@name='given_names']/@value") == ["Keksitty"]

    changed = browser.submits(blank, in_danger="no")
    assert "Täytä muut kohdat uudelleen." in changed.text, "what followed is in no page any more"


def leaves(browser: Visitor, page: Page) -> None:
    (way_out,) = page.tree.xpath("//header//form[@action='/exit']")
    browser.post("/exit", MultiDict(way_out.form_values()))


def link_to(page: Page, words: str) -> str:
    return str(page.tree.xpath(f"//a[contains(., '{words}')]/@href")[0])


def goes_by(browser: Visitor, page: Page, words: str) -> Page:
    """Go where a link leads, or in the middle of a form the button of the footer."""
    footer = page.tree.xpath(f"//footer//button[contains(., '{words}')]/@value")
    return browser.submits(page, f"go={footer[0]}") if footer else browser.get(link_to(page, words))


def is_over(browser: Visitor, page: Page) -> bool:
    again = browser.get(page.response.request.path)
    return (again.status, again.heading) == (404, "Sivu on suljettu")


@pytest.mark.parametrize(
    "ways", [["Turvallinen käyttö"], ["Vireille"], ["Saavutettavuus", "Kuka palvelusta"]]
)
def test_leaving_from_a_page_that_a_link_of_a_form_led_to_ends_the_form(
    browser: Visitor, world: World, ways: list[str]
) -> None:
    first = browser.get("/fi/own/questions")
    second = browser.submits(first, in_danger="yes")
    page = second
    for words in ways:
        page = goes_by(browser, page, words)

    leaves(browser, page)

    assert is_over(browser, first)
    assert is_over(browser, second)
    world.clock.passes(minutes=16)
    assert is_over(browser, second)


def test_leaving_from_a_help_page_of_the_receipt_closes_it(browser: Visitor) -> None:
    receipt = browser.submits(to_the_end(browser, browser.get("/fi/own/questions")), SEND)

    leaves(browser, browser.get(link_to(receipt, "tyhjennä selaushistoria")))

    assert is_over(browser, receipt)


def test_leaving_from_the_status_closes_the_receipt_that_led_to_it(browser: Visitor) -> None:
    receipt = browser.submits(to_the_end(browser, browser.get("/fi/own/questions")), SEND)
    asks = browser.get(link_to(receipt, "Katso vaihe koodilla"))
    wrong = browser.submits(asks, code="1234")
    status = browser.submits(wrong, code=receipt.code)

    leaves(browser, status)

    assert all(is_over(browser, each) for each in (receipt, wrong, status))


def test_leaving_from_the_receipt_closes_the_status_that_lies_ahead_of_it(browser: Visitor) -> None:
    receipt = browser.submits(to_the_end(browser, browser.get("/fi/own/questions")), SEND)
    status = browser.submits(browser.get(link_to(receipt, "Katso vaihe koodilla")), code=receipt.code)

    leaves(browser, receipt)

    assert is_over(browser, status)


def test_leaving_from_the_page_of_a_fault_ends_the_form_before_it(browser: Visitor) -> None:
    second = browser.submits(browser.get("/fi/own/questions"), in_danger="yes")
    asks = goes_by(browser, second, "Turvallinen käyttö")
    code = browser.get(link_to(asks, "Vireille"))
    gone = browser.get(f"{code.response.request.path}p/nothing?{code.response.request.query_string.decode()}")
    assert gone.status == 404

    leaves(browser, gone)

    assert is_over(browser, second)


def test_a_visit_named_by_another_site_or_by_the_history_is_not_taken_up(browser: Visitor) -> None:
    """Else somebody who sends a link could end what the person writes, and who opens the history what came after."""
    step = browser.submits(browser.get("/fi/own/questions"), in_danger="yes")
    start = link_to(step, "Vireille")

    for site in ("none", "cross-site"):
        page = browser.get(start, headers={"Sec-Fetch-Site": site})
        assert not page.tree.xpath("//form[@action='/exit']")
    assert browser.get(start, headers={"Sec-Fetch-Site": "same-origin"}).tree.xpath("//form[@action='/exit']")


def test_back_after_sending_says_that_a_receipt_means_arrival(browser: Visitor) -> None:
    check = to_the_end(browser, browser.get("/fi/own/questions"))
    assert browser.submits(check, SEND).heading == "Hakemuksesi on perillä"
    closed = browser.get(check.response.request.path)
    assert closed.heading == "Sivu on suljettu"
    assert "Jos sait kuitin, se, mitä lähetit, on perillä." in closed.text
