"""Opening a case in an emergency, what is shown of it, and the review by a second person."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Response, render_template, request

from engine.clock import day_of
from engine.commands.emergencies import CloseEmergency, OpenInEmergency, ReviewEmergency
from engine.domain.emergencies import LASTS, LONGEST_REASON, REVIEWED_IN, SHORTEST_REASON, Ground, Verdict
from engine.domain.people import CASE_STAFF, Role
from engine.domain.policy import Action
from engine.errors import Invalid
from engine.queries.emergencies import ListEmergencies, OpenEmergencyFile
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.limits import EMERGENCIES, require_within
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.due import due_in_words
from webapp.rendering.words.safe_contact import safe_contact

GROUNDS = {
    Ground.DANGER: marked("Henkilö soittaa ja on vaarassa"),
    Ground.AUTHORITY: marked("Viranomainen on paikalla ja tarvitsee tiedon heti"),
    Ground.CHILD: marked("Lapsi on ilman suojaa tänä yönä"),
    Ground.OTHER: marked("Muu hätä"),
}
VERDICTS = {
    Verdict.JUSTIFIED: marked("Perusteltu"),
    Verdict.UNCLEAR: marked("Epäselvä"),
    Verdict.UNFOUNDED: marked("Aiheeton"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    wanted: str = ""
    born_on: str = ""
    ground: str = ""
    reason: str = ""


@blueprint.get("/emergency")
@for_staff(action=Action.OPEN_IN_EMERGENCY, needs_proof=True)
def emergency() -> Response:
    return _form(200, Typed())


@blueprint.post("/emergency")
@for_staff(action=Action.OPEN_IN_EMERGENCY)
def open_in_emergency() -> Response:
    actor = sessions.actor()
    typed = Typed(
        request.form.get("wanted", "").strip()[:200],
        request.form.get("born_on", "").strip()[:20],
        request.form.get("ground", "")[:20],
        request.form.get("reason", "")[: LONGEST_REASON + 100],
    )
    if not typed.wanted:
        return _form(422, typed, {"wanted": _("Kirjoita asiatunnus, tai nimi ja syntymäaika.")})
    require_within(EMERGENCIES, str(actor.account_id))
    command = OpenInEmergency(typed.wanted, typed.born_on, typed.ground, typed.reason)
    try:
        opened = engine().perform(command, actor)
    except Invalid as refused:
        return _form(422, typed, {refused.field or "reason": _(refused.message)})
    if opened is None:
        sentence = _(
            "Tällä tunnuksella tai nimellä ei ole asiaa, jonka voit avata hädässä. Yritys kirjattiin."
        )
        return _form(404, typed, {"wanted": sentence})
    if not opened.in_emergency:
        return see_other("cases.case", reference=opened.reference)
    return see_other("cases.emergency_file", reference=opened.reference)


@blueprint.get("/emergency/<reference>")
@for_staff(action=Action.EMERGENCY_FILE)
def emergency_file(reference: str) -> str:
    file = engine().answer(OpenEmergencyFile(reference, current_language().code), sessions.actor())
    return render_template(
        "cases/emergency_file.html",
        file=file,
        case=file.case,
        contact=safe_contact(file.parties, day_of(file.moment)),
        tasks=[(each, due_in_words(each.due_at, file.moment)) for each in file.tasks],
    )


@blueprint.post("/emergency/<reference>/close")
@for_staff(action=Action.EMERGENCY_FILE)
def close_emergency(reference: str) -> Response:
    engine().perform(CloseEmergency(reference), sessions.actor())
    notify(_("Asia on suljettu. Toinen tarkastaa avauksen viikon sisällä."))
    return see_other("cases.emergencies")


@blueprint.get("/emergencies")
@for_staff(*CASE_STAFF, Role.AUDITOR)
def emergencies() -> Response:
    return _list(200)


@blueprint.post("/emergencies/<uuid:emergency_id>/review")
@for_staff(action=Action.REVIEW_EMERGENCY)
def review_emergency(emergency_id: UUID) -> Response:
    try:
        engine().perform(ReviewEmergency(emergency_id, request.form.get("verdict", "")), sessions.actor())
    except Invalid as refused:
        return _list(422, str(emergency_id), _(refused.message))
    notify(_("Tarkastus on kirjattu. Avaajalle lähti tieto."))
    return see_other("cases.emergencies")


def _form(status: int, typed: Typed, problems: dict[str, str] | None = None) -> Response:
    openings = engine().answer(ListEmergencies(), sessions.actor())
    return render(
        "cases/emergency.html",
        status,
        typed=typed,
        problems=problems or {},
        grounds=GROUNDS,
        shortest=SHORTEST_REASON,
        longest=LONGEST_REASON,
        ends_at=openings.moment + LASTS,
        reviewed_by=openings.moment + REVIEWED_IN,
        own=openings.own,
        verdicts=VERDICTS,
    )


def _list(status: int, refused: str = "", problem: str = "") -> Response:
    openings = engine().answer(ListEmergencies(), sessions.actor())
    return render(
        "cases/emergencies.html",
        status,
        openings=openings,
        grounds=GROUNDS,
        verdicts=VERDICTS,
        refused=refused,
        problem=problem,
        today=openings.moment.date(),
    )
