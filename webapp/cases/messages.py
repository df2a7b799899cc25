"""What happened outside, told to the case by staff: a withdrawal, an appeal, returned post."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request, url_for

from engine.commands.cases import CorrelateMessage
from engine.domain.people import CASE_STAFF
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.rendering.words.catalogues import gettext as _


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/<reference>/messages", view_func=tell, methods=["POST"])


@for_staff(*CASE_STAFF)
def tell(reference: str) -> Response:
    key = request.form.get("key") or None
    engine().perform(CorrelateMessage(reference, request.form.get("name", ""), key), sessions.actor())
    notify(_("Tieto on kirjattu asiaan %(reference)s. Asia eteni.", reference=reference))
    return make_response(redirect(url_for("cases.case", reference=reference), code=303))
