"""Invitations and sessions of others."""

from __future__ import annotations

from flask import Response, request, url_for

from engine.commands.invitations import Invite, ReadInvitation, TakeBackInvitation
from engine.commands.sessions import EndSessionsOf
from engine.domain.people import PUBLIC, Role
from engine.errors import Invalid
from engine.queries.administration import OpenSessions
from webapp.administration.blueprint import blueprint
from webapp.administration.people import person_page, posted_reason
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, settings
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _


@blueprint.post("/people/<username>/invitation")
@for_staff(Role.ADMINISTRATOR)
def invite(username: str) -> Response:
    """Show the invitation's link, or say that it waits for a second person, who is shown it."""
    try:
        command = Invite(username, posted_reason(), ends_ways_now=request.form.get("ends_ways_now") == "yes")
        invitation = engine().perform(command, sessions.actor())
    except Invalid as invalid:
        return person_page(username, {"invitation": _(invalid.message)})
    if invitation is None:
        notify(
            _("Kutsu odottaa toista ihmistä. Vanhat keinot kirjautua lakkasivat heti.")
            if command.ends_ways_now
            else _("Kutsu odottaa toista ihmistä. Vanhat keinot kirjautua toimivat siihen asti.")
        )
        return see_other("administration.person", username=username)
    return invited_page(username, invitation.token)


def invited_page(username: str, token: str) -> Response:
    """Show the invitation's link, which is shown this once: the administrator hands it over."""
    invited = engine().answer(ReadInvitation(token), PUBLIC)
    path = url_for("account.invitation", token=token)
    return render(
        "administration/invited.html",
        username=username,
        link=f"{settings().base_url}{path}",
        expires_at=invited.expires_at,
    )


@blueprint.post("/people/<username>/invitation/take-back")
@for_staff(Role.ADMINISTRATOR)
def take_back_invitation(username: str) -> Response:
    try:
        engine().perform(TakeBackInvitation(username), sessions.actor())
    except Invalid as invalid:
        return person_page(username, {"invitation": _(invalid.message)})
    notify(_("Kutsu on peruttu. Linkki ei enää avaudu."))
    return see_other("administration.person", username=username)


@blueprint.get("/sessions")
@for_staff(Role.ADMINISTRATOR)
def open_sessions() -> Response:
    found = engine().answer(OpenSessions(), sessions.actor())
    return render("administration/sessions.html", open_sessions=found)


@blueprint.post("/people/<username>/sessions/end")
@for_staff(Role.ADMINISTRATOR)
def end_sessions(username: str) -> Response:
    engine().perform(EndSessionsOf(username), sessions.actor())
    notify(_("Istunnot on päätetty."))
    return see_other("administration.person", username=username)
