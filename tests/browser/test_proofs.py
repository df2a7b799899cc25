"""Proving who one is before a signature, and the end of a session, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import CDPSession, Page, expect

from engine.settings import SessionSettings
from tests.browser.test_accounts import plug_in
from tests.support.accounts import invited
from tests.support.axe import faults
from tests.support.chromium import follow
from tests.support.server import serving
from tests.support.story import Story
from tests.support.world import PASSWORD, World

Visit = Callable[..., Page]
HEADING = "Vahvista, että olet sinä"
ENDED = "Istunto päättyi, tekstisi on tallessa"


@pytest.fixture
def sign_in(sign_in_by_hand: Callable[..., Page]) -> Callable[..., Page]:
    return sign_in_by_hand


@pytest.fixture
def address(world: World, weather: str) -> Iterator[str]:
    """By its name: browsers make no passkeys for a bare IP address."""
    world.engine.settings = replace(world.engine.settings, sessions=SessionSettings())
    with serving(world.engine, weather, name="localhost") as address:
        yield address


def plug_in_the_same(key: tuple[CDPSession, str], page: Page) -> None:
    """Give a tab the passkeys of another one: the browser's own authenticators belong to one tab each."""
    devtools, number = key
    there, other = plug_in(page)
    for each in devtools.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]:
        there.send("WebAuthn.addCredential", {"authenticatorId": other, "credential": each})


def looks_again(page: Page) -> None:
    """Come back to the tab after a while."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def signs_in_beside(page: Page, username: str) -> None:
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Kirjaudu uudessa välilehdessä").click()
    beside = opening.value
    beside.get_by_label("Käyttäjätunnus").fill(username)
    beside.get_by_label("Salasana").fill(PASSWORD)
    follow(beside.get_by_role("button", name="Kirjaudu", exact=True))
    expect(beside.get_by_text("Olet vahvistanut")).to_be_visible()
    assert faults(beside) == []
    beside.close()


def test_a_signature_waits_for_a_passkey_in_another_tab(world: World, visit: Visit, story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    page = visit()
    key = plug_in(page)
    page.goto(f"/sign-in/invitation/{invited(world, 'paattaja')}")
    follow(page.get_by_role("button", name="Luo pääsyavain"))
    world.clock.passes(minutes=6)
    page.goto(f"/tasks/{story.task('sign_resolution').id}")
    expect(page.get_by_role("link", name="Vahvista uudessa välilehdessä")).to_be_visible()
    assert faults(page) == []
    page.locator("input[name=signature][value=sign]").check()
    for name in ("delegation_confirmed", "not_disqualified", "letter_read"):
        page.locator(f"input[type=checkbox][name={name}]").check()
    follow(page.locator("button[name=go][value=complete]"))
    expect(page.get_by_role("heading", name=HEADING)).to_be_visible()
    assert faults(page) == []

    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Vahvista").click()
    proof = opening.value
    plug_in_the_same(key, proof)
    assert faults(proof) == []
    follow(proof.get_by_role("button", name="Vahvista pääsyavaimella"))
    expect(proof.get_by_text("Olet vahvistanut")).to_be_visible()
    proof.close()
    follow(page.get_by_role("button", name="Lähetä uudelleen"))

    expect(page.get_by_text("Tehtävä on tehty")).to_be_visible()
    assert story.file.resolutions[-1].state == "signed"


def test_a_page_leads_to_the_proof_and_back(sign_in: Visit, world: World) -> None:
    page = sign_in("kasittelija")
    world.clock.passes(minutes=6)
    page.goto("/me/sign-in/password")
    expect(page.get_by_role("heading", name=HEADING)).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Salasana").fill("väärä")
    follow(page.get_by_role("button", name="Vahvista"))
    expect(page.get_by_role("alert").first).to_contain_text("ei täsmää")
    assert faults(page) == []
    page.get_by_label("Salasana").fill(PASSWORD)
    follow(page.get_by_role("button", name="Vahvista"))
    expect(page.get_by_role("heading", name="Uusi salasana")).to_be_visible()


def test_the_page_warns_and_is_covered_and_the_text_goes_on(
    sign_in: Visit, world: World, story: Story
) -> None:
    story.applies()
    page = sign_in("kirjaaja")
    page.goto(f"/tasks/{story.task('register').id}?step=2")
    field = page.locator("input[name=mother_tongue]")
    field.fill("keksitty kieli")
    world.clock.passes(minutes=28, seconds=30)
    looks_again(page)
    go_on = page.get_by_role("button", name="Jatka istuntoa")
    expect(go_on).to_be_visible()
    assert faults(page) == []
    go_on.click()
    expect(go_on).to_be_hidden()

    world.clock.passes(minutes=31)
    looks_again(page)
    expect(page.get_by_role("heading", name=ENDED)).to_be_visible()
    expect(page.get_by_role("link", name="Kirjaudu uudessa välilehdessä")).to_be_focused()
    expect(page).to_have_title("Istunto päättyi – Vireille")
    expect(field).to_be_hidden()
    assert faults(page) == []
    signs_in_beside(page, "kasittelija")
    looks_again(page)
    expect(page.get_by_text("Vain Kaisa Kirjaaja saa sivun auki")).to_be_visible()
    expect(field).to_be_hidden()
    signs_in_beside(page, "kirjaaja")
    looks_again(page)
    expect(field).to_be_visible()
    expect(field).to_have_value("keksitty kieli")
    follow(page.locator("button[name=go][value=save]"))
    expect(field).to_have_value("keksitty kieli")


def test_a_form_sent_too_late_is_kept_on_a_page(sign_in: Visit, world: World) -> None:
    page = sign_in("kasittelija")
    page.goto("/me")
    world.clock.passes(minutes=31)
    follow(page.get_by_role("button", name="Vaihda kieli"))
    expect(page.get_by_role("heading", name=ENDED)).to_be_visible()
    assert faults(page) == []


def test_sessions_are_listed(sign_in: Visit, world: World) -> None:
    sign_in("kasittelija")
    page = sign_in("kasittelija")
    page.goto("/me")
    follow(page.get_by_role("link", name="Istunnot ja laitteet"))
    assert faults(page) == []
    follow(page.get_by_role("button", name="Päätä kaikki muut"))
    expect(page.get_by_text("Muita istuntoja ei ole.")).to_be_visible()
