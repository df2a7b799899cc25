"""Headers on every response, and limits on every body.

Browsers store no page: a borrowed or watched device must not show one again. Styles, scripts and fonts are the same
for everyone and may be cached.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, make_response, redirect, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.routing import RequestRedirect

from webapp.http import uploads
from webapp.http.access import Access, current_access
from webapp.http.current import settings

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_EDITOR_POLICY = f"{_POLICY}; style-src-attr 'unsafe-inline'"
_DOWNLOAD_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""For a file from outside: if a browser shows it in spite of all, it runs nothing and reaches nothing."""
_FEATURES = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), "
    "gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), serial=(), storage-access=(), "
    "usb=(), xr-spatial-tracking=(), publickey-credentials-get="
)
_REFERRER = "Referrer-Policy"
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    _REFERRER: "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
_KEPT = "public, max-age=31536000, immutable"
_MOST_FIELDS = 1000
_FIRST_PRINTED = 0x20
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
"""Our pages send nothing else; a public page answers 415 to any other body."""


BEFORE_ANY_PAGE = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Security-Policy", _POLICY),
    *_FIXED.items(),
    ("Cache-Control", "no-store"),
    ("Permissions-Policy", f"{_FEATURES}()"),
)
"""The same, for what the server refuses before it is a request."""


def add_headers(response: Response) -> Response:
    access = current_access()
    response.headers["Content-Security-Policy"] = _policy(access, response)
    for name, value in _FIXED.items():
        response.headers[name] = value
    if response.headers.get("Location", "").startswith("/"):
        # Firefox takes the page behind a redirect that says so for one that was typed (`Sec-Fetch-Site: none`), and
        # `/p/…` shows nothing then. The policy of the page that was left holds on.
        del response.headers[_REFERRER]
    asks_for_passkeys = request.blueprint == "account" or (access is not None and access.audience == "staff")
    response.headers["Permissions-Policy"] = f"{_FEATURES}{'(self)' if asks_for_passkeys else '()'}"
    if settings().is_https:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    marked = "v" in request.args or request.path.endswith((".woff2", ".svg"))
    kept = request.endpoint == "static" and response.status_code == 200 and marked
    response.headers["Cache-Control"] = _KEPT if kept else "no-store"
    return response


def _policy(access: Access | None, response: Response) -> str:
    if access and access.download and response.mimetype != "text/html":
        return _DOWNLOAD_POLICY
    return _EDITOR_POLICY if access and access.editor else _POLICY


def guard_address() -> None:
    """Refuse line breaks and other control characters in the query string: a redirect to the same address would copy
    them into a header."""
    if any(byte < _FIRST_PRINTED for byte in request.query_string):
        raise BadRequest


def redirect_to_slash() -> Response | None:
    """Redirect from an address without its last slash, or with one too many. Only the path is named: the host in the
    request is the sender's own word, and werkzeug would repeat it."""
    wrong = request.routing_exception
    if not isinstance(wrong, RequestRedirect):
        return None
    parts = urlsplit(wrong.new_url)
    path = f"/{parts.path.lstrip('/')}"
    return make_response(redirect(f"{path}?{parts.query}" if parts.query else path, code=308))


def guard_body(access: Access) -> None:
    """Refuse a body that is too large or not text, before any of it is read."""
    limit = access.body_limit or settings().body_limit
    request.max_content_length = limit
    request.max_form_memory_size = limit
    if (request.content_length or 0) > limit:
        if not access.takes_files:
            raise RequestEntityTooLarge
        uploads.read_beginning()
    if request.mimetype not in _FORMS:
        if access.is_public and request.content_length:
            raise UnsupportedMediaType
        return
    fields = list(request.form.items(multi=True))
    if len(fields) > _MOST_FIELDS:
        raise RequestEntityTooLarge
    if not all(_is_text(name, value) for name, value in fields):
        raise BadRequest


def _is_text(*parts: object) -> bool:
    """Return True for texts that the database can store; False for a part without a name or with a NUL, which SQLite
    would store and PostgreSQL refuse."""
    return all(isinstance(each, str) and "\x00" not in each for each in parts)
