"""Whether the person may read their matter online, and whose matter it is: for those whose work the case is."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request, url_for

from engine.commands.own_access import ChooseReading, NotAnIdentityCode, RecordIdentityCode
from engine.domain.people import Role
from engine.errors import NotFound
from webapp.cases.viewing import shown
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, settings
from webapp.http.notices import notify
from webapp.rendering.words.catalogues import gettext as _


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/<reference>/reading", view_func=reading, methods=["POST"])


@for_staff(Role.CASEWORKER, Role.MANAGER, Role.DIRECTOR)
def reading(reference: str) -> Response:
    go = request.form.get("go", "")
    if settings().identification is None or go not in {"open", "close", "code"}:
        raise NotFound
    if go == "code":
        code = request.form.get("identity_code", "")[:40]
        try:
            engine().perform(RecordIdentityCode(reference, code), sessions.actor())
        except NotAnIdentityCode as wrong:
            return make_response(shown(reference, reading_problem=_(wrong.message)), 422)
        notify(_("Henkilötunnus on kirjattu."))
    else:
        is_open = go == "open"
        engine().perform(ChooseReading(reference, is_open=is_open), sessions.actor())
        notify(_("Lukeminen verkossa on avattu.") if is_open else _("Lukeminen verkossa on estetty."))
    return make_response(redirect(url_for("cases.case", reference=reference) + "#reading", code=303))
