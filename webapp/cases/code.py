"""A code of their own for the person a case is about: shown on one page, once."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from engine.commands.codes import GiveCode
from engine.domain.people import Role
from engine.errors import NotFound
from engine.queries.receipt import DrawGivenCode
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.downloads import pdf
from webapp.rendering.words.catalogues import gettext as _


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/<reference>/code", view_func=give, methods=["POST"])
    blueprint.add_url_rule("/<reference>/code/slip.pdf", view_func=slip, methods=["POST"])


@for_staff(Role.CASEWORKER, Role.MANAGER, Role.DIRECTOR)
def give(reference: str) -> Response:
    """No redirect: it must not travel in a notice's cookie or stand in an address."""
    act, given = _act(), request.form.get("given", "")
    if not (given.isascii() and given.isdigit() and len(given) <= 4):
        raise NotFound
    code = engine().perform(GiveCode(reference, act, int(given)), sessions.actor())
    page = render_template("cases/code_given.html", reference=reference, code=code, act=act)
    return make_response(page)


@for_staff(Role.CASEWORKER, Role.MANAGER, Role.DIRECTOR)
def slip(reference: str) -> Response:
    return pdf(engine().answer(DrawGivenCode(reference, _act()), sessions.actor()), _("muistilappu"))


def _act() -> str:
    return request.form.get("act", "")[:100]
