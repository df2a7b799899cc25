"""Using an invitation: the person chooses how they sign in from now on. Looking at it uses nothing up."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from http import HTTPStatus

from flask import Response, request, url_for

from engine.commands.invitations import (
    AcceptWithPasskey,
    AcceptWithPassword,
    AskInvitedForPasskey,
    ReadInvitation,
)
from engine.commands.sign_in import SignInAttempt
from engine.domain.people import PUBLIC
from engine.errors import Invalid, NotFound, PasskeyRefused
from webapp.account.blueprint import blueprint
from webapp.account.passkeys import LONGEST_NAME, obstacle, posted_answer, site
from webapp.account.sign_in import attempt_of, require_attempt
from webapp.http import sessions
from webapp.http.access import open_to_all
from webapp.http.current import engine
from webapp.http.responses import json_text, render, see_other
from webapp.rendering.qr_codes import qr_code
from webapp.rendering.words.catalogues import gettext as _


@blueprint.get("/sign-in/invitation/<token>")
@open_to_all
def invitation(token: str) -> Response:
    return _page(token)


@blueprint.get("/sign-in/invitation/<token>/passkey")
@open_to_all
def ask_invited_for_passkey(token: str) -> Response:
    return json_text(engine().answer(AskInvitedForPasskey(token, site()), PUBLIC))


@blueprint.post("/sign-in/invitation/<token>/passkey")
@open_to_all
def accept_with_passkey(token: str) -> Response:
    name = request.form.get("name", "").strip()[:LONGEST_NAME]
    command = AcceptWithPasskey(token, _counted(), site(), posted_answer(), name)
    try:
        begun = engine().perform(command, PUBLIC)
    except NotFound:
        return _ended()
    except (Invalid, PasskeyRefused) as refused:
        return _page(token, {"passkey": _(refused.message)})
    return sessions.begin(see_other("account.home"), begun)


@blueprint.post("/sign-in/invitation/<token>/password")
@open_to_all
def accept_with_password(token: str) -> Response:
    password, again = (request.form.get(name, "")[:1000] for name in ("password", "again"))
    attempt = _counted()
    try:
        if password != again:
            raise Invalid("Salasanat eivät ole samat.", field="again")
        command = AcceptWithPassword(
            token, attempt, password, posted_offer(), request.form.get("code", "")[:100]
        )
        accepted = engine().perform(command, PUBLIC)
    except NotFound:
        return _ended()
    except Invalid as invalid:
        return _page(token, {invalid.field or "password": _(invalid.message, **invalid.values)})
    page = render(
        "account/recovery_codes_first.html", codes=accepted.recovery_codes, onwards=url_for("account.home")
    )
    return sessions.begin(page, accepted.begun)


def posted_offer() -> bytes:
    """Return the sealed secret that the page offered. Raise Invalid if it is no longer what it was."""
    try:
        return urlsafe_b64decode(request.form.get("offer", "")[:1000])
    except (binascii.Error, ValueError):
        raise Invalid("Lataa sivu uudelleen.", field="code") from None


def written_offer(sealed: bytes) -> str:
    return urlsafe_b64encode(sealed).decode()


def _counted() -> SignInAttempt:
    attempt = attempt_of("")
    require_attempt(attempt)
    return attempt


def _page(token: str, problems: dict[str, str] | None = None) -> Response:
    try:
        invited = engine().answer(ReadInvitation(token), PUBLIC)
    except NotFound:
        return _ended()
    return render(
        "account/invitation.html",
        422 if problems else 200,
        token=token,
        invited=invited,
        offer=written_offer(invited.offer.sealed),
        picture=qr_code(invited.offer.address),
        problems=problems or {},
        obstacle=obstacle(),
    )


def _ended() -> Response:
    """Answer alike for an invitation that was used, replaced or too old, and for one that never was."""
    return render("account/invitation_ended.html", HTTPStatus.NOT_FOUND)
