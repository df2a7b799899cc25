"""The responses of views: a page with its status, a redirect after a change, a download."""

from __future__ import annotations

import io
import unicodedata
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Response, make_response, redirect, render_template, send_file, url_for

PLAIN = "document"


def render(template: str, status: int = 200, /, **context: object) -> Response:
    return make_response(
        render_template(template, is_refused=status >= HTTPStatus.BAD_REQUEST, **context), status
    )


def see_other(endpoint: str, *, anchor: str | None = None, **values: Any) -> Response:
    """Redirect after a change. With 303 the browser fetches the next page and posts nothing twice."""
    return make_response(redirect(url_for(endpoint, _anchor=anchor, **values), code=303))


def json_text(text: str) -> Response:
    """Send a text that is JSON already."""
    return Response(text, mimetype="application/json")


def download(content: bytes, media_type: str, name: str) -> Response:
    return send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=name)


def pdf(content: bytes, name: str) -> Response:
    """Send a PDF called `name`.pdf. For older browsers the name is reduced to ASCII; if nothing is left of it, a
    plain one is used."""
    sent = download(content, "application/pdf", f"{name}.pdf")
    if not unicodedata.normalize("NFKD", name).encode("ascii", "ignore"):
        own = {"filename*": f"UTF-8''{quote(name)}.pdf"}
        sent.headers.set("Content-Disposition", "attachment", filename=f"{PLAIN}.pdf", **own)
    return sent
