"""A member of staff's open sessions: which there are, how long this one lasts, and ending the others."""

from __future__ import annotations

from typing import Final

from flask import Response, jsonify, make_response, request

from engine.commands.sessions import EndOtherSessions, EndOwnSession, OwnSessions, UseSession
from webapp.account.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _

_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""The first that fits: most browsers name Chrome or Safari beside themselves."""
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_name() -> str:
    """Return browser and system in words a person knows; empty if neither is known. The rest of what browsers say of
    themselves is not stored."""
    agent = request.headers.get("User-Agent", "")
    named = (next((name for sign, name in each if sign in agent), "") for each in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in named if name)


@blueprint.get("/me/sessions")
@for_staff()
def own_sessions() -> Response:
    mine = engine().answer(OwnSessions(), sessions.actor())
    return render("account/own_sessions.html", sessions=mine, this=sessions.actor().session_hash)


@blueprint.post("/me/sessions/end")
@for_staff()
def end_session() -> Response:
    engine().perform(EndOwnSession(request.form.get("session", "")[:200]), sessions.actor())
    notify(_("Istunto on päätetty."))
    return see_other("account.own_sessions")


@blueprint.post("/me/sessions/end-others")
@for_staff()
def end_other_sessions() -> Response:
    engine().perform(EndOtherSessions(), sessions.actor())
    notify(_("Muut istuntosi on päätetty."))
    return see_other("account.own_sessions")


@blueprint.get("/me/session")
@for_staff(is_silent=True)
def session_state() -> Response:
    """Answer with the seconds until the session ends, if nothing is done and in any case, and with whose it is."""
    session = sessions.current_session()
    final = 0 if session is None else int((session.expires_at - engine().now()).total_seconds())
    return jsonify(left=sessions.seconds_left(), final=final, person=str(sessions.actor().person_id))


@blueprint.post("/me/session")
@for_staff()
def go_on() -> Response:
    """Keep the session from ending: its person is there, though they only read."""
    engine().perform(UseSession(), sessions.actor())
    return make_response("", 204)
