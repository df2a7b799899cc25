"""Guesses at passwords: from one address, from a thousand, and beside the person who belongs."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from engine.casework.sign_in_limits import BY_DEVICE, BY_NAME, BY_NAME_FROM_SOURCE, BY_SOURCE
from engine.commands.own_sign_in import ChangeOwnPassword
from engine.commands.public_drafts import DestroyExpired
from engine.commands.sign_in import DEVICE_REMEMBERED, CountSignIn, SignInAttempt
from engine.domain.people import PUBLIC, SYSTEM
from tests.properties.test_races import at_once
from tests.support.browsing import Visitor
from tests.support.world import PASSWORD, World

OFFICE, ELSEWHERE, FAR_AWAY = "127.0.1.7", "127.0.2.7", "127.0.3.7"
"""On this machine, where the demonstration's people sign in with a password alone."""
RIGHT, WRONG, TOO_MANY = 303, 422, 429


def at(app: Flask, place: str) -> Visitor:
    browser = Visitor(app)
    browser.client.environ_base["REMOTE_ADDR"] = place
    return browser


def signs_in(browser: Visitor, username: str = "kasittelija", password: str = PASSWORD) -> int:
    return browser.submits(browser.get("/sign-in"), username=username, password=password).status


def guesses(world: World, username: str, source: str, times: int) -> list[bool]:
    """Count as many attempts as wrong passwords would, without the time for hashing each."""
    count = CountSignIn(SignInAttempt(username, source))
    return [world.engine.perform(count, PUBLIC) for _ in range(times)]


def test_one_address_locks_nobody_else_out(world: World, app: Flask) -> None:
    names = sorted(world.people)
    for name in names:
        guesses(world, name, FAR_AWAY, 10)
    # More than a name has from everywhere: what its source has used up costs it nothing.
    guesses(world, names[0], FAR_AWAY, BY_NAME)

    assert [signs_in(at(app, OFFICE), name) for name in names] == [RIGHT] * len(names)
    assert signs_in(at(app, FAR_AWAY)) == TOO_MANY


@pytest.mark.databases
def test_a_thousand_wrong_passwords_from_a_hundred_addresses_shut_nobody_out_who_belongs(
    world: World, app: Flask
) -> None:
    desk = at(app, OFFICE)
    assert signs_in(desk) == RIGHT

    let_through = 0
    for number in range(100):
        let_through += sum(guesses(world, "kasittelija", f"10.0.0.{number}", 10))

    assert let_through == BY_NAME
    assert signs_in(desk) == RIGHT
    assert signs_in(at(app, OFFICE), "toinen") == RIGHT
    assert signs_in(at(app, ELSEWHERE)) == TOO_MANY
    world.clock.passes(days=1)
    assert signs_in(at(app, ELSEWHERE)) == RIGHT


def test_an_office_behind_one_address_does_not_lock_itself_out(world: World, app: Flask) -> None:
    for _ in range(BY_SOURCE + 5):
        assert signs_in(at(app, OFFICE), "toinen") == RIGHT


def test_who_got_in_after_mistakes_has_them_forgiven_and_nobody_elses(world: World, app: Flask) -> None:
    mistyped = BY_NAME_FROM_SOURCE - 1
    guesses(world, "johtaja", OFFICE, BY_SOURCE - 2 * mistyped)
    for _ in range(2):
        guesses(world, "kasittelija", OFFICE, mistyped)
        assert signs_in(at(app, OFFICE)) == RIGHT

    left = [
        world.engine.perform(CountSignIn(SignInAttempt(f"arvattu{number}", OFFICE)), PUBLIC)
        for number in range(BY_SOURCE)
    ]

    assert sum(left) == 2 * mistyped, "the guesses at another name are still counted"


def test_a_device_that_is_known_has_a_limit_too(app: Flask) -> None:
    desk = at(app, OFFICE)
    assert signs_in(desk) == RIGHT

    assert [signs_in(desk, password="wrong") for _ in range(BY_DEVICE + 1)] == [WRONG] * BY_DEVICE + [
        TOO_MANY
    ]
    assert signs_in(desk, "toinen") == RIGHT, "a colleague at the same desk"


def test_a_device_is_known_for_those_who_signed_in_on_it(world: World, app: Flask) -> None:
    shared = at(app, OFFICE)
    assert signs_in(shared) == RIGHT
    first = device_of(shared)
    assert signs_in(shared, "toinen") == RIGHT
    assert device_of(shared) == first
    attacked(world, "kasittelija", "toinen", "johtaja")

    assert (signs_in(shared), signs_in(shared, "toinen"), signs_in(shared, "johtaja")) == (
        RIGHT,
        RIGHT,
        TOO_MANY,
    )


def test_no_browser_chooses_its_own_mark(app: Flask) -> None:
    browser = at(app, OFFICE)
    browser.client.set_cookie("device", "chosen", path="/sign-in")

    assert signs_in(browser) == RIGHT

    assert device_of(browser) not in {"", "chosen"}


def test_a_device_is_forgotten_with_a_new_password_and_in_half_a_year(world: World, app: Flask) -> None:
    desk, home = at(app, OFFICE), at(app, ELSEWHERE)
    assert (signs_in(desk), signs_in(home, "toinen")) == (RIGHT, RIGHT)
    world.engine.perform(ChangeOwnPassword(PASSWORD), world.actor("kasittelija"))
    attacked(world, "kasittelija", "toinen")
    assert (signs_in(desk), signs_in(home, "toinen")) == (TOO_MANY, RIGHT)

    world.clock.passes(seconds=(DEVICE_REMEMBERED + timedelta(days=1)).total_seconds())
    world.engine.perform(DestroyExpired(), SYSTEM)
    attacked(world, "toinen")

    assert signs_in(home, "toinen") == TOO_MANY


def test_the_mark_of_a_device_goes_to_no_other_page(app: Flask) -> None:
    desk = at(app, OFFICE)
    assert signs_in(desk) == RIGHT

    cookie = desk.client.get_cookie("device", path="/sign-in")

    assert cookie is not None
    assert (cookie.path, cookie.http_only, cookie.same_site) == ("/sign-in", True, "Strict")
    desk.submits(desk.get("/me"), place=0)
    desk.post("/sign-out", {"form_token": desk.token(desk.get("/me"))})
    assert device_of(desk) == cookie.value, "signing out leaves it"


@pytest.mark.databases
def test_of_sixty_four_guesses_at_once_exactly_as_many_are_let_through_as_may(world: World) -> None:
    guess = CountSignIn(SignInAttempt("kasittelija", FAR_AWAY))

    outcomes = at_once([partial(world.engine.perform, guess, PUBLIC)] * 64)

    assert outcomes.count(True) == BY_NAME_FROM_SOURCE, outcomes


def attacked(world: World, *usernames: str) -> None:
    """Use up what may be guessed at these names in a day."""
    for username in usernames:
        for number in range(BY_NAME // BY_NAME_FROM_SOURCE):
            guesses(world, username, f"10.1.{len(username)}.{number}", BY_NAME_FROM_SOURCE)


def device_of(browser: Visitor) -> str:
    cookie = browser.client.get_cookie("device", path="/sign-in")
    return cookie.value if cookie else ""
