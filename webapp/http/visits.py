"""The visit of a public page: its pages, their links and their forms name it, so that leaving any of them ends them all.

Public pages have no cookie. A visit names nothing and opens nothing: it may stand in the address of a page.
"""

from __future__ import annotations

import re
import secrets

from flask import Flask, g, request

from webapp.http.access import is_public_page

FIELD = "visit"
_TOKEN = re.compile(r"[\w-]{32}", re.ASCII)
_DOWNLOADS = frozenset({"public.paper_pdf"})
_WITH_LINKS = ("public.", "identified.")


def current_visit() -> str:
    """Return the visit of this page; empty while nothing was typed."""
    found: str = g.get(FIELD, "") or _sent()
    return found


def new_visit() -> str:
    return secrets.token_urlsafe(24)


def take_up(visit: str) -> None:
    """Make this the visit of the answer, if it can be one."""
    g.visit = visit if _TOKEN.fullmatch(visit) else ""


def _sent() -> str:
    if not is_public_page():
        return ""
    sent = request.args.get(FIELD, "") if _is_led_here() else ""
    # A body that was never read is not read for this.
    if "form" in request.__dict__:
        sent = request.form.get(FIELD, sent)
    return sent if _TOKEN.fullmatch(sent) else ""


def _is_led_here() -> bool:
    """Return True if a page of ours led here, or the browser does not say. The visit in an address that another site gave
    could be ended by those who made it; one in the history is of an earlier person."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def register(app: Flask) -> None:
    """Make the links of a page name its visit."""
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint.startswith(_WITH_LINKS)
    } - _DOWNLOADS

    @app.url_defaults
    def _name_visit(endpoint: str, values: dict[str, object]) -> None:
        if endpoint in pages and (visit := current_visit()):
            values.setdefault(FIELD, visit)
