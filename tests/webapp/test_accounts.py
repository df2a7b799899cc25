"""Accounts of one's own: an invitation, a passkey or a password with one-time codes, and nobody else who knows them."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from uuid import UUID

import pyotp
import pytest
from flask import Flask

from engine.commands.invitations import AcceptWithPasskey, AskInvitedForPasskey, Invite
from engine.commands.own_sign_in import AddOwnPasskey, AskForOwnPasskey, OwnMeans, RemoveOwnPasskey
from engine.commands.people import AddPerson, ClosePerson, ReopenPerson
from engine.commands.public_drafts import DestroyExpired
from engine.commands.sign_in import SignIn, SignInAttempt, Site
from engine.domain.people import OPERATOR, PUBLIC, SYSTEM, Role
from engine.errors import Invalid, NotFound
from tests.properties.test_races import at_once
from tests.support.accounts import HERE, account, begins_with_passkey, invited, signs_in_with_passkey
from tests.support.authenticator import Authenticator
from tests.support.browsing import SETTINGS, Visitor, signed_in
from tests.support.compiled import application_of
from tests.support.world import PASSWORD, World

CHOSEN = "sade ja kolme lokkia"
AGAIN = "lokit lensivät pois"


# ---------------------------------------------------------------- invitations


def test_an_invited_person_chooses_a_password_that_nobody_else_learns(world: World, app: Flask) -> None:
    world.engine.perform(AddPerson("uusi", "Ulla Uusi", frozenset({Role.CASEWORKER})), OPERATOR)
    token = world.engine.perform(Invite("uusi"), OPERATOR).token
    browser = Visitor(app)
    page = browser.get(f"/sign-in/invitation/{token}")
    assert "Ulla Uusi" in page.text
    assert browser.get(f"/sign-in/invitation/{token}").status == 200, "looking uses nothing up"

    secret = "".join(page.tree.xpath("//code[@class='secret']")[0].text_content().split())
    codes = browser.submits(
        page, place=1, password=CHOSEN, again=CHOSEN, code=pyotp.TOTP(secret).at(world.clock())
    )

    assert codes.heading == "Varakoodisi"
    assert len(codes.tree.xpath("//ul[@class='recovery-codes']/li")) == 10
    assert browser.get("/tasks/").status == 200
    assert Visitor(app).get(f"/sign-in/invitation/{token}").status == 404
    world.clock.passes(seconds=30)
    back, code = Visitor(app), pyotp.TOTP(secret).at(world.clock())
    typed = {"username": "uusi", "password": CHOSEN}
    assert back.submits(back.get("/sign-in"), **typed).status == 422, "a password alone opens nothing"
    assert back.submits(back.get("/sign-in"), **typed, code=code).status == 303


def test_an_account_opens_to_nobody_before_its_invitation_is_used(world: World, app: Flask) -> None:
    world.engine.perform(AddPerson("uusi", "Ulla Uusi", frozenset({Role.CASEWORKER})), OPERATOR)
    browser = Visitor(app)

    for password in ("", PASSWORD):
        assert browser.submits(browser.get("/sign-in"), username="uusi", password=password).status == 422


def test_an_invitation_ends_on_its_day_with_the_next_one_and_with_the_account(
    world: World, app: Flask
) -> None:
    browser = Visitor(app)
    first, second = invited(world, "kasittelija"), invited(world, "kasittelija")
    assert [browser.get(f"/sign-in/invitation/{each}").status for each in (first, second)] == [404, 200]

    world.clock.passes(days=3, seconds=1)
    assert browser.get(f"/sign-in/invitation/{second}").status == 404
    world.engine.perform(DestroyExpired(), SYSTEM)

    third = invited(world, "kasittelija")
    world.engine.perform(ClosePerson("kasittelija"), OPERATOR)
    world.engine.perform(ReopenPerson("kasittelija"), OPERATOR)
    assert browser.get(f"/sign-in/invitation/{third}").status == 404


@pytest.mark.databases
def test_of_many_who_use_one_invitation_at_once_exactly_one_gets_in(world: World) -> None:
    token = invited(world, "kasittelija")
    site, here = Site(HERE), SignInAttempt("", "192.0.2.1")
    asked = [world.engine.answer(AskInvitedForPasskey(token, site), PUBLIC) for _ in range(8)]
    answers = [Authenticator().make(each, HERE) for each in asked]

    outcomes = at_once(
        [
            partial(world.engine.perform, AcceptWithPasskey(token, here, site, answer), PUBLIC)
            for answer in answers
        ]
    )

    assert len([each for each in outcomes if not isinstance(each, NotFound)]) == 1, outcomes


@pytest.mark.parametrize(
    ("password", "again", "problem"),
    [
        ("lyhyt", "lyhyt", "vähintään 12 merkkiä"),
        ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa", "useita eri merkkejä"),
        ("on-kasittelija-itse", "on-kasittelija-itse", "ei saa olla käyttäjätunnustasi"),
        (CHOSEN, AGAIN, "eivät ole samat"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(
    world: World, app: Flask, password: str, again: str, problem: str
) -> None:
    browser = Visitor(app)
    page = browser.get(f"/sign-in/invitation/{invited(world, 'kasittelija')}")

    refused = browser.submits(page, place=1, password=password, again=again, code="123456")

    assert refused.status == 422
    assert problem in refused.text


def test_an_offered_secret_is_for_one_person_and_an_hour(world: World, app: Flask) -> None:
    browser, other = Visitor(app), Visitor(app)
    page = browser.get(f"/sign-in/invitation/{invited(world, 'kasittelija')}")
    foreign = other.get(f"/sign-in/invitation/{invited(world, 'toinen')}")
    secret = "".join(foreign.tree.xpath("//code[@class='secret']")[0].text_content().split())
    offer = foreign.tree.xpath("//input[@name='offer']/@value")[0]
    typed = {"password": CHOSEN, "again": CHOSEN, "code": pyotp.TOTP(secret).at(world.clock())}

    assert browser.submits(page, place=1, offer=offer, **typed).status == 422
    assert browser.submits(page, place=1, offer="x", **typed).status == 422
    world.clock.passes(hours=1, seconds=1)
    late = {**typed, "code": pyotp.TOTP(secret).at(world.clock())}
    assert other.submits(foreign, place=1, **late).status == 422


# ---------------------------------------------------------------- one-time codes


def test_a_one_time_code_works_once_and_for_a_minute(world: World, app: Flask) -> None:
    kerttu = account(world, "kasittelija")
    code = kerttu.code()
    assert kerttu.signs_in(Visitor(app), code=f"{code[:3]} {code[3:]}").status == 303
    assert kerttu.signs_in(Visitor(app), code=code).status == 422
    late = kerttu.code()
    world.clock.passes(seconds=90)
    assert kerttu.signs_in(Visitor(app), code=late).status == 422


@pytest.mark.databases
def test_of_many_who_use_one_code_at_once_exactly_one_gets_in(world: World) -> None:
    kerttu = account(world, "kasittelija")
    signing = SignIn(SignInAttempt("kasittelija", "192.0.2.1"), PASSWORD, kerttu.code())
    recovering = SignIn(SignInAttempt("kasittelija", "192.0.2.1"), PASSWORD, kerttu.recovery_codes[0])

    for command in (signing, recovering):
        outcomes = at_once([partial(world.engine.perform, command, PUBLIC)] * 4)
        assert outcomes.count(None) == 3, outcomes


def test_a_recovery_code_stands_once_for_a_lost_telephone(world: World, app: Flask) -> None:
    kerttu = account(world, "kasittelija")
    first, second = kerttu.recovery_codes[:2]

    assert kerttu.signs_in(Visitor(app), code=first.lower().replace("-", " ")).status == 303
    assert kerttu.signs_in(Visitor(app), code=first).status == 422
    browser = signed_in(world, "kasittelija", app)
    assert "9 jäljellä" in browser.get("/me/sign-in").text

    renewed = browser.submits(browser.get("/me/sign-in"), place=1)
    assert renewed.heading == "Varakoodisi"
    assert kerttu.signs_in(Visitor(app), code=second).status == 422


def test_the_log_names_the_code_that_was_given_and_none_where_none_was(world: World, app: Flask) -> None:
    kerttu, here = account(world, "kasittelija"), Visitor(app)
    auditor = signed_in(world, "tarkastaja", app)
    here.submits(here.get("/sign-in"), username="toinen", password=PASSWORD)
    assert "esittelyn salasanalla, ilman kertakoodia" in auditor.get("/administration/log").text
    kerttu.signs_in(Visitor(app), code=kerttu.recovery_codes[0])
    assert "salasanalla ja varakoodilla" in auditor.get("/administration/log").text
    assert "salasanalla ja kertakoodilla" not in auditor.get("/administration/log").text
    kerttu.signs_in(Visitor(app))
    assert "salasanalla ja kertakoodilla" in auditor.get("/administration/log").text


# ---------------------------------------------------------------- one's own


def test_a_new_password_of_ones_own_ends_the_other_sessions(world: World, app: Flask) -> None:
    kerttu = account(world, "kasittelija")
    desk, telephone = Visitor(app), Visitor(app)
    for each in (desk, telephone):
        assert kerttu.signs_in(each).status == 303

    changed = desk.submits(desk.get("/me/sign-in/password"), password=CHOSEN, again=CHOSEN)

    assert desk.follows(changed).tree.find_class("notice")
    assert telephone.get("/me").status == 303
    assert kerttu.signs_in(Visitor(app)).status == 422
    assert kerttu.signs_in(Visitor(app), password=CHOSEN).status == 303


def test_the_last_way_in_is_never_removed(world: World, app: Flask) -> None:
    key, browser = Authenticator(), Visitor(app)
    begins_with_passkey(browser, invited(world, "kasittelija"), key)
    refused = browser.submits(browser.get("/me/sign-in"))
    assert refused.status == 422
    assert "ainoa tapasi" in refused.text

    second = Authenticator()
    asked = browser.client.get("/me/sign-in/passkey").get_data(as_text=True)
    assert json.loads(asked)["excludeCredentials"], "the same device makes no second one"
    added = browser.submits(
        browser.get("/me/sign-in"), place=1, answer=second.make(asked, HERE), name="puhelin"
    )
    assert added.status == 303
    elsewhere = Visitor(app)
    signs_in_with_passkey(elsewhere, key)
    assert elsewhere.get("/me").status == 200
    page = browser.get("/me/sign-in")
    assert "puhelin" in page.text
    assert browser.submits(page).status == 303

    assert elsewhere.get("/me").status == 303, "who had the key has no session left"
    assert browser.get("/me").status == 200
    assert signs_in_with_passkey(Visitor(app), key).status == 422
    assert signs_in_with_passkey(Visitor(app), second).status == 303


@pytest.mark.databases
def test_of_two_removals_of_the_last_two_at_once_one_is_refused(world: World) -> None:
    invited(world, "kasittelija")
    site, kerttu = Site(HERE), world.actor("kasittelija")
    for _ in range(2):
        answer = Authenticator().make(world.engine.answer(AskForOwnPasskey(site), kerttu), HERE)
        world.engine.perform(AddOwnPasskey(site, answer), kerttu)
    both = world.engine.answer(OwnMeans(), kerttu).passkeys

    outcomes = at_once([partial(world.engine.perform, RemoveOwnPasskey(each.id), kerttu) for each in both])

    assert len([each for each in outcomes if isinstance(each, Invalid)]) == 1, outcomes
    assert len(world.engine.answer(OwnMeans(), kerttu).passkeys) == 1


def test_nobody_removes_the_passkey_of_another(world: World, app: Flask) -> None:
    key, browser = Authenticator(), Visitor(app)
    begins_with_passkey(browser, invited(world, "kasittelija"), key)
    theirs = browser.get("/me/sign-in").form().get("action")
    other = signed_in(world, "toinen", app)
    own = Authenticator()
    asked = other.client.get("/me/sign-in/passkey").get_data(as_text=True)
    other.submits(other.get("/me/sign-in"), answer=own.make(asked, HERE))

    assert UUID(theirs.split("/")[-2])
    other.post(theirs, {"form_token": other.token(other.get("/me"))})

    assert signs_in_with_passkey(Visitor(app), key).status == 303


def test_codes_for_a_new_telephone_end_those_of_the_old(world: World, app: Flask) -> None:
    kerttu = account(world, "kasittelija")
    browser, elsewhere = Visitor(app), Visitor(app)
    for each in (elsewhere, browser):
        assert kerttu.signs_in(each).status == 303
    page = browser.get("/me/sign-in/codes")
    secret = "".join(page.tree.xpath("//code[@class='secret']")[0].text_content().split())
    assert browser.submits(page, code="000000").status == 422

    page = browser.submits(page, code=pyotp.TOTP(secret).at(world.clock()))

    assert page.heading == "Varakoodisi"
    assert kerttu.signs_in(Visitor(app)).status == 422
    assert elsewhere.get("/me").status == 303, "who had the telephone has no session left"
    assert browser.get("/me").status == 200
    assert kerttu.signs_in(Visitor(app), code=kerttu.recovery_codes[0]).status == 422
    world.clock.passes(seconds=30)
    assert kerttu.signs_in(Visitor(app), code=pyotp.TOTP(secret).at(world.clock())).status == 303


def test_new_recovery_codes_end_the_sessions_that_an_old_one_may_have_begun(world: World, app: Flask) -> None:
    kerttu = account(world, "kasittelija")
    browser, elsewhere = Visitor(app), Visitor(app)
    assert kerttu.signs_in(elsewhere, code=kerttu.recovery_codes[0]).status == 303
    assert kerttu.signs_in(browser).status == 303
    token = browser.token(browser.get("/me/sign-in"))

    page = browser.post("/me/sign-in/recovery-codes", {"form_token": token})

    assert page.heading == "Varakoodisi"
    assert elsewhere.get("/me").status == 303
    assert browser.get("/me").status == 200


# ---------------------------------------------------------------- the demonstration


def test_the_demonstrations_people_come_in_on_the_machine_itself_only(world: World, app: Flask) -> None:
    here = Visitor(app)
    assert here.submits(here.get("/sign-in"), username="kasittelija", password=PASSWORD).status == 303
    cookie = here.client.get_cookie("session")
    assert cookie is not None

    far = Visitor(app)
    far.client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    assert far.submits(far.get("/sign-in"), username="kasittelija", password=PASSWORD).status == 422
    far.client.set_cookie("session", cookie.value)
    assert far.get("/me").status == 303, "a stolen session neither"
    tunnel = Visitor(app)
    tunnel.client.set_cookie("session", cookie.value, domain="vireille.example")
    assert tunnel.get("/me", base_url="http://vireille.example").status == 303
    public = Visitor(application_of(world.engine, replace(SETTINGS, base_url="https://vireille.example")))
    public.client.set_cookie("__Host-session", cookie.value)
    assert public.get("/me").status == 303
    assert here.get("/me").status == 200


def test_the_demonstrations_people_need_no_codes_beside_their_password(world: World, app: Flask) -> None:
    key, here = Authenticator(), Visitor(app)
    here.submits(here.get("/sign-in"), username="kasittelija", password=PASSWORD)
    assert "Pelkällä salasanalla" not in here.get("/me/sign-in").text
    asked = here.client.get("/me/sign-in/passkey").get_data(as_text=True)
    here.submits(here.get("/me/sign-in"), answer=key.make(asked, HERE), name="työkone")
    assert signs_in_with_passkey(Visitor(app), key).status == 303

    assert here.submits(here.get("/me/sign-in")).status == 303, "not the last way in: the password is another"
    assert signs_in_with_passkey(Visitor(app), key).status == 422


def test_an_account_of_nobody_can_not_be_invited(world: World) -> None:
    with pytest.raises(Invalid, match="ei ole"):
        world.engine.perform(Invite("ei-ketaan"), OPERATOR)
