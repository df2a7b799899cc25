"""A staff member's first page and own settings."""

from __future__ import annotations

from flask import Response, render_template, request

from engine.commands.sessions import ChooseLanguage, ChooseShortcuts
from webapp.account.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, menu
from webapp.http.languages import speak
from webapp.http.navigation import first_page
from webapp.http.notices import notify
from webapp.http.responses import see_other
from webapp.rendering.words.catalogues import gettext as _


@blueprint.get("/home")
@for_staff()
def home() -> Response:
    """Redirect to the first page of this person's roles."""
    return see_other(first_page(sessions.actor(), menu()))


@blueprint.get("/me")
@for_staff()
def mine() -> str:
    session = sessions.current_session()
    return render_template("account/mine.html", session_expires_at=session.expires_at if session else None)


@blueprint.post("/me")
@for_staff()
def choose() -> Response:
    language = request.form.get("language", "")
    engine().perform(ChooseLanguage(sessions.session_token(), language), sessions.actor())
    speak(language)
    notify(_("Kieli on vaihdettu."))
    return see_other("account.mine")


@blueprint.post("/me/shortcuts")
@for_staff()
def choose_shortcuts() -> Response:
    """Turn the single keys of lists on or off."""
    engine().perform(ChooseShortcuts(request.form.get("shortcuts") != "off"), sessions.actor())
    notify(_("Pikanäppäinten asetus on tallennettu."))
    return see_other("account.mine", anchor="shortcuts")
