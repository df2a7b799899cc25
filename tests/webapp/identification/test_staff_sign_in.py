"""Staff sign in at the authority's identity provider: a real provider, and what it says against the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, Response

from engine.commands.people import ClosePerson
from engine.commands.sessions import CurrentSession
from engine.domain.people import PUBLIC, Role
from tests.support.accounts import account, invited
from tests.support.administration import acts, log_of
from tests.support.browsing import SETTINGS, Page, Visitor
from tests.support.compiled import application_of
from tests.support.identity_provider import IdentityProvider, identity_provider, staff_settings_of
from tests.support.world import World
from tests.webapp.test_access import of_the_application

ROUTES = Path(__file__).with_name("staff_routes.txt")
GO, PROVE = "/sign-in/provider", "/me/proof/provider"
CASEWORKERS, SIGNERS = "vireille-caseworkers", "vireille-signers"


@pytest.fixture
def there(world: World) -> Iterator[IdentityProvider]:
    with identity_provider(world.clock) as provider:
        knows(provider, "kasittelija", CASEWORKERS)
        knows(provider, "toinen", CASEWORKERS)
        yield provider


@pytest.fixture
def at_provider(world: World, there: IdentityProvider, in_earnest: None) -> Flask:
    return office(world, there)


def office(world: World, there: IdentityProvider, **table: Any) -> Flask:
    """The pages beside the provider, with no local account but the emergency one."""
    emergency = frozenset({"yllapitaja"})
    world.engine.settings = replace(world.engine.settings, local_accounts=emergency)
    settings = replace(SETTINGS, staff_sign_in=staff_settings_of(there, **table))
    return application_of(world.engine, settings)


def knows(there: IdentityProvider, username: str, *groups: str) -> None:
    there.people[username] = ""
    there.more[username] = {"preferred_username": username, "groups": list(groups)}


@pytest.fixture(autouse=True)
def in_earnest(world: World) -> None:
    """Nobody is of the demonstration, whose people come in here only from the machine itself."""
    for username in ("kasittelija", "toinen", "kaksoisrooli", "yllapitaja"):
        invited(world, username)


def sets_out(browser: Visitor, path: str = GO) -> str:
    page = browser.client.get(path)
    assert page.status_code == 303, page.get_data(as_text=True)
    return page.headers["Location"]


def comes_back(browser: Visitor, there: IdentityProvider, person: str | None, path: str = GO) -> Page:
    return returns(browser, there.identifies(sets_out(browser, path), person))


def returns(browser: Visitor, address: str) -> Page:
    return browser.get(address.removeprefix("http://localhost"))


def signs_in(app: Flask, there: IdentityProvider, person: str = "kasittelija") -> Visitor:
    browser = Visitor(app)
    page = comes_back(browser, there, person)
    assert page.heading == "Kirjautuminen onnistui", page.text
    return browser


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_the_provider_adds_only_the_listed_routes(app: Flask, at_provider: Flask) -> None:
    usual = {str(route) for route in of_the_application(app)}
    added = {str(route) for route in of_the_application(at_provider)} - usual

    assert sorted(added) == ROUTES.read_text("utf-8").splitlines()


def test_the_page_leads_to_the_provider_and_back_to_the_page_that_was_wanted(
    world: World, at_provider: Flask, there: IdentityProvider
) -> None:
    browser = Visitor(at_provider)
    page = browser.get("/sign-in?next=/me")
    (link,) = [each for each in page.links() if each.startswith(GO)]
    assert "Viraston kirjautuminen" in page.text
    address = sets_out(browser, link)
    assert asked(address)["code_challenge_method"] == "S256"
    assert asked(address)["max_age"] == str(int(world.engine.settings.sessions.length.total_seconds()))
    assert "prompt" not in asked(address)

    back = returns(browser, there.identifies(address, "kasittelija"))

    refresh = back.tree.xpath("//meta[@http-equiv='refresh']/@content")
    assert refresh == ["0;url=/me"]
    assert browser.get("/me").status == 200
    signed_in = log_of(world)[-1]
    assert (signed_in.act, signed_in.facts) == ("signed_in", (("way", "provider"),))


def test_nobody_is_created_and_the_page_says_whom_to_ask(
    world: World, at_provider: Flask, there: IdentityProvider
) -> None:
    knows(there, "vieras", CASEWORKERS)
    before = set(world.people)

    page = comes_back(Visitor(at_provider), there, "vieras")

    assert page.status == 403
    assert page.heading == "Sinulla ei ole tunnusta tässä palvelussa"
    assert "Tietohallinto, puh. 000 000 0003" in page.text
    assert set(world.people) == before
    assert (log_of(world)[-1].act, log_of(world)[-1].about) == ("sign_in_refused", "")


def test_the_table_names_people_by_another_claim(world: World, there: IdentityProvider) -> None:
    app = office(world, there, people={"tunnus-7": "kasittelija"})
    there.more["kasittelija"]["preferred_username"] = "tunnus-7"
    assert signs_in(app, there).get("/me").status == 200

    there.more["toinen"]["preferred_username"] = "toinen"
    assert comes_back(Visitor(app), there, "toinen").status == 403, "not in the table"


def test_a_claim_narrows_and_gives_nothing(world: World, at_provider: Flask, there: IdentityProvider) -> None:
    """Two people gave Kerttu her role here; the provider can't add to it, and can hold it back."""
    knows(there, "kasittelija", CASEWORKERS, SIGNERS, "vireille-administrators")
    browser = signs_in(at_provider, there)
    assert browser.get("/administration/").status == 403
    assert world.people["kasittelija"].roles == {Role.CASEWORKER}

    knows(there, "kaksoisrooli", CASEWORKERS)
    narrowed = Visitor(at_provider)
    page = comes_back(narrowed, there, "kaksoisrooli")
    cookie = narrowed.client.get_cookie("session")
    assert cookie is not None
    session = world.engine.answer(CurrentSession(cookie.value), PUBLIC)
    assert session is not None
    assert session.actor.roles == {Role.CASEWORKER}
    assert not page.tree.xpath("//meta[@http-equiv='refresh']"), "it is to be read"
    assert ("withheld", "decision_maker") in log_of(world)[-1].facts
    assert Role.DECISION_MAKER in world.people["kaksoisrooli"].roles, "a bad morning there costs nothing here"


def test_roles_that_nobody_knows_are_named_and_give_nothing(
    world: World, at_provider: Flask, there: IdentityProvider
) -> None:
    knows(there, "kasittelija", CASEWORKERS, "vireille-kings")
    page = comes_back(Visitor(at_provider), there, "kasittelija")
    assert page.status == 200
    assert "vireille-kings" in page.text
    assert ("unknown", "vireille-kings") in log_of(world)[-1].facts

    knows(there, "kasittelija", "vireille-kings")
    page = comes_back(Visitor(at_provider), there, "kasittelija")
    assert (page.status, page.heading) == (403, "Sinulla ei ole rooleja tässä palvelussa")
    assert "vireille-kings" in page.text


def test_the_table_may_let_a_claim_give_a_role(world: World, there: IdentityProvider) -> None:
    app = office(world, there, given=frozenset({Role.DECISION_MAKER}))
    knows(there, "kasittelija", CASEWORKERS, SIGNERS)
    signs_in(app, there)
    assert world.people["kasittelija"].roles == {Role.CASEWORKER, Role.DECISION_MAKER}
    knows(there, "kasittelija", CASEWORKERS)
    signs_in(app, there)
    assert world.people["kasittelija"].roles == {Role.CASEWORKER}

    changes = [each for each in log_of(world) if each.act in {"roles_given", "roles_taken"}]
    assert [each.act for each in changes] == ["roles_given", "roles_taken"]
    assert changes[0].facts == (("role", "decision_maker"), ("way", "provider"))

    both = frozenset({Role.DIRECTOR, Role.AUDITOR})
    knows(there, "kasittelija", SIGNERS)
    signs_in(office(world, there, roles={SIGNERS: both}, given=both), there)
    assert world.people["kasittelija"].roles == {Role.CASEWORKER, Role.DIRECTOR}, "who directs is no auditor"


def test_an_account_closed_here_stays_closed_for_who_is_signed_in_there(
    world: World, at_provider: Flask, there: IdentityProvider
) -> None:
    browser = signs_in(at_provider, there)
    world.engine.perform(ClosePerson("kasittelija"), world.actor("yllapitaja"))
    assert browser.get("/me").status == 303, "to the sign-in page"

    page = comes_back(Visitor(at_provider), there, "kasittelija")
    assert (page.status, page.heading) == (403, "Tunnuksesi tässä palvelussa on suljettu")


def test_a_return_works_once_in_the_browser_that_left(
    at_provider: Flask, there: IdentityProvider, world: World
) -> None:
    browser, other = Visitor(at_provider), Visitor(at_provider)
    back = there.identifies(sets_out(browser), "kasittelija")
    kept = browser.client.get_cookie("provider", path=GO)
    assert kept is not None
    assert (kept.http_only, kept.same_site, kept.max_age) == (True, "Lax", 900)

    assert returns(other, back).status == 403, "in another browser"
    sets_out(other)
    assert returns(other, back).status == 403, "in one that left on another way"
    assert returns(browser, back).status == 200
    assert browser.client.get_cookie("provider", path=GO) is None
    browser.client.set_cookie("provider", kept.value, path=GO)
    assert returns(browser, back).status == 403, "again, with the cookie kept"

    late = there.identifies(sets_out(browser), "kasittelija")
    world.clock.passes(minutes=15)
    assert returns(browser, late).status == 403, "too late"


def test_a_token_of_another_sign_in_is_refused(at_provider: Flask, there: IdentityProvider) -> None:
    there.bend_claims = lambda claims: {**claims, "nonce": "x" * 43}

    page = comes_back(Visitor(at_provider), there, "kasittelija")

    assert (page.status, page.heading) == (403, "Kirjautuminen ei onnistunut")


@pytest.mark.parametrize("minutes", [-30, 30])
def test_a_clock_that_is_wrong_is_named_in_the_log(
    at_provider: Flask, there: IdentityProvider, minutes: int, caplog: pytest.LogCaptureFixture
) -> None:
    now = there.now
    there.now = lambda: now() + timedelta(minutes=minutes)

    page = comes_back(Visitor(at_provider), there, "kasittelija")

    assert page.status == 403
    assert "kelloissa" in page.text
    assert "not_made_now_compare_the_clocks" in {getattr(each, "reason", "") for each in caplog.records}


def test_clocks_may_differ_by_half_a_minute(at_provider: Flask, there: IdentityProvider) -> None:
    now = there.now
    for seconds in (-30, 30):
        there.now = lambda seconds=seconds: now() + timedelta(seconds=seconds)  # type: ignore[misc]  # bound now
        signs_in(at_provider, there)


def test_keys_changed_in_mid_day_are_fetched_once(
    at_provider: Flask, there: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs_in(at_provider, there)
    there.rotates()
    assert comes_back(Visitor(at_provider), there, "kasittelija").status == 403, "within the half minute"
    assert there.asked.count("/keys") == 1
    monkeypatch.setattr("webapp.identification.metadata.LOOKED_AGAIN_SECONDS", 0.0)
    for _ in range(2):
        signs_in(at_provider, there)
    assert there.asked.count("/keys") == 2


def test_open_sessions_go_on_while_the_provider_is_away(
    at_provider: Flask, there: IdentityProvider, world: World
) -> None:
    browser, late = signs_in(at_provider, there), Visitor(at_provider)
    back = there.identifies(sets_out(late), "toinen")
    there.answers = lambda path: Response("", 500)

    page = returns(late, back)

    assert (page.status, page.heading) == (503, "Viraston kirjautuminen ei juuri nyt vastaa")
    assert browser.get("/me").status == 200
    with identity_provider(world.clock) as gone:
        nowhere = office(world, gone)
    assert Visitor(nowhere).get(GO).status == 503


def test_only_the_emergency_account_signs_in_here(
    world: World, at_provider: Flask, there: IdentityProvider
) -> None:
    emergency = account(world, "yllapitaja")
    page = emergency.signs_in(Visitor(at_provider))
    assert page.status == 303
    assert log_of(world)[-1].facts == (("way", "password"),)

    world.engine.settings = replace(world.engine.settings, local_accounts=None)
    local = account(world, "kasittelija")
    world.engine.settings = replace(world.engine.settings, local_accounts=frozenset({"yllapitaja"}))
    assert local.signs_in(Visitor(at_provider)).status == 422
    mine = signs_in(at_provider, there).get("/me/sign-in")
    assert "viraston kirjautumispalvelussa" in mine.text
    assert not mine.tree.xpath("//main//form")


def test_the_provider_proves_anew_and_the_session_gets_another_token(
    world: World, at_provider: Flask, there: IdentityProvider
) -> None:
    browser = signs_in(at_provider, there)
    first = browser.client.get_cookie("session")
    world.clock.passes(minutes=6)
    page = browser.get("/me/proof?next=/me/sessions")
    (link,) = [each for each in page.links() if each.startswith(PROVE)]
    address = sets_out(browser, link)
    assert (asked(address)["prompt"], asked(address)["max_age"]) == ("login", "0")

    back = returns(browser, there.identifies(address, "kasittelija"))

    assert back.tree.xpath("//meta[@http-equiv='refresh']/@content") == ["0;url=/me/sessions"]
    second = browser.client.get_cookie("session")
    assert first is not None
    assert second is not None
    assert first.value != second.value
    assert browser.get("/me/proof?next=/me").goes_to == "/me", "it is proved"
    world.clock.passes(minutes=5)
    assert browser.get("/me/proof?next=/me").status == 200


@pytest.mark.parametrize("how", ["earlier", "not at all", "tomorrow"])
def test_a_proof_that_is_not_new_proves_nothing(
    world: World, at_provider: Flask, there: IdentityProvider, how: str
) -> None:
    browser = signs_in(at_provider, there)
    world.clock.passes(minutes=6)

    def bent(claims: dict[str, Any]) -> dict[str, Any]:
        shown = {"earlier": claims["iat"] - 300, "not at all": None, "tomorrow": claims["iat"] + 86400}[how]
        return {name: value for name, value in {**claims, "auth_time": shown}.items() if value is not None}

    there.bend_claims = bent
    page = comes_back(browser, there, "kasittelija", PROVE)

    assert (page.status, page.heading) == (403, "Kirjautuminen ei onnistunut")
    assert browser.get("/me/proof?next=/me").status == 200, "it is not proved"


def test_another_person_proves_nothing(world: World, at_provider: Flask, there: IdentityProvider) -> None:
    browser = signs_in(at_provider, there)
    world.clock.passes(minutes=6)

    page = comes_back(browser, there, "toinen", PROVE)

    assert (page.status, page.heading) == (403, "Vahvistus ei käynyt")
    assert acts(world)[-1] == "proof_refused"
    assert browser.get("/me/proof?next=/me").status == 200


def test_a_session_that_ended_meanwhile_is_not_proved(
    world: World, at_provider: Flask, there: IdentityProvider
) -> None:
    browser = signs_in(at_provider, there)
    back = there.identifies(sets_out(browser, PROVE), "kasittelija")
    world.engine.perform(ClosePerson("kasittelija"), world.actor("yllapitaja"))

    assert returns(browser, back).status == 403
    assert browser.get("/me").status == 303


def test_going_through_without_showing_anything_is_no_proof(
    world: World, at_provider: Flask, there: IdentityProvider
) -> None:
    there.signed_in_at = there.now() - timedelta(hours=2)
    browser = signs_in(at_provider, there)
    assert browser.get("/me/proof?next=/me").status == 200
    there.bend_claims = lambda claims: {n: each for n, each in claims.items() if n != "auth_time"}
    assert signs_in(at_provider, there).get("/me/proof?next=/me").status == 200


def test_too_weak_a_level_is_refused_where_levels_are_set(world: World, there: IdentityProvider) -> None:
    strict = office(world, there, changes={"levels": ("high",)})
    assert comes_back(Visitor(strict), there, "kasittelija").status == 403
    there.level = "high"
    signs_in(strict, there)


def test_signing_out_ends_both(at_provider: Flask, there: IdentityProvider) -> None:
    browser = signs_in(at_provider, there)
    page = browser.post("/sign-out", {"form_token": browser.token(browser.get("/me"))})

    (address,) = [each for each in page.links() if each.startswith(there.issuer)]
    assert urlsplit(address).path == "/leave"
    assert asked(address)["post_logout_redirect_uri"] == "http://localhost/sign-in"
    assert page.tree.xpath("//meta[@http-equiv='refresh']/@content") == [f"0;url={address}"]
    assert browser.get("/me").status == 303


def test_a_provider_that_ends_no_sessions_is_named(at_provider: Flask, there: IdentityProvider) -> None:
    there.leads_out = False
    browser = signs_in(at_provider, there)

    page = browser.post("/sign-out", {"form_token": browser.token(browser.get("/me"))})
    assert "se voi olla yhä auki" in page.text
    assert browser.get("/me").status == 303
