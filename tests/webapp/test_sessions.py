"""Sessions: seen and ended by their person, ended without use, and what was typed when one ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine.commands.public_drafts import DestroyExpired
from engine.domain.people import SYSTEM
from engine.settings import SessionSettings
from tests.support.browsing import Visitor, signed_in
from tests.support.world import PASSWORD, World

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)


@pytest.fixture
def world(world: World) -> World:
    """Sessions as an office has them; stories have longer ones."""
    world.engine.settings = replace(world.engine.settings, sessions=SessionSettings())
    return world


def signs_in(browser: Visitor, username: str = "kasittelija", agent: str = FIREFOX) -> Visitor:
    browser.client.environ_base["HTTP_USER_AGENT"] = agent
    assert browser.submits(browser.get("/sign-in"), username=username, password=PASSWORD).status == 303
    return browser


def listed(browser: Visitor) -> list[str]:
    items = browser.get("/me/sessions").tree.xpath("//ul[@class='own-means']/li")
    return [" ".join(each.text_content().split()) for each in items]


def is_in(browser: Visitor) -> bool:
    return browser.client.get("/me").status_code == 200


# ---------------------------------------------------------------- the list


def test_ones_own_sessions_are_listed_with_device_beginning_and_last_use(world: World, app: Flask) -> None:
    desk = signs_in(Visitor(app))
    world.clock.passes(minutes=10)
    signs_in(Visitor(app), agent=CHROME)
    signs_in(Visitor(app), "toinen", agent="curl/8")
    world.clock.passes(minutes=1)

    first, second = listed(desk)

    assert second.startswith("Chrome, Android Alkoi ma 2.11.2026 klo 9.10")
    assert first.startswith("Firefox, Linux (tämä istunto) Alkoi ma 2.11.2026 klo 9.00, käytetty")
    assert "Päätä" in second
    assert "Päätä" not in first


def test_one_session_is_ended_and_then_all_others(world: World, app: Flask) -> None:
    desk, telephone, train = (signs_in(Visitor(app), agent=each) for each in (FIREFOX, CHROME, FIREFOX))
    page = desk.get("/me/sessions")
    place = next(
        number
        for number, form in enumerate(page.tree.xpath("//main//form"))
        if "Chrome" in form.text_content()
    )

    desk.submits(page, place=place)
    assert [is_in(each) for each in (desk, telephone, train)] == [True, False, True]

    signs_in(telephone)
    desk.submits(desk.get("/me/sessions"), place=-1)
    assert [is_in(each) for each in (desk, telephone, train)] == [True, False, False]
    assert "Muita istuntoja ei ole" in desk.get("/me/sessions").text


def test_nobody_ends_the_session_of_another(world: World, app: Flask) -> None:
    kerttu, tuomas = signs_in(Visitor(app)), signs_in(Visitor(app), "toinen")
    signs_in(Visitor(app))
    [theirs] = kerttu.get("/me/sessions").tree.xpath("//input[@name='session']/@value")[:1]
    sent = {"form_token": tuomas.token(tuomas.get("/me")), "session": theirs}

    tuomas.post("/me/sessions/end", sent)

    assert len(listed(kerttu)) == 2


# ---------------------------------------------------------------- limits


def test_a_session_ends_half_an_hour_after_its_last_use(world: World, app: Flask) -> None:
    used, left = signs_in(Visitor(app)), signs_in(Visitor(app))

    for _ in range(4):
        world.clock.passes(minutes=29)
        assert is_in(used)
    assert not is_in(left)
    world.clock.passes(minutes=30)
    assert not is_in(used)


def test_no_use_makes_a_session_longer_than_ten_hours(world: World, app: Flask) -> None:
    browser = signs_in(Visitor(app))
    for _ in range(24):
        world.clock.passes(minutes=24, seconds=59)
        assert is_in(browser)

    world.clock.passes(minutes=2)

    assert not is_in(browser)


def test_a_house_sets_its_own_limits(world: World, app: Flask) -> None:
    limits = SessionSettings(idle=timedelta(minutes=5), length=timedelta(hours=1))
    world.engine.settings = replace(world.engine.settings, sessions=limits)
    browser = signs_in(Visitor(app))
    world.clock.passes(minutes=4)
    assert is_in(browser)
    world.clock.passes(minutes=5)
    assert not is_in(browser)


def test_a_script_that_asks_for_the_time_keeps_no_session_from_ending(world: World, app: Flask) -> None:
    browser = signs_in(Visitor(app))
    page = browser.get("/me")
    [warning] = page.tree.xpath("//*[@data-session]")
    assert (warning.get("data-session"), warning.get("data-left")) == ("/me/session", "1800")

    world.clock.passes(minutes=29)
    state = {"left": 60, "final": 34260, "person": str(world.people["kasittelija"].id)}
    assert [browser.client.get("/me/session").get_json() for _ in range(2)] == [state] * 2
    world.clock.passes(seconds=59)
    stays = browser.client.post("/me/session", data={"form_token": browser.token(page)})
    assert stays.status_code == 204
    assert browser.client.get("/me/session").get_json()["left"] == 1800


# ---------------------------------------------------------------- what was typed


def test_what_was_typed_before_the_session_ended_is_sent_after_signing_in_beside(
    world: World, app: Flask
) -> None:
    browser = signs_in(Visitor(app))
    page = browser.get("/me")
    world.clock.passes(minutes=31)

    kept = browser.submits(page, language="sv")

    assert (kept.status, kept.heading) == (401, "Istunto päättyi, tekstisi on tallessa")
    assert dict(kept.form().form_values())["language"] == "sv"
    assert browser.submits(kept).status == 401, "not before signing in"
    signs_in(browser)
    assert browser.submits(kept).status == 303
    assert browser.get("/me").tree.get("lang") == "sv"


def test_what_is_kept_is_shown_in_the_persons_language(world: World, app: Flask) -> None:
    browser = signs_in(Visitor(app))
    browser.submits(browser.get("/me"), language="sv")
    page = browser.get("/me")
    world.clock.passes(minutes=31)

    kept = browser.submits(page, language="fi")

    assert (kept.heading, kept.tree.get("lang")) == ("Sessionen tog slut, din text finns kvar", "sv")


def test_a_password_is_not_kept_on_a_page(world: World, app: Flask) -> None:
    browser = signs_in(Visitor(app))
    page = browser.get("/me/sign-in/password")
    world.clock.passes(minutes=31)

    late = browser.submits(page, password="uusi-pitkä-salasana", again="uusi-pitkä-salasana")

    assert late.goes_to == "/sign-in?next=/me/sign-in/password"


@pytest.mark.parametrize("ended", ["by itself", "after the worker forgot what has expired"])
def test_a_form_of_the_session_before_is_taken_at_once(world: World, app: Flask, ended: str) -> None:
    browser = signs_in(Visitor(app))
    page = browser.get("/me")
    world.clock.passes(hours=11)
    if ended != "by itself":
        world.engine.perform(DestroyExpired(), SYSTEM)
    signs_in(browser)

    assert browser.submits(page, language="sv").status == 303


def test_what_was_typed_is_kept_when_the_cookie_is_gone_too(world: World, app: Flask) -> None:
    """Signing out in another tab takes the cookie away."""
    browser = signs_in(Visitor(app))
    page = browser.get("/tasks/intake/referral")
    browser.client.delete_cookie("session")

    kept = browser.submits(page, "go=send", referrer_name="Irja Ilmoittaja", arrived_on="1.11.2026")

    assert (kept.status, kept.heading) == (401, "Istunto päättyi, tekstisi on tallessa")
    assert kept.response.headers["Cache-Control"] == "no-store"
    again = browser.submits(kept)
    assert (again.status, "Mitään ei vieläkään lähtenyt" in again.text) == (401, True)
    signs_in(browser, "kirjaaja")
    other = browser.submits(again)
    assert (other.status, other.heading) == (403, "Toinen henkilö on kirjautunut, tekstisi on tallessa")
    assert "Kaisa Kirjaaja" in other.text
    signs_in(browser)
    sent = browser.submits(other)
    assert sent.status == 422, "not whole yet, but here, with everything typed"
    assert dict(sent.form().form_values())["referrer_name"] == "Irja Ilmoittaja"


def test_files_are_not_kept_and_the_page_says_so(app: Flask) -> None:
    browser = signs_in(Visitor(app))
    sent = {"form_token": browser.token(browser.get("/me")), "text": "Liitteenä.", "go": "complete"}
    boundary, body = encode_multipart({**sent, "file": FileStorage(BytesIO(b"%PDF"), "kirje.pdf")})
    browser.client.delete_cookie("session")

    kept = browser.post(
        f"/tasks/{uuid4()}/complete", body, content_type=f"multipart/form-data; boundary={boundary}"
    )

    assert kept.status == 401
    assert "Tiedostot pitää valita uudelleen" in kept.text
    assert dict(kept.form().form_values()) == sent


def test_what_was_typed_on_friday_is_sent_on_monday(world: World, app: Flask) -> None:
    browser = signs_in(Visitor(app))
    page = browser.get("/me")
    world.clock.passes(days=3)
    world.engine.perform(DestroyExpired(), SYSTEM)

    kept = browser.submits(page, language="sv")

    assert kept.status == 401
    signs_in(browser)
    assert browser.submits(kept).status == 303


def test_signing_in_says_why_and_leads_back(world: World, app: Flask) -> None:
    browser = Visitor(app)
    asked = browser.follows(browser.get("/cases/?text=Meikäläinen"))
    assert "Istuntosi on päättynyt tai et ole kirjautunut." in asked.text
    typed = {"username": "kasittelija", "password": PASSWORD}
    assert browser.submits(asked, **typed).goes_to.startswith("/cases/?text=Meik")
    assert "Istuntosi on" not in Visitor(app).get("/sign-in").text
    beside = Visitor(app).get("/sign-in?next=/me/proof").text
    assert "palaa välilehteen, jossa tekstisi on" in beside
    assert "Istuntosi on" not in beside


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("/me", "/me"),
        ("/tasks/intake/referral", "/tasks/intake/referral"),
        ("/me/sessions/end-others", "/me/sessions"),
        ("/sign-out", None),
    ],
)
def test_a_button_without_a_session_leads_to_its_page_after_signing_in(
    app: Flask, address: str, wanted: str | None
) -> None:
    sent = Visitor(app).post(address, {"form_token": "no session's"})

    assert sent.goes_to == (f"/sign-in?next={wanted}" if wanted else "/sign-in")


def test_a_colleague_at_the_same_desk_sends_nothing_for_another(world: World, app: Flask) -> None:
    browser = signs_in(Visitor(app))
    page = browser.get("/me")
    world.clock.passes(minutes=31)
    kept = browser.submits(page, language="sv")
    signs_in(browser, "toinen")

    assert browser.submits(kept).status == 403
    assert browser.get("/me").tree.get("lang") == "fi"


def test_only_a_form_of_our_own_page_is_kept(world: World, app: Flask) -> None:
    """A foreign page must not get its words onto a page of ours."""
    browser, other = signs_in(Visitor(app)), signs_in(Visitor(app), "toinen")
    own, theirs = browser.token(browser.get("/me")), other.token(other.get("/me"))
    public = other.token(other.get("/sign-in"))
    world.clock.passes(minutes=31)

    def kept(token: str, **headers: str) -> int:
        return browser.post("/me", {"form_token": token, "language": "sv"}, headers=headers).status

    assert kept(own) == 401
    assert kept("") == 303
    assert kept(public) == 303
    assert kept(own, Origin="https://elsewhere.example") == 303
    assert kept(own, **{"Sec-Fetch-Site": "cross-site"}) == 303
    assert kept(own, **{"Sec-Fetch-Site": "same-site"}) == 303

    page = browser.post("/me", {"form_token": theirs, "language": "sv"})
    assert (page.status, browser.token(page)) == (401, theirs), (
        "it keeps the token that came, and gets no other"
    )
    signs_in(browser)
    assert browser.submits(page).status == 403, "which serves nobody else"
    assert browser.get("/me").tree.get("lang") == "fi"


def test_a_token_of_another_persons_session_opens_no_form(world: World, app: Flask) -> None:
    browser, other = signed_in(world, "kasittelija", app), signs_in(Visitor(app), "toinen")
    theirs = other.token(other.get("/me"))

    assert browser.post("/me", {"form_token": theirs, "language": "sv"}).status == 403
