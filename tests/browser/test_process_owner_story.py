"""The process owner's story: two changes drawn, a guardrail broken and mended, tried out, published by two, and cases moved."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from engine.worker import Worker
from tests.support.chromium import follow
from tests.support.office import Office
from tests.support.studio_pages import begin, ready, saving
from tests.support.world import World

DRAFT = "Kuullaan lasta ja muistutetaan uudelleen"
SCENARIOS = 60_000
"""Milliseconds allowed for the scenarios, on a machine that has other work."""
MILESTONE = 'value="consent_recorded"'
CONSENT, ASSESSMENT = "Suostumuksen varmistaminen", "Arviointi ja ratkaisu"


@pytest.fixture
def office(world: World) -> Office:
    """Twenty-five cases under way: five stand where the procedure is about to change."""
    office = Office(world)
    for until, count, referred in (
        ("verify_consent", 2, True),
        ("assessment", 3, False),
        ("sufficiency", 4, False),
        ("register", 16, False),
    ):
        for _ in range(count):
            office.begins(until, referred=referred)
    return office


@pytest.mark.slow
def test_a_process_owner_changes_the_running_procedure(office, sign_in):
    outi = sign_in("omistaja")
    begin(outi, DRAFT)

    _adds_a_second_reminder(outi)
    _adds_the_hearing_of_a_child(outi)
    _breaks_a_guardrail_and_puts_it_back(outi)
    _keeps_a_try_out_as_a_scenario(outi)
    olli = sign_in("omistaja2")
    _publishes_with_a_colleague(outi, olli)
    _moves_twenty_of_twenty_five(office, outi, olli)


def _adds_a_second_reminder(page: Page) -> None:
    follow(page.get_by_role("region", name="Prosessit").get_by_role("link", name=CONSENT))
    ready(page)
    page.locator("[data-element-id=verify_consent_with_person] .djs-hit").first.click(force=True)
    page.get_by_role("button", name="Luettelo").click()
    page.get_by_role("button", name="Lisää ajastin").click()
    _names(page, "Toinen muistutus")
    expect(_step(page, "Toinen muistutus")).to_be_visible()

    # With the pointer: an arrow from the timer to the existing reminder.
    page.locator(".djs-context-pad [data-action=connect]").click()
    page.locator("[data-element-id=remind_of_consent] .djs-hit").first.click(force=True)
    expect(_step(page, "→ Muistuta käsittelijää")).to_have_count(2)

    _step(page, "Toinen muistutus").click()
    page.get_by_label("Ajastimen laji").select_option("reminder")
    page.locator("#findings").get_by_role("link", name="”Toinen muistutus” ei ole aikaa").click()
    expect(page.get_by_label("Laji", exact=True)).to_be_focused()
    page.get_by_label("Laji", exact=True).select_option(label="Kesto")
    with saving(page, lambda drawn: "P5D" in drawn):
        page.get_by_label("Arvo").fill("P5D")
    expect(page.locator("#findings").get_by_text("ei ole virheitä")).to_be_visible()


def _adds_the_hearing_of_a_child(page: Page) -> None:
    follow(page.locator(".models").get_by_role("link", name=ASSESSMENT))
    ready(page)
    page.get_by_role("button", name="Luettelo").click()

    # By keys: each element is chosen in the list, and the next text typed is its name.
    _step(page, "Tiedot riittävät").press("Enter")
    _adds(page, "Valintahaara", "Onko lapsi?")
    _adds(page, "Ihmisen tehtävä", "Kuule lasta")
    _step(page, "Onko lapsi?").press("Enter")
    page.get_by_label("Mihin nuoli vedetään").select_option(label="Arvioi asia")
    page.get_by_role("button", name="Vedä nuoli").press("Enter")
    _names(page, "aikuinen")
    _step(page, "→ aikuinen: Arvioi asia").press("Enter")
    page.get_by_role("button", name="Oletusreitti").press("Enter")
    _step(page, "→ Kuule lasta").press("Enter")
    condition = page.get_by_role("textbox", name="Ehto")
    condition.press_sequentially("is_child =")
    expect(page.get_by_text("Lauseketta ei voi lukea.")).to_be_visible()
    with saving(page, lambda drawn: "is_child = true" in drawn):
        condition.press_sequentially(" true")
        expect(page.get_by_text("Lauseketta ei voi lukea.")).to_be_hidden()

    missing = page.locator("#findings").get_by_role("link", name="”Kuule lasta” ei ole lomaketta")
    missing.click()
    form = page.get_by_label("Lomake", exact=True)
    expect(form).to_be_focused()

    # There is no such form yet: it is created and chosen.
    page.locator(".models summary", has_text="Lomakkeet").click()
    page.locator(".models summary", has_text="Uusi lomake").click()
    page.get_by_label("Lomakkeen nimi").fill("Lapsen kuuleminen")
    with page.expect_navigation():
        page.get_by_label("Lomakkeen nimi").press("Enter")
    expect(page.get_by_role("heading", name="Lapsen kuuleminen")).to_be_visible()
    ready(page)
    page.go_back()
    ready(page)
    missing.click()
    with saving(page, lambda drawn: 'name="form_key" value="lapsen' in drawn):
        form.select_option(label="Lapsen kuuleminen")
    expect(page.locator("#findings").get_by_text("ei ole virheitä")).to_be_visible()


def _breaks_a_guardrail_and_puts_it_back(page: Page) -> None:
    follow(page.locator(".models").get_by_role("link", name=CONSENT))
    ready(page)
    page.locator("[data-element-id=consent_given] .djs-hit").first.click(force=True)
    with saving(page, lambda drawn: MILESTONE not in drawn):
        page.get_by_label("Virstanpylväs").fill("")

    breach = page.locator("#breach")
    expect(
        breach.get_by_text(
            "”Kun henkilö ei hae itse, hänen suostumuksensa on kirjattu ennen kuin asia arvioidaan”"
        )
    ).to_be_visible()
    path_steps = page.locator("#findings li", has_text="suostumuksensa on kirjattu").locator(".path-words li")
    expect(path_steps.first).to_have_text("Oma hakemus")
    expect(path_steps.last).to_have_text("Arvioi asia")
    expect(page.locator(".djs-shape.is-broken")).to_have_count(2)
    expect(page.locator(".djs-connection.is-broken")).to_have_count(1)
    expect(page.locator(".breach-stop")).to_have_text(["6", "7"])

    with saving(page, lambda drawn: MILESTONE in drawn):
        page.get_by_role("button", name="Kumoa").click()
    expect(page.locator("#findings").get_by_text("ei ole virheitä")).to_be_visible()
    expect(breach).to_be_hidden()
    expect(page.locator(".is-broken")).to_have_count(0)


def _keeps_a_try_out_as_a_scenario(page: Page) -> None:
    follow(page.get_by_role("link", name="Kokeile"))
    follow(page.get_by_role("button", name="Oma hakemus"))
    turn, at_once = page.locator("#turn-title"), page.get_by_role("button", name="Täytä ja lähetä")
    at_once.click()
    expect(turn).to_have_text("Kirjaa asia vireille")
    follow(page.get_by_role("button", name="Täytä keksityillä tiedoilla"))
    page.locator("[name=is_child][value=yes]").check()
    page.locator("[name=born_on]").fill("3.2.2010")
    page.locator("[name=representative_state][value=guardian]").check()
    page.locator("[name=child_welfare_considered][value=not_needed]").check()
    page.get_by_role("button", name="Lähetä eteenpäin").click()
    for step in ("Vahvista kiireellisyys", "Riittävätkö tiedot?", "Kuule lasta"):
        expect(turn).to_have_text(step)
        at_once.click()
    expect(turn).to_have_text("Arvioi asia")
    page.get_by_label("Skenaarion nimi").fill("Lasta kuullaan")
    page.get_by_role("button", name="Tallenna skenaario").click()
    expect(page.get_by_text("scenarios/lasta-kuullaan.json")).to_be_visible(timeout=SCENARIOS)
    # The child of the shipped scenario is not heard: the new task stops it.
    follow(page.get_by_role("button", name="Poista Lapsi otetaan vanhemman jälkeen"))
    expect(page.get_by_text("Kaikki menivät läpi")).to_be_visible(timeout=SCENARIOS)


def _publishes_with_a_colleague(outi: Page, olli: Page) -> None:
    outi.goto("/models/")
    follow(outi.get_by_role("link", name=DRAFT))
    outi.get_by_label("Mitä muuttui ja miksi").fill(
        "Lasta kuullaan aina, ja suostumuksesta muistutetaan kahdesti."
    )
    follow(outi.get_by_role("button", name="Pyydä julkaisua"))
    expect(outi.get_by_text("Olet muokannut tätä itse")).to_be_visible()

    olli.goto(outi.url)
    follow(olli.get_by_role("link", name="Katso kaikki muutokset"))
    expect(olli.get_by_text("Kuule lasta").first).to_be_visible()
    olli.go_back()
    olli.get_by_role("button", name="Hyväksy ja ota käyttöön").click()
    expect(olli.get_by_role("heading", name="Versio 2")).to_be_visible()


def _moves_twenty_of_twenty_five(office: Office, outi: Page, olli: Page) -> None:
    outi.goto(olli.url)
    follow(outi.get_by_role("link", name="Vireillä olevat asiat"))
    summary = outi.get_by_role("region", name="Yhteenveto")
    expect(summary.get_by_role("definition")).to_have_text(["20", "5", "0"])
    staying = outi.get_by_role("region", name="Jää omaan versioonsa")
    for reason in (
        "Vaiheeseen ”Varmista suostumus”, joka on kesken, on lisätty ajastin",
        "Vaiheiden ”Tiedot riittävät” ja ”Arvioi asia” väliin on lisätty",
    ):
        expect(staying.get_by_text(reason)).to_be_visible()
    for box in outi.locator("input[name=group]").all():
        box.check()
    follow(outi.get_by_role("button", name="Pyydä valittujen siirtoa"))

    olli.goto(outi.url)
    follow(olli.get_by_role("button", name="Hyväksy 20 asian siirto"))
    Worker(office.world.engine).round()
    olli.reload()
    expect(olli.get_by_role("region", name="Siirron tiedot").get_by_role("definition").nth(2)).to_have_text(
        "20"
    )
    versions = [office.version_of(story) for story in office.stories]
    assert sorted(versions.count(each) for each in set(versions)) == [5, 20]


def _step(page: Page, name: str):
    """A step or an arrow of the list beside the diagram."""
    return page.locator("#steps").get_by_role("button", name=re.compile(f"^{re.escape(name)}"))


def _adds(page: Page, kind: str, name: str) -> None:
    page.get_by_label("Mitä lisätään perään").select_option(label=kind)
    page.get_by_role("button", name="Lisää perään").press("Enter")
    _names(page, name)


def _names(page: Page, name: str) -> None:
    """Type the name of the element just drawn."""
    expect(page.get_by_role("textbox", name="Nimi")).to_be_focused()
    page.keyboard.type(name)
    expect(page.locator("#steps").get_by_role("button").get_by_text(name).first).to_be_visible()
