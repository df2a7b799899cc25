"""Hiding a case: restricting it and opening it again, and disqualification."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from engine.commands.visibility import (
    LONGEST_REASON,
    DeclareDisqualification,
    LiftDisqualification,
    LiftRestriction,
    RecordDisqualification,
    RestrictCase,
)
from engine.domain.disqualification import DisqualificationGround
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid
from engine.executor import Command
from engine.queries.visibility import OpenVisibility
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.posted import uuid_in
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.pinned import pinned_words

GROUNDS = {
    DisqualificationGround.PARTY: marked("on asianosainen tai hänen läheisensä on"),
    DisqualificationGround.ASSISTS: marked("avustaa tai edustaa asianosaista, itse tai läheisensä"),
    DisqualificationGround.GAINS: marked(
        "ratkaisusta on erityistä hyötyä tai vahinkoa, itselle tai läheiselle"
    ),
    DisqualificationGround.EMPLOYED: marked("on palvelussuhteessa tai toimeksiannossa asianosaiseen"),
    DisqualificationGround.OTHER: marked("luottamus puolueettomuuteen vaarantuu muusta erityisestä syystä"),
}


@blueprint.get("/<reference>/visibility")
@for_staff(action=Action.VISIBILITY_PAGE)
def visibility(reference: str) -> Response:
    return _page(reference)


@blueprint.post("/<reference>/restriction")
@for_staff(action=Action.RESTRICT_CASE)
def restrict(reference: str) -> Response:
    reason = request.form.get("reason", "")[: LONGEST_REASON + 100]
    return _restricted(reference, RestrictCase(reference, reason), reason, _("Asia on rajoitettu."))


@blueprint.post("/<reference>/restriction/lift")
@for_staff(action=Action.LIFT_RESTRICTION)
def lift_restriction(reference: str) -> Response:
    reason = request.form.get("reason", "")[: LONGEST_REASON + 100]
    return _restricted(reference, LiftRestriction(reference, reason), reason, _("Rajoitus on poistettu."))


@blueprint.post("/<reference>/disqualification")
@for_staff(action=Action.DECLARE_DISQUALIFICATION)
def declare_disqualification(reference: str) -> Response:
    ground = request.form.get("own_ground", "")[:40]
    try:
        engine().perform(DeclareDisqualification(reference, ground), sessions.actor())
    except Invalid as refused:
        return _page(reference, 422, {"own_ground": _(refused.message)})
    notify(_("Esteellisyytesi on kirjattu. Et enää näe asiaa, ja tehtäväsi siinä odottavat toista."))
    return see_other("cases.index")


@blueprint.post("/<reference>/disqualification/other")
@for_staff(action=Action.RECORD_DISQUALIFICATION)
def record_disqualification(reference: str) -> Response:
    person_id = uuid_in(request.form.get("person_id", ""))
    if person_id is None:
        return _page(reference, 422, {"person_id": _("Valitse henkilö.")})
    try:
        command = RecordDisqualification(reference, person_id, request.form.get("ground", "")[:40])
        engine().perform(command, sessions.actor())
    except Invalid as refused:
        return _page(reference, 422, {refused.field or "ground": _(refused.message)})
    notify(_("Esteellisyys on kirjattu."))
    if person_id == sessions.actor().person_id:
        return see_other("cases.index")
    return see_other("cases.visibility", reference=reference)


@blueprint.post("/<reference>/disqualification/lift")
@for_staff(action=Action.LIFT_DISQUALIFICATION)
def lift_disqualification(reference: str) -> Response:
    person_id = uuid_in(request.form.get("barred_id", ""))
    reason = request.form.get("lifting_reason", "")[: LONGEST_REASON + 100]
    if person_id is None:
        return _page(reference, 422, {"barred_id": _("Valitse henkilö.")}, lifting_reason=reason)
    try:
        engine().perform(LiftDisqualification(reference, person_id, reason), sessions.actor())
    except (Invalid, Conflict) as refused:
        status, field = (409, "barred_id") if isinstance(refused, Conflict) else (422, "lifting_reason")
        return _page(
            reference, status, {field: _(refused.message)}, barred_id=person_id, lifting_reason=reason
        )
    notify(_("Esteellisyys on poistettu. Henkilö näkee asian taas; tehtävät eivät palaa hänelle."))
    return see_other("cases.visibility", reference=reference)


def _restricted(reference: str, command: Command[None], reason: str, done: str) -> Response:
    try:
        engine().perform(command, sessions.actor())
    except (Invalid, Conflict) as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        return _page(reference, status, {"reason": _(refused.message)}, reason)
    notify(done)
    return see_other("cases.visibility", reference=reference)


def _page(
    reference: str,
    status: int = 200,
    problems: dict[str, str] | None = None,
    reason: str = "",
    *,
    barred_id: UUID | None = None,
    lifting_reason: str = "",
) -> Response:
    found = engine().answer(OpenVisibility(reference), sessions.actor())
    return render(
        "cases/visibility.html",
        status,
        found=found,
        case=found.case,
        grounds=GROUNDS,
        problems=problems or {},
        reason=reason,
        barred_id=barred_id,
        lifting_reason=lifting_reason,
        longest=LONGEST_REASON,
        **pinned_words(found.in_sight),
    )
