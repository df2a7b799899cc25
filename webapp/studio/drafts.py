"""A draft: what it changes, what the gate says of it, files in and out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.commands.deployments import CreateModelDraft
from engine.commands.model_drafts import AddModelFile, ImportBundle, ImportFile
from engine.domain.people import Role
from engine.errors import Conflict, Invalid, NotFound
from engine.queries.foreign_file import ReadForeignFile
from engine.queries.models import CheckModelDraft, DraftPage, OpenModelDraft
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.comparing import shown, words
from webapp.studio.parsing import number_in
from webapp.studio.tryout_access import sandboxes
from webapp.studio.versions import READERS
from webapp.studio.words import happening

FILE_LIMIT = 1_500_000
"""A megabyte of diagram and its wrapping."""
MOST_TOLD = 4
"""Sentences of what was done to a file: they travel in a cookie."""
BUNDLE_LIMIT = 5_000_000
"""A whole bundle, packed: the shipped one is a tenth of a megabyte."""


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/drafts", view_func=create, methods=["POST"])
    blueprint.add_url_rule("/drafts/<uuid:draft_id>", view_func=draft, methods=["GET"])
    blueprint.add_url_rule("/drafts/<uuid:draft_id>/findings", view_func=findings, methods=["GET"])
    blueprint.add_url_rule("/drafts/<uuid:draft_id>/files", view_func=add_file, methods=["POST"])
    blueprint.add_url_rule("/drafts/<uuid:draft_id>/import", view_func=import_file, methods=["POST"])
    blueprint.add_url_rule("/drafts/<uuid:draft_id>/bundle", view_func=import_bundle, methods=["POST"])


@for_staff(Role.PROCESS_OWNER)
def create() -> Response:
    based_on = request.form.get("based_on", "")
    try:
        source = UUID(based_on) if based_on else None
    except ValueError:
        raise NotFound from None
    draft_id = engine().perform(CreateModelDraft(request.form.get("name", ""), source), sessions.actor())
    return to_draft(draft_id)


@for_staff(*READERS)
def draft(draft_id: UUID) -> str:
    return draft_page(opened(draft_id))


def draft_page(
    page: DraftPage,
    *,
    findings: Sequence[object] | None = None,
    problem: str = "",
    at: str = "",
    note: str = "",
) -> str:
    """`problem`: what was refused; `at`: the field beside which it stands; `note`: what was typed beside the question for it."""
    return render_template(
        "studio/draft.html",
        page=page,
        findings=findings,
        problem=problem,
        at=at,
        note=note or page.summary.draft.note,
        is_quick="quick" in request.args,
        shown=shown,
        happening=happening,
    )


@for_staff(*READERS)
def findings(draft_id: UUID) -> str:
    """The gate's verdict and then the scenarios', on the draft's page; the editor takes the list out of it.

    `?quick`, which the editor asks after every save, leaves the scenarios out: they take seconds.
    """
    page, language = opened(draft_id), current_language().code
    found = engine().answer(CheckModelDraft(draft_id, language), sessions.actor())
    if "quick" not in request.args and not any(each.severity == "error" for each in found):
        found = (*found, *sandboxes().findings(page.summary.draft.files, language))
    return draft_page(page, findings=found)


@for_staff(Role.PROCESS_OWNER)
def add_file(draft_id: UUID) -> Response:
    """A form, a table or a process that was not there; it opens in its editor."""
    kind, name = request.form.get("kind", ""), request.form.get("name", "")
    path = engine().perform(AddModelFile(draft_id, kind, name), sessions.actor())
    return make_response(redirect(url_for("studio.edit", draft_id=draft_id, path=path), code=303))


@for_staff(Role.PROCESS_OWNER, body_limit=FILE_LIMIT)
def import_file(draft_id: UUID) -> Response:
    """Any one file: a diagram, a table or a form of any tool; of the others, a new content for one that is there."""
    page = opened(draft_id)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(_("Valitse tiedosto."), field="file")
        notes = _bring_in(page, sent.filename, sent.read())
    except (Invalid, NotFound, Conflict) as refused:
        return make_response(draft_page(page, problem=_(refused.message), at="file"), 422)
    told = [_("%(name)s on tuotu luonnokseen.", name=sent.filename[:100])]
    notify(" ".join([*told, *notes[:MOST_TOLD]]), "info" if notes else "success")
    return make_response(redirect(url_for("studio.findings", draft_id=draft_id), code=303))


def _bring_in(page: DraftPage, name: str, content: bytes) -> Sequence[str]:
    draft = page.summary.draft
    same = [each.path for each in page.files if PurePosixPath(each.path).name == PurePosixPath(name).name]
    if PurePosixPath(name).suffix in {".toml", ".po", ".json"}:
        if len(same) != 1:
            raise NotFound(_("Luonnoksessa ei ole tiedostoa %(name)s.", name=name[:100]))
        engine().perform(ImportFile(draft.id, same[0], content, draft.version), sessions.actor())
        return ()
    found = engine().answer(
        ReadForeignFile(draft.id, name, content, current_language().code), sessions.actor()
    )
    engine().perform(ImportFile(draft.id, found.path, found.content, found.seen_version), sessions.actor())
    return found.notes


@for_staff(Role.PROCESS_OWNER, body_limit=BUNDLE_LIMIT)
def import_bundle(draft_id: UUID) -> Response:
    """A whole archive, laid over the draft. Refused whole, or brought in with what was left out named in the history."""
    page = opened(draft_id)
    sent = request.files.get("bundle")
    seen = number_in(request.form.get("version", ""))
    try:
        if sent is None or not sent.filename:
            raise Invalid(_("Valitse tiedosto."), field="bundle")
        version = page.summary.draft.version if seen is None else seen
        found = engine().perform(ImportBundle(draft_id, sent.read(), version), sessions.actor())
    except Invalid as invalid:
        return make_response(draft_page(page, problem=_(invalid.message), at="bundle"), 422)
    if found.left_out:
        notify(_("Paketti on tuotu. Osa tiedostoista ei kuulu malliin: katso historiasta, mitkä."))
    else:
        notify(_("Paketti on tuotu luonnokseen."))
    return to_draft(draft_id)


def opened(draft_id: UUID) -> DraftPage:
    return engine().answer(OpenModelDraft(draft_id, words()), sessions.actor())


def to_draft(draft_id: UUID) -> Response:
    return make_response(redirect(url_for("studio.draft", draft_id=draft_id), code=303))
