"""The publication of a draft: requested by its editor, approved or returned by a second person."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from engine.commands.deployments import (
    ApprovePublication,
    GuardrailsUnconfirmed,
    RequestPublication,
    ReturnToEditing,
)
from engine.commands.model_drafts import (
    DiscardModelDraft,
    PutBackModelDraft,
    PutBackModelFile,
    RecoverModelDraft,
    RollBack,
)
from engine.domain.people import Role
from engine.errors import Invalid, ModelRejected, NotFound
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.posted import number_in, uuid_in
from webapp.http.responses import see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.blueprint import blueprint
from webapp.studio.drafts import draft_page, opened, to_draft


@blueprint.post("/drafts/<uuid:draft_id>/ask")
@for_staff(Role.PROCESS_OWNER)
def ask(draft_id: UUID) -> Response:
    note = request.form.get("note", "")
    try:
        accepts = request.form.get("untranslated") == "yes"
        engine().perform(RequestPublication(draft_id, note, accepts_untranslated=accepts), sessions.actor())
    except ModelRejected as rejected:
        return _refused(draft_id, rejected, note)
    except Invalid as invalid:
        return draft_page(
            opened(draft_id), 422, problem=_(invalid.message), at=invalid.field or "note", note=note
        )
    notify(_("Julkaisua on pyydetty. Toinen prosessin omistaja hyväksyy sen."))
    return to_draft(draft_id)


@blueprint.post("/drafts/<uuid:draft_id>/approve")
@for_staff(Role.PROCESS_OWNER)
def approve(draft_id: UUID) -> Response:
    seen = number_in(request.form.get("version", ""))
    if seen is None:
        raise Invalid(_("Avaa luonnos ja lue se ennen hyväksymistä."))
    confirmed = frozenset(request.form.getlist("guardrail"))
    try:
        deployment = engine().perform(ApprovePublication(draft_id, seen, confirmed), sessions.actor())
    except ModelRejected as rejected:
        return _refused(draft_id, rejected)
    except GuardrailsUnconfirmed as unconfirmed:
        return draft_page(opened(draft_id), 422, problem=_(unconfirmed.message), at="guardrails")
    notify(_("Versio %(number)d on käytössä. Uudet asiat kulkevat sitä pitkin.", number=deployment.number))
    return see_other("studio.version", deployment_id=deployment.id)


@blueprint.post("/drafts/<uuid:draft_id>/send-back")
@for_staff(Role.PROCESS_OWNER)
def send_back(draft_id: UUID) -> Response:
    engine().perform(ReturnToEditing(draft_id, request.form.get("reason", "")), sessions.actor())
    notify(_("Luonnos on palautettu muokattavaksi."))
    return to_draft(draft_id)


@blueprint.post("/drafts/<uuid:draft_id>/discard")
@for_staff(Role.PROCESS_OWNER)
def discard(draft_id: UUID) -> Response:
    reason = request.form.get("discard_reason", "")
    try:
        engine().perform(DiscardModelDraft(draft_id, reason), sessions.actor())
    except Invalid as invalid:
        return draft_page(opened(draft_id), 422, problem=_(invalid.message), at="discard_reason")
    notify(_("Luonnos on hylätty. Sen voi ottaa uudelleen työn alle."))
    return to_draft(draft_id)


@blueprint.post("/drafts/<uuid:draft_id>/recover")
@for_staff(Role.PROCESS_OWNER)
def recover(draft_id: UUID) -> Response:
    engine().perform(RecoverModelDraft(draft_id), sessions.actor())
    notify(_("Luonnosta voi taas muokata."))
    return to_draft(draft_id)


@blueprint.post("/drafts/<uuid:draft_id>/put-back")
@for_staff(Role.PROCESS_OWNER)
def put_back(draft_id: UUID) -> Response:
    """Restore the draft as it was before an event of its history: an import, or an earlier restoring. Later edits are
    undone with it. Raise NotFound if the files before that event were not kept."""
    seen, event_id = number_in(request.form.get("version", "")), uuid_in(request.form.get("event", ""))
    if seen is None or event_id is None:
        raise NotFound
    engine().perform(PutBackModelDraft(draft_id, event_id, seen), sessions.actor())
    notify(_("Luonnos on niin kuin se oli aiemmin."))
    return to_draft(draft_id)


@blueprint.post("/drafts/<uuid:draft_id>/put-back/<path:path>")
@for_staff(Role.PROCESS_OWNER)
def put_back_file(draft_id: UUID, path: str) -> Response:
    """Restore one file as it is in the version that the draft began from."""
    seen = number_in(request.form.get("version", ""))
    if seen is None:
        raise NotFound
    engine().perform(PutBackModelFile(draft_id, path, seen), sessions.actor())
    notify(_("Tiedosto on niin kuin se on julkaistu. Palautuksen voi kumota historiasta."))
    return to_draft(draft_id)


@blueprint.post("/versions/<uuid:deployment_id>/roll-back")
@for_staff(Role.PROCESS_OWNER)
def roll_back(deployment_id: UUID) -> Response:
    """Create a draft of an older version; publishing it takes two people, as always."""
    draft_id = engine().perform(RollBack(deployment_id), sessions.actor())
    notify(_("Luonnos on tehty vanhasta versiosta. Pyydä sille julkaisua."))
    return to_draft(draft_id)


def _refused(draft_id: UUID, rejected: ModelRejected, note: str = "") -> Response:
    return draft_page(opened(draft_id), 422, findings=rejected.findings, note=note)
