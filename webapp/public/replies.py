"""Answering an information request from a link.

Opening the address changes nothing and tells nothing. A code that went another way exchanges it for a key, which the page
carries in its posts: from then on the address leads nowhere. What is typed is kept before anything is judged, so that the
answer can be given in parts.
"""

from __future__ import annotations

from functools import lru_cache

from flask import Response, make_response, render_template, request

from engine.commands.public_drafts import FindPublicDraft, ReadPublicDraft, new_token
from engine.commands.requests import (
    FORM,
    AnswerRequest,
    FindLink,
    KeepReply,
    NothingSaid,
    OpenRequest,
    ReadRequest,
    ReplyReceipt,
    RequestAsShown,
)
from engine.domain.people import PUBLIC
from engine.errors import AnswersRejected, NotFound
from forms.definition import FormDefinition
from forms.drafts import partial
from forms.errors import AnswersRejected as TooLarge
from forms.errors import Problem
from forms.translations import translated
from forms.typed import ADD_ROW, REMOVE_ROW
from webapp.http.access import open_to_all, open_to_all_with_files
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.limits import CODES, SENDING, TYPING, spend
from webapp.http.tokens import FIELD as FORM_TOKEN
from webapp.public import drafts, files
from webapp.public.blueprint import blueprint
from webapp.rendering.forms.page import Problems, form_page
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.code_disguise import code_in

KEY = "key"
CONTROLS = frozenset({FORM_TOKEN, KEY, "go", ADD_ROW, REMOVE_ROW})
Typed = dict[str, list[str]]


@blueprint.get("/r/<token>")
@open_to_all
def reply(token: str) -> str:
    """Asks for the code. A scanner that opens links in mails sees this and changes nothing."""
    return _code_page(token, new_token(), "")


@blueprint.post("/r")
@open_to_all
def open_reply() -> Response:
    """The questions, to whoever knows the code that went another way."""
    spend(CODES)
    token, key = request.form.get("token", "")[:100], request.form.get(KEY, "")[:100]
    factor = code_in(request.form.get("factor", "")[:400])
    asked = engine().perform(OpenRequest(token, factor, key), PUBLIC) if factor else None
    if asked is None:
        problem = _("Koodi ei täsmää. Tarkista se ja yritä uudelleen.")
        return make_response(_code_page(token, key, problem), 422)
    return _page(key, asked, _kept(key), {})


@blueprint.post("/r/answer")
@open_to_all
def send_reply() -> Response:
    spend(TYPING)
    key, go = request.form.get(KEY, "")[:100], request.form.get("go", "send")
    try:
        asked = engine().answer(ReadRequest(key), PUBLIC)
    except NotFound:
        # Answered already, perhaps by this very button pressed twice: the receipt again, and nothing to anyone else.
        return _received(engine().perform(AnswerRequest(key, sent={}), PUBLIC))
    try:
        typed = _keep(key, asked)
    except TooLarge as too_large:
        return _page(key, asked, _sent(), too_large.problems)
    if go == "stay":
        return _page(key, asked, typed, {})
    if go == "save":
        return _put_aside(key, asked, typed)
    if go == "files":
        return _files_page(key, files.Shelf(files.files_of(key)))
    spend(SENDING)
    try:
        return _received(engine().perform(AnswerRequest(key, sent=typed), PUBLIC))
    except AnswersRejected as rejected:
        return _page(key, asked, typed, rejected.problems)
    except NothingSaid as nothing:
        field = str(nothing.field)
        return _page(key, asked, typed, {field: (Problem(field, message=_(nothing.message)),)})


@blueprint.post("/r/files")
@open_to_all_with_files
def reply_files() -> Response:
    spend(TYPING)
    key = request.form.get(KEY, "")[:100]
    asked = engine().answer(ReadRequest(key), PUBLIC)
    if engine().answer(ReadPublicDraft(key), PUBLIC) is None:
        engine().perform(KeepReply(key, {}), PUBLIC)
    shelf = files.shelf_after(key)
    if request.form.get("go") == "done" and not shelf.problems:
        return _page(key, asked, _kept(key), {})
    return _files_page(key, shelf)


def resumed(code: str) -> Response | None:
    """The answer that was put aside under this code; None for a code of something else."""
    found = engine().answer(FindPublicDraft(code), PUBLIC)
    if found is None or found[0] != FORM:
        return None
    key = str(found[1].get("key", ""))
    try:
        asked = engine().answer(ReadRequest(key), PUBLIC)
    except NotFound:
        return None
    return _page(key, asked, _kept(key), {})


def _keep(key: str, asked: RequestAsShown) -> Typed:
    typed = partial(asked.definition, _sent())
    engine().perform(KeepReply(key, typed), PUBLIC)
    return typed


def _kept(key: str) -> Typed:
    found = engine().answer(ReadPublicDraft(key), PUBLIC)
    told = found[1].get("typed", {}) if found else {}
    return {str(name): [str(text) for text in texts] for name, texts in told.items()}


def _put_aside(key: str, asked: RequestAsShown, typed: Typed) -> Response:
    code = drafts.new_code()
    engine().perform(KeepReply(key, typed, code), PUBLIC)
    page = render_template("public/reply_saved.html", key=key, code=code, until=asked.expires_at)
    return make_response(page)


def _page(key: str, asked: RequestAsShown, typed: Typed, problems: Problems) -> Response:
    definition = _worded(asked.definition, current_language().code)
    page = render_template(
        "public/reply.html",
        key=key,
        # The way out of the page carries its key, as that of a form carries its draft.
        draft=key,
        asked=asked,
        form=form_page(definition, say=_, typed=typed, problems=problems),
        files=files.files_of(key),
    )
    return make_response(page, 422 if problems else 200)


def _files_page(key: str, shelf: files.Shelf) -> Response:
    return make_response(
        render_template("public/reply_files.html", key=key, draft=key, shelf=shelf),
        422 if shelf.problems else 200,
    )


def _received(receipt: ReplyReceipt) -> Response:
    return make_response(render_template("public/reply_received.html", receipt=receipt))


def _code_page(token: str, key: str, problem: str) -> str:
    """None at all once the link is spent by guessing."""
    expires_at = engine().answer(FindLink(token), PUBLIC)
    return render_template(
        "public/reply_code.html", token=token, key=key, expires_at=expires_at, problem=problem
    )


def _sent() -> Typed:
    return {name: request.form.getlist(name) for name in request.form if name not in CONTROLS}


@lru_cache(maxsize=64)
def _worded(definition: FormDefinition, language: str) -> FormDefinition:
    """Kept, because what is compiled from a form hangs on its identity."""
    return translated(definition, language)
