"""Files with a form: a step of its own that lists what has arrived and what became of each. Works without script.

Everything is a POST that carries the draft's token; what was typed about a file is kept whatever button is pressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Response, make_response, render_template, request
from werkzeug.datastructures import FileStorage

from engine.casework.incoming_files import LARGEST, examine
from engine.commands.attachments import (
    LONGEST_DESCRIPTION,
    MOST_FILES,
    TAKE_FILES,
    Attachment,
    AttachToDraft,
    DescribeDraftFile,
    DraftFiles,
    RemoveDraftFile,
)
from engine.domain.people import PUBLIC
from engine.errors import FileRefused, NotFound
from webapp.http.access import open_to_all_with_files
from webapp.http.current import engine
from webapp.http.limits import ALL_FILES, FILES, TYPING, is_within, source, spend
from webapp.http.uploads import is_too_large
from webapp.public import drafts, journey
from webapp.public.blueprint import blueprint
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.file_names import readable_name

FIELD = "file"
ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of a draft as the page shows them, and what went wrong just now."""

    files: tuple[Attachment, ...]
    problems: tuple[str, ...] = ()
    about: str = ""
    """What was typed about a file that could not be taken: the file must be chosen again, the words not."""

    @property
    def summary(self) -> list[tuple[str, str]]:
        return [(FIELD, sentence) for sentence in self.problems]

    @property
    def is_full(self) -> bool:
        return len(self.files) >= MOST_FILES


def files_of(token: str) -> tuple[Attachment, ...]:
    return engine().answer(DraftFiles(token), PUBLIC)


def shelf_after(token: str) -> Shelf:
    """Do what the request asks with the files of this draft: describe, remove, add."""
    _describe(token)
    if "remove" in request.form:
        engine().perform(RemoveDraftFile(token, _id_in(request.form["remove"])), PUBLIC)
    about = request.form.get(ABOUT, "")[:LONGEST_DESCRIPTION]
    problems = tuple(_add(token, about))
    return Shelf(files_of(token), problems, about if problems else "")


def _describe(token: str) -> None:
    told = {name: text for name, text in request.form.items() if name.startswith(f"{ABOUT}.")}
    if not told:
        return
    known = {f"{ABOUT}.{each.id}": each for each in files_of(token)}
    for name, text in told.items():
        if name in known and known[name].description != text[:LONGEST_DESCRIPTION]:
            engine().perform(DescribeDraftFile(token, known[name].id, text), PUBLIC)


def _add(token: str, about: str) -> list[str]:
    """The sentences of what could not be taken; the others are taken all the same."""
    if is_too_large():
        return [
            _(
                "Lähetys on liian suuri. Yksi tiedosto saa olla enintään 10 megatavua. Mitään kirjoittamaasi ei hävinnyt."
            )
        ]
    sent = [each for each in request.files.getlist(FIELD) if each.filename]
    if not sent and request.form.get("go") == "add":
        return [_("Valitse ensin tiedosto.")]
    found = (_refusal_of(token, each, about) for each in sent[:MOST_FILES])
    return [sentence for sentence in found if sentence]


def _refusal_of(token: str, sent: FileStorage, about: str) -> str:
    if not (is_within(FILES, source()) and is_within(ALL_FILES, "")):
        return _(
            "Tiedostoja on tullut juuri nyt liian monta. Voit lähettää lomakkeen ilman niitä tai yrittää myöhemmin."
        )
    try:
        file = examine(engine().settings, sent.filename or "", sent.stream.read(LARGEST + 1))
        engine().perform(AttachToDraft(token, file, about), PUBLIC)
    except FileRefused as refused:
        return f"{readable_name(sent.filename or '')}: {_(refused.message)}"
    return ""


def _id_in(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


@blueprint.post("/<door>/files")
@open_to_all_with_files
def files(door: str) -> Response:
    definition = journey.definition_of(door)
    if definition.key not in TAKE_FILES:
        raise NotFound
    spend(TYPING)
    draft = drafts.resume(request.form.get(drafts.FIELD, ""), definition.key)
    if not draft.is_kept:
        draft.keep()
    shelf = shelf_after(draft.token)
    if request.form.get("go") == "done" and not shelf.problems:
        return journey.show_check(door, definition, draft)
    page = render_template(
        "public/files.html",
        door=door,
        draft=draft.token,
        shelf=shelf,
        action="public.files",
        place={"door": door},
    )
    return make_response(page, 422 if shelf.problems else 200)
