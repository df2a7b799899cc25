"""One's own absence: the days, who stands in, and for whom one stands in."""

from __future__ import annotations

from flask import Response

from engine.commands.absences import EndAbsence
from engine.domain.people import CASE_STAFF
from engine.errors import Invalid
from engine.queries.absences import OpenAbsence
from webapp.desk.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.posted import posted_absence, posted_absence_id
from webapp.http.responses import render, see_other
from webapp.rendering.absence_form import absence_form
from webapp.rendering.words.absence_words import recorded
from webapp.rendering.words.catalogues import gettext as _


@blueprint.get("/absence")
@for_staff(*CASE_STAFF)
def absence() -> Response:
    return _page()


@blueprint.post("/absence")
@for_staff(*CASE_STAFF)
def record_absence() -> Response:
    try:
        left_alone = engine().perform(posted_absence(_own_username()), sessions.actor())
    except Invalid as invalid:
        return _page({invalid.field or "deputy": _(invalid.message)})
    notify(recorded(left_alone))
    return see_other("desk.absence")


@blueprint.post("/absence/end")
@for_staff(*CASE_STAFF)
def end_absence() -> Response:
    try:
        engine().perform(EndAbsence(_own_username(), posted_absence_id()), sessions.actor())
    except Invalid as invalid:
        return _page({invalid.field or "away_from": _(invalid.message)})
    notify(_("Poissaolo on päättynyt."))
    return see_other("desk.absence")


def _own_username() -> str:
    return engine().answer(OpenAbsence(), sessions.actor()).person.username


def _page(problems: dict[str, str] | None = None) -> Response:
    page = engine().answer(OpenAbsence(), sessions.actor())
    return render(
        "desk/absence.html",
        422 if problems else 200,
        problems=problems or {},
        **absence_form(page, problems or {}),
    )
