"""The way in, the way out, and the pages that only inform."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.commands.own_access import EndReading
from engine.domain.people import PUBLIC
from engine.errors import Outdated, Unavailable
from webapp.http import tokens
from webapp.http.access import open_to_all, way_out
from webapp.http.current import engine, settings
from webapp.http.languages import preferred_language
from webapp.public import drafts
from webapp.public.blueprint import blueprint, entrance


@entrance.get("/")
@open_to_all
def choose() -> Response:
    """To the start page in the language the browser asks for."""
    response = make_response(redirect(url_for("public.start", language=preferred_language()), code=303))
    response.headers["Vary"] = "Accept-Language"
    return response


@entrance.post("/exit")
@way_out
def leave_form() -> Response:
    """From the middle of a form: what was typed and has no code is destroyed with the page. What was being read is shut.

    Nobody is kept for it: while the database is away the page still goes, and the draft when its day is over.
    """
    if tokens.is_ours():
        with suppress(Unavailable, Outdated):
            token = request.form.get(drafts.FIELD, "")[:100]
            drafts.leave(token)
            if settings().identification is not None:
                engine().perform(EndReading(token), PUBLIC)
    address = settings().leave_url
    return _clearing(render_template("public/left.html", address=address, host=urlsplit(address).netloc))


@entrance.get("/exit")
@way_out
def leave() -> Response:
    """Away to a page about nothing, and whatever the browser keeps of us with it. Saved answers stay with us."""
    return _clearing(redirect(settings().leave_url, code=303))


def _clearing(answer: ResponseReturnValue) -> Response:
    response = make_response(answer)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@entrance.get("/r/<token>")
@open_to_all
def reply(token: str) -> Response:
    """The address that stands in messages and letters, short and without a language."""
    return make_response(
        redirect(url_for("public.reply", language=preferred_language(), token=token), code=303)
    )


@blueprint.get("/")
@open_to_all
def start() -> str:
    return render_template("public/start.html")


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
    """Who is responsible for the service."""
    return render_template("public/owner.html")
