"""From a draft to what runs: asked for by its editor, approved or returned by a second person."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request, url_for

from engine.commands.deployments import (
    ApprovePublication,
    PromisesUnconfirmed,
    RequestPublication,
    ReturnToEditing,
)
from engine.commands.model_drafts import DiscardModelDraft, PutBackModelDraft, RecoverModelDraft, RollBack
from engine.domain.people import Role
from engine.errors import Invalid, ModelRejected, NotFound
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.drafts import draft_page, opened, to_draft
from webapp.studio.parsing import number_in
from webapp.studio.tryout_access import sandboxes


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/versions/<uuid:deployment_id>/roll-back", view_func=roll_back, methods=["POST"])
    for action in (ask, approve, send_back, discard, recover, put_back):
        rule = f"/drafts/<uuid:draft_id>/{action.__name__.replace('_', '-')}"
        blueprint.add_url_rule(rule, view_func=action, methods=["POST"])


@for_staff(Role.PROCESS_OWNER)
def ask(draft_id: UUID) -> Response:
    note = request.form.get("note", "")
    # The scenarios are run before the transaction that asks for them: there they cost nothing any more.
    sandboxes().rehearsals.of(opened(draft_id).summary.draft.files)
    try:
        engine().perform(RequestPublication(draft_id, note), sessions.actor())
    except ModelRejected as rejected:
        return _refused(draft_id, rejected, note)
    except Invalid as invalid:
        return make_response(draft_page(opened(draft_id), problem=_(invalid.message), at="note"), 422)
    notify(_("Julkaisua on pyydetty. Toinen prosessin omistaja hyväksyy sen."))
    return to_draft(draft_id)


@for_staff(Role.PROCESS_OWNER)
def approve(draft_id: UUID) -> Response:
    seen = number_in(request.form.get("version", ""))
    if seen is None:
        raise Invalid(_("Avaa luonnos ja lue se ennen hyväksymistä."))
    confirmed = frozenset(request.form.getlist("promise"))
    try:
        deployment = engine().perform(ApprovePublication(draft_id, seen, confirmed), sessions.actor())
    except ModelRejected as rejected:
        return _refused(draft_id, rejected)
    except PromisesUnconfirmed as unconfirmed:
        page = draft_page(opened(draft_id), problem=_(unconfirmed.message), at="promises")
        return make_response(page, 422)
    notify(_("Versio %(number)d on käytössä. Uudet asiat kulkevat sitä pitkin.", number=deployment.number))
    return make_response(redirect(url_for("studio.version", deployment_id=deployment.id), code=303))


@for_staff(Role.PROCESS_OWNER)
def send_back(draft_id: UUID) -> Response:
    engine().perform(ReturnToEditing(draft_id, request.form.get("reason", "")), sessions.actor())
    notify(_("Luonnos on palautettu muokattavaksi."))
    return to_draft(draft_id)


@for_staff(Role.PROCESS_OWNER)
def discard(draft_id: UUID) -> Response:
    try:
        engine().perform(
            DiscardModelDraft(draft_id, request.form.get("discard_reason", "")), sessions.actor()
        )
    except Invalid as invalid:
        page = draft_page(opened(draft_id), problem=_(invalid.message), at="discard_reason")
        return make_response(page, 422)
    notify(_("Luonnos on hylätty. Sen voi ottaa uudelleen työn alle."))
    return to_draft(draft_id)


@for_staff(Role.PROCESS_OWNER)
def recover(draft_id: UUID) -> Response:
    engine().perform(RecoverModelDraft(draft_id), sessions.actor())
    notify(_("Luonnosta voi taas muokata."))
    return to_draft(draft_id)


@for_staff(Role.PROCESS_OWNER)
def put_back(draft_id: UUID) -> Response:
    seen = number_in(request.form.get("version", ""))
    try:
        event = UUID(request.form.get("event", ""))
    except ValueError:
        raise NotFound from None
    if seen is None:
        raise NotFound
    engine().perform(PutBackModelDraft(draft_id, event, seen), sessions.actor())
    notify(_("Luonnos on niin kuin se oli ennen tuontia."))
    return to_draft(draft_id)


@for_staff(Role.PROCESS_OWNER)
def roll_back(deployment_id: UUID) -> Response:
    """A draft from an older version; publishing it takes two, as always."""
    draft_id = engine().perform(RollBack(deployment_id), sessions.actor())
    notify(_("Luonnos on tehty vanhasta versiosta. Pyydä sille julkaisua."))
    return to_draft(draft_id)


def _refused(draft_id: UUID, rejected: ModelRejected, note: str = "") -> Response:
    return make_response(draft_page(opened(draft_id), findings=rejected.findings, note=note), 422)
