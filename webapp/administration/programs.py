"""Service accounts of programs: what they may do, until when, and when they were last used."""

from __future__ import annotations

from flask import Response, request

from engine.commands.people import SCOPES, AddServiceAccount, RevokeServiceAccount
from engine.domain.inbox import TEAMS
from engine.domain.people import Role
from engine.errors import Invalid
from engine.queries.administration import OpenPrograms
from webapp.administration.blueprint import DECIDERS, blueprint
from webapp.administration.people import LONGEST, ROLES, posted_reason, posted_roles
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, today
from webapp.http.notices import notify
from webapp.http.posted import posted_day
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _


@blueprint.get("/programs")
@for_staff(*DECIDERS)
def programs() -> Response:
    page = engine().answer(OpenPrograms(), sessions.actor())
    return render("administration/programs.html", page=page, day_now=today())


@blueprint.get("/new-program")
@for_staff(Role.ADMINISTRATOR, needs_proof=True)
def new_program() -> Response:
    return _new({}, frozenset(), frozenset())


@blueprint.post("/new-program")
@for_staff(Role.ADMINISTRATOR)
def add_program() -> Response:
    roles = posted_roles()
    scopes = frozenset(each for each in request.form.getlist("scopes") if each in SCOPES)
    name, team = request.form.get("name", "").strip()[:LONGEST], request.form.get("team", "")
    try:
        command = AddServiceAccount(
            name,
            scopes,
            roles,
            team if team in TEAMS else None,
            posted_reason(),
            posted_day("valid_until"),
        )
        engine().perform(command, sessions.actor())
    except Invalid as invalid:
        return _new({invalid.field or "name": _(invalid.message)}, roles, scopes)
    notify(_("Ohjelma odottaa toista ihmistä. Hän näkee tunnuksen, kun hän vahvistaa ohjelman."))
    return see_other("administration.programs")


@blueprint.post("/programs/revoke")
@for_staff(Role.ADMINISTRATOR)
def revoke_program() -> Response:
    try:
        engine().perform(RevokeServiceAccount(request.form.get("name", "")[:LONGEST]), sessions.actor())
    except Invalid as invalid:
        notify(_(invalid.message), "warning")
        return see_other("administration.programs")
    notify(_("Ohjelman tunnus on päätetty. Se ei enää avaa mitään."))
    return see_other("administration.programs")


def _new(problems: dict[str, str], roles: frozenset[Role], scopes: frozenset[str]) -> Response:
    return render(
        "administration/new_program.html",
        422 if problems else 200,
        scopes=SCOPES,
        chosen_scopes=scopes,
        roles=ROLES,
        chosen=roles,
        teams=TEAMS,
        typed=request.form,
        problems=problems,
    )
