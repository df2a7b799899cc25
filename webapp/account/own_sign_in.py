"""A member of staff's own ways to sign in: passkeys, a password with one-time codes, recovery codes."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from engine.commands.own_sign_in import (
    AddOwnPasskey,
    AskForOwnPasskey,
    ChangeOwnPassword,
    OfferOneTimeCodes,
    OwnMeans,
    RemoveOwnPasskey,
    RenewRecoveryCodes,
    TakeUpOneTimeCodes,
)
from engine.errors import Invalid, PasskeyRefused
from webapp.account.blueprint import blueprint
from webapp.account.invitation import posted_offer, written_offer
from webapp.account.passkeys import LONGEST_NAME, obstacle, posted_answer, site
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.responses import json_text, render, see_other
from webapp.rendering.qr_codes import qr_code
from webapp.rendering.words.catalogues import gettext as _


@blueprint.get("/me/sign-in")
@for_staff()
def own_sign_in() -> Response:
    return _means({})


@blueprint.get("/me/sign-in/passkey")
@for_staff()
def ask_for_own_passkey() -> Response:
    return json_text(engine().answer(AskForOwnPasskey(site()), sessions.actor()))


@blueprint.post("/me/sign-in/passkey")
@for_staff()
def add_passkey() -> Response:
    name = request.form.get("name", "").strip()[:LONGEST_NAME]
    try:
        engine().perform(AddOwnPasskey(site(), posted_answer(), name), sessions.actor())
    except (Invalid, PasskeyRefused) as refused:
        return _means({"passkey": _(refused.message)})
    notify(_("Pääsyavain on lisätty."))
    return see_other("account.own_sign_in")


@blueprint.post("/me/sign-in/passkeys/<uuid:passkey_id>/remove")
@for_staff()
def remove_passkey(passkey_id: UUID) -> Response:
    try:
        engine().perform(RemoveOwnPasskey(passkey_id), sessions.actor())
    except Invalid as invalid:
        return _means({"passkey": _(invalid.message)})
    notify(_("Pääsyavain on poistettu. Sillä ei enää pääse sisään, ja muut istuntosi on päätetty."))
    return see_other("account.own_sign_in")


@blueprint.get("/me/sign-in/password")
@for_staff(needs_proof=True)
def own_password() -> Response:
    return render("account/own_password.html", problems={})


@blueprint.post("/me/sign-in/password")
@for_staff()
def change_password() -> Response:
    password, again = (request.form.get(name, "")[:1000] for name in ("password", "again"))
    try:
        if password != again:
            raise Invalid("Salasanat eivät ole samat.", field="again")
        engine().perform(ChangeOwnPassword(password), sessions.actor())
    except Invalid as invalid:
        problems = {invalid.field or "password": _(invalid.message, **invalid.values)}
        return render("account/own_password.html", 422, problems=problems)
    notify(_("Salasana on vaihdettu. Muut istuntosi on päätetty."))
    return see_other("account.own_sign_in")


@blueprint.get("/me/sign-in/codes")
@for_staff()
def own_codes() -> Response:
    return _offered({})


@blueprint.post("/me/sign-in/codes")
@for_staff()
def take_up_codes() -> Response:
    code = request.form.get("code", "")[:100]
    try:
        codes = engine().perform(TakeUpOneTimeCodes(posted_offer(), code), sessions.actor())
    except Invalid as invalid:
        return _offered({"code": _(invalid.message)})
    return render("account/recovery_codes.html", codes=codes)


@blueprint.post("/me/sign-in/recovery-codes")
@for_staff()
def renew_recovery_codes() -> Response:
    try:
        codes = engine().perform(RenewRecoveryCodes(), sessions.actor())
    except Invalid as invalid:
        return _means({"codes": _(invalid.message)})
    return render("account/recovery_codes.html", codes=codes)


def _means(problems: dict[str, str]) -> Response:
    return render(
        "account/own_sign_in.html",
        422 if problems else 200,
        means=engine().answer(OwnMeans(), sessions.actor()),
        problems=problems,
        obstacle=obstacle(),
        has_proof=sessions.actor().has_proof(engine().now()),
    )


def _offered(problems: dict[str, str]) -> Response:
    offer = engine().answer(OfferOneTimeCodes(), sessions.actor())
    return render(
        "account/own_codes.html",
        422 if problems else 200,
        offer=written_offer(offer.sealed),
        secret=offer.secret,
        picture=qr_code(offer.address),
        problems=problems,
    )
