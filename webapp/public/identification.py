"""Identification of a visitor who has the applicant's code: the redirect to the service and back.

The only cookie of the public side ties the return to the browser that left, so that nobody can make another person
identify themselves for them. It is sent to this address alone and deleted with the first response.
"""

from __future__ import annotations

import logging
import secrets

from flask import Response, request

from engine.commands.own_access import (
    ON_THE_WAY,
    BeginIdentification,
    CloseReadingByCode,
    OpenReading,
    TakeIdentification,
)
from engine.commands.public_drafts import new_token
from engine.domain.people import PUBLIC
from engine.errors import NotFound
from webapp.http.access import open_to_all
from webapp.http.current import engine, identity_provider, settings
from webapp.http.languages import current_language, preferred_language, speak
from webapp.http.limits import IDENTIFYING, spend
from webapp.http.responses import render
from webapp.http.visits import current_visit, take_up
from webapp.identification import NotIdentified, ProviderAway, Secrets, WithoutCode
from webapp.public import codes, own_case
from webapp.public.blueprint import identified
from webapp.public.page_addresses import at_address, go_to
from webapp.rendering.words.code_disguise import code_in

log = logging.getLogger(__name__)
RETURN_ADDRESS = "/i"
_BROUGHT = ("code", "state", "iss", "error")
_LONGEST = 5000


@identified.post("/<language:language>/more/go")
@open_to_all
def go() -> Response:
    """Show what identification opens, with the link to the service. It does not reveal whether reading is open."""
    code, trip, browser = _code(), Secrets(), secrets.token_urlsafe(32)
    codes.spend_guess(code)
    language = current_language()
    try:
        address = identity_provider().address(trip, language.locale)
    except ProviderAway:
        return _away()
    begin = BeginIdentification(code, trip.state, browser, trip.nonce, trip.verifier, language.code)
    if not engine().perform(begin, PUBLIC):
        codes.give_back_if_known(code)
        return codes.unknown()
    codes.give_back_guess(code)
    page = go_to("identify", code, address=address, code=code)
    page.set_cookie(
        _cookie(),
        # With the visit: leaving the pages after the service closes those before it.
        f"{browser}.{current_visit()}",
        max_age=int(ON_THE_WAY.total_seconds()),
        secure=settings().is_https,
        httponly=True,
        # The way back begins at another site: Strict would leave the cookie out.
        samesite="Lax",
        path=RETURN_ADDRESS,
    )
    return page


@at_address("identify")
def show_identify(address: str, code: str) -> Response:
    return render("public/identify.html", address=address, code=code)


@identified.get(RETURN_ADDRESS)
@open_to_all
def back() -> Response:
    """Accept the returning visitor, once and only in the browser that left."""
    response = _came_back()
    response.delete_cookie(
        _cookie(), secure=settings().is_https, httponly=True, samesite="Lax", path=RETURN_ADDRESS
    )
    return response


@identified.post("/<language:language>/more/close")
@open_to_all
def close() -> Response:
    """Close reading for everyone with the code alone: a protective step needs no identification."""
    code = _code()
    codes.spend_guess(code)
    if not engine().perform(CloseReadingByCode(code), PUBLIC):
        codes.give_back_if_known(code)
        return codes.unknown()
    codes.give_back_guess(code)
    return go_to("reading_closed")


@at_address("reading_closed")
def show_reading_closed() -> Response:
    return render("public/reading_closed.html")


def _came_back() -> Response:
    speak(preferred_language())
    spend(IDENTIFYING)
    brought = {name: request.args.get(name, "")[:_LONGEST] for name in _BROUGHT if name in request.args}
    state, (browser, _, visit) = (
        brought.get("state", ""),
        request.cookies.get(_cookie(), "")[:200].partition("."),
    )
    take_up(visit)
    held = engine().perform(TakeIdentification(state, browser), PUBLIC)
    if held is None:
        return _not_opened("broken", 422)
    speak(held.language)
    try:
        person = identity_provider().identity_code(brought, held.nonce, held.verifier, engine().now())
    except ProviderAway:
        return _away()
    except NotIdentified:
        return _not_opened("broken", 422)
    except WithoutCode:
        return _not_opened("without_code", 403)
    key = new_token()
    try:
        is_open = engine().perform(OpenReading(state, browser, person, key), PUBLIC)
    except NotFound:
        return _not_opened("broken", 422)
    return own_case.to_own_case(key) if is_open else _not_opened("nothing", 403)


def _away() -> Response:
    log.error("the identification service does not answer", extra={"route": request.endpoint})
    return _not_opened("away", 503)


def _not_opened(why: str, status: int) -> Response:
    return render("public/not_opened.html", status, why=why)


def _code() -> str:
    return code_in(request.form.get("code", "")[:400])


def _cookie() -> str:
    # Its name binds it to TLS; __Host- would send it to every page of ours.
    return "__Secure-i" if settings().is_https else "i"
