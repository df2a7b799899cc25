"""Signing in and out. A failed sign-in reads the same for every cause."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, request, url_for

from engine.commands.sessions import SignOut
from engine.commands.sign_in import (
    AskForPasskey,
    CountSignIn,
    SignedIn,
    SignIn,
    SignInAttempt,
    SignInWithPasskey,
)
from engine.domain.people import PUBLIC
from engine.errors import PasskeyRefused, Refusal, SignInRefused, TooManyAttempts
from webapp.account.blueprint import blueprint
from webapp.account.own_sessions import browser_name
from webapp.account.passkeys import obstacle, posted_answer, site
from webapp.http import sessions
from webapp.http.access import for_staff, open_to_all
from webapp.http.current import engine, settings, staff_provider
from webapp.http.languages import current_language
from webapp.http.limits import source
from webapp.http.loopback import is_local
from webapp.http.responses import json_text, render, see_other
from webapp.identification import ProviderAway


@blueprint.get("/sign-in")
@open_to_all
def sign_in() -> Response:
    return _page(own_path(request.args.get("next")))


@blueprint.post("/sign-in")
@open_to_all
def begin_session() -> Response:
    password, code = request.form.get("password", "")[:1000], request.form.get("code", "")[:100]
    attempt = attempt_of(request.form.get("username", "").strip()[:200])
    return _begun(attempt, SignInRefused(), lambda: engine().perform(SignIn(attempt, password, code), PUBLIC))


@blueprint.get("/sign-in/passkey")
@open_to_all
def ask_for_passkey() -> Response:
    """Answer with what a passkey is to sign: asked for at each press, because it is too old in five minutes."""
    return json_text(engine().answer(AskForPasskey(site()), PUBLIC))


@blueprint.post("/sign-in/passkey")
@open_to_all
def begin_session_with_passkey() -> Response:
    attempt = attempt_of("")
    given = SignInWithPasskey(attempt, site(), posted_answer())
    return _begun(attempt, PasskeyRefused(), lambda: engine().perform(given, PUBLIC))


@blueprint.post("/sign-out")
@for_staff()
def sign_out() -> Response:
    """End the session here, and lead to where it ends at the provider if it began there."""
    session = sessions.current_session()
    engine().perform(SignOut(sessions.session_token()), sessions.actor())
    if session is None or not session.is_from_provider or settings().staff_sign_in is None:
        return sessions.end(see_other("account.sign_in"))
    # A page in between: no posted form may lead to another site (form-action).
    return sessions.end(render("account/signed_out.html", address=_address_to_leave()))


def _address_to_leave() -> str:
    """Return the address at which the session ends at the provider; empty if it has none, or is away."""
    back = settings().base_url + url_for("account.sign_in")
    try:
        return staff_provider().address_to_leave(back, current_language().locale)
    except ProviderAway:
        return ""


def attempt_of(username: str) -> SignInAttempt:
    return SignInAttempt(
        username, source(), sessions.device_token(), is_local=is_local(), browser=browser_name()
    )


def require_attempt(attempt: SignInAttempt) -> None:
    """Count the attempt, in a transaction of its own, so that a failed one stays counted. Raise TooManyAttempts if it
    is one too many."""
    if not engine().perform(CountSignIn(attempt), PUBLIC):
        raise TooManyAttempts


def _begun(attempt: SignInAttempt, refusal: Refusal, begin: Callable[[], SignedIn | None]) -> Response:
    """Begin a session and go on to the page that was wanted, or show the sign-in page with the refusal."""
    onwards = own_path(request.form.get("next"))
    try:
        require_attempt(attempt)
    except TooManyAttempts as too_many:
        return _page(onwards, too_many, attempt.username, status=429)
    begun = begin()
    if begun is None:
        return _page(onwards, refusal, attempt.username, status=422)
    return sessions.begin(make_response(redirect(onwards or url_for("account.home"), code=303)), begun)


def _page(onwards: str, refusal: Refusal | None = None, username: str = "", *, status: int = 200) -> Response:
    configured = settings().staff_sign_in
    return render(
        "account/sign_in.html",
        status,
        username=username,
        problem=refusal.message if refusal else "",
        is_passkey_problem=isinstance(refusal, PasskeyRefused),
        next=onwards,
        is_beside=onwards == url_for("account.prove"),
        obstacle=obstacle(),
        is_local=is_local(),
        are_all_local=engine().settings.local_accounts is None,
        ask=configured.table.ask if configured is not None else "",
    )


def own_path(address: str | None) -> str:
    """Return the address if it is a page of this site, else an empty text: a foreign one could mislead people, and a
    control character can't stand in a redirect."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return ""
    if not address.isprintable():
        return ""
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc and not parts.path.startswith("/api/") else ""
