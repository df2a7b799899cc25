"""Proving again who one is: the page, what it accepts, and what was typed before it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from engine.commands.sign_in import CountSignIn, SignInAttempt
from engine.domain.people import PUBLIC
from engine.storage.tables.access import ACCESS_ENTRIES
from tests.support.accounts import HERE, account, begins_with_passkey, invited, signs_in_with_passkey
from tests.support.authenticator import Authenticator
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.support.world import PASSWORD, World

CODES = "/me/sign-in/codes"
SIGN = {
    "signature": "sign",
    "delegation_confirmed": "true",
    "not_disqualified": "true",
    "letter_read": "true",
}


@pytest.fixture
def kerttu(world: World, app: Flask) -> Visitor:
    """Of the demonstration, proved six minutes ago."""
    browser = signed_in(world, "kasittelija", app)
    world.clock.passes(minutes=6)
    return browser


def is_asked(browser: Visitor, path: str = CODES) -> bool:
    page = browser.get(path)
    if page.status == 303:
        assert page.goes_to == f"/me/proof?next={path}"
    return page.status == 303


def proves(browser: Visitor, password: str = PASSWORD, path: str = "/me/proof", **sent: str) -> Page:
    return browser.submits(browser.get(path), password=password, **sent)


def proves_with_passkey(browser: Visitor, answer: str) -> Page:
    form_token = browser.token(browser.get("/me/proof"))
    return browser.post("/me/proof/passkey", {"form_token": form_token, "answer": answer})


def asked(browser: Visitor) -> str:
    return browser.client.get("/me/proof/passkey").get_data(as_text=True)


def test_a_page_leads_to_the_proof_and_the_proof_back(kerttu: Visitor) -> None:
    proof = kerttu.follows(kerttu.get(CODES))
    assert proof.heading == "Vahvista, että olet sinä"

    back = kerttu.submits(proof, password=PASSWORD)

    assert back.goes_to == CODES
    assert kerttu.follows(back).heading == "Kertakoodit"


def test_a_proof_lasts_five_minutes(world: World, kerttu: Visitor) -> None:
    proves(kerttu)
    world.clock.passes(minutes=4, seconds=59)
    assert not is_asked(kerttu)
    world.clock.passes(seconds=1)
    assert is_asked(kerttu)


def test_the_log_calls_a_session_the_same_before_and_after_a_proof(world: World, kerttu: Visitor) -> None:
    for _ in range(2):
        proves(kerttu, "väärä-salasana")
        proves(kerttu)
        world.clock.passes(minutes=6)

    with world.engine.database.view() as connection:
        mine = ACCESS_ENTRIES.c.person_id == world.people["kasittelija"].id
        marks = connection.execute(select(ACCESS_ENTRIES.c.session).where(mine)).scalars().all()
    assert len(marks) == 2
    assert len(set(marks)) == 1
    assert marks[0]


def test_signing_in_is_a_proof(world: World, app: Flask) -> None:
    assert not is_asked(signed_in(world, "kasittelija", app))


def test_ones_own_ways_to_sign_in_do_not_change_without_a_proof(world: World, kerttu: Visitor) -> None:
    """A thief of the session must make no way in of their own."""
    key = Authenticator()
    assert "/me/proof?next=/me/sign-in" in kerttu.get("/me/sign-in").links()
    assert is_asked(kerttu, "/me/sign-in/passkey"), "before the browser makes one"
    proves(kerttu)
    world.clock.passes(minutes=4)
    page = kerttu.get("/me/sign-in")
    options = kerttu.client.get("/me/sign-in/passkey").get_data(as_text=True)
    world.clock.passes(minutes=2)

    first = kerttu.submits(page, answer=key.make(options, HERE), name="työkone")

    assert (first.status, first.heading) == (403, "Vahvista, että olet sinä")
    assert not kerttu.get("/me/sign-in").tree.xpath("//ul[@class='own-means']")
    proves(kerttu)
    assert kerttu.submits(first).goes_to == "/me/sign-in"
    assert "työkone" in kerttu.get("/me/sign-in").text


def test_the_page_for_a_new_password_asks_before_anything_is_typed(kerttu: Visitor) -> None:
    assert is_asked(kerttu, "/me/sign-in/password")


def test_a_signature_waits_for_the_proof_with_everything_that_was_typed(
    world: World, app: Flask, story: Story
) -> None:
    story.applies()
    story.until("sign_resolution")
    signer = signed_in(world, "paattaja", app)
    task = story.task("sign_resolution")
    page = signer.get(f"/tasks/{task.id}")
    place = [form.get("action") for form in page.tree.xpath("//main//form")].index(
        f"/tasks/{task.id}/complete"
    )
    world.clock.passes(minutes=6)
    assert "enintään viisi minuuttia vanha vahvistus" in signer.get(f"/tasks/{task.id}").text

    first = signer.submits(page, "go=complete", place, **SIGN)

    assert (first.status, first.heading) == (403, "Vahvista, että olet sinä")
    assert story.file.resolutions[-1].state == "prepared"
    held = dict(first.form().form_values())
    assert held.items() >= {**SIGN, "go": "complete"}.items()
    still = signer.submits(first)
    assert still.status == 403, "sending it again alone does nothing"
    assert ("Mitään ei vieläkään lähtenyt" in first.text, "Mitään ei vieläkään lähtenyt" in still.text) == (
        False,
        True,
    ), "and the page says so"

    assert proves(signer).goes_to == "/me/proof"
    signed = signer.submits(first)

    assert signed.status == 303
    assert story.file.resolutions[-1].state == "signed"


def test_a_restricted_case_opens_after_a_proof(world: World, app: Flask, story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register", restricted="yes")
    manager, other = (signed_in(world, each, app) for each in ("esihenkilo", "toinen"))
    world.clock.passes(minutes=6)
    path = f"/cases/{story.reference}"

    assert is_asked(manager, path)
    assert other.get(path).status == 404, "a page that asked would say that there is a case"
    assert proves(manager, path=f"/me/proof?next={path}").goes_to == path
    assert manager.get(path).status == 200


def test_the_reason_for_lifting_a_restriction_waits_for_the_proof(
    world: World, app: Flask, story: Story
) -> None:
    story.applies()
    story.does("kirjaaja", "register", restricted="yes")
    manager = signed_in(world, "esihenkilo", app)
    page = manager.get(f"/cases/{story.reference}/visibility")
    world.clock.passes(minutes=6)

    first = manager.submits(page, reason="Vaara on ohi nyt.")

    assert (first.status, first.heading) == (403, "Vahvista, että olet sinä")
    assert story.case.is_restricted
    assert dict(first.form().form_values())["reason"] == "Vaara on ohi nyt."
    proves(manager)
    assert manager.submits(first).goes_to == f"/cases/{story.reference}/visibility"
    assert not story.case.is_restricted


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "/api/v1/x"])
def test_no_proof_leads_elsewhere(kerttu: Visitor, address: str) -> None:
    page = kerttu.get("/me/proof", query_string={"next": address})

    assert kerttu.submits(page, password=PASSWORD, next=address).goes_to == "/me/proof"


# ---------------------------------------------------------------- what proves


def test_a_wrong_password_proves_nothing(kerttu: Visitor) -> None:
    page = proves(kerttu, "väärä", f"/me/proof?next={CODES}")

    assert page.status == 422
    assert "Salasana tai kertakoodi ei täsmää." in page.text
    assert page.tree.xpath("//input[@name='next']/@value") == [CODES], "the way back is kept"
    assert is_asked(kerttu)


def test_outside_the_demonstration_a_code_is_asked_beside_the_password(world: World, app: Flask) -> None:
    kerttu, browser = account(world, "kasittelija"), Visitor(app)
    kerttu.signs_in(browser)
    world.clock.passes(minutes=6)

    assert proves(browser, code="").status == 422
    assert proves(browser, code="000000").status == 422
    code = kerttu.code()
    assert proves(browser, "väärä", code=code).status == 422
    assert proves(browser, code=code).status == 303
    world.clock.passes(minutes=6)
    assert proves(browser, code=kerttu.recovery_codes[0]).status == 303


def test_a_passkey_of_ones_own_proves(world: World, app: Flask) -> None:
    key, browser = Authenticator(), Visitor(app)
    begins_with_passkey(browser, invited(world, "kasittelija"), key)
    world.clock.passes(minutes=6)
    assert not browser.get("/me/proof").tree.xpath("//input[@name='password']"), "there is no password"

    assert proves_with_passkey(browser, key.use(asked(browser), HERE)).status == 303

    assert not is_asked(browser)


def test_only_an_answer_for_this_session_proves(world: World, app: Flask) -> None:
    key, theirs = Authenticator(), Authenticator()
    browser, other, telephone = Visitor(app), Visitor(app), Visitor(app)
    begins_with_passkey(browser, invited(world, "kasittelija"), key)
    begins_with_passkey(other, invited(world, "toinen"), theirs)
    signs_in_with_passkey(telephone, key)
    world.clock.passes(minutes=6)
    to_sign_in = browser.client.get("/sign-in/passkey").get_data(as_text=True)

    for answer in (
        "",
        theirs.use(asked(browser), HERE),
        key.use(to_sign_in, HERE),
        key.use(asked(telephone), HERE),
        key.use(asked(browser), "http://elsewhere.example"),
        key.use(asked(browser), HERE, verified=False),
    ):
        assert proves_with_passkey(browser, answer).status == 422, answer
    assert is_asked(browser)
    good = key.use(asked(browser), HERE)
    assert proves_with_passkey(browser, good).status == 303
    assert proves_with_passkey(browser, good).status == 422, "no answer works twice"


def test_wrong_proofs_end_after_ten_in_one_session_and_nobody_elses_guesses_count(
    world: World, kerttu: Visitor, app: Flask
) -> None:
    for number in range(200):
        world.engine.perform(CountSignIn(SignInAttempt("kasittelija", f"192.0.2.{number}")), PUBLIC)
    assert [proves(kerttu, "väärä").status for _ in range(10)] == [422] * 10

    refused = proves(kerttu)

    assert refused.status == 429
    assert "Kirjaudu ulos" in refused.text
    telephone = signed_in(world, "kasittelija", app)
    world.clock.passes(minutes=6)
    assert proves(telephone).status == 303, "another session of hers"


def test_the_owners_proof_shuts_out_who_stole_the_session(kerttu: Visitor, app: Flask) -> None:
    cookie = kerttu.client.get_cookie("session")
    assert cookie is not None
    thief = Visitor(app)
    thief.client.set_cookie("session", cookie.value)
    assert thief.get("/me").status == 200

    proves(kerttu)

    assert thief.get("/me").status == 303
    assert kerttu.get("/me").status == 200
    assert not is_asked(kerttu)
