"""Moves of running cases to the version in use: which cases may move and why others stay, approval, return.

Only references and positions are shown: a process owner sees no person's matter.
"""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template, request

from engine.commands.moves import ApproveMove, RequestMove, ReturnCases, WithdrawMove
from engine.domain.people import Role
from engine.errors import Conflict, Invalid
from engine.queries.moves import OpenMove, PreviewMove
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.errors import status_of
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import ngettext
from webapp.studio.blueprint import blueprint

MANY = 1_000_000
"""Bytes of a form with the references of some ten thousand cases."""


@blueprint.get("/versions/<uuid:deployment_id>/cases")
@for_staff(Role.PROCESS_OWNER)
def cases(deployment_id: UUID) -> Response:
    return _preview(deployment_id)


@blueprint.post("/versions/<uuid:deployment_id>/cases")
@for_staff(Role.PROCESS_OWNER, body_limit=MANY)
def ask_to_move(deployment_id: UUID) -> Response:
    """Request the move of the chosen groups and single cases, as they were shown."""
    chosen = [
        reference for group in request.form.getlist("group") for reference in group.split()
    ] + request.form.getlist("reference")
    try:
        move_id = engine().perform(RequestMove(deployment_id, chosen), sessions.actor())
    except (Invalid, Conflict) as refused:
        return _preview(deployment_id, status_of(refused), refused.message)
    notify(_("Siirtoa on pyydetty. Toinen prosessin omistaja hyväksyy sen."))
    return _to_move(move_id)


@blueprint.get("/moves/<uuid:move_id>")
@for_staff(Role.PROCESS_OWNER)
def move(move_id: UUID) -> str:
    page = engine().answer(OpenMove(move_id, current_language().code), sessions.actor())
    return render_template("studio/move.html", page=page)


@blueprint.post("/moves/<uuid:move_id>/approve")
@for_staff(Role.PROCESS_OWNER)
def approve_move(move_id: UUID) -> Response:
    engine().perform(ApproveMove(move_id), sessions.actor())
    notify(_("Siirto on hyväksytty. Asiat siirtyvät yksi kerrallaan."))
    return _to_move(move_id)


@blueprint.post("/moves/<uuid:move_id>/withdraw")
@for_staff(Role.PROCESS_OWNER)
def withdraw_move(move_id: UUID) -> Response:
    engine().perform(WithdrawMove(move_id), sessions.actor())
    notify(_("Siirtoa ei tehdä. Asiat jäävät omiin versioihinsa."))
    return _to_move(move_id)


@blueprint.post("/moves/<uuid:move_id>/return")
@for_staff(Role.PROCESS_OWNER, body_limit=MANY)
def return_cases(move_id: UUID) -> Response:
    """Return the chosen cases to their version; without a choice, all that still can be."""
    chosen = request.form.getlist("reference") or None
    asked = engine().perform(ReturnCases(move_id, chosen), sessions.actor())
    notify(ngettext("Yksi asia palautetaan.", "%(num)d asiaa palautetaan.", asked))
    return _to_move(move_id)


def _preview(deployment_id: UUID, status: int = 200, problem: str = "") -> Response:
    preview = engine().answer(PreviewMove(deployment_id, current_language().code), sessions.actor())
    return render("studio/cases.html", status, preview=preview, target=preview.target, problem=problem)


def _to_move(move_id: UUID) -> Response:
    return see_other("studio.move", move_id=move_id)
