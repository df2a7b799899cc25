"""A person reads their own matter: a page's key in its posts is all that opens it, and it dies with leaving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, make_response, render_template, request

from engine.commands.own_access import EndReading, OpenOwnLetter
from engine.domain.people import PUBLIC
from engine.errors import NotFound
from engine.queries.own_case import OwnFile, OwnQuestion, OwnWords, ReadOwnCase
from forms.views import ShownStep
from forms.views import shown as in_words
from webapp.http.access import open_to_all
from webapp.http.current import engine
from webapp.http.downloads import pdf
from webapp.http.languages import current_language
from webapp.http.limits import TYPING, spend
from webapp.public.blueprint import identified
from webapp.rendering.words.catalogues import gettext as _

KEY = "key"


@dataclass(frozen=True, slots=True)
class Told:
    """A form of their own, without what they left unanswered, and what came with it."""

    sent_at: datetime
    steps: tuple[ShownStep, ...]
    files: tuple[OwnFile, ...]


@identified.post("/<language:language>/more/read")
@open_to_all
def read() -> Response:
    """The same page again, in another language."""
    spend(TYPING)
    return shown(_key())


@identified.post("/<language:language>/more/letter.pdf")
@open_to_all
def letter() -> Response:
    """The decision as it was signed. The file's name tells nothing."""
    spend(TYPING)
    try:
        content = engine().perform(OpenOwnLetter(_key(), _document()), PUBLIC)
    except NotFound:
        return _ended(404)
    return pdf(content, _("asiakirja"))


@identified.post("/<language:language>/more/end")
@open_to_all
def end() -> Response:
    engine().perform(EndReading(_key()), PUBLIC)
    return _ended(200)


def shown(key: str) -> Response:
    language = current_language().code
    try:
        own = engine().answer(ReadOwnCase(key, language), PUBLIC)
    except NotFound:
        return _ended(404)
    page = render_template(
        "public/own_case.html",
        # The way out of the page carries its key, as that of a form carries its draft.
        draft=key,
        letters=own.letters,
        questions=[(each, _reply(each)) for each in own.questions],
        application=_told(own.application),
    )
    return make_response(page)


def _reply(question: OwnQuestion) -> Told | None:
    return _told(question.reply)


def _told(words: OwnWords | None) -> Told | None:
    if words is None:
        return None
    steps = in_words(words.definition, words.answers, words.definition.language, say=_, given=words.answers)
    answered = [
        ShownStep(step.number, step.name, tuple(each for each in step.answers if each.state != "unanswered"))
        for step in steps
    ]
    return Told(words.sent_at, tuple(step for step in answered if step.answers), words.files)


def _ended(status: int) -> Response:
    return make_response(render_template("public/reading_ended.html"), status)


def _key() -> str:
    return request.form.get(KEY, "")[:100]


def _document() -> UUID:
    try:
        return UUID(request.form.get("document", ""))
    except ValueError as unknown:
        raise NotFound from unknown
