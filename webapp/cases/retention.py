"""Days on which data of a case are destroyed, and the hold that stops it."""

from __future__ import annotations

from flask import Response, request

from engine.commands.legal_holds import LONGEST_REASON, LiftHold, PlaceHold
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid
from engine.executor import Command
from engine.queries.retention import OpenRetention
from forms.texts import Refused, to_date
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.pinned import pinned_words

LONGEST_DAY = 20


@blueprint.get("/<reference>/retention")
@for_staff(action=Action.RETENTION_PAGE)
def retention(reference: str) -> Response:
    return _page(reference)


@blueprint.post("/<reference>/hold")
@for_staff(action=Action.PLACE_HOLD)
def place_hold(reference: str) -> Response:
    try:
        until = to_date(request.form.get("held_until", "")[:LONGEST_DAY])
    except Refused:
        until = None
    if until is None:
        return _page(reference, 422, {"held_until": _("Anna päivä muodossa 5.12.2026.")})
    done = _("Hävittäminen on estetty.")
    return _done(reference, PlaceHold(reference, _reason(), until), done)


@blueprint.post("/<reference>/hold/lift")
@for_staff(action=Action.LIFT_HOLD)
def lift_hold(reference: str) -> Response:
    return _done(reference, LiftHold(reference, _reason()), _("Esto on poistettu."))


def _reason() -> str:
    return request.form.get("reason", "")[: LONGEST_REASON + 100]


def _done(reference: str, command: Command[None], done: str) -> Response:
    try:
        engine().perform(command, sessions.actor())
    except (Invalid, Conflict) as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        place = (refused.field if isinstance(refused, Invalid) else None) or "reason"
        return _page(reference, status, {place: _(refused.message)})
    notify(done)
    return see_other("cases.retention", reference=reference)


def _page(reference: str, status: int = 200, problems: dict[str, str] | None = None) -> Response:
    found = engine().answer(OpenRetention(reference), sessions.actor())
    return render(
        "cases/retention.html",
        status,
        found=found,
        case=found.case,
        problems=problems or {},
        typed=request.form,
        longest=LONGEST_REASON,
        **pinned_words(found.in_sight),
    )
