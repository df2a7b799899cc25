"""The staff session: a cookie that holds a random token, and what the engine says the token stands for."""

from __future__ import annotations

from typing import cast

from flask import Response, g, request

from engine.commands.sessions import CurrentSession, Session
from engine.domain.people import PUBLIC, Actor
from webapp.http.current import engine, settings


def current_session() -> Session | None:
    """Read once a request, and only where someone asks: public pages never do without a cookie."""
    if "session" not in g:
        # None first: a page that says the database is away must not ask it again.
        g.session = None
        token = session_token()
        g.session = engine().answer(CurrentSession(token), PUBLIC) if token else None
    return cast("Session | None", g.session)


def actor() -> Actor:
    """On whose behalf this request is made: the person signed in, or anyone."""
    session = current_session()
    return PUBLIC if session is None else session.actor


def session_token() -> str:
    """What the browser sent; empty when it sent nothing of the kind."""
    token = request.cookies.get(_name(), "")
    return token if len(token) <= 200 else ""


def begin(response: Response, token: str) -> Response:
    """A session cookie: it ends with the browser, and the session behind it ends by itself as well."""
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
