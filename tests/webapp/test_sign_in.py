"""Signing in, staying in, signing out."""

from __future__ import annotations

import pytest

from tests.support.browsing import Page, Visitor, signed_in
from tests.support.world import PASSWORD, World


def signs_in(browser: Visitor, username: str, password: str = PASSWORD, path: str = "/sign-in") -> Page:
    return browser.submits(browser.get(path), username=username, password=password)


def test_staff_find_the_way_in_on_the_page_of_who_is_responsible(browser: Visitor) -> None:
    assert "/sign-in" in browser.get("/fi/owner").links()
    assert browser.get("/sign-in").status == 200


def test_staff_sign_in_and_out(browser: Visitor) -> None:
    home = browser.follows(browser.follows(signs_in(browser, "Omistaja")))
    assert home.heading == "Mallit"

    out = browser.post("/sign-out", {"form_token": browser.token(home)})

    assert out.goes_to == "/sign-in"
    assert out.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.client.get_cookie("session") is None
    assert browser.get("/me").goes_to == "/sign-in?next=/me"


def test_a_session_ended_elsewhere_is_ended_here(world: World, browser: Visitor) -> None:
    page = browser.follows(browser.follows(signs_in(browser, "omistaja")))
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    browser.post("/sign-out", {"form_token": browser.token(page)})

    browser.client.set_cookie("session", cookie.value)

    assert browser.get("/me").status == 303


@pytest.mark.parametrize(
    "username, password", [("kasittelija", "wrong"), ("nobody", PASSWORD), ("", ""), ("x" * 500, "x" * 5000)]
)
def test_a_failed_sign_in_does_not_name_the_cause(browser: Visitor, username: str, password: str) -> None:
    page = signs_in(browser, username, password)

    assert page.status == 422
    assert "Käyttäjätunnus, salasana tai kertakoodi ei täsmää." in page.text
    assert "Set-Cookie" not in page.response.headers
    assert not page.tree.xpath("//input[@name='password']/@value")[0]


def test_guessing_stops_even_the_right_password_for_a_while(browser: Visitor, world: World) -> None:
    for _ in range(10):
        assert signs_in(browser, "kasittelija", "wrong").status == 422

    assert signs_in(browser, "kasittelija").status == 429
    world.clock.passes(minutes=16)
    assert signs_in(browser, "kasittelija").status == 303


def test_one_goes_on_to_the_page_one_wanted(browser: Visitor) -> None:
    assert signs_in(browser, "kasittelija", path="/sign-in?next=/me").goes_to == "/me"


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "/api/v1/x",
        "/tasks/\nX",
        "/tasks/\r\nSet-Cookie: a=b",
    ],
)
def test_no_address_leads_elsewhere(browser: Visitor, address: str) -> None:
    page = browser.get("/sign-in", query_string={"next": address})

    assert page.tree.xpath("//input[@name='next']/@value") == [""]
    forced = browser.submits(page, username="kasittelija", password=PASSWORD, next=address)
    assert forced.goes_to == "/home"


def test_a_change_of_language_is_confirmed_in_the_new_one(world: World) -> None:
    browser = signed_in(world, "kasittelija")

    page = browser.follows(browser.submits(browser.get("/me"), language="en"))

    assert page.tree.get("lang") == "en"
    assert page.tree.find_class("notice")[0].text_content().strip() == "The language has been changed."
    assert not browser.get("/me").tree.find_class("notice")


def test_the_session_ends_by_itself(world: World) -> None:
    browser = signed_in(world, "kasittelija")
    assert browser.get("/me").status == 200

    world.clock.passes(hours=10, minutes=1)

    assert browser.get("/me").status == 303


def test_a_public_page_takes_no_notice_of_who_has_signed_in(world: World) -> None:
    browser = signed_in(world, "kasittelija")

    page = browser.get("/fi/")

    assert "Kerttu" not in page.response.text
    assert browser.token(browser.get("/fi/code")) != browser.token(browser.get("/me"))
    assert browser.submits(browser.get("/fi/code"), code="1" * 16).status == 422


def test_a_notice_that_was_tampered_with_is_not_shown(world: World) -> None:
    browser = signed_in(world, "kasittelija")
    browser.submits(browser.get("/me"), language="fi")
    cookie = browser.client.get_cookie("notice")
    assert cookie is not None

    browser.client.set_cookie("notice", cookie.value.replace(cookie.value[:6], "AAAAAA"))

    assert not browser.get("/me").tree.find_class("notice")
