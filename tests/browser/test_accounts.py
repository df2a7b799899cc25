"""Making a passkey and signing in with it, in a real browser with an authenticator of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.support.accounts import account, invited
from tests.support.axe import faults
from tests.support.chromium import follow
from tests.support.server import serving
from tests.support.world import PASSWORD, World

Visit = Callable[..., Page]


@pytest.fixture
def address(world: World, weather: str) -> Iterator[str]:
    """By its name: browsers make no passkeys for a bare IP address."""
    with serving(world.engine, weather, name="localhost") as address:
        yield address


def plug_in(page: Page, *, verified: bool = True) -> tuple[CDPSession, str]:
    """Give the tab an authenticator that a finger unlocks, the right one or a wrong one. Return it with its id."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    added = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verified,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return devtools, added["authenticatorId"]


def is_signed_in(page: Page) -> None:
    page.get_by_role("button", name="Kirjaudu ulos").wait_for()


def test_a_passkey_is_made_by_invitation_and_signs_in_without_a_name(world: World, visit: Visit) -> None:
    page = visit()
    plug_in(page)
    page.goto(f"/sign-in/invitation/{invited(world, 'kasittelija')}")
    assert faults(page) == []
    page.get_by_label("Avaimen nimi").fill("työkone")
    follow(page.get_by_role("button", name="Luo pääsyavain"))
    is_signed_in(page)

    page.goto("/me/sign-in")
    expect(page.get_by_role("button", name="Poista työkone")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Luo pääsyavain").click()
    expect(page.get_by_text("Tällä laitteella on jo pääsyavaimesi.")).to_be_visible()

    follow(page.get_by_role("button", name="Kirjaudu ulos"))
    assert faults(page) == []
    follow(page.get_by_role("button", name="Kirjaudu pääsyavaimella"))
    is_signed_in(page)


def test_after_a_finger_that_does_not_fit_one_may_try_again(world: World, visit: Visit) -> None:
    page = visit()
    plug_in(page, verified=False)
    page.goto(f"/sign-in/invitation/{invited(world, 'kasittelija')}")
    button = page.get_by_role("button", name="Luo pääsyavain")

    for _ in range(2):
        button.click()
        expect(page.get_by_role("alert")).to_have_text("Pääsyavainta ei käytetty. Yritä uudelleen.")
    assert faults(page) == []


def test_a_password_is_chosen_with_codes_of_ones_own_telephone(world: World, visit: Visit) -> None:
    page = visit()
    page.goto(f"/sign-in/invitation/{invited(world, 'kasittelija')}")
    page.get_by_text("Salasana ja kertakoodi").click()
    expect(page.get_by_label("Uusi salasana")).to_be_visible()
    assert faults(page) == []
    secret = "".join(page.locator(".secret").inner_text().split())
    page.get_by_label("Uusi salasana").fill(PASSWORD)
    page.get_by_label("Salasana uudelleen").fill(PASSWORD)
    page.get_by_label("Kertakoodi").fill(pyotp.TOTP(secret).at(world.clock()))
    follow(page.get_by_role("button", name="Ota käyttöön ja kirjaudu"))
    assert faults(page) == []
    follow(page.get_by_role("link", name="Olen tallettanut koodit, jatka"))
    is_signed_in(page)

    for path in ("", "/password", "/codes"):
        page.goto(f"/me/sign-in{path}")
        assert faults(page) == []


def test_outside_the_demonstration_a_code_is_asked_beside_the_password(world: World, visit: Visit) -> None:
    kerttu = account(world, "kasittelija")
    page = visit()
    page.goto("/sign-in")
    for code in ("000000", kerttu.code()):
        page.get_by_label("Käyttäjätunnus").fill("kasittelija")
        page.get_by_label("Salasana").fill(PASSWORD)
        page.get_by_label("Kertakoodi").fill(code)
        follow(page.get_by_role("button", name="Kirjaudu", exact=True))
        if code == "000000":
            expect(page.get_by_role("alert")).to_contain_text("kertakoodi ei täsmää")
            assert faults(page) == []
    is_signed_in(page)
