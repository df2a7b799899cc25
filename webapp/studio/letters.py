"""Letter texts: written in a form, previewed as printed. The script only presses the preview's button."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Response, request

from engine.domain.people import Role
from engine.errors import NotFound, Outdated, Refusal
from engine.letters.checking import TextProblem, problems_of
from engine.letters.files import read_text, write_text
from engine.queries.letter_preview import LetterPreview, PreviewLetter, PrintLetter, Typed
from engine.queries.models import DraftPage, ReadModelFile
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.errors import status_of
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.responses import download, render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.blueprint import blueprint
from webapp.studio.draft_files import FILE_LIMIT, save_over, seen_mark
from webapp.studio.drafts import editable
from webapp.studio.letter_form import LANGUAGES, fields_of, restructured, typed_text


@dataclass
class Screen:
    """The state of the page for one text."""

    page: DraftPage
    path: str
    text: Mapping[str, Any]
    language: str
    seen: str
    chosen: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[TextProblem, ...] = ()
    refused: str = ""
    is_conflict: bool = False

    @property
    def errors(self) -> list[TextProblem]:
        return [each for each in self.problems if each.severity == "error"]


@blueprint.get("/drafts/<uuid:draft_id>/texts/<path:path>")
@for_staff(Role.PROCESS_OWNER)
def letter(draft_id: UUID, path: str) -> Response:
    page, content = _opened(draft_id, path)
    text = read_text(content)
    first = next((each for each in LANGUAGES if each in text), "fi")
    return _shown(Screen(page, path, text, first, seen_mark(content), problems=problems_of(text)))


@blueprint.post("/drafts/<uuid:draft_id>/texts/<path:path>")
@for_staff(Role.PROCESS_OWNER, body_limit=FILE_LIMIT)
def write_letter(draft_id: UUID, path: str) -> Response:
    """Save the text, preview it, draw its PDF, or add, move or remove a section, depending on the button."""
    page, content = _opened(draft_id, path)
    button = request.form.get("do", "save")
    text = restructured(typed_text(read_text(content), request.form), button)
    language = request.form.get("language", "fi")
    screen = Screen(
        page,
        path,
        text,
        language if language in text else "fi",
        request.form.get("seen", ""),
        {
            name.removeprefix("part."): value
            for name, value in request.form.items()
            if name.startswith("part.")
        },
        problems_of(text),
    )
    if button == "pdf":
        return _pdf(screen)
    if button == "save" or (button == "live" and not screen.errors):
        return _saved(screen, content, button)
    return _shown(screen)


def _saved(screen: Screen, stored: bytes, button: str) -> Response:
    """Save a text without errors if nobody has changed it since it was opened. Otherwise show the page with what was typed."""
    if screen.errors:
        return _shown(screen, 422)
    draft = screen.page.summary.draft
    written = write_text(screen.text)
    try:
        if written != stored:
            save_over(draft.id, screen.path, written, screen.seen, is_forced="overwrite" in request.form)
    except Outdated as refusal:
        screen.refused, screen.is_conflict = _(refusal.message), True
        return _shown(screen, status_of(refusal))
    screen.seen = seen_mark(written)
    if button == "live":
        return _shown(screen)
    notify(_("Kirjeen teksti on tallennettu luonnokseen."))
    return see_other("studio.letter", draft_id=draft.id, path=screen.path)


def _opened(draft_id: UUID, path: str) -> tuple[DraftPage, bytes]:
    page = editable(draft_id)
    if not any(each.path == path and each.kind == "texts" for each in page.files):
        raise NotFound
    return page, engine().answer(ReadModelFile(draft_id, path), sessions.actor())


def _shown(screen: Screen, status: int = 200) -> Response:
    language = current_language().code
    return render(
        "studio/letter.html",
        status,
        screen=screen,
        file=next(each for each in screen.page.files if each.path == screen.path),
        preview=_preview(screen),
        fields=fields_of(screen.text, screen.problems, language),
        picture=_picture,
    )


def _typed(screen: Screen) -> Typed:
    draft = screen.page.summary.draft
    return Typed(draft.id, screen.path, write_text(screen.text), screen.language, screen.chosen)


def _preview(screen: Screen) -> LetterPreview | str:
    """Return the preview, or the sentence of its refusal."""
    try:
        return engine().answer(PreviewLetter(_typed(screen)), sessions.actor())
    except Refusal as refusal:
        return _(refusal.message)


def _pdf(screen: Screen) -> Response:
    content = engine().answer(PrintLetter(_typed(screen)), sessions.actor())
    name = f"{screen.path.rpartition('/')[2].removesuffix('.toml')}-{screen.language}.pdf"
    return download(content, "application/pdf", name)


def _picture(page: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(page).decode()}"
