"""A draft of the models: its page with its changes and its history, and the findings of the publish gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask import Response, request

from engine.commands.deployments import CreateModelDraft
from engine.domain.people import Role
from engine.errors import Conflict
from engine.queries.models import CheckModelDraft, DraftPage, Finding, OpenModelDraft
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.posted import uuid_in
from webapp.http.responses import render, see_other
from webapp.studio.blueprint import READERS, blueprint
from webapp.studio.comparison import shown
from webapp.studio.words import draft_event_name, words

_LONGEST_FIND: Final = 100


@blueprint.post("/drafts")
@for_staff(Role.PROCESS_OWNER)
def create() -> Response:
    source_id = uuid_in(request.form.get("based_on", ""))
    draft_id = engine().perform(CreateModelDraft(request.form.get("name", ""), source_id), sessions.actor())
    return to_draft(draft_id)


@blueprint.get("/drafts/<uuid:draft_id>")
@for_staff(*READERS)
def draft(draft_id: UUID) -> Response:
    return draft_page(opened(draft_id))


@blueprint.get("/drafts/<uuid:draft_id>/findings")
@for_staff(*READERS)
def findings(draft_id: UUID) -> Response:
    """Show the findings of the publish gate, then of the scenarios, on the draft's page; the editor extracts the
    list.

    `?quick`, which the editor uses after every save, leaves the scenarios out: they take seconds.
    """
    page, language = opened(draft_id), current_language().code
    found = engine().answer(CheckModelDraft(draft_id, language), sessions.actor())
    if "quick" not in request.args and not any(each.severity == "error" for each in found):
        found = (*found, *engine().simulation.scenario_findings(page.summary.draft.files, language))
    return draft_page(page, findings=found)


def draft_page(
    page: DraftPage,
    status: int = 200,
    *,
    findings: Sequence[Finding] | None = None,
    problem: str = "",
    at: str = "",
    note: str = "",
) -> Response:
    """Show the draft. `problem` is the sentence of a refusal, `at` its field, `note` the text typed for a publication request."""
    find = request.args.get("find", "").strip()[:_LONGEST_FIND]
    return render(
        "studio/draft.html",
        status,
        page=page,
        find=find,
        files=[each for each in page.files if find.lower() in f"{each.name} {each.key} {each.path}".lower()],
        findings=findings,
        problem=problem,
        at=at,
        note=note or page.summary.draft.note,
        is_quick="quick" in request.args,
        shown=shown,
        draft_event_name=draft_event_name,
    )


def opened(draft_id: UUID) -> DraftPage:
    return engine().answer(OpenModelDraft(draft_id, words()), sessions.actor())


def editable(draft_id: UUID) -> DraftPage:
    """Return the page of a draft that may be changed. Raise Conflict once its publication was requested."""
    page = opened(draft_id)
    if page.summary.draft.state != "editing":
        raise Conflict("Luonnos on jo lähetetty julkaistavaksi. Tee muutokset uuteen luonnokseen.")
    return page


def to_draft(draft_id: UUID) -> Response:
    return see_other("studio.draft", draft_id=draft_id)
