"""Absences: from when until when somebody is away, and who stands in."""

from __future__ import annotations

from flask import Response

from engine.commands.absences import EndAbsence
from engine.errors import Invalid
from webapp.administration.blueprint import DECIDERS, blueprint
from webapp.administration.people import person_page
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.posted import posted_absence, posted_absence_id
from webapp.http.responses import see_other
from webapp.rendering.words.absence_words import recorded
from webapp.rendering.words.catalogues import gettext as _


@blueprint.post("/people/<username>/absence")
@for_staff(*DECIDERS)
def record_absence(username: str) -> Response:
    try:
        left_alone = engine().perform(posted_absence(username), sessions.actor())
    except Invalid as invalid:
        return person_page(username, {invalid.field or "deputy": _(invalid.message)})
    notify(recorded(left_alone))
    return see_other("administration.person", username=username)


@blueprint.post("/people/<username>/absence/end")
@for_staff(*DECIDERS)
def end_absence(username: str) -> Response:
    try:
        engine().perform(EndAbsence(username, posted_absence_id()), sessions.actor())
    except Invalid as invalid:
        return person_page(username, {"absence": _(invalid.message)})
    notify(_("Poissaolo on päättynyt."))
    return see_other("administration.person", username=username)
