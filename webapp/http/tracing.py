"""Each request has an id and leaves one line in the journal: what was asked, by which kind of actor, how long it took.

The route stands in it, never the address: addresses hold tokens and names of cases.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from time import monotonic

from flask import Flask, Response, current_app, g, request

from engine.journal import about_request, statements
from webapp.http import metrics
from webapp.http.access import current_access

log = logging.getLogger(__name__)
NO_ROUTE = "none"
ACTORS = {"everyone": "public", "staff": "staff", "services": "program"}
"""Kinds of actors by the audience of the page."""


@dataclass(frozen=True, slots=True)
class Begun:
    id: str
    at: float
    statements: int


def register(app: Flask) -> None:
    """Register first: everything that follows, and every refusal, is inside the request."""
    app.before_request(_begin)
    app.after_request(_note)


def current_id() -> str:
    """Return the id of this request, which an error page shows and every line about it has."""
    if "begun" not in g:
        _begin()
    begun: Begun = g.begun
    return begun.id


def _begin() -> None:
    g.begun = Begun(secrets.token_hex(4), monotonic(), statements())
    about_request(g.begun.id)


def _note(response: Response) -> Response:
    current_id()
    begun: Begun = g.begun
    seconds = monotonic() - begun.at
    route = request.endpoint or NO_ROUTE
    access = current_access()
    if route != "static":
        log.info(
            "answered",
            extra={
                "route": route,
                "method": request.method,
                "status": response.status_code,
                "actor": ACTORS[access.audience] if access else "public",
                "milliseconds": round(seconds * 1000, 1),
                "statements": statements() - begun.statements,
            },
        )
    metrics.of(current_app).observe(route, request.method, response.status_code, seconds)
    return response
