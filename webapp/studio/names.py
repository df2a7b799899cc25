"""The names in diagrams in other languages: one page a process, and single names from the diagram editor."""

from __future__ import annotations

from uuid import UUID

from flask import Response, jsonify, make_response, request

from engine.commands.element_names import TranslateNames
from engine.domain.people import Role
from engine.errors import Invalid, Refusal
from engine.models.name_gate import LANGUAGES
from engine.queries.element_names import DiagramNames, OpenNames
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.errors import status_of
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.blueprint import blueprint
from webapp.studio.drafts import editable


@blueprint.get("/drafts/<uuid:draft_id>/names")
@for_staff(Role.PROCESS_OWNER)
def names(draft_id: UUID) -> Response:
    return _shown(draft_id)


@blueprint.post("/drafts/<uuid:draft_id>/names")
@for_staff(Role.PROCESS_OWNER)
def write_names(draft_id: UUID) -> Response:
    """Save the names of one process; only those that differ from what the page showed, so that two may translate."""
    typed: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for number, finnish in enumerate(request.form.getlist("name")):
        for language in LANGUAGES:
            words = request.form.get(f"{language}.{number}", "").strip()
            if words != request.form.get(f"{language}.{number}.was", ""):
                typed[language][finnish] = words
    changed = {language: found for language, found in typed.items() if found}
    try:
        engine().perform(TranslateNames(draft_id, changed), sessions.actor())
    except Invalid as invalid:
        return _shown(draft_id, 422, typed, _(invalid.message))
    notify(_("Nimet on tallennettu luonnokseen."))
    return see_other("studio.names", draft_id=draft_id, process=request.args.get("process"))


@blueprint.put("/drafts/<uuid:draft_id>/names")
@for_staff(Role.PROCESS_OWNER, editor=True)
def write_name(draft_id: UUID) -> Response:
    """Save one name from the diagram editor."""
    sent = request.get_json(silent=True)
    try:
        if not isinstance(sent, dict) or not all(
            isinstance(sent.get(key), str) for key in ("language", "name", "words")
        ):
            raise Invalid(_("Tallennus ei ole nimi."))
        translations = {sent["language"]: {sent["name"]: sent["words"]}}
        engine().perform(TranslateNames(draft_id, translations), sessions.actor())
    except Refusal as refusal:
        return make_response(jsonify(message=_(refusal.message)), status_of(refusal).value)
    return make_response(jsonify(message=""))


def _shown(
    draft_id: UUID, status: int = 200, typed: dict[str, dict[str, str]] | None = None, problem: str = ""
) -> Response:
    page = editable(draft_id)
    found = engine().answer(OpenNames(draft_id), sessions.actor())
    return render(
        "studio/names.html",
        status,
        page=page,
        diagrams=found,
        shown=_chosen(found),
        process_names={each.key: each.name for each in page.files if each.kind == "diagram"},
        typed=typed or {},
        problem=problem,
    )


def _chosen(found: tuple[DiagramNames, ...]) -> DiagramNames | None:
    """Return the diagram asked for, else the first with a missing name, else the first."""
    wanted = request.args.get("process", "")
    asked = (each for each in found if each.process_key == wanted)
    lacking = (each for each in found if each.missing)
    return next(asked, next(lacking, next(iter(found), None)))
