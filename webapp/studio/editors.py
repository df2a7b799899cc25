"""The editors' pages, and the address through which all of them save."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from uuid import UUID

from flask import Response, jsonify, make_response, render_template, request, url_for

from engine.domain.people import Role
from engine.errors import Invalid, NotFound, Outdated, Refusal
from engine.models.name_gate import LANGUAGES
from engine.queries.element_names import OpenNames
from engine.queries.model_files import SharedPart
from engine.queries.models import DraftPage, ReadModelFile
from webapp.http import sessions, tokens
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.errors import status_of
from webapp.rendering.words import dates
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.labels import role_name
from webapp.studio.blueprint import blueprint
from webapp.studio.draft_files import FILE_LIMIT, save_over, seen_mark
from webapp.studio.drafts import editable
from webapp.studio.words import outcome_name

EDITORS = {".bpmn": "modeler", ".dmn": "tables", ".form": "forms"}
"""The script for each kind of file; other files are edited elsewhere as text."""


@blueprint.get("/drafts/<uuid:draft_id>/edit/<path:path>")
@for_staff(Role.PROCESS_OWNER, editor=True)
def edit(draft_id: UUID, path: str) -> str:
    page = editable(draft_id)
    script = EDITORS.get(PurePosixPath(path).suffix)
    current = next((each for each in page.files if each.path == path), None)
    if script is None or current is None:
        raise NotFound
    content = engine().answer(ReadModelFile(draft_id, path), sessions.actor())
    return render_template(
        "studio/editor.html",
        page=page,
        current=current,
        script=script,
        part=next((each for each in page.parts if each.file.path == path), None),
        given=_given(page, path, content),
        editable={each.path for each in page.files if PurePosixPath(each.path).suffix in EDITORS},
    )


@blueprint.put("/drafts/<uuid:draft_id>/file/<path:path>")
@for_staff(Role.PROCESS_OWNER, editor=True, body_limit=FILE_LIMIT)
def save(draft_id: UUID, path: str) -> Response:
    """Save JSON from an editor. Return the mark of the stored content, or the refusal. Content that the editor has
    not seen is never overwritten."""
    try:
        sent = request.get_json(silent=True)
        if not isinstance(sent, dict) or not isinstance(sent.get("content"), str):
            raise Invalid(_("Tallennus ei ole kaavio."))
        if not isinstance(sent.get("seen"), str):
            raise Invalid(_("Tallennuksesta puuttuu tieto siitä, mitä muokattiin."))
        content = _encoded(sent["content"])
        save_over(draft_id, path, content, sent["seen"], is_forced=sent.get("force") is True)
    except Refusal as refusal:
        body = jsonify(message=_(refusal.message), outdated=isinstance(refusal, Outdated))
        return make_response(body, status_of(refusal).value)
    return make_response(jsonify(seen=seen_mark(content), saved_at=dates.clock(engine().now())))


def _encoded(content: str) -> bytes:
    try:
        return content.encode()
    except UnicodeEncodeError:
        raise Invalid(_("Tallennus ei ole kaavio.")) from None


def _given(page: DraftPage, path: str, content: bytes) -> str:
    """Return the data for the editor's script, as JSON."""
    draft = page.summary.draft
    named = {
        **page.choices,
        "roles": tuple((value, role_name(value)) for value, _name in page.choices["roles"]),
        "outcomes": tuple((value, outcome_name(value)) for value, _name in page.choices["outcomes"]),
    }
    given = {
        "path": path,
        "kind": next(each.kind for each in page.files if each.path == path),
        "process": PurePosixPath(path).parent.name,
        "xml": content.decode(),
        "seen": seen_mark(content),
        "token": tokens.form_token(),
        "names": _names(draft.id) if path.endswith(".bpmn") else {},
        "urls": {
            "draft": url_for("studio.save", draft_id=draft.id, path=path),
            "check": url_for("studio.findings", draft_id=draft.id),
            "names": url_for("studio.write_name", draft_id=draft.id),
        },
        "choices": {
            **{
                name: [{"value": value, "label": label} for value, label in options]
                for name, options in named.items()
            },
            "places": {
                name: {
                    each.key: url_for("studio.edit", draft_id=draft.id, path=each.path)
                    for each in page.files
                    if each.kind == kind
                }
                for name, kind in (("processes", "diagram"), ("decisions", "table"), ("forms", "form"))
            },
            "parts": {each.file.key: _part(draft.id, each) for each in page.parts},
        },
    }
    return json.dumps(given, ensure_ascii=False)


def _names(draft_id: UUID) -> dict[str, dict[str, str]]:
    """Return all translated names by language, also those of other diagrams: a name has one translation."""
    found = engine().answer(OpenNames(draft_id), sessions.actor())
    names: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for diagram in found:
        for finnish, words in diagram.translations.items():
            for language, name in words.items():
                names[language][finnish] = name
    return names


def _part(draft_id: UUID, part: SharedPart) -> dict[str, object]:
    """Return a part of forms as the form editor shows it where a form includes it."""

    def place(path: str) -> str:
        return url_for("studio.edit", draft_id=draft_id, path=path)

    return {
        "name": part.file.name,
        "place": place(part.file.path),
        "questions": part.questions,
        "used_in": [
            {"name": each.name, "path": each.path, "place": place(each.path)} for each in part.used_in
        ],
    }
