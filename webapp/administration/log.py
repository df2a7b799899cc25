"""The administration log: who did what to accounts and powers, who signed in, what was refused."""

from __future__ import annotations

from datetime import date

from flask import Response, request

from engine.domain.administration import WHOLE_COUNTRY
from engine.queries.administration import ReadAdministrationLog
from webapp.administration.blueprint import READERS, blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.posted import number_in
from webapp.http.responses import render
from webapp.rendering.words import dates
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.labels import role_name, word


@blueprint.get("/log")
@for_staff(*READERS)
def log() -> Response:
    page = engine().answer(ReadAdministrationLog(number_in(request.args.get("after", ""))), sessions.actor())
    return render("administration/log.html", page=page, fact_words=fact_words)


def fact_words(kind: str, value: str) -> str:
    """Return what an entry says was given or taken, in words."""
    if kind == "role":
        return role_name(value)
    if kind == "power":
        return word(value, "appointment")
    if kind == "scope":
        return word(value, "scope")
    if kind == "team":
        return _("koko maa") if value == WHOLE_COUNTRY else word(value, "region")
    if kind == "deputy":
        return _("sijainen %(name)s", name=value)
    if kind == "from":
        return _("%(day)s alkaen", day=dates.day(date.fromisoformat(value)))
    if kind == "until":
        return _("%(day)s asti", day=dates.day(date.fromisoformat(value)))
    return value
