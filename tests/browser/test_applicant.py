"""Applications from a phone that may be watched: with script, without it, and leaving in a hurry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, Request, ViewportSize, expect

from tests.support.axe import violations
from tests.support.chromium import DESKTOP, PHONE, follow
from tests.support.world import BEGINNING

Visit = Callable[..., Page]
Scheme = Literal["light", "dark"]
NARROW = ViewportSize(width=320, height=740)
SMALL = ViewportSize(width=160, height=320)
"""320 pixels at 200 %."""
WORDS = "Паспорт у него 🙏🏽 ää"
LOOKS: tuple[tuple[ViewportSize, Scheme], ...] = ((DESKTOP, "light"), (SMALL, "dark"))


def to_the_end(page: Page, look: Callable[[Page], None] = lambda page: None) -> None:
    """Press on until all answers stand on one page, opening the questions that choices hide."""
    while not page.locator("button[value=send]").count():
        look(page)
        for name, value in (("in_danger", "yes"), ("has_children", "no")):
            choice = page.locator(f"input[name={name}][value={value}]")
            if choice.count():
                choice.check()
        follow(page.locator(".step-actions .button-primary"))


def whole_at_twice_the_size(page: Page) -> bool:
    """Text of 200 %, in a window of 320 px that stays as it was: each group of the code is in sight, the way out
    covers no name, and the page is no wider."""
    page.set_viewport_size(NARROW)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    ends = page.locator(".code > span").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().right)"
    )
    assert len(ends) == 4
    way_out, name = page.locator(".leave").bounding_box(), page.locator(".wordmark").bounding_box()
    assert way_out is not None
    assert name is not None
    assert way_out["y"] + way_out["height"] <= name["y"]
    return max(ends) <= NARROW["width"] and bool(
        page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    )


def test_applying_leaves_a_code_and_nothing_else(visit: Visit) -> None:
    """Without script: `test_in_every_way.py`."""
    page = visit(size=PHONE)
    page.goto("/")
    follow(page.get_by_role("link", name="Hae apua itsellesi"))
    follow(page.get_by_role("link", name="Jatka hakemukseen"))
    to_the_end(page)

    page.get_by_role("button", name="Lähetä hakemus").click()

    expect(page.get_by_role("heading", name="Hakemuksesi on perillä")).to_be_visible()
    code = "".join(page.locator(".code").inner_text().split())
    assert whole_at_twice_the_size(page)
    assert page.context.cookies() == []
    page.goto("/fi/code")
    page.get_by_label("Koodi").fill(code)
    page.get_by_role("button", name="Jatka").click()
    expect(page.get_by_role("heading", name="Hakemuksesi on meillä")).to_be_visible()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("button", ["send", "save"])
def test_the_slip_prints_the_code_alone_in_a_language_that_nobody_has_reviewed(
    visit: Visit, button: str
) -> None:
    page = visit(size=PHONE)
    page.goto("/vi/own/questions")
    expect(page.locator(".translation-note")).to_be_visible()
    if button == "send":
        to_the_end(page)
    page.locator(f"button[value={button}]").first.click()
    page.locator(".code").wait_for()

    page.emulate_media(media="print")

    expect(page.locator(".translation-note")).to_be_hidden()
    code = "".join(page.locator(".code").inner_text().split())
    assert "".join(page.locator("body").inner_text().split()) == code
    # Without a margin browsers have no room for the title and the address.
    assert page.evaluate("getComputedStyle(document.body).page") == "slip"


def test_a_choice_shows_its_further_questions_without_script(visit: Visit) -> None:
    page = visit(scripts=False)
    page.goto("/fi/own/questions")
    for _ in range(2):
        follow(page.locator(".step-actions .button-primary"))
    expect(page.get_by_label("Puhelinnumero (tarvitaan)", exact=True)).to_be_hidden()

    page.get_by_label("Puhelu", exact=True).check()

    expect(page.get_by_label("Puhelinnumero (tarvitaan)", exact=True)).to_be_visible()


@pytest.mark.parametrize("link", [".wordmark", ".footer-links button >> nth=0"])
def test_a_link_away_from_a_form_keeps_what_was_typed(visit: Visit, link: str) -> None:
    page = visit(size=PHONE)
    page.goto("/fi/")
    page.goto("/fi/ask/questions")
    typed = page.locator("textarea").first
    typed.fill(WORDS)

    with page.expect_request(lambda request: request.method == "POST"):
        follow(page.locator(link))
    page.wait_for_load_state("networkidle")
    page.go_back()

    expect(typed).to_have_value(WORDS)
    page.context.set_offline(True)
    page.locator(".step-actions .button-primary").click()
    expect(page.get_by_role("alert")).to_contain_text("Se, mitä kirjoitit, on tallessa tällä sivulla.")
    expect(typed).to_have_value(WORDS)
    assert violations(page) == []
    page.context.set_offline(False)
    follow(page.locator(".step-actions .button-primary"))
    page.locator("[name=reply_by][value=code]").check()
    follow(page.locator(".step-actions .button-primary"))
    expect(page.locator("button[value=send]")).to_be_visible()
    expect(page.locator("main")).to_contain_text(WORDS)


def test_a_browser_that_wrongly_believes_it_has_no_network_keeps_no_form(visit: Visit) -> None:
    """It says so at work offline and behind some adapters."""
    page = visit(size=PHONE)
    page.goto("/fi/")
    page.goto("/fi/ask/questions")
    typed = page.locator("textarea").first
    typed.fill(WORDS)
    page.evaluate("Object.defineProperty(window.navigator, 'onLine', {value: false})")
    forward = page.locator(".step-actions .button-primary")
    page.context.set_offline(True)
    for _ in range(2):
        with page.expect_event("requestfailed"):
            forward.click()
        expect(page.get_by_role("alert")).to_contain_text("Se, mitä kirjoitit, on tallessa tällä sivulla.")
        expect(typed).to_have_value(WORDS)
    page.context.set_offline(False)
    follow(forward)
    page.locator("[name=reply_by][value=code]").check()


def test_shift_three_times_leaves_and_the_way_back_shows_nothing(visit: Visit, weather: str) -> None:
    page = visit(size=DESKTOP)
    page.goto("/fi/")
    page.goto("/fi/own/questions")
    page.get_by_label("Kyllä").first.check()

    # The page sees all presses in one moment, however long the machine takes between them.
    page.clock.set_fixed_time(BEGINNING)
    for _ in range(3):
        page.keyboard.press("Shift")

    page.wait_for_url(weather)
    page.go_back()
    # The step was replaced in the tab's history: the start page stands before the weather.
    assert page.url.endswith("/fi/")


def test_enter_goes_on_and_the_language_can_change_on_the_way(visit: Visit) -> None:
    page = visit(scripts=False)
    page.goto("/fi/own/questions")
    page.locator(".step-actions .button-primary").click()
    page.get_by_label("Sukunimi").fill("Keksitty")

    page.locator(".language-menu summary").click()
    page.locator(".language-menu").get_by_role("button", name="English").click()

    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    page.get_by_label("Family name").press("Enter")
    expect(page.get_by_role("heading", name="How can we reach you safely?")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Family name")).to_have_value("Keksitty")


def test_other_keys_between_do_not_leave(visit: Visit) -> None:
    page = visit(size=DESKTOP)
    page.goto("/fi/ask/questions")
    question = page.get_by_label("Kysymyksesi")
    question.focus()

    page.clock.set_fixed_time(BEGINNING)
    for key in ("Shift", "Shift", "a", "Shift", "Shift"):
        page.keyboard.press(key)

    # Someone who leaves sees a blank page before the next one comes.
    expect(question).to_be_visible()
    expect(question).to_have_value("a")
    assert "/fi/p/" in page.url


def test_a_key_leaves_without_script_from_anywhere_on_the_page(visit: Visit, weather: str) -> None:
    page = visit(scripts=False)
    page.goto("/fi/own/questions")
    page.locator("[name=in_danger]").last.focus()

    # Playwright presses keys with Alt without their text, by which Chromium finds an access key.
    pressed = {"type": "keyDown", "modifiers": 1, "key": "0", "code": "Digit0", "text": "0"}
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.dispatchKeyEvent", {**pressed, "unmodifiedText": "0"})

    page.wait_for_url(weather)
    page.goto("/fi/own")
    for key in ("Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(weather)


def test_the_page_goes_blank_at_the_press_however_slow_the_network(visit: Visit) -> None:
    page = visit(scripts=False)
    page.goto("/fi/own/questions")
    expect(page.locator("main")).to_be_visible()
    page.locator(".leave").hover()

    page.mouse.down()

    expect(page.locator("main")).to_be_hidden()
    # After the press too, as long as no page has come.
    page.route("**/*", lambda route: route.fulfill(status=204))
    with page.expect_request("**/*"):
        page.mouse.up()
    expect(page.locator("main")).to_be_hidden()


def test_every_public_page_can_be_used_by_everyone(visit: Visit) -> None:
    page = visit()
    for path in (
        "",
        "own",
        "code",
        "safety",
        "privacy",
        "accessibility",
        "owner",
        "easy",
        "nothing",
        "ask/questions",
    ):
        page.goto(f"/fi/{path}")
        stands(page)
    page.goto("/fi/other/questions")
    follow(page.locator(".step-actions .button-primary"))
    stands(page)
    page.goto("/selko/easy")
    follow(page.locator("a[href*='/own/questions']"))
    expect(page.locator("body.easy")).to_be_visible()
    stands(page)
    page.goto("/sign-in")
    stands(page)


@pytest.mark.parametrize("code", ["sv", "ar", "vi"])
def test_a_page_that_nobody_has_reviewed_can_be_used_by_everyone(visit: Visit, code: str) -> None:
    page = visit(size=NARROW)
    for path in ("", "safety", "code", "own/questions"):
        page.goto(f"/{code}/{path}")
        stands(page, (NARROW, "light"))


def test_every_step_can_be_used_by_everyone(visit: Visit) -> None:
    page = visit()
    page.goto("/fi/own/questions")
    to_the_end(page, stands)
    stands(page)
    follow(page.get_by_role("button", name="Tallenna ja jatka myöhemmin"))
    stands(page)
    follow(page.get_by_role("button", name="Jatka nyt"))
    follow(page.locator("button[value=send]"))
    expect(page.get_by_role("heading", name="Hakemuksesi on perillä")).to_be_visible()
    stands(page)


def test_staff_pages_of_ones_own_can_be_used_by_everyone(sign_in: Callable[..., Page]) -> None:
    page = sign_in("kasittelija")
    for path in ("/me", "/nothing"):
        page.goto(path)
        stands(page, (DESKTOP, "light"))


def stands(page: Page, *looks: tuple[ViewportSize, Scheme]) -> None:
    """No violation, nothing wider than the window and the way out in sight, in each look: by day on a desk, by night on a
    phone with large text."""
    for size, scheme in looks or LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(page) == [], size
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), size
        way_out = page.locator(".leave").bounding_box() if page.locator(".leave").count() else None
        if way_out:
            assert 0 <= way_out["x"] <= way_out["x"] + way_out["width"] <= size["width"]
            assert 0 <= way_out["y"] <= way_out["y"] + way_out["height"] <= size["height"]


def test_more_photographs_than_fit_at_once_are_refused_before_they_are_sent(
    visit: Visit, tmp_path: Path
) -> None:
    photographs = [tmp_path / f"kuva{number}.jpg" for number in range(5)]
    for each in photographs:
        each.write_bytes(bytes(7_000_000))
    page = visit(size=PHONE)
    page.goto("/fi/own/questions")
    to_the_end(page)
    follow(page.get_by_role("button", name="Lisää tai poista tiedostoja"))
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))

    field = page.get_by_label("Tiedosto", exact=True)
    field.set_input_files(photographs[:4])
    page.get_by_label("Mitä tiedostossa on? (voit jättää tyhjäksi)").fill("Asunto")
    page.get_by_role("button", name="Lisää tämä tiedosto").click()

    expect(page.get_by_role("alert")).to_contain_text("yhteensä enintään 24 megatavua")
    expect(page.get_by_label("Mitä tiedostossa on? (voit jättää tyhjäksi)")).to_have_value("Asunto")
    assert [each.url for each in sent if each.method == "POST"] == []
    assert violations(page) == []
    # Of another choice nobody was warned.
    field.set_input_files(photographs[1:])
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="Valmis, takaisin tarkistukseen").click()
    expect(page.get_by_role("alert")).to_be_visible()
    # On many phones nobody can choose none again.
    follow(page.get_by_role("button", name="Valmis, takaisin tarkistukseen"))
    expect(page.get_by_role("heading", name="Tarkista vastauksesi")).to_be_visible()
