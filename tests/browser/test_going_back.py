"""A refused form, a way elsewhere and back: the browser asks for a page, sends nothing twice and shows no fault of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.test_applicant import to_the_end
from tests.support.chromium import PHONE, follow, take
from tests.support.story import Story

TYPED = "Ensi"


def test_back_and_a_reload_after_a_refused_task_show_what_was_typed(
    story: Story, sign_in: Callable[..., Page]
) -> None:
    story.applies()
    page = sign_in("kirjaaja")
    take(page, story.task("register").id)
    words = page.locator("#work input[type=text]:visible").first
    words.fill(TYPED)
    follow(page.locator("#work button[value=complete]"))
    expect(page.locator(".error-summary")).to_be_visible()

    follow(page.get_by_role("link", name="Tehtävät").first)
    page.go_back()

    expect(words).to_have_value(TYPED)
    page.reload()
    expect(words).to_have_value(TYPED)


def test_back_after_a_refused_form_without_a_draft_shows_its_page(
    sign_in: Callable[..., Page],
) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page = sign_in("kasittelija")
    page.on("dialog", leave)
    page.goto("/my-cases/absence")
    page.locator("#away_from").fill("31.2.2027")
    follow(page.locator("form:has(#away_from) button[type=submit]").last)
    expect(page.locator("#away_from")).to_have_value("31.2.2027")
    page.locator("#away_from").press("End")

    with page.expect_navigation():
        searches(page)
    assert asked == ["beforeunload"]
    page.go_back()

    expect(page.locator("#away_from")).to_be_visible()


def test_an_application_on_paper_is_kept_when_it_is_left(sign_in: Callable[..., Page]) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page = sign_in("kirjaaja")
    page.on("dialog", leave)
    page.goto("/tasks/intake/application")
    follow(page.get_by_role("link", name="Tehtävät").first)
    assert asked == []
    page.goto("/tasks/intake/application")
    page.locator("input[name=given_names]").fill(TYPED)
    expect(page.locator("[data-saved]")).to_contain_text("Luonnos tallennettu")
    follow(page.get_by_role("link", name="Tehtävät").first)
    assert asked == []
    page.goto("/tasks/intake/")
    follow(page.get_by_role("link", name="Jatka:"))
    expect(page.locator("input[name=given_names]")).to_have_value(TYPED)


def searches(page: Page) -> None:
    page.locator("#site-search").fill("Keksittynen")
    page.locator("#site-search").press("Enter")


def test_words_under_a_notice_stand_when_the_page_is_opened_anew(
    sign_in: Callable[..., Page], story: Story
) -> None:
    """Of a correction that a colleague's came before: no field of it is wrong, and what was typed is kept as a draft."""
    story.applies()
    story.does("kirjaaja", "register")
    registered = [each for each in story.file.submissions if each.form_key == "register"][-1].id
    page = sign_in("kasittelija")
    address = f"/cases/{story.reference}/submissions/{registered}"
    page.goto(address)
    page.locator("[name=seen]").evaluate("each => each.value = '7'")
    page.locator("#why").fill(TYPED)
    page.locator("#source").select_option("call")
    follow(page.locator("form[action$='/correct'] button[type=submit]").last)
    expect(page.get_by_role("alert")).to_be_visible()

    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    searches(page)
    expect(page.locator("#why")).to_have_count(0)
    page.goto(address)
    expect(page.locator("#why")).to_have_value(TYPED)
    expect(page.locator("#source")).to_have_value("call")
    follow(page.locator("form.sign-out button"))
    again = sign_in("kasittelija")
    again.goto(address)
    expect(again.locator("#why")).to_have_value(TYPED)
    assert asked == []


def test_each_form_without_a_draft_asks_before_its_words_go(
    sign_in: Callable[..., Page], story: Story
) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page = sign_in("kasittelija")
    page.on("dialog", leave)
    page.goto(f"/cases/{story.reference}/duplicates")
    page.locator("#together-reason").fill(TYPED)
    follow(page.get_by_role("link", name="Tehtävät").first)
    assert asked == ["beforeunload"]


def leaves(page: Page, weather: str) -> None:
    page.locator(".leave").click()
    page.wait_for_url(weather)


def seen_on_the_way_back(page: Page) -> str:
    """Press Back until nothing lies before the page, and return all that could be read on the way."""
    read = []
    while page.go_back() is not None:
        read.append(page.locator("body").inner_text())
        read += [each.input_value() for each in page.locator("input[type=text], textarea").all()]
    assert len(read) > 1
    return "\n".join(read)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("link", [".wordmark", ".footer-links button >> nth=0"])
def test_leaving_from_a_page_behind_a_link_of_the_form_shows_nobody_what_was_typed(
    visit: Callable[..., Page], weather: str, scripts: bool, link: str
) -> None:
    page = visit(size=PHONE, scripts=scripts)
    page.goto("/fi/own/questions")
    page.locator("[name=in_danger][value=yes]").check()
    page.locator("[name=danger_notes]").fill(TYPED)
    follow(page.locator(".step-actions .button-primary"))
    page.locator("[name=family_name]").fill(TYPED)
    follow(page.locator(link))

    leaves(page, weather)

    seen = seen_on_the_way_back(page)
    assert TYPED not in seen
    # The footer's page has such an address too. With scripts leaving puts another page in its place in the history.
    assert seen.count("Sivu on suljettu") == (2 if scripts or link == ".wordmark" else 3)
    assert "Jatka lomaketta" not in seen


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("by", ["tyhjennä selaushistoria", "Katso vaihe koodilla"])
def test_leaving_from_what_the_receipt_leads_to_shows_nobody_the_code(
    visit: Callable[..., Page], weather: str, scripts: bool, by: str
) -> None:
    page = visit(size=PHONE, scripts=scripts)
    page.goto("/fi/own/questions")
    to_the_end(page)
    follow(page.locator("button[value=send]"))
    spaced = page.locator(".code").inner_text()
    code = "".join(spaced.split())
    follow(page.get_by_role("link", name=by))
    if by.startswith("Katso"):
        page.locator("[name=code]").fill(code)
        follow(page.locator(".actions .button-primary"))

    leaves(page, weather)

    seen = "".join(seen_on_the_way_back(page).split())
    assert code not in seen
    assert code[-4:] not in seen


def test_leaving_after_a_typed_address_ends_the_visit_before_it_too(
    visit: Callable[..., Page], weather: str
) -> None:
    page = visit(size=PHONE)
    page.goto("/fi/own/questions")
    to_the_end(page)
    follow(page.locator("button[value=send]"))
    code = "".join(page.locator(".code").inner_text().split())
    page.goto("/fi/code")
    page.locator("[name=code]").fill(code)
    follow(page.locator(".actions .button-primary"))
    page.goto("/fi/")

    leaves(page, weather)

    seen = "".join(seen_on_the_way_back(page).split())
    assert code not in seen
    assert code[-4:] not in seen
