"""A process owner tries a draft out: fills forms, pushes the clock, reads the mail and the letter, keeps a scenario."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.axe import violations
from tests.support.chromium import follow
from tests.support.studio_pages import begin

PHONE = {"width": 360, "height": 740}


def test_a_process_owner_tries_a_draft_and_keeps_a_scenario(sign_in):
    outi = sign_in("omistaja")
    _enter(outi)
    outi.get_by_role("button", name="Ohjaus suostumuksella").click()
    expect(outi.get_by_text("Nyt vuorossa: ohjaaja")).to_be_visible()

    # The form comes filled with invented answers, is changed by hand, and goes on.
    follow(outi.get_by_role("button", name="Täytä keksityillä tiedoilla"))
    outi.locator("[name=given_names]").fill("Keksitty")
    outi.get_by_role("button", name="Lähetä eteenpäin").click()
    expect(outi.get_by_text("Nyt vuorossa: kirjaaja")).to_be_visible()
    expect(outi.locator("svg.bpmn .bpmn-user.is-current")).to_have_count(1)

    # The mail that would have gone out.
    outi.get_by_text("Viestisi on perillä").click()
    expect(outi.get_by_text("raimo@example.invalid")).to_be_visible()

    for steps in range(2, 9):
        follow(outi.get_by_role("button", name="Täytä ja lähetä"))
        expect(outi.locator(".try-steps > li")).to_have_count(steps)

    # The letter that would be made.
    with outi.expect_download() as letter:
        outi.get_by_role("link", name="Päätös 2026").click()
    assert letter.value.path().read_bytes().startswith(b"%PDF")

    # The clock goes to the next timer, and the step is taken back.
    clock = outi.locator(".clock-now")
    before = clock.inner_text()
    outi.get_by_role("button", name="Seuraavaan ajastimeen").click()
    expect(clock).not_to_have_text(before)
    outi.get_by_role("button", name="Peru Seuraavaan ajastimeen").click()
    expect(clock).to_have_text(before)
    assert violations(outi) == []

    outi.get_by_label("Skenaarion nimi").fill("Ohjattu henkilö saa päätöksen")
    follow(outi.get_by_role("button", name="Tallenna skenaario"))
    expect(outi.get_by_text("scenarios/ohjattu-henkilo-saa-paatoksen.json")).to_be_visible()
    expect(outi.get_by_text("Kaikki menivät läpi")).to_be_visible()
    assert violations(outi) == []


def test_trying_fits_a_phone_and_needs_no_script(sign_in):
    outi = sign_in("omistaja", size=PHONE, scripts=False)
    _enter(outi)
    assert _width(outi) <= PHONE["width"]
    follow(outi.get_by_role("button", name="Oma hakemus"))
    follow(outi.get_by_role("button", name="Täytä ja lähetä"))
    expect(outi.get_by_text("Nyt vuorossa: kirjaaja")).to_be_visible()
    assert _width(outi) <= PHONE["width"]
    outi.get_by_role("button", name="Lopeta kokeilu").click()
    expect(outi.get_by_text("Siitä ei jäänyt mitään")).to_be_visible()


def _enter(page: Page) -> None:
    begin(page, "Kuule lasta")
    follow(page.get_by_role("link", name="Kokeile", exact=True))


def _width(page: Page) -> int:
    return int(page.locator("html").evaluate("each => each.scrollWidth"))
