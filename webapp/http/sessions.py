"""The staff session: a cookie with a random token, and the session that the engine stores for it.

A second cookie tells a device on which somebody has signed in before. It opens nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Response, g, request

from engine.commands.sessions import CurrentSession, Session, UseSession
from engine.commands.sign_in import DEVICE_REMEMBERED, SignedIn
from engine.domain.people import PUBLIC, Actor
from webapp.http.current import engine, settings
from webapp.http.loopback import is_local

SIGN_IN = "/sign-in"
_NOTED: Final = timedelta(minutes=1)


def current_session() -> Session | None:
    """Return the session of this request, read once; None without a valid cookie."""
    if "session" not in g:
        # None first: the page for an unreachable database must not ask it again.
        g.session = None
        token = session_token()
        g.session = engine().answer(CurrentSession(token, is_local()), PUBLIC) if token else None
    found: Session | None = g.session
    return found


def actor() -> Actor:
    """Return the person signed in as an actor; PUBLIC if nobody is."""
    session = current_session()
    return PUBLIC if session is None else session.actor


def note_use() -> None:
    """Enter that the session is used, once a minute at most: not every page is worth a write."""
    session = current_session()
    if session is not None and engine().now() - session.used_at >= _NOTED:
        engine().perform(UseSession(), session.actor)


def seconds_left() -> int:
    """Return in how many seconds the session ends if nothing more is done in it; 0 without one."""
    session = current_session()
    return 0 if session is None else int((session.ends_at - engine().now()).total_seconds())


def session_token() -> str:
    """Return the token in the cookie; empty without one."""
    return _cookie(_name())


def device_token() -> str:
    """Return the token of a device on which somebody may have signed in before; empty without one."""
    return _cookie(_device_name())


def begin(response: Response, begun: SignedIn) -> Response:
    """Set the session's cookie, which ends with the browser, and the device's, which only signing in sends.

    The session itself also expires on the server.
    """
    renew(response, begun.token)
    response.set_cookie(
        _device_name(),
        begun.device,
        max_age=DEVICE_REMEMBERED,
        secure=settings().is_https,
        httponly=True,
        samesite="Strict",
        path=SIGN_IN,
    )
    return response


def renew(response: Response, token: str) -> Response:
    """Set the session's cookie to another token of the same session."""
    https = settings().is_https
    response.set_cookie(_name(), token, secure=https, httponly=True, samesite="Strict", path="/")
    return response


def end(response: Response) -> Response:
    response.delete_cookie(_name(), secure=settings().is_https, httponly=True, samesite="Strict", path="/")
    # All cookies would take the device's with them, and guesses of others could shut the person out tomorrow.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _cookie(name: str) -> str:
    token = request.cookies.get(name, "")
    return token if len(token) <= 200 else ""


def _name() -> str:
    # The __Host- prefix makes browsers refuse the cookie from any other host or without TLS; plain http is
    # only allowed on this machine itself, where the prefix would make sign-in impossible in some browsers.
    return "__Host-session" if settings().is_https else "session"


def _device_name() -> str:
    # __Host- would need the path of all pages, and public pages are sent no cookie of staff.
    return "__Secure-device" if settings().is_https else "device"
