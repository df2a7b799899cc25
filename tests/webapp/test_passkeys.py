"""Passkeys: what signs in, what a copy, a thief or a broken browser may send, and where there are none."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask import Flask

from engine.casework.sign_in_limits import BY_NAME, BY_SOURCE
from engine.commands.sign_in import AskForPasskey, CountSignIn, SignInAttempt, SignInWithPasskey, Site
from engine.domain.people import PUBLIC
from engine.storage.passkeys import ANSWERED_WITHIN
from tests.support.accounts import HERE, begins_with_passkey, invited, signs_in_with_passkey
from tests.support.authenticator import Authenticator
from tests.support.browsing import SETTINGS, Visitor
from tests.support.compiled import application_of
from tests.support.world import World


def test_a_passkey_made_by_invitation_signs_in_without_a_name(world: World, app: Flask) -> None:
    token, key, browser = invited(world, "kasittelija"), Authenticator(), Visitor(app)

    assert begins_with_passkey(browser, token, key).goes_to == "/home"
    assert "Kerttu Käsittelijä" in browser.get("/me").response.text
    ended = browser.get(f"/sign-in/invitation/{token}")
    assert ended.status == 404
    assert "Kutsu ei käy" in ended.text
    assert browser.get("/sign-in/invitation/invented").text == ended.text, "as one that never was"

    back = Visitor(app)
    assert signs_in_with_passkey(back, key, next="/me").goes_to == "/me"
    assert "työkone" in back.get("/me/sign-in").text


def test_no_answer_of_a_passkey_works_twice_late_or_from_another_place(world: World, app: Flask) -> None:
    key, browser = Authenticator(), Visitor(app)
    begins_with_passkey(browser, invited(world, "kasittelija"), key)
    ask = AskForPasskey(Site(HERE))

    def outcome(answer: str) -> object:
        command = SignInWithPasskey(SignInAttempt("", "192.0.2.1"), Site(HERE), answer)
        return world.engine.perform(command, PUBLIC)

    used = key.use(world.engine.answer(ask, PUBLIC), HERE)
    assert outcome(used) is not None
    assert outcome(used) is None, "twice"
    assert outcome(key.use(world.engine.answer(ask, PUBLIC), "http://localhost:1")) is None
    assert outcome(key.use(world.engine.answer(ask, PUBLIC), HERE, verified=False)) is None
    late = key.use(world.engine.answer(ask, PUBLIC), HERE)
    world.clock.passes(seconds=ANSWERED_WITHIN.total_seconds() + 1)
    assert outcome(late) is None
    asked = json.loads(world.engine.answer(ask, PUBLIC))
    invented = json.dumps(
        {**asked, "challenge": ("B" if asked["challenge"][0] == "A" else "A") + asked["challenge"][1:]}
    )
    assert outcome(key.use(invented, HERE)) is None, "a challenge that was never asked"
    assert outcome(Authenticator(handle=key.handle).use(world.engine.answer(ask, PUBLIC), HERE)) is None
    stolen = replace(key, handle=world.people["johtaja"].id.bytes)
    assert outcome(stolen.use(world.engine.answer(ask, PUBLIC), HERE)) is None, "another account's name"
    assert outcome(key.use(world.engine.answer(ask, PUBLIC), HERE)) is not None


def test_a_copy_of_a_passkey_is_noticed(world: World, app: Flask) -> None:
    key = Authenticator(count=5)
    begins_with_passkey(Visitor(app), invited(world, "kasittelija"), key)
    copy = replace(key)
    assert signs_in_with_passkey(Visitor(app), key).status == 303

    assert signs_in_with_passkey(Visitor(app), copy).status == 422


@pytest.mark.databases
def test_one_passkey_opens_one_account(world: World, app: Flask) -> None:
    key = Authenticator(count=2**32 - 2)
    begins_with_passkey(Visitor(app), invited(world, "kasittelija"), key)
    assert signs_in_with_passkey(Visitor(app), key).status == 303, "at the end of its counter"
    token, browser = invited(world, "toinen"), Visitor(app)

    refused = begins_with_passkey(browser, token, key)

    assert refused.status == 422
    assert "Tämä pääsyavain on jo käytössä" in refused.text
    assert browser.get(f"/sign-in/invitation/{token}").status == 200, "the invitation is not used up"
    assert begins_with_passkey(browser, token, Authenticator()).status == 303


def test_an_answer_that_no_browser_sends_is_refused_with_a_sentence(world: World, app: Flask) -> None:
    key = Authenticator()
    begins_with_passkey(Visitor(app), invited(world, "kasittelija"), key)
    parts = ("clientDataJSON", "authenticatorData", "signature", "userHandle")
    broken = [("rawId", bad) for bad in (None, 7, "", "ä", "A")] + [("response", None)]
    broken += [(part, bad) for part in parts for bad in (None, 7, "", "ä", "A", "AAAA", ["x"])]
    other: list[str] = ["", "x", "[]", "{}", "null", "1" * 30_000, "[" * 20_000]

    def sent(browser: Visitor, number: int) -> str:
        """Sign anew each time: a challenge answered once would be refused for that alone."""
        if number < len(other):
            return other[number]
        whole = json.loads(key.use(browser.client.get("/sign-in/passkey").get_data(as_text=True), HERE))
        name, bad = broken[number - len(other)]
        part = whole["response"] if name in parts else whole
        part[name] = bad
        return json.dumps(whole)

    for number in range(len(other) + len(broken)):
        browser = Visitor(app)
        browser.client.environ_base["REMOTE_ADDR"] = f"127.0.0.{number + 1}"
        answer = sent(browser, number)
        page = signs_in_with_passkey(browser, key, answer=answer)
        if '"userHandle": null' in answer:  # Who the key belongs to may be left out.
            assert page.status == 303, answer
        else:
            assert page.status == 422, answer
            assert "Pääsyavain ei kelvannut" in page.text, answer


def test_guesses_with_passkeys_are_counted_by_their_source(app: Flask, world: World) -> None:
    key, browser = Authenticator(), Visitor(app)
    begins_with_passkey(browser, invited(world, "kasittelija"), key)
    far = Visitor(app)
    far.client.environ_base["REMOTE_ADDR"] = "127.9.9.9"

    assert [signs_in_with_passkey(far, key, answer="x").status for _ in range(31)] == [422] * 30 + [429]

    assert signs_in_with_passkey(browser, key).status == 303
    browser.client.environ_base["REMOTE_ADDR"] = "127.9.9.9"
    assert signs_in_with_passkey(browser, key).status == 303, "a device that is known"


def test_no_number_of_wrong_answers_shuts_passkeys_out_elsewhere(app: Flask, world: World) -> None:
    key = Authenticator()
    begins_with_passkey(Visitor(app), invited(world, "kasittelija"), key)
    for number in range(BY_NAME // 10 + 1):
        wrong = CountSignIn(SignInAttempt("", f"10.0.0.{number}"))
        assert all(world.engine.perform(wrong, PUBLIC) for _ in range(10))

    office = [signs_in_with_passkey(Visitor(app), key).status for _ in range(BY_SOURCE + 5)]

    assert office == [303] * (BY_SOURCE + 5), "right answers count for nothing"


@pytest.mark.parametrize(
    ("base_url", "asked", "sentence"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "pelkälle IP-osoitteelle"),
        ("http://localhost:8080", "http://127.0.0.1:8080", "ei voi käyttää tässä osoitteessa"),
        ("https://vireille.example", "https://192.0.2.1", "ei voi käyttää tässä osoitteessa"),
    ],
)
def test_a_page_says_why_there_are_no_passkeys(
    world: World, base_url: str, asked: str, sentence: str
) -> None:
    app = application_of(world.engine, replace(SETTINGS, base_url=base_url))
    browser = Visitor(app)

    page = browser.get("/sign-in", base_url=asked)
    invitation = browser.get(f"/sign-in/invitation/{invited(world, 'kasittelija')}", base_url=asked)

    assert sentence in page.text
    assert sentence in invitation.text
    assert not page.tree.xpath("//*[@data-passkey]")
