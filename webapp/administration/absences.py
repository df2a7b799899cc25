"""Absences: from when until when somebody is away, and who stands in."""

from __future__ import annotations

from flask import Response, request

from engine.commands.absences import EndAbsence, RecordAbsence
from engine.errors import Invalid
from webapp.administration.blueprint import DECIDERS, blueprint
from webapp.administration.people import LONGEST, person_page
from webapp.administration.powers import posted_day
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.responses import see_other
from webapp.rendering.words.catalogues import gettext as _


@blueprint.post("/people/<username>/absence")
@for_staff(*DECIDERS)
def record_absence(username: str) -> Response:
    try:
        since, until = posted_day("away_from"), posted_day("away_until")
        if since is None:
            raise Invalid("Kirjoita päivä, josta poissaolo alkaa.", field="away_from")
        if until is None:
            raise Invalid("Kirjoita viimeinen poissaolopäivä.", field="away_until")
        deputy = request.form.get("deputy", "")[:LONGEST]
        engine().perform(RecordAbsence(username, since, until, deputy), sessions.actor())
    except Invalid as invalid:
        return person_page(username, {invalid.field or "deputy": _(invalid.message)})
    notify(_("Poissaolo on kirjattu."))
    return see_other("administration.person", username=username)


@blueprint.post("/people/<username>/absence/end")
@for_staff(*DECIDERS)
def end_absence(username: str) -> Response:
    engine().perform(EndAbsence(username), sessions.actor())
    notify(_("Poissaolo on päättynyt."))
    return see_other("administration.person", username=username)
