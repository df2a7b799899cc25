"""The person's own matter, read online. The page posts the key of its reading session, which ends when they leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, request

from engine.commands.by_code import OpenQuestionIdentified
from engine.commands.own_access import EndReading, OpenOwnLetter
from engine.commands.public_drafts import new_token
from engine.domain.people import PUBLIC
from engine.errors import NotFound
from engine.queries.own_case import OwnFile, OwnWords, ReadOwnCase
from forms.views import ShownStep
from forms.views import shown as in_words
from webapp.http.access import open_to_all
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.limits import TYPING, spend
from webapp.http.posted import uuid_in
from webapp.http.responses import pdf, render
from webapp.public.blueprint import identified
from webapp.public.page_addresses import at_address, go_to
from webapp.public.replies import to_reply
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.submission_words import answered

KEY = "key"


@dataclass(frozen=True, slots=True)
class OwnSubmission:
    """A form of their own without its unanswered questions, and the files that came with it."""

    sent_at: datetime
    steps: tuple[ShownStep, ...]
    files: tuple[OwnFile, ...]


@identified.post("/<language:language>/more/read")
@open_to_all
def read() -> Response:
    """Show the page again, in another language."""
    spend(TYPING)
    return to_own_case(_key())


@identified.post("/<language:language>/more/letter.pdf")
@open_to_all
def letter() -> Response:
    """Give the identified person a signed letter of theirs, under a neutral file name. If it was sent electronically,
    opening it serves it (13/2003 18 §). Show the ended page (404) without such a letter or a living reading
    session."""
    spend(TYPING)
    try:
        content = engine().perform(OpenOwnLetter(_key(), _document()), PUBLIC)
    except NotFound:
        return go_to("reading_ended", status=404)
    return pdf(content, _("asiakirja"))


@identified.post("/<language:language>/more/answer")
@open_to_all
def answer() -> Response:
    """Lead to the form that answers a question, with its words. The page of the case can be gone back to while the reading
    lasts."""
    spend(TYPING)
    key = new_token()
    engine().perform(OpenQuestionIdentified(_key(), request.form.get("request", "")[:40], key), PUBLIC)
    return to_reply(key)


@identified.post("/<language:language>/more/end")
@open_to_all
def end() -> Response:
    key = _key()
    engine().perform(EndReading(key), PUBLIC)
    return go_to("reading_ended", key, ends_others=True, status=200)


def to_own_case(key: str) -> Response:
    return go_to("own_case", key, key=key)


@at_address("own_case")
def show_own_case(key: str) -> Response:
    language = current_language().code
    try:
        own = engine().answer(ReadOwnCase(key, language), PUBLIC)
    except NotFound:
        return show_reading_ended(404)
    return render(
        "public/own_case.html",
        # Leaving destroys the draft that a page names; here that is its key.
        draft=key,
        letters=own.letters,
        questions=[(each, [_worded(reply) for reply in each.replies]) for each in own.questions],
        application=_worded(own.application),
    )


def _worded(words: OwnWords | None) -> OwnSubmission | None:
    if words is None:
        return None
    steps = in_words(words.definition, words.answers, words.definition.language, say=_, given=words.answers)
    return OwnSubmission(words.sent_at, answered(steps), words.files)


@at_address("reading_ended")
def show_reading_ended(status: int) -> Response:
    return render("public/reading_ended.html", status)


def _key() -> str:
    return request.form.get(KEY, "")[:100]


def _document() -> UUID:
    document_id = uuid_in(request.form.get("document", ""))
    if document_id is None:
        raise NotFound
    return document_id
