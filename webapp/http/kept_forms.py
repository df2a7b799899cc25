"""Posted forms that can't be taken yet: they stay on a page, to be sent again, and nothing of them is stored.

The page gets no token of its own. It carries the one that came, which only the person whose session made the form can
use: what another site posts never becomes a form that somebody here could send.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask.globals import request_ctx

from webapp.http import tokens
from webapp.http.access import access_at, page_above
from webapp.http.languages import speak

_SENT_AGAIN = "sent-again"
"""In the address to which a page sends what waited: a second try too early gets its sentence."""


def sign_in_first() -> Response:
    """Lead to signing in and back. A form that was posted without its session stays on a page, to be sent again."""
    kept = kept_for_its_person(HTTPStatus.UNAUTHORIZED)
    return kept or make_response(redirect(url_for("account.sign_in", next=_page_wanted()), code=303))


def kept_for_its_person(status: HTTPStatus, person_here: str = "") -> Response | None:
    """Return the page that keeps a form of a session that is not here: it ended, or another person signed in. None for
    what no page of this site posted, and for a form without anything in it."""
    # A password must not stay on a page before which its person may not sit any more.
    if request.method != "POST" or "password" in request.form or not _again():
        return None
    origin = tokens.origin_of_form()
    if origin is None:
        return None
    if not person_here:
        speak(origin.language)
    return _kept("account/session_ended.html", status, person_here=person_here)


def prove_first() -> Response:
    """Lead to the proof and back. A posted form stays on a page, to be sent again after a proof in another tab."""
    if request.method == "POST":
        return _kept("account/proof_first.html", HTTPStatus.FORBIDDEN)
    return make_response(redirect(url_for("account.prove", next=request.full_path.rstrip("?")), code=303))


def _again() -> list[tuple[str, str]]:
    return [each for each in request.form.items(multi=True) if each[0] != tokens.FIELD]


def _kept(template: str, status: HTTPStatus, **context: object) -> Response:
    address = request.full_path.rstrip("?")
    was_sent_again = _SENT_AGAIN in request.args
    if not was_sent_again:
        address += f"{'&' if request.args else '?'}{_SENT_AGAIN}=1"
    html = render_template(
        template,
        action=address,
        was_sent_again=was_sent_again,
        again=_again(),
        own_token=request.form.get(tokens.FIELD, ""),
        had_files=any(file.filename for file in request.files.values()),
        **context,
    )
    return make_response(html, status.value)


def _page_wanted() -> str | None:
    """Return the page to go on to after signing in: the one that was asked for, or on which a button was pressed."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    pages = request_ctx.url_adapter
    if pages is None:
        return None
    path = request.path if pages.test(request.path, "GET") else page_above(request.method)
    access = access_at(current_app, "GET", path) if path else None
    return path if access is not None and access.audience == "staff" else None
