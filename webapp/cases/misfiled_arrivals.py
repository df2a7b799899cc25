"""The page that finds the right case of what was registered to the wrong one."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from engine.domain.policy import Action
from engine.queries.arrivals import FindCaseOfArrival, OpenArrivals
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.responses import render, see_other
from webapp.rendering.words.arrival_words import worded_arrivals
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.note_words import names_in
from webapp.rendering.words.pinned import pinned_words


@blueprint.get("/<reference>/arrivals/<uuid:arrival_id>/elsewhere")
@for_staff(action=Action.REGISTER_ARRIVAL)
def misfiled_arrival(reference: str, arrival_id: UUID) -> Response:
    return _page(reference, arrival_id)


@blueprint.post("/<reference>/arrivals/<uuid:arrival_id>/elsewhere")
@for_staff(action=Action.REGISTER_ARRIVAL)
def find_case_of_misfiled(reference: str, arrival_id: UUID) -> Response:
    wanted = " ".join(request.form.get("reference", "")[:100].split())
    if not wanted:
        problem = _("Kirjoita asian viite, esimerkiksi 2026-000123.")
    elif wanted == reference:
        problem = _("Asiakirja on jo tässä asiassa. Valitse asia, johon se kuuluu.")
    elif engine().answer(FindCaseOfArrival(wanted), sessions.actor()):
        return see_other("cases.arrivals", reference=wanted, wrong=reference, misfiled=arrival_id)
    else:
        problem = _(
            "Tällä viitteellä ei ole asiaa, jonka näet. Tarkista viite. Jos se on oikein, asia voi olla rajattu: kysy esihenkilöltä."
        )
    return _page(reference, arrival_id, wanted, problem)


def _page(reference: str, arrival_id: UUID, typed: str = "", problem: str = "") -> Response:
    page = engine().answer(OpenArrivals(reference, (reference, arrival_id)), sessions.actor())
    moving = [page.moving.arrival] if page.moving else []
    (worded,) = worded_arrivals(
        moving, reference, page.case.received_at, names_in(page.parties), {}, page.moment
    )
    return render(
        "cases/misfiled_arrival.html",
        422 if problem else 200,
        wrong=reference,
        arrival=worded,
        reference=typed,
        problem=problem,
        **pinned_words(page.in_sight),
    )
