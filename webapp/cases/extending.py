"""More time for a deadline: a new last day and why, beside the ledger that keeps both."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request, url_for

from engine.commands.deadlines import ExtendDeadline
from engine.domain.deadlines import NotAnExtension
from engine.domain.people import Role
from engine.errors import Invalid
from forms.texts import Refused, to_date
from webapp.cases.viewing import Extension, shown
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.rendering.words.catalogues import gettext as _


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/<reference>/deadlines", view_func=extend, methods=["POST"])


@for_staff(Role.MANAGER, Role.DIRECTOR)
def extend(reference: str) -> Response | tuple[str, int]:
    name = request.form.get("name", "")[:100]
    until = request.form.get("until", "")[:40]
    reason = request.form.get("reason", "")[:40]
    try:
        command = ExtendDeadline(reference, name, to_date(until), reason)
    except Refused:
        problem = _("Kirjoita päivä muodossa 24.12.2026.")
        return shown(reference, Extension(name, until, reason, "until", problem)), 422
    try:
        engine().perform(command, sessions.actor())
    except (Invalid, NotAnExtension) as refused:
        field = refused.field or "until"
        return shown(reference, Extension(name, until, reason, field, _(refused.message))), 422
    notify(_("Määräaikaa pidennettiin. Kirjaus näkyy määräajoissa."))
    return make_response(redirect(url_for("cases.case", reference=reference) + "#deadlines", code=303))
