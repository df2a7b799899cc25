"""Sign-in attempts with any content: no fault of ours, no word of who works here, no more guesses than allowed."""

from __future__ import annotations

import os
import re
from collections import Counter
from random import Random
from urllib.parse import unquote_plus, urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.casework.sign_in_limits import BY_NAME, BY_NAME_FROM_SOURCE, BY_SOURCE
from tests.properties.test_public_requests import REQUESTS
from tests.support.accounts import account
from tests.support.browsing import Visitor, application
from tests.support.hostile_requests import NASTY, TYPES, Hostile, Known, answer_to, hostile_bytes, requests
from tests.support.world import PASSWORD, World

NAME, NOBODY = "kasittelija", "kasittelija9"
"""The first name exists, the second does not. The page escapes no character of either."""
LOOKED_AT = 80
"""Fewer than on other pages: `make deep NAME=guesses` asks more."""
CROWD = int(os.environ.get("VIREILLE_GUESSES", "16"))
"""Wrong passwords of a crowd; ten thousand in the deep run."""
TOKEN = re.compile(rb'(name="form_token" value=")[^"]*')


def asked(
    token: str, username: str | bytes, password: bytes, place: str = "127.0.0.1", code: str = ""
) -> Hostile:
    typed = {"form_token": token, "username": username, "password": password, "code": code, "next": ""}
    return Hostile("POST", b"/sign-in", b"", TYPES[0], urlencode(typed).encode(), place=place)


def token_of(app: Flask) -> str:
    browser = Visitor(app)
    return browser.token(browser.get("/sign-in"))


@pytest.mark.databases
@pytest.mark.slow
def test_no_attempt_is_answered_with_a_fault(world: World, caplog: pytest.LogCaptureFixture) -> None:
    app = application(world)
    token = token_of(app)
    known = Known(
        {
            "form_token": (token,),
            "username": (NAME, NAME.upper(), f" {NAME}\t", "omistaja", NOBODY, "x" * 201),
            "password": (PASSWORD, PASSWORD, "wrong", "x" * 1001),
            "next": ("", "/me", "//elsewhere.example", "/\\elsewhere.example", "/api/v1/x"),
        },
        ("username", "password", "next"),
        (("POST", "/sign-in"), ("POST", "/sign-in"), ("GET", "/sign-in"), ("PUT", "/sign-in")),
        always=("form_token", "username", "password", "next"),
    )
    written = st.sampled_from([each.encode() for each in known.values["username"]]) | hostile_bytes
    tried = st.builds(asked, st.just(token), written, st.just(PASSWORD.encode()) | hostile_bytes)
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=REQUESTS or LOOKED_AT,
        database=None,
        derandomize=not REQUESTS,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(tried | tried | requests(known))
    def ask(sent: Hostile) -> None:
        caplog.clear()
        status, headers, body = answer_to(app, sent)
        statuses[status] += 1
        assert status < 500, (status, [record.getMessage() for record in caplog.records], repr(sent)[:2000])
        assert "Content-Security-Policy" in headers
        assert headers["Cache-Control"] == "no-store"
        # Only the right password brings a cookie, and the redirect leads to no other place.
        assert ("Set-Cookie" in headers) is (status == 303)
        if status == 303:
            assert headers["Location"] in {"/home", "/me"}
            assert PASSWORD in unquote_plus(sent.body.decode(errors="replace"))
        assert PASSWORD.encode() not in body
        # Ten attempts are allowed on a name in a quarter of an hour: most are looked at, some come too often.
        world.clock.passes(seconds=20)

    ask()
    print(sum(statuses.values()), "requests:", dict(sorted(statuses.items())))
    assert {200, 303, 405, 422} <= set(statuses), statuses


@pytest.mark.slow
def test_a_name_that_is_there_is_answered_as_one_that_is_not(world: World) -> None:
    app = application(world)
    token = token_of(app)
    passwords = st.sampled_from(NASTY).map(lambda each: each[:2000]) | st.binary(max_size=20)

    @settings(max_examples=2, database=None, derandomize=True, phases=[Phase.generate])
    @given(st.lists(passwords, min_size=BY_NAME_FROM_SOURCE + 2, max_size=BY_NAME_FROM_SOURCE + 2))
    def ask(attempts: list[bytes]) -> None:
        world.clock.passes(hours=1)
        for password in attempts:
            answers = [
                answer_to(app, asked(token, name, password, place))
                for name, place in ((NAME, "127.0.0.1"), (NOBODY, "127.0.0.2"))
            ]
            there, not_there = (
                (status, headers, TOKEN.sub(rb"\1", body).replace(name.encode() + b'"', b'"'))
                for (status, headers, body), name in zip(answers, (NAME, NOBODY), strict=True)
            )
            for headers in (there[1], not_there[1]):
                del headers["Content-Length"]
            assert there == not_there

    ask()


WRITTEN = (
    NAME,
    NAME.upper(),
    NAME.title(),
    f"  {NAME}\t",
    f"\r\n{NAME}",
    f"\u00a0{NAME}\u2003",
    f"\u212a{NAME[1:]}",
)
"""Ways in which this name may be written. The last begins with the kelvin sign, which is a k in lower case."""
NOT_WRITTEN = ("ka\u017fittelija", "kas\u0131ttelija", f"{NAME}\u200b", "ka sittelija", f"{NAME}' --")


@pytest.mark.slow
def test_no_other_way_to_write_a_name_gives_more_guesses(world: World) -> None:
    app = application(world)
    token = token_of(app)
    for number in range(BY_NAME_FROM_SOURCE):
        name = WRITTEN[number % len(WRITTEN)]
        assert answer_to(app, asked(token, name, b"wrong", "127.1.0.1"))[0] == 422

    for name in WRITTEN:
        assert answer_to(app, asked(token, name, PASSWORD.encode(), "127.1.0.1"))[0] == 429
    for name in NOT_WRITTEN:
        assert answer_to(app, asked(token, name, PASSWORD.encode(), "127.1.0.2"))[0] == 422
    world.clock.passes(minutes=16)
    for name in WRITTEN:
        assert answer_to(app, asked(token, name, PASSWORD.encode(), "127.1.0.3"))[0] == 303


@pytest.mark.slow
def test_one_household_guesses_at_so_many_names_and_no_more(world: World) -> None:
    app = application(world)
    token = token_of(app)
    kerttu = account(world, NAME)
    for number in range(BY_SOURCE):
        sent = asked(token, f"arvattu{number}", b"wrong", f"2001:db8::{number:x}")
        assert answer_to(app, sent)[0] == 422

    for place, status in (("2001:db8::ffff", 429), ("2001:db8:0:1::1", 303)):
        assert answer_to(app, asked(token, NAME, PASSWORD.encode(), place, kerttu.code()))[0] == status


@pytest.mark.slow
def test_a_crowd_that_guesses_shuts_out_nobody_on_their_own_device(world: World) -> None:
    """A thousand addresses try wrong passwords on everybody's name through a day, and those who belong come and go."""
    app, chance = application(world), Random(CROWD)
    token = token_of(app)
    kerttu, paula = account(world, NAME), account(world, "paattaja")
    own = [(each, Visitor(app)) for each in (kerttu, paula)]
    for each, browser in own:
        assert each.signs_in(browser).status == 303
    names = [*world.people, NOBODY]
    statuses: Counter[int] = Counter()
    wrong: Counter[str] = Counter()
    for number in range(CROWD):
        world.clock.passes(seconds=86_000 / CROWD)
        name, place = chance.choice(names), chance.randrange(1000)
        sent = asked(token, name, b"wrong", f"198.51.{place // 250}.{place % 250}")
        status = answer_to(app, sent)[0]
        statuses[status] += 1
        wrong[name] += status == 422
        if number % max(CROWD // 20, 8) == 0:
            for each, browser in own:
                home = browser.get("/me")
                if home.status == 200:
                    browser.post("/sign-out", {"form_token": browser.token(home)})
                assert each.signs_in(browser).status == 303, f"{each.username} after {number}: {statuses}"
    print(sum(statuses.values()), "guesses:", dict(sorted(statuses.items())))
    assert set(statuses) <= {422, 429}
    assert max(wrong.values()) <= BY_NAME
