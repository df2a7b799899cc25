"""Accounts that open with a passkey, or with a password and a one-time code, as outside the demonstration."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp

from engine.commands.invitations import AcceptWithPassword, Invite, ReadInvitation
from engine.commands.sign_in import SignInAttempt
from engine.domain.people import OPERATOR, PUBLIC
from engine.storage.people import People
from tests.support.authenticator import Authenticator
from tests.support.browsing import Page, Visitor
from tests.support.world import PASSWORD, World

HERE = "http://localhost"


@dataclass
class Account:
    world: World
    username: str
    secret: str
    recovery_codes: tuple[str, ...]

    def code(self) -> str:
        """The next code: half a minute later, since none works twice."""
        self.world.clock.passes(seconds=30)
        return pyotp.TOTP(self.secret).at(self.world.clock())

    def signs_in(
        self, browser: Visitor, password: str = PASSWORD, code: str | None = None, **sent: str
    ) -> Page:
        typed = {
            "username": self.username,
            "password": password,
            "code": self.code() if code is None else code,
        }
        return browser.submits(browser.get("/sign-in"), **typed, **sent)


def invited(world: World, username: str) -> str:
    """Take the person out of the demonstration and invite them. Return the invitation's token."""
    with world.engine.database.unit_of_work() as unit:
        People(unit).change(world.people[username].id, is_demonstration=False)
    invitation = world.engine.perform(Invite(username), OPERATOR)
    assert invitation is not None
    return invitation.token


def account(world: World, username: str) -> Account:
    """Let the person use an invitation with a password and one-time codes."""
    token = invited(world, username)
    offer = world.engine.answer(ReadInvitation(token), PUBLIC).offer
    code = pyotp.TOTP(offer.secret).at(world.clock())
    command = AcceptWithPassword(token, SignInAttempt("", "192.0.2.1"), PASSWORD, offer.sealed, code)
    accepted = world.engine.perform(command, PUBLIC)
    return Account(world, username, offer.secret, accepted.recovery_codes)


def begins_with_passkey(browser: Visitor, token: str, key: Authenticator) -> Page:
    """Use an invitation with a passkey, as the page's script does."""
    page = browser.get(f"/sign-in/invitation/{token}")
    asked = browser.client.get(f"/sign-in/invitation/{token}/passkey").get_data(as_text=True)
    return browser.submits(page, answer=key.make(asked, HERE), name="työkone")


def signs_in_with_passkey(browser: Visitor, key: Authenticator, **changes: str) -> Page:
    asked = browser.client.get("/sign-in/passkey").get_data(as_text=True)
    sent = {"form_token": browser.token(browser.get("/sign-in")), "answer": key.use(asked, HERE)}
    return browser.post("/sign-in/passkey", {**sent, **changes})
