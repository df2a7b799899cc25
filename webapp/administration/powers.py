"""Appointments, and the confirming of what somebody else proposed."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from engine.commands.people import Appoint
from engine.commands.powers import ConfirmPower, EndAppointment, RefusePower
from engine.domain.administration import ProposalKind
from engine.domain.appointments import Limits
from engine.domain.people import Power
from engine.errors import Invalid
from engine.queries.administration import OpenPerson
from webapp.administration.accounts import invited_page
from webapp.administration.blueprint import DECIDERS, blueprint
from webapp.administration.people import person_page, posted_reason, waiting_for
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.posted import posted_day, uuid_in
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _


@blueprint.post("/people/<username>/appointments")
@for_staff(*DECIDERS)
def appoint(username: str) -> Response:
    found = engine().answer(OpenPerson(username), sessions.actor())
    try:
        since, until = posted_day("valid_from"), posted_day("valid_until")
        if since is None:
            raise Invalid("Kirjoita päivä, josta määräys alkaa.", field="valid_from")
        replaces = uuid_in(request.form.get("replaces", ""))
        command = Appoint(found.row.person.id, _power(), since, until, posted_reason(), _limits(), replaces)
        waited = waiting_for(username, ProposalKind.APPOINTMENT)
        engine().perform(command, sessions.actor())
    except Invalid as invalid:
        # The page has a second field of that name, for the roles.
        field = "appointment-reason" if invalid.field == "reason" else invalid.field or "power"
        return person_page(username, {field: _(invalid.message)})
    closed = waited - waiting_for(username, ProposalKind.APPOINTMENT)
    earlier = " " + _("Aiempi ehdotus ei enää odota.") if closed else ""
    notify(_("Määräys odottaa toista ihmistä.") + earlier)
    return see_other("administration.person", username=username)


@blueprint.post("/appointments/<uuid:appointment_id>/end")
@for_staff(*DECIDERS)
def end_appointment(appointment_id: UUID) -> Response:
    username = engine().perform(EndAppointment(appointment_id), sessions.actor())
    notify(_("Määräys on päättynyt."))
    return see_other("administration.person", username=username)


@blueprint.post("/waiting/<uuid:proposal_id>/confirm")
@for_staff(*DECIDERS)
def confirm(proposal_id: UUID) -> Response:
    confirmed = engine().perform(ConfirmPower(proposal_id), sessions.actor())
    if confirmed.kind is ProposalKind.INVITATION:
        return invited_page(confirmed.about, confirmed.secret)
    if confirmed.secret:
        is_key = confirmed.kind is ProposalKind.RECEIVER
        return render("administration/secret.html", secret=confirmed.secret, is_key=is_key)
    notify(_("Vahvistettu."))
    return see_other("administration.index")


@blueprint.post("/waiting/<uuid:proposal_id>/refuse")
@for_staff(*DECIDERS)
def refuse(proposal_id: UUID) -> Response:
    engine().perform(RefusePower(proposal_id), sessions.actor())
    notify(_("Ehdotus on hylätty tai peruttu. Mikään ei muuttunut."))
    return see_other("administration.index")


def _limits() -> Limits:
    # As they were sent: to leave out an unknown one could leave no limit.
    return Limits(frozenset(request.form.getlist("decisions")), frozenset(request.form.getlist("teams")))


def _power() -> Power:
    try:
        return Power(request.form.get("power", ""))
    except ValueError:
        raise Invalid("Valitse, mihin määräys antaa vallan.", field="power") from None
