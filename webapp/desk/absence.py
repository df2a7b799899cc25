"""One's own absence: the days, who stands in, and for whom one stands in."""

from __future__ import annotations

from flask import Response, request

from engine.commands.absences import EndAbsence
from engine.domain.people import CASE_STAFF
from engine.errors import Invalid
from engine.queries.absences import OpenAbsence
from webapp.desk.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, today
from webapp.http.notices import notify
from webapp.http.posted import posted_absence
from webapp.http.responses import render, see_other
from webapp.rendering.words.absence_words import recorded, scope_choices, scope_in_words
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
    engine().perform(EndAbsence(_own_username()), sessions.actor())
    notify(_("Poissaolo on päättynyt."))
    return see_other("desk.absence")


def _own_username() -> str:
    return engine().answer(OpenAbsence(), sessions.actor()).line.person.username


def _page(problems: dict[str, str] | None = None) -> Response:
    page = engine().answer(OpenAbsence(), sessions.actor())
    return render(
        "desk/absence.html",
        422 if problems else 200,
        page=page,
        scopes=scope_choices(),
        scope_in_words=scope_in_words,
        day_now=today(),
        problems=problems or {},
        typed=request.form,
    )
