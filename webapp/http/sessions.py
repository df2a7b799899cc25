"""The staff session: a cookie with a random token, and the session that the engine stores for it."""

from __future__ import annotations

from flask import Response, g, request

from engine.commands.sessions import CurrentSession, Session
from engine.domain.people import PUBLIC, Actor
from webapp.http.current import engine, settings


def current_session() -> Session | None:
    """Return the session of this request, read once; None without a valid cookie."""
    if "session" not in g:
        # None first: the page for an unreachable database must not ask it again.
        g.session = None
        token = session_token()
        g.session = engine().answer(CurrentSession(token), PUBLIC) if token else None
    found: Session | None = g.session
    return found


def actor() -> Actor:
    """Return the person signed in as an actor; PUBLIC if nobody is."""
    session = current_session()
    return PUBLIC if session is None else session.actor


def session_token() -> str:
    """Return the token in the cookie; empty without one."""
    token = request.cookies.get(_name(), "")
    return token if len(token) <= 200 else ""


def begin(response: Response, token: str) -> Response:
    """Set the session's cookie. It ends with the browser; the session itself also expires on the server."""
    response.set_cookie(
        _name(), token, secure=settings().is_https, httponly=True, samesite="Strict", path="/"
    )
    return response


def end(response: Response) -> Response:
    response.delete_cookie(_name(), secure=settings().is_https, httponly=True, samesite="Strict", path="/")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _name() -> str:
    # The __Host- prefix makes browsers refuse the cookie from any other host or without TLS; plain http is
    # only allowed on this machine itself, where the prefix would make sign-in impossible in some browsers.
    return "__Host-session" if settings().is_https else "session"
