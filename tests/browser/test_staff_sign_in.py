"""Staff at the authority's identity provider in a real browser: the tests' own provider, which can be bent, and a foreign one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from engine.domain.people import Role
from engine.storage.tables.people import SESSIONS
from tests.stories.test_who_sees import restricted
from tests.support.axe import faults
from tests.support.chromium import follow
from tests.support.chromium import page as fresh_page
from tests.support.foreign_provider import SECRET, ForeignProvider, foreign_provider
from tests.support.identity_provider import GROUPS as GROUPS_OF_STAFF
from tests.support.identity_provider import IdentityProvider, identity_provider, staff_settings_of
from tests.support.samples_of_emergencies import REASON
from tests.support.server import serving
from tests.support.story import Story
from tests.support.world import World
from webapp.account.at_provider import PATH
from webapp.settings import StaffSignIn

Visit = Callable[..., Page]
GROUPS = {
    "paattaja": ["vireille-signers", "all-of-the-house"],
    "paivystaja": ["vireille-on-call"],
    "esihenkilo": ["vireille-managers"],
    "vieras": ["vireille-signers"],
}
ROLES = {
    **GROUPS_OF_STAFF,
    "vireille-on-call": frozenset({Role.ON_CALL, Role.INTAKE}),
    "vireille-managers": frozenset({Role.MANAGER}),
}


@pytest.fixture
def emergency(world: World) -> None:
    world.engine.settings = replace(world.engine.settings, local_accounts=frozenset({"yllapitaja"}))


@contextmanager
def as_office(world: World, weather: str, staff_sign_in: StaffSignIn) -> Iterator[str]:
    with serving(world.engine, weather, staff_sign_in=staff_sign_in) as address:
        yield address


@pytest.fixture
def service(world: World) -> Iterator[IdentityProvider]:
    """At another name of the machine, which is another site."""
    with identity_provider(world.clock, "localhost") as provider:
        for username in ("kasittelija", "kaksoisrooli", "vieras"):
            provider.people[username] = ""
            groups = ["vireille-caseworkers"]
            provider.more[username] = {"preferred_username": username, "groups": groups}
        yield provider


@pytest.fixture
def address(world: World, weather: str, service: IdentityProvider, emergency: None) -> Iterator[str]:
    with as_office(world, weather, staff_sign_in=staff_settings_of(service)) as address:
        yield address


def comes_in(page: Page, person: str) -> None:
    follow(page.get_by_role("link", name="Viraston kirjautuminen"))
    follow(page.get_by_role("button", name=person, exact=True))


@pytest.mark.parametrize("scripts", [False, True], ids=["without script", "with script"])
def test_signing_in_proving_and_signing_out(
    world: World, visit: Visit, service: IdentityProvider, scripts: bool
) -> None:
    page = visit(scripts=scripts)
    page.goto("/me/sessions")
    comes_in(page, "kasittelija")
    expect(page).to_have_url(re.compile("/me/sessions$"))
    assert {each["name"] for each in page.context.cookies()} == {"session", "device"}

    world.clock.passes(minutes=6)
    page.goto("/me/proof?next=/me")
    assert not scripts or faults(page) == []
    comes_in(page, "kasittelija")
    expect(page).to_have_url(re.compile("/me$"))
    page.goto("/me/proof")
    expect(page.get_by_role("heading", name="Olet vahvistanut")).to_be_visible()

    follow(page.get_by_role("button", name="Kirjaudu ulos"))
    expect(page.get_by_role("heading", name="Kirjaudu työpöydälle")).to_be_visible()
    assert "/leave" in service.asked
    page.goto("/me")
    expect(page.get_by_role("heading", name="Kirjaudu työpöydälle")).to_be_visible()


@pytest.mark.parametrize("language", ["fi-FI", "sv-FI", "en-GB"])
def test_every_page_can_be_used_by_everyone(
    visit: Visit, service: IdentityProvider, language: str, world: World
) -> None:
    knows_too_much = [*service.more["kaksoisrooli"]["groups"], "kings"]
    service.more["kaksoisrooli"]["groups"] = knows_too_much
    page = visit(language=language)
    page.goto("/sign-in")
    assert faults(page) == []
    page.locator("details").first.click()
    expect(page.get_by_label(re.compile("^(Käyttäjätunnus|Användarnamn|User name)"))).to_be_visible()
    assert faults(page) == []
    assert fits(page)
    for person in ("vieras", "kaksoisrooli"):
        page.goto("/sign-in")
        follow(page.locator(f"a[href^='{PATH}']"))
        follow(page.get_by_role("button", name=person, exact=True))
        expect(page.locator("h1")).to_be_visible()
        assert faults(page) == []
        assert fits(page)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


# ---------------------------------------------------------------- a foreign provider


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[ForeignProvider]:
    with foreign_provider(tmp_path / "provider.log") as provider:
        yield provider


def goes_through(page: Page, world: World, person: str) -> None:
    """Show the other provider who one is, and agree to go on, if it asks."""
    page.locator("input[name=login]").fill(person)
    page.locator("input[name=password]").fill("any will do")
    follow(page.locator("button[type=submit]"))
    agree = page.locator("form[action*='/interaction/'] button[type=submit]")
    if page.url.startswith("http://localhost") and agree.count():
        # The provider dates its tokens by its own clock, which is the real one.
        world.clock.moment = datetime.now(UTC)
        follow(agree)


def comes_in_from_afar(page: Page, world: World, person: str) -> None:
    world.clock.moment = datetime.now(UTC)
    follow(page.get_by_role("link", name="Viraston kirjautuminen"))
    goes_through(page, world, person)


def grow_old(world: World) -> None:
    """Let every proof be older than an act takes."""
    with world.engine.database.transaction() as connection:
        connection.execute(update(SESSIONS).values(proved_at=world.clock() - timedelta(minutes=6)))


def opens_and_reviews(night: Page, manager: Page, world: World, story: Story) -> None:
    """Open a case in an emergency and review that: each proves anew who they are, at the provider."""
    restricted(story)
    night.goto("/cases/emergency")
    comes_in_from_afar(night, world, "paivystaja")
    manager.goto("/cases/emergencies")
    comes_in_from_afar(manager, world, "esihenkilo")
    grow_old(world)
    night.goto("/cases/emergency")
    comes_in_from_afar(night, world, "paivystaja")
    night.locator("#wanted").fill(story.reference)
    night.locator("[name=ground][value=danger]").check()
    night.locator("#reason").fill(REASON)
    follow(night.get_by_role("button", name="Avaa asia hädässä"))
    expect(night.get_by_text("Auki hädässä, sulkeutuu kello")).to_be_visible()

    manager.goto("/cases/emergencies")
    expect(manager.get_by_text(REASON)).to_have_count(0)
    follow(manager.get_by_role("link", name="Vahvista"))
    comes_in_from_afar(manager, world, "esihenkilo")
    manager.get_by_label("Perusteltu", exact=True).check()
    follow(manager.get_by_role("button", name="Kirjaa tarkastus"))
    expect(manager.get_by_text("Mikään avaus ei odota.")).to_be_visible()


def test_a_sign_in_proof_signature_and_sign_out_at_a_foreign_provider(
    world: World, chromium: Browser, weather: str, foreign: ForeignProvider, story: Story, emergency: None
) -> None:
    world.clock.moment = datetime.now(UTC)
    story.applies()
    story.until("sign_resolution")
    for_it = {"issuer": foreign.issuer, "secret": SECRET}
    # Its settings are those of a client; the tests' own provider is not asked.
    with identity_provider(world.clock) as own:
        settings = staff_settings_of(own, changes=for_it, roles=ROLES)
    task = story.task("sign_resolution").id
    with as_office(world, weather, settings) as address, fresh_page(chromium, address) as page:
        foreign.registers(address, GROUPS)
        page.goto(f"/tasks/{task}")
        comes_in_from_afar(page, world, "paattaja")
        expect(page.get_by_role("heading", name="Kirjautuminen onnistui")).to_be_visible()
        expect(page.get_by_text("all-of-the-house")).to_be_visible()
        assert faults(page) == []
        follow(page.get_by_role("link", name="Jatka"))

        grow_old(world)
        page.goto(f"/tasks/{task}")
        page.locator("input[name=signature][value=sign]").check()
        for name in ("delegation_confirmed", "not_disqualified", "letter_read"):
            page.locator(f"input[type=checkbox][name={name}]").check()
        follow(page.locator("button[name=go][value=complete]"))
        with page.context.expect_page() as opening:
            page.get_by_role("link", name="Vahvista").click()
        proof = opening.value
        comes_in_from_afar(proof, world, "paattaja")
        expect(proof.get_by_text("Olet vahvistanut")).to_be_visible()
        proof.close()
        follow(page.get_by_role("button", name="Lähetä uudelleen"))
        expect(page.get_by_text("Tehtävä on tehty")).to_be_visible()
        assert story.file.resolutions[-1].state == "signed"
        with fresh_page(chromium, address) as night, fresh_page(chromium, address) as manager:
            opens_and_reviews(night, manager, world, story)

        follow(page.get_by_role("button", name="Kirjaudu ulos"))
        page.wait_for_url(f"{foreign.issuer}/session/end*")
        follow(page.locator("button[name=logout]"))
        expect(page.get_by_role("heading", name="Kirjaudu työpöydälle")).to_be_visible()
        follow(page.get_by_role("link", name="Viraston kirjautuminen"))
        expect(page.locator("input[name=login]")).to_be_visible()
        goes_through(page, world, "vieras")
        expect(page.get_by_role("heading", name="Sinulla ei ole tunnusta tässä palvelussa")).to_be_visible()
