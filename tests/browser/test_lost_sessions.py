"""A session that is gone while somebody writes: signed out in another tab, or its cookie deleted. No word is lost."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.axe import faults
from tests.support.chromium import PATIENCE, PHONE, follow
from tests.support.story import Story
from tests.support.studio_pages import begin
from tests.support.world import PASSWORD

Visit = Callable[..., Page]
LETTER = "assess_and_resolve/texts/hearing.toml"
ENDED = "Istunto päättyi, tekstisi on tallessa"


def loses_its_session(page: Page) -> None:
    page.context.clear_cookies(name="session")


def signs_in_beside(page: Page, link: str, username: str) -> None:
    with page.context.expect_page() as opening:
        page.get_by_role("link", name=link).click()
    beside = opening.value
    expect(beside.get_by_text("palaa välilehteen, jossa tekstisi on")).to_be_visible()
    assert faults(beside) == []
    beside.get_by_label("Käyttäjätunnus").fill(username)
    beside.get_by_label("Salasana").fill(PASSWORD)
    follow(beside.get_by_role("button", name="Kirjaudu", exact=True))
    expect(beside.get_by_text("Olet vahvistanut")).to_be_visible()
    beside.close()


def test_the_page_is_covered_as_soon_as_a_draft_finds_no_session(sign_in: Visit, story: Story) -> None:
    story.applies()
    page = sign_in("kirjaaja")
    page.goto(f"/tasks/{story.task('register').id}?step=2")
    field = page.locator("input[name=mother_tongue]")
    loses_its_session(page)
    field.fill("keksitty kieli")

    expect(page.get_by_role("heading", name=ENDED)).to_be_visible()
    expect(field).to_be_hidden()
    assert faults(page) == []

    signs_in_beside(page, "Kirjaudu uudessa välilehdessä", "kirjaaja")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(field).to_be_visible()
    expect(page.locator("[data-saved]", has_text="Luonnos tallennettu")).to_be_visible()
    page.reload()
    expect(field).to_have_value("keksitty kieli")


def test_an_older_tab_does_not_save_over_what_was_typed_in_a_newer_one(sign_in: Visit, story: Story) -> None:
    story.applies()
    page = sign_in("kirjaaja")
    address = f"/tasks/{story.task('register').id}?step=2"
    page.goto(address)
    newer = page.context.new_page()
    newer.goto(address)
    newer.locator("input[name=family_name]").fill("Uudempi")
    expect(newer.locator("[data-saved]")).to_contain_text("Luonnos tallennettu")
    newer.locator("input[name=family_name]").fill("Uusin")
    expect(newer.locator("[data-saved].is-unsaved")).to_have_count(0)

    page.locator("input[name=mother_tongue]").fill("keksitty kieli")
    expect(page.locator("[data-saved]")).to_contain_text("kirjoitettu toisessa välilehdessä")
    newer.close()
    beside = page.context.new_page()
    beside.goto(address)
    expect(beside.locator("input[name=family_name]")).to_have_value("Uusin")

    follow(page.get_by_role("button", name="Tallenna luonnos"))
    expect(page.locator("input[name=mother_tongue]")).to_have_value("keksitty kieli")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Jatka toisesta luonnoksesta").click()
    expect(page.locator("input[name=mother_tongue]")).to_have_value("keksitty kieli")
    assert asked == ["beforeunload"], "its words stand nowhere else"


def test_a_button_waits_for_the_draft_under_way_and_meets_no_tab(sign_in: Visit, story: Story) -> None:
    """On a slow network: the draft is saved, and its answer is not here yet."""
    story.applies()
    page = sign_in("kirjaaja")
    page.goto(f"/tasks/{story.task('register').id}?step=2")
    field = page.locator("input[name=mother_tongue]")

    def slowly(route: Route) -> None:
        answer = route.fetch()
        field.fill("keksitty kieli")
        page.get_by_role("button", name="Tallenna luonnos").press("Enter", no_wait_after=True)
        route.fulfill(response=answer)

    page.route("**/draft", slowly, times=1)
    with page.expect_response(lambda answer: answer.url.endswith("/complete")) as saved:
        field.fill("keksi")

    assert saved.value.status == 303
    expect(field).to_have_value("keksitty kieli")


def stays_unanswered(page: Page, typed: str, then: Callable[[], None] = lambda: None) -> None:
    """Type words whose draft is stored, and whose answer never comes."""

    def hang(route: Route) -> None:
        route.fetch()
        then()
        page.clock.fast_forward(8000)

    page.route("**/draft", hang, times=1)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/draft")):
        page.locator("input[name=mother_tongue]").fill(typed)
        page.clock.fast_forward(2000)


def test_a_button_pressed_before_a_draft_is_given_up_meets_no_tab(sign_in: Visit, story: Story) -> None:
    story.applies()
    page = sign_in("kirjaaja")
    page.goto(f"/tasks/{story.task('register').id}?step=2")
    page.clock.install()
    field = page.locator("input[name=mother_tongue]")

    def press() -> None:
        field.fill("keksitty kieli")
        page.get_by_role("button", name="Tallenna luonnos").press("Enter", no_wait_after=True)

    with page.expect_response(lambda answer: answer.url.endswith("/complete")) as saved:
        stays_unanswered(page, "keksi", press)

    assert saved.value.status == 303
    expect(field).to_have_value("keksitty kieli")


def test_after_a_draft_without_an_answer_another_tab_or_leaving_loses_nothing(
    sign_in: Visit, story: Story
) -> None:
    story.applies()
    page = sign_in("kirjaaja")
    address = f"/tasks/{story.task('register').id}?step=2"
    page.goto(address)
    page.clock.install()
    field, saved = page.locator("input[name=mother_tongue]"), page.locator("[data-saved]")
    stays_unanswered(page, "keksi")
    expect(saved).to_contain_text("Luonnosta ei voitu tallentaa")
    field.fill("keksitty")
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    with page.expect_response("**/draft"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    with page.expect_response(lambda answer: "keksitty" in (answer.request.post_data or "")) as kept:
        page.clock.run_for(1)
    assert kept.value.status == 204
    expect(saved).to_contain_text("Luonnos tallennettu")

    stays_unanswered(page, "keksitty k")
    field.fill("keksitty kieli")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/tasks/")
    later = page.context.new_page()
    until = monotonic() + PATIENCE / 1000
    while (
        later.goto(address) and later.locator("input[name=mother_tongue]").input_value() != "keksitty kieli"
    ):
        assert monotonic() < until


@pytest.mark.parametrize("goes_on", [False, True], ids=["leaves", "types on and leaves"])
def test_leaving_after_a_draft_without_an_answer_replaces_no_newer_one_of_another_tab(
    sign_in: Visit, story: Story, goes_on: bool
) -> None:
    story.applies()
    page = sign_in("kirjaaja")
    address = f"/tasks/{story.task('register').id}?step=2"
    page.goto(address)
    page.clock.install()
    stays_unanswered(page, "keksitty")
    newer = page.context.new_page()
    newer.goto(address)
    with newer.expect_response("**/draft") as saved:
        newer.locator("input[name=mother_tongue]").fill("keksitty kieli")
    assert saved.value.status == 204
    newer.close()

    if goes_on:
        page.locator("input[name=mother_tongue]").fill("keksitty murre")
    with page.expect_response("**/draft") as left:
        page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert left.value.status == 409
    later = page.context.new_page()
    later.goto(address)
    expect(later.locator("input[name=mother_tongue]")).to_have_value("keksitty kieli")


def test_a_letter_that_is_written_is_covered_and_saved_after_signing_in(sign_in: Visit) -> None:
    page = sign_in("omistaja")
    page.goto(f"{begin(page)}/texts/{LETTER}")
    field = page.locator("details[open] textarea").first
    loses_its_session(page)
    field.fill("Keksitty kappale.")
    expect(page.get_by_role("heading", name=ENDED)).to_be_visible()

    signs_in_beside(page, "Kirjaudu uudessa välilehdessä", "omistaja")
    with page.expect_response(
        lambda answer: LETTER in answer.url and answer.request.method == "POST"
    ) as kept:
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(field).to_be_visible()
    expect(field).to_have_value("Keksitty kappale.")
    assert kept.value.status == 200


def test_a_button_pressed_without_a_session_loses_nothing(sign_in: Visit) -> None:
    page = sign_in("kirjaaja")
    page.goto("/tasks/intake/referral")
    page.locator("input[name=referrer_name]").fill("Irja Ilmoittaja")
    loses_its_session(page)
    follow(page.get_by_role("button", name="Avaa asia"))
    expect(page.get_by_role("heading", name=ENDED)).to_be_visible()
    assert faults(page) == []
    follow(page.get_by_role("button", name="Lähetä uudelleen"))
    expect(page.get_by_role("alert")).to_contain_text("et ole kirjautunut")
    assert faults(page) == []

    signs_in_beside(page, "Kirjaudu", "kirjaaja")
    follow(page.get_by_role("button", name="Lähetä uudelleen"))

    expect(page.get_by_role("button", name="Avaa asia")).to_be_visible()
    expect(page.locator("input[name=referrer_name]")).to_have_value("Irja Ilmoittaja")


def test_a_page_without_a_session_says_why_and_leads_back(sign_in: Visit) -> None:
    page = sign_in("kirjaaja")
    loses_its_session(page)
    page.goto("/tasks/intake/referral")
    expect(page.get_by_text("Istuntosi on päättynyt tai et ole kirjautunut.")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Käyttäjätunnus").fill("kirjaaja")
    page.get_by_label("Salasana").fill(PASSWORD)
    follow(page.get_by_role("button", name="Kirjaudu", exact=True))
    expect(page.get_by_role("button", name="Avaa asia")).to_be_visible()


def test_a_button_says_that_it_saves_and_a_network_that_never_answers_does_not_hold_it(
    sign_in: Visit, story: Story
) -> None:
    """On a telephone in a corridor: the draft hangs, and the button seems dead."""
    story.applies()
    page = sign_in("kirjaaja", size=PHONE)
    page.goto(f"/tasks/{story.task('register').id}?step=2")
    page.clock.install()
    page.route("**/draft", lambda _route: None)
    with page.expect_request("**/draft"):
        page.locator("input[name=mother_tongue]").fill("keksitty kieli")
        page.clock.fast_forward(2000)
    page.get_by_role("button", name="Tallenna luonnos").click(no_wait_after=True)
    expect(page.locator("[data-saved]")).to_have_text("Tallennetaan …")
    with page.expect_request("**/draft"):
        page.clock.fast_forward(8000)
    with page.expect_response(lambda answer: answer.url.endswith("/complete")):
        page.clock.fast_forward(8000)
    expect(page.locator("input[name=mother_tongue]")).to_have_value("keksitty kieli")
