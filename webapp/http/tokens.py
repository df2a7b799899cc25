"""Form tokens: proof that a form was posted from a page of this site.

A token of staff belongs to the session and ends with it. Public pages have no session and no cookie to abuse; their
token is signed and dated.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import request
from itsdangerous import BadSignature, TimestampSigner

from engine.commands.sessions import FormOrigin, OriginOfForm, Session
from engine.errors import Forbidden
from webapp.http import sessions
from webapp.http.access import Access, current_access
from webapp.http.current import engine, settings

FIELD = "form_token"
HEADER = "X-Form-Token"
_PUBLIC_AGE = 7 * 24 * 3600
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignForm(Forbidden):
    sentence = (
        "Lomake on vanhentunut tai se ei tullut tältä sivustolta. Lataa sivu uudelleen ja lähetä se sitten."
    )


def form_token() -> str:
    session = _session_of_page()
    if session is not None:
        return session.csrf
    return _signer().sign(secrets.token_urlsafe(18)).decode()


def guard(access: Access) -> None:
    """Raise ForeignForm for a change that was not posted from a page of this site."""
    if request.method in _SAFE or access.audience == "services" or access.is_way_out:
        return
    if not is_from_own_page():
        raise ForeignForm


def is_from_own_page() -> bool:
    """Return True if the form was posted from a page of this site, with a valid token."""
    if not _is_same_site():
        return False
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    session = _session_of_page()
    if session is None:
        return _is_signed(sent)
    return hmac.compare_digest(sent.encode(), session.csrf.encode()) or _is_own(sent, session)


def origin_of_form() -> FormOrigin | None:
    """Return the session in which a page of this site made the posted form, anyone's, ended or not; None for any other
    form."""
    sent = request.form.get(FIELD, "")
    return engine().answer(OriginOfForm(sent), sessions.actor()) if sent and _is_same_site() else None


def _is_own(sent: str, session: Session) -> bool:
    """Return True for a form of another session of the same person, who may have signed in beside it."""
    origin = engine().answer(OriginOfForm(sent), session.actor) if sent else None
    return origin is not None and origin.person_id == session.actor.person_id


def _is_same_site() -> bool:
    """Return True unless the browser names another site as the origin.

    Our pages send no referrer, and browsers then send ``Origin: null`` with our own forms: null proves nothing, and
    the token decides.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin", "null")
    return origin in {"null", settings().origin, request.host_url.rstrip("/")}


def _session_of_page() -> Session | None:
    """Return the session that tokens of this page belong to. None on public pages, even for a person who is signed in."""
    access = current_access()
    return None if access is None or access.is_public else sessions.current_session()


def _signer() -> TimestampSigner:
    return TimestampSigner(settings().secret, salt="public form", digest_method=hashlib.sha256)


def _is_signed(sent: str) -> bool:
    try:
        _signer().unsign(sent, max_age=_PUBLIC_AGE)
    except BadSignature:
        return False
    return True
