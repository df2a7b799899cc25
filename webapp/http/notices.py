"""A sentence for the next page, kept in a signed cookie for a minute. Staff pages only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Response, g, request
from itsdangerous import BadData, URLSafeTimedSerializer

from webapp.http.current import settings

_LIFE = 60
_KINDS = frozenset({"success", "info", "warning", "alert"})


@dataclass(frozen=True, slots=True)
class Notice:
    kind: str
    text: str


def notify(text: str, kind: str = "success") -> None:
    """Show a sentence once, on the next page. It must not name a person."""
    g.notice_to_leave = Notice(kind if kind in _KINDS else "info", text)


def take_notice() -> Notice | None:
    """Return the sentence left by the previous page, None if there is none, and mark it for deletion."""
    sent = request.cookies.get(_cookie_name())
    if not sent:
        return None
    g.notice_taken = True
    try:
        kind, text = _serializer().loads(sent, max_age=_LIFE)
    except (BadData, ValueError):
        return None
    return Notice(str(kind), str(text))


def carry(response: Response) -> Response:
    """Set or delete the notice's cookie on a response."""
    https = settings().is_https
    if "notice_to_leave" in g:
        notice: Notice = g.notice_to_leave
        value = _serializer().dumps([notice.kind, notice.text])
        response.set_cookie(
            _cookie_name(), str(value), max_age=_LIFE, secure=https, httponly=True, samesite="Strict"
        )
    elif "notice_taken" in g:
        response.delete_cookie(_cookie_name(), secure=https, httponly=True, samesite="Strict")
    return response


def _cookie_name() -> str:
    return "__Host-notice" if settings().is_https else "notice"


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        settings().secret, salt="notice", signer_kwargs={"digest_method": hashlib.sha256}
    )
