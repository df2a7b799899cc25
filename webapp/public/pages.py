"""The start page, leaving quickly, and pages with information, which the middle of a form leads to as well."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.commands.page_addresses import LeavePage
from engine.domain.people import PUBLIC
from engine.errors import NotFound, Outdated, Unavailable
from webapp.http import tokens
from webapp.http.access import open_to_all, way_out
from webapp.http.current import engine, settings
from webapp.http.languages import preferred_language
from webapp.http.responses import see_other
from webapp.http.visits import current_visit
from webapp.public import drafts
from webapp.public.application_kinds import DOORS
from webapp.public.blueprint import blueprint, entrance
from webapp.public.page_addresses import at_address
from webapp.public.privacy import privacy


@entrance.get("/")
@open_to_all
def choose() -> Response:
    """Redirect to the start page in the language that the browser asks for."""
    response = see_other("public.start", language=preferred_language())
    response.headers["Vary"] = "Accept-Language"
    return response


@entrance.post("/exit")
@way_out
def leave_form() -> Response:
    """Leave a page that a form led to, or one behind a link of such a page: the pages of the visit open no more, their drafts
    are destroyed unless they have a code, and the reading session ends.

    Leaving works without the database too; the draft then expires in a day.
    """
    # A page without a form has no token: with a script it ends the visits that began earlier in its tab.
    if tokens.is_from_own_page() or request.headers.get("Sec-Fetch-Site") == "same-origin":
        drafts_named = tuple(token[:100] for token in request.form.getlist(drafts.FIELD)[:2])
        address = request.form.get("page_address", "")[:100]
        with suppress(Unavailable, Outdated):
            engine().perform(LeavePage(address, current_visit(), drafts_named), PUBLIC)
    leads_to = settings().leave_url
    return _clearing(render_template("public/left.html", address=leads_to, host=urlsplit(leads_to).netloc))


@entrance.get("/exit")
@way_out
def leave() -> Response:
    """Leave for a neutral page and clear what the browser keeps of this site. Saved answers stay."""
    return _clearing(redirect(settings().leave_url, code=303))


def _clearing(answer: ResponseReturnValue) -> Response:
    response = make_response(answer)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@entrance.get("/r/<token>")
@open_to_all
def reply(token: str) -> Response:
    """Redirect from the short address in messages and letters, which has no language, to the reply page."""
    return see_other("public.reply", language=preferred_language(), token=token)


@blueprint.get("/")
@open_to_all
def start() -> str:
    return render_template("public/start.html")


@blueprint.get("/easy")
@open_to_all
def easy() -> str:
    """Show the start page for people who read little: three pictures, three ways."""
    return render_template("public/easy.html")


@blueprint.get("/<door>")
@open_to_all
def before(door: str) -> str:
    """Show the page before the first question: how to leave quickly, and what stays on the device."""
    if door not in DOORS:
        raise NotFound
    return render_template("public/before.html", door=door, texts=DOORS[door])


@blueprint.get("/safety")
@open_to_all
def safety() -> str:
    return render_template("public/safety.html")


@blueprint.get("/accessibility")
@open_to_all
def accessibility() -> str:
    return render_template("public/accessibility.html")


@blueprint.get("/owner")
@open_to_all
def owner() -> str:
    """Return the name of the authority responsible for the service."""
    return render_template("public/owner.html")


_INFORMING = {"safety": safety, "privacy": privacy, "accessibility": accessibility, "owner": owner}


@at_address("information")
def show_information(about: str) -> Response:
    """Show a page of the footer to a person whom its button led here from the middle of a form."""
    return make_response(_INFORMING[about]())
