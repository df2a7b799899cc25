"""From a draft to what runs: asked for by its editor, approved or returned by a second person."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.commands.deploy_processes import ApprovePublication, RequestPublication, ReturnToEditing
from engine.domain.people import Role
from engine.errors import Invalid, ModelRejected
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.rendering.texts import gettext as _
from webapp.studio.drafts import opened, to_draft


def register(blueprint: Blueprint) -> None:
    for action in (ask, approve, send_back):
        rule = f"/drafts/<uuid:draft_id>/{action.__name__.replace('_', '-')}"
        blueprint.add_url_rule(rule, view_func=action, methods=["POST"])


@for_staff(Role.PROCESS_OWNER)
def ask(draft_id: UUID) -> Response:
    note = request.form.get("note", "")
    try:
        engine().perform(RequestPublication(draft_id, note), sessions.actor())
    except ModelRejected as rejected:
        return _refused(draft_id, rejected)
    except Invalid as invalid:
        page = render_template(
            "studio/draft.html", page=opened(draft_id), findings=None, problem=invalid.message
        )
        return make_response(page, 422)
    notify(_("Julkaisua on pyydetty. Toinen prosessin omistaja hyväksyy sen."))
    return to_draft(draft_id)


@for_staff(Role.PROCESS_OWNER)
def approve(draft_id: UUID) -> Response:
    seen = request.form.get("version", "")
    if not seen.isdecimal():
        raise Invalid(_("Avaa luonnos ja lue se ennen hyväksymistä."))
    try:
        deployment = engine().perform(ApprovePublication(draft_id, int(seen)), sessions.actor())
    except ModelRejected as rejected:
        return _refused(draft_id, rejected)
    notify(_("Versio %(number)d on käytössä. Uudet asiat kulkevat sitä pitkin.", number=deployment.number))
    return make_response(redirect(url_for("studio.version", deployment_id=deployment.id), code=303))


@for_staff(Role.PROCESS_OWNER)
def send_back(draft_id: UUID) -> Response:
    engine().perform(ReturnToEditing(draft_id, request.form.get("reason", "")), sessions.actor())
    notify(_("Luonnos on palautettu muokattavaksi."))
    return to_draft(draft_id)


def _refused(draft_id: UUID, rejected: ModelRejected) -> Response:
    page = render_template("studio/draft.html", page=opened(draft_id), findings=rejected.findings, problem="")
    return make_response(page, 422)
