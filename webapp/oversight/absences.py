"""The next two weeks: what falls due, for whom, who is away and who stands in; the absence of a colleague."""

from __future__ import annotations

from flask import Response

from engine.clock import day_of
from engine.commands.absences import EndAbsence
from engine.errors import Invalid
from engine.queries.absences import OpenAbsence
from engine.queries.look_ahead import LookAhead
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.posted import posted_absence, posted_absence_id
from webapp.http.responses import render, see_other
from webapp.oversight.blueprint import WATCHERS, blueprint
from webapp.rendering.absence_form import absence_form
from webapp.rendering.words.absence_words import recorded, scope_in_words
from webapp.rendering.words.catalogues import gettext as _


@blueprint.get("/weeks")
@for_staff(*WATCHERS)
def weeks() -> Response:
    found = engine().answer(LookAhead(), sessions.actor())
    return render(
        "oversight/weeks.html",
        found=found,
        day_now=day_of(found.moment),
        scope_in_words=scope_in_words,
    )


@blueprint.get("/absences/<username>")
@for_staff(*WATCHERS)
def absence(username: str) -> Response:
    return _page(username)


@blueprint.post("/absences/<username>")
@for_staff(*WATCHERS)
def record_absence(username: str) -> Response:
    try:
        left_alone = engine().perform(posted_absence(username), sessions.actor())
    except Invalid as invalid:
        return _page(username, {invalid.field or "deputy": _(invalid.message)})
    notify(recorded(left_alone))
    return see_other("oversight.weeks")


@blueprint.post("/absences/<username>/end")
@for_staff(*WATCHERS)
def end_absence(username: str) -> Response:
    try:
        engine().perform(EndAbsence(username, posted_absence_id()), sessions.actor())
    except Invalid as invalid:
        return _page(username, {invalid.field or "away_from": _(invalid.message)})
    notify(_("Poissaolo on päättynyt."))
    return see_other("oversight.weeks")


def _page(username: str, problems: dict[str, str] | None = None) -> Response:
    page = engine().answer(OpenAbsence(username), sessions.actor())
    return render(
        "oversight/absence.html",
        422 if problems else 200,
        problems=problems or {},
        **absence_form(page, problems or {}),
    )
