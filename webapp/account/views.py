"""Sign-in, sign-out, own settings. A failed sign-in reads the same for every cause."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.commands.sessions import ChooseLanguage, SignOut
from engine.commands.sign_in import CountSignIn, SignedIn, SignIn, SignInAttempt
from engine.domain.people import PUBLIC
from engine.errors import SignInRefused, TooManyAttempts
from webapp.http import sessions
from webapp.http.access import for_staff, open_to_all
from webapp.http.current import engine, menu
from webapp.http.languages import speak
from webapp.http.limits import source
from webapp.http.navigation import first_page
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _

blueprint = Blueprint("account", __name__)


@blueprint.get("/sign-in")
@open_to_all
def sign_in() -> str:
    return render_template(
        "account/sign_in.html", username="", problem="", next=_own_path(request.args.get("next"))
    )


@blueprint.post("/sign-in")
@open_to_all
def begin_session() -> Response:
    username = request.form.get("username", "").strip()[:200]
    onwards = _own_path(request.form.get("next"))
    try:
        begun = _signed_in(username, request.form.get("password", "")[:1000])
    except (SignInRefused, TooManyAttempts) as refusal:
        status = 429 if isinstance(refusal, TooManyAttempts) else 422
        return render(
            "account/sign_in.html", status, username=username, problem=refusal.message, next=onwards
        )
    response = make_response(redirect(onwards or url_for("account.home"), code=303))
    return sessions.begin(response, begun)


@blueprint.get("/home")
@for_staff()
def home() -> Response:
    """Redirect to the first page of this person's roles."""
    return see_other(first_page(sessions.actor(), menu()))


@blueprint.post("/sign-out")
@for_staff()
def sign_out() -> Response:
    engine().perform(SignOut(sessions.session_token()), sessions.actor())
    return sessions.end(see_other("account.sign_in"))


@blueprint.get("/me")
@for_staff()
def mine() -> str:
    return render_template("account/mine.html")


@blueprint.post("/me")
@for_staff()
def choose() -> Response:
    language = request.form.get("language", "")
    engine().perform(ChooseLanguage(sessions.session_token(), language), sessions.actor())
    speak(language)
    notify(_("Kieli on vaihdettu."))
    return see_other("account.mine")


def _signed_in(username: str, password: str) -> SignedIn:
    """Begin a session. The attempt is counted first, in a transaction of its own, so that a failed one stays
    counted."""
    attempt = SignInAttempt(username, source(), sessions.device_token())
    if not engine().perform(CountSignIn(attempt), PUBLIC):
        raise TooManyAttempts
    return engine().perform(SignIn(attempt, password), PUBLIC)


def _own_path(address: str | None) -> str:
    """Return the address if it is a page of this site, else an empty text: a foreign one could mislead people, and a
    control character can't stand in a redirect."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return ""
    if not address.isprintable():
        return ""
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc and not parts.path.startswith("/api/") else ""
