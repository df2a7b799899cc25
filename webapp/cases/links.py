"""The link of an information request: made dead, or made anew for a recipient who lost the page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request, url_for

from engine.commands.links import RenewLink, RevokeLink
from engine.domain.people import Role
from engine.errors import NotFound
from webapp.cases.viewing import NewLink, shown
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.rendering.words.catalogues import gettext as _


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/<reference>/requests/<key>/link", view_func=manage, methods=["POST"])


@for_staff(Role.CASEWORKER, Role.MANAGER, Role.DIRECTOR)
def manage(reference: str, key: str) -> Response | str:
    go = request.form.get("go", "")
    if go == "revoke":
        engine().perform(RevokeLink(reference, key), sessions.actor())
        notify(_("Linkki ei enää toimi. Sen takana kirjoitettu on hävitetty."))
    elif go == "renew":
        address = engine().perform(RenewLink(reference, key), sessions.actor())
        if address is not None:
            # Shown on this page alone: it must not travel in a notice's cookie or stand in an address.
            return shown(reference, new_link=NewLink(key, address))
        notify(_("Uusi linkki on lähetetty vastaajalle. Vanha ei enää toimi."))
    else:
        raise NotFound
    return make_response(redirect(url_for("cases.case", reference=reference) + "#requests", code=303))
