"""Signing in and proving at the authority's identity provider: the redirect there and the way back.

The session's cookie is Strict, so that the provider's redirect does not bring it. A page of this service stands in
between: it goes on by itself, and from it the cookie is sent.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from http import HTTPStatus

from flask import Response, make_response, redirect, request, url_for

from engine.commands.provider_sign_in import (
    ON_THE_WAY,
    CameIn,
    ComeBack,
    ProveAtProvider,
    ProviderTrip,
    SetOut,
    SignInAtProvider,
)
from engine.domain.people import PUBLIC, Role
from engine.errors import NotFound
from engine.journal import place_of
from webapp.account.blueprint import at_provider
from webapp.account.sign_in import attempt_of, own_path, require_attempt
from webapp.http import sessions
from webapp.http.access import for_staff, open_to_all
from webapp.http.current import engine, settings, staff_provider
from webapp.http.languages import current_language, speak
from webapp.http.responses import render
from webapp.identification import NotIdentified, ProviderAway, Secrets
from webapp.identification.claims import identity_of
from webapp.settings import StaffSignIn

log = logging.getLogger(__name__)
PATH = "/sign-in/provider"
RETURN_ADDRESS = f"{PATH}/back"
_BROUGHT = ("code", "state", "iss", "error")
_LONGEST = 5000
_LONGEST_COOKIE = 4000


@at_provider.get(PATH)
@open_to_all
def go() -> Response:
    """Go to the provider to sign in."""
    return _set_out(own_path(request.args.get("next")), to_prove=False)


@at_provider.get("/me/proof/provider")
@for_staff()
def go_to_prove() -> Response:
    """Go to the provider, which is to ask anew who it is."""
    return _set_out(own_path(request.args.get("next")), to_prove=True)


@at_provider.get(RETURN_ADDRESS)
@open_to_all
def back() -> Response:
    """Accept the returning person, once and only in the browser that left."""
    response = _came_back()
    response.delete_cookie(_cookie(), secure=settings().is_https, httponly=True, samesite="Lax", path=PATH)
    return response


def _set_out(onwards: str, *, to_prove: bool) -> Response:
    trip = Secrets()
    longest = timedelta(0) if to_prove else engine().settings.sessions.length
    try:
        address = staff_provider().address(trip, current_language().locale, longest)
    except ProviderAway:
        return _away()
    held = ProviderTrip(trip.state, trip.nonce, trip.verifier, onwards)
    sealed = engine().answer(SetOut(held, to_prove), sessions.actor() if to_prove else PUBLIC)
    response = make_response(redirect(address, code=303))
    response.set_cookie(
        _cookie(),
        sealed,
        max_age=int(ON_THE_WAY.total_seconds()),
        secure=settings().is_https,
        httponly=True,
        # The way back begins at another site: Strict would leave the cookie out.
        samesite="Lax",
        path=PATH,
    )
    return response


def _came_back() -> Response:
    attempt = attempt_of("")
    require_attempt(attempt)
    sealed = request.cookies.get(_cookie(), "")[:_LONGEST_COOKIE]
    brought = {name: request.args.get(name, "")[:_LONGEST] for name in _BROUGHT if name in request.args}
    found = engine().perform(ComeBack(sealed, brought.get("state", "")), PUBLIC)
    if found is None:
        return _not_in("broken")
    trip, begun_at = found
    now = engine().now()
    # To sign in, an earlier sign-in there will do; to prove, it must be newer than the way there.
    since = begun_at if trip.session_hash else None
    try:
        claims = staff_provider().claims(brought, trip.nonce, trip.verifier, now)
        shown_at = staff_provider().shown_at(claims, now, since)
        identity = identity_of(claims, _configured(), shown_at)
    except ProviderAway:
        return _away()
    except NotIdentified as reason:
        # Its place names the reason.
        log.warning("a person was not identified", extra={"route": request.endpoint, **place_of(reason)})
        return _not_in("broken")
    try:
        if trip.session_hash:
            token = engine().perform(ProveAtProvider(sealed, attempt, identity), PUBLIC)
            return _not_in("another") if token is None else sessions.renew(_through(trip), token)
        came_in = engine().perform(SignInAtProvider(sealed, attempt, identity), PUBLIC)
    except NotFound:
        return _not_in("broken")
    if came_in.begun is None:
        return _not_in(str(came_in.why), identity.unknown, came_in.withheld)
    speak(came_in.begun.session.language)
    return sessions.begin(_through(trip, identity.unknown, came_in), came_in.begun)


def _through(trip: ProviderTrip, unknown: tuple[str, ...] = (), came_in: CameIn | None = None) -> Response:
    """Show the page that goes on by itself, unless there is something to read on it."""
    onwards = trip.onwards or url_for("account.prove" if trip.session_hash else "account.home")
    withheld = came_in.withheld if came_in is not None else frozenset()
    return render("account/through.html", onwards=onwards, unknown=unknown, withheld=sorted(withheld))


def _away() -> Response:
    log.error("the identity provider does not answer", extra={"route": request.endpoint})
    return _not_in("away", status=HTTPStatus.SERVICE_UNAVAILABLE)


def _not_in(
    why: str,
    unknown: tuple[str, ...] = (),
    withheld: frozenset[Role] = frozenset(),
    status: HTTPStatus = HTTPStatus.FORBIDDEN,
) -> Response:
    return render(
        "account/not_in.html",
        status,
        why=why,
        unknown=unknown,
        withheld=sorted(withheld),
        ask=_configured().table.ask,
    )


def _configured() -> StaffSignIn:
    configured = settings().staff_sign_in
    if configured is None:
        raise NotFound
    return configured


def _cookie() -> str:
    # __Host- would send it to every page.
    return "__Secure-provider" if settings().is_https else "provider"
