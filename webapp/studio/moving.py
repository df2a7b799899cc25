"""Running cases and the version in use: which could move to it and why others stay; a move, its approval, its way back.

References and positions only. What a process owner sees here is no one's matter.
"""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.commands.moves import ApproveMove, RequestMove, ReturnCases, WithdrawMove
from engine.domain.people import Role
from engine.errors import Conflict, Invalid
from engine.queries.moves import MovePage, MovePreview, OpenMove, PreviewMove
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import ngettext

MANY = 1_000_000
"""Bytes of a form with every reference of some ten thousand cases."""


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/versions/<uuid:deployment_id>/cases", view_func=cases, methods=["GET"])
    blueprint.add_url_rule("/versions/<uuid:deployment_id>/cases", view_func=ask_to_move, methods=["POST"])
    blueprint.add_url_rule("/moves/<uuid:move_id>", view_func=move, methods=["GET"])
    for name, view in (("approve", approve_move), ("withdraw", withdraw_move), ("return", return_cases)):
        blueprint.add_url_rule(f"/moves/<uuid:move_id>/{name}", view_func=view, methods=["POST"])


@for_staff(Role.PROCESS_OWNER)
def cases(deployment_id: UUID) -> str:
    return _preview(deployment_id)


@for_staff(Role.PROCESS_OWNER, body_limit=MANY)
def ask_to_move(deployment_id: UUID) -> Response:
    """Whole groups and single cases alike: what was seen is what is asked for."""
    chosen = [
        reference for group in request.form.getlist("group") for reference in group.split()
    ] + request.form.getlist("reference")
    try:
        move_id = engine().perform(RequestMove(deployment_id, chosen), sessions.actor())
    except Invalid as invalid:
        return make_response(_preview(deployment_id, invalid.message), 422)
    except Conflict as conflict:
        return make_response(_preview(deployment_id, conflict.message), 409)
    notify(_("Siirtoa on pyydetty. Toinen prosessin omistaja hyväksyy sen."))
    return _to_move(move_id)


@for_staff(Role.PROCESS_OWNER)
def move(move_id: UUID) -> str:
    return render_template("studio/move.html", page=_opened(move_id))


@for_staff(Role.PROCESS_OWNER)
def approve_move(move_id: UUID) -> Response:
    engine().perform(ApproveMove(move_id), sessions.actor())
    notify(_("Siirto on hyväksytty. Asiat siirtyvät yksi kerrallaan."))
    return _to_move(move_id)


@for_staff(Role.PROCESS_OWNER)
def withdraw_move(move_id: UUID) -> Response:
    engine().perform(WithdrawMove(move_id), sessions.actor())
    notify(_("Siirtoa ei tehdä. Asiat jäävät omiin versioihinsa."))
    return _to_move(move_id)


@for_staff(Role.PROCESS_OWNER, body_limit=MANY)
def return_cases(move_id: UUID) -> Response:
    """Without a choice all that can still return."""
    chosen = request.form.getlist("reference") or None
    asked = engine().perform(ReturnCases(move_id, chosen), sessions.actor())
    notify(ngettext("Yksi asia palautetaan.", "%(num)d asiaa palautetaan.", asked))
    return _to_move(move_id)


def _preview(deployment_id: UUID, problem: str = "") -> str:
    preview: MovePreview = engine().answer(
        PreviewMove(deployment_id, current_language().code), sessions.actor()
    )
    return render_template("studio/cases.html", preview=preview, target=preview.target, problem=problem)


def _opened(move_id: UUID) -> MovePage:
    return engine().answer(OpenMove(move_id, current_language().code), sessions.actor())


def _to_move(move_id: UUID) -> Response:
    return make_response(redirect(url_for("studio.move", move_id=move_id), code=303))
