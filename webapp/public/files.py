"""Files with a form: a step that lists the files received so far. It works without a script.

Each button posts the draft's token and saves the typed descriptions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import BoundedSemaphore

from flask import Response, request
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
from webapp.http.connections import THREADS
from webapp.http.current import engine
from webapp.http.limits import ALL_FILES, FILES, TYPING, is_within, source, spend
from webapp.http.posted import uuid_in
from webapp.http.responses import render
from webapp.http.uploads import BODY_LIMIT, HEAD, is_too_large
from webapp.public import drafts
from webapp.public.application_kinds import definition_of
from webapp.public.blueprint import blueprint
from webapp.public.check_page import to_check
from webapp.public.page_addresses import at_address, go_to
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.files import readable_name

FIELD = "file"
ABOUT = "about"
AT_ONCE = BoundedSemaphore(THREADS // 2)
"""Public files that are examined at once: a picture made to be slow holds a thread for half a minute, and the other half of
the threads goes on to answer everybody else."""
_PATIENCE = 2
"""Seconds for which a file waits for its turn: a thread that waits answers nobody."""
ISOLATED = "\N{FIRST STRONG ISOLATE}%s\N{POP DIRECTIONAL ISOLATE}"


@dataclass(frozen=True, slots=True)
class FileList:
    """The files of a draft, and the sentences of files that were just refused."""

    files: tuple[Attachment, ...]
    problems: tuple[str, ...] = ()
    about: str = ""
    """The description typed for a refused file: the file must be chosen again, the words not."""

    @property
    def summary(self) -> list[tuple[str, str]]:
        return [(FIELD, sentence) for sentence in self.problems]

    @property
    def most_at_once(self) -> int:
        """Bytes of files that fit in a body, beside what is typed."""
        return BODY_LIMIT - HEAD

    @property
    def too_much(self) -> str:
        """The sentence for more than that, which the page shows before anything is sent."""
        return too_much_at_once()

    @property
    def is_full(self) -> bool:
        return len(self.files) >= MOST_FILES


def too_much_at_once() -> str:
    """Return the sentence for a body that is too large. It names both limits: whether one large file or several small
    ones filled it is not known from its beginning."""
    return _(
        "Lähetys on liian suuri. Yksi tiedosto saa olla enintään 10 megatavua ja kaikki kerralla lähetettävät yhteensä enintään 24 megatavua. Lisää tiedostot yksi kerrallaan. Mitään kirjoittamaasi ei hävinnyt."
    )


def files_of(token: str) -> tuple[Attachment, ...]:
    return engine().answer(DraftFiles(token), PUBLIC)


def change_files(token: str) -> FileList:
    """Change descriptions, remove and add files of this draft as the request asks. Return the new list."""
    _describe(token)
    file_id = uuid_in(request.form.get("remove", ""))
    if file_id is not None:
        engine().perform(RemoveDraftFile(token, file_id), PUBLIC)
    about = request.form.get(ABOUT, "")[:LONGEST_DESCRIPTION]
    problems = tuple(_add(token, about))
    return FileList(files_of(token), problems, about if problems else "")


def _describe(token: str) -> None:
    typed = {name: text for name, text in request.form.items() if name.startswith(f"{ABOUT}.")}
    if not typed:
        return
    known = {f"{ABOUT}.{each.id}": each for each in files_of(token)}
    for name, text in typed.items():
        if name in known and known[name].description != text[:LONGEST_DESCRIPTION]:
            engine().perform(DescribeDraftFile(token, known[name].id, text), PUBLIC)


def _add(token: str, about: str) -> list[str]:
    """Add the sent files. Return a sentence for each that was refused."""
    if is_too_large():
        return [too_much_at_once()]
    sent = [each for each in request.files.getlist(FIELD) if each.filename]
    if not sent and request.form.get("go") == "add":
        return [_("Valitse ensin tiedosto.")]
    found = (_refusal_of(token, each, about) for each in sent[:MOST_FILES])
    return [sentence for sentence in found if sentence]


def _refusal_of(token: str, sent: FileStorage, about: str) -> str:
    if not (is_within(FILES, source()) and is_within(ALL_FILES, "")) or not AT_ONCE.acquire(
        timeout=_PATIENCE
    ):
        return _(
            "Tiedostoja on tullut juuri nyt liian monta. Voit lähettää lomakkeen ilman niitä tai yrittää myöhemmin."
        )
    try:
        file = examine(engine().settings, sent.filename or "", sent.stream.read(LARGEST + 1))
        engine().perform(AttachToDraft(token, file, about), PUBLIC)
    except FileRefused as refused:
        # Isolated: a name that runs from right to left would drag the sentence along.
        return f"{ISOLATED % readable_name(sent.filename or '')}: {_(refused.message)}"
    finally:
        AT_ONCE.release()
    return ""


@blueprint.post("/<door>/files")
@open_to_all_with_files
def files(door: str) -> Response:
    definition = definition_of(door)
    if definition.key not in TAKE_FILES:
        raise NotFound
    spend(TYPING)
    draft = drafts.resume(request.form.get(drafts.FIELD, ""), definition.key)
    if not draft.is_kept:
        draft.keep()
    file_list = change_files(draft.token)
    draft = replace(draft, is_kept=True)
    if request.form.get("go") == "done" and not file_list.problems:
        return to_check(door, draft)
    problems, about = list(file_list.problems), file_list.about
    return go_to("files", draft.token, door=door, draft=draft.token, problems=problems, about=about)


@at_address("files")
def show_files(door: str, draft: str, problems: list[str], about: str) -> Response:
    if not drafts.resume(draft, definition_of(door).key).is_kept:
        raise NotFound
    return render(
        "public/files.html",
        422 if problems else 200,
        draft=draft,
        file_list=FileList(files_of(draft), tuple(problems), about),
        action="public.files",
        place={"door": door},
    )
