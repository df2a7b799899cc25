"""The reply to an information request, through its link.

Opening the link shows and changes nothing. With a code that was sent another way, it is exchanged for a key, which
the pages work with; the link itself then stops working. Everything typed is saved before it is checked, so that a
reply can be given in parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Response, request

from engine.casework.reply_receipts import ReplyReceipt
from engine.commands.public_drafts import FindPublicDraft, ReadPublicDraft, new_token
from engine.commands.replies import ANSWERED_BY, FORM
from engine.commands.requests import (
    AnswerRequest,
    FindLink,
    KeepReply,
    OldCode,
    OpenRequest,
    ReadRequest,
    RequestAsShown,
)
from engine.commands.texted_codes import SendCode
from engine.domain.people import PUBLIC
from engine.errors import Invalid, NotFound, RequestClosed
from engine.queries.public_form import PublicForm
from engine.texts import ReviewedTexts, reviewed_texts
from forms.definition import Component, Disclosure, Field, FormDefinition, Group, Kind, Text
from forms.drafts import Draft
from forms.errors import AnswersRejected
from forms.submission import accept
from forms.translations import shipped, translated
from webapp.http.access import open_to_all, open_to_all_with_files
from webapp.http.current import engine, today
from webapp.http.languages import current_language
from webapp.http.limits import CODES, SENDING, TYPING, give_back, spend
from webapp.http.posted import PostedForm, posted_form
from webapp.http.responses import render
from webapp.public import drafts, files
from webapp.public.blueprint import blueprint
from webapp.public.page_addresses import at_address, go_to, stays
from webapp.rendering.forms.page import (
    NO_PROBLEMS,
    Problems,
    form_page,
    plain_problems,
    problems_from,
    problems_of,
)
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.code_disguise import code_in

KEY = "key"
_TYPED = frozenset({Kind.TEXTFIELD, Kind.TEXTAREA, Kind.DATE, Kind.NUMBER})
_UNWILLING = "unwilling"
"""Reason for not answering that a person may give, and whom a law makes answer may not."""


@blueprint.get("/r/<token>")
@open_to_all
def reply(token: str) -> Response:
    """Ask for the code. A mail scanner that opens links sees this page and changes nothing."""
    return _code_page(token, new_token())


@blueprint.post("/r")
@open_to_all
def open_reply() -> Response:
    """Show the questions to a visitor who enters the code."""
    spend(CODES)
    token, key = request.form.get("token", "")[:100], _key()
    factor = code_in(request.form.get("factor", "")[:400])
    asked = engine().perform(OpenRequest(token, factor, key), PUBLIC) if factor else None
    if asked is None or isinstance(asked, OldCode):
        # Raises NotFound once too many were guessed.
        engine().answer(FindLink(token), PUBLIC)
        return go_to("reply_code_over" if asked else "reply_code", key, token=token, key=key)
    give_back(CODES)
    return to_reply(key)


@blueprint.post("/r/code")
@open_to_all
def send_code() -> Response:
    """Send the code by text message. Beyond the limit none is sent, and the page says so."""
    spend(SENDING)
    token = request.form.get("token", "")[:100]
    engine().perform(SendCode(token), PUBLIC)
    return go_to("reply_texted", _key(), token=token, key=_key())


@at_address("reply_texted")
def show_code_sent(token: str, key: str) -> Response:
    return _code_page(token, key, is_code_sent=True)


@at_address("reply_code")
def show_code_again(token: str, key: str) -> Response:
    return _code_page(token, key, _("Koodi ei täsmää. Tarkista se ja yritä uudelleen."))


@at_address("reply_code_over")
def show_code_over(token: str, key: str) -> Response:
    return _code_page(token, key, _("Tämä koodi ei enää toimi. Pyydä uusi."))


@blueprint.post("/r/answer")
@open_to_all
def send_reply() -> Response:
    spend(TYPING)
    key, posted = _key(), posted_form("send", KEY)
    try:
        return _kept_or_sent(key, posted)
    except (NotFound, RequestClosed):
        return _answered_already(key, posted.sent)


def _kept_or_sent(key: str, posted: PostedForm) -> Response:
    """Save what was typed, then do what the pressed button names. Raise NotFound or RequestClosed once nothing is taken."""
    asked = engine().answer(ReadRequest(key), PUBLIC)
    try:
        typed = posted.typed(asked.definition)
    except AnswersRejected as too_large:
        # Too much to be kept as a draft: it stays with the page.
        return to_reply(key, too_large.problems, dict(posted.sent))
    engine().perform(KeepReply(key, typed), PUBLIC)
    if stays(posted.button) or posted.row_buttons:
        return to_reply(key)
    if posted.button == "save":
        return _put_aside(key, asked, typed)
    if posted.button == "files":
        return _to_files(key)
    spend(SENDING)
    if problems := _problems_of_professional(asked, typed):
        return to_reply(key, problems)
    try:
        engine().perform(AnswerRequest(key, sent=typed), PUBLIC)
    except Invalid as refused:
        return to_reply(key, problems_of(refused))
    return _to_receipt(key)


def _problems_of_professional(asked: RequestAsShown, typed: Draft) -> Problems:
    """Return what a professional's reply lacks by their own form; nothing for anyone else's."""
    if not asked.official:
        return NO_PROBLEMS
    try:
        accept(
            _as_professional(asked.definition, may_decline=asked.official.may_be_declined),
            typed,
            today=today(),
        )
    except AnswersRejected as rejected:
        return rejected.problems
    return NO_PROBLEMS


def _answered_already(key: str, sent: Draft) -> Response:
    """Show the receipt again to the page whose button was pressed twice. For other words than it sent, and for any other key
    that opens nothing, such as one whose answer staff recorded meanwhile, show what was typed: it can't be sent, and must
    not be lost. A key that has sent an answer reads that it has arrived, and how to send the rest."""
    try:
        engine().perform(AnswerRequest(key, sent=sent), PUBLIC)
        return _to_receipt(key)
    except (NotFound, RequestClosed) as refused:
        texts, receipt = _texts_typed(sent), _receipt_of(key)
        if not texts and isinstance(refused, NotFound):
            raise
        # The question is on a professional's page alone.
        is_official = receipt.official is not None if receipt else ANSWERED_BY in sent
        return render(
            "public/reply_too_late.html",
            404,
            texts=texts,
            draft=key,
            receipt=receipt,
            is_official=is_official,
        )


def _receipt_of(key: str) -> ReplyReceipt | None:
    """Return the receipt of what this key has sent; None if it has sent nothing."""
    try:
        return engine().perform(AnswerRequest(key, sent={}), PUBLIC)
    except (NotFound, RequestClosed):
        return None


def _texts_typed(sent: Draft) -> list[str]:
    """Return what was typed, without what was chosen, by the form of new cases: the request may be known no more."""
    asked = engine().answer(PublicForm(FORM), PUBLIC).by_key
    return [
        text
        for name, texts in sent.items()
        if name in asked and asked[name].kind in _TYPED
        for text in texts
        if text.strip()
    ]


@blueprint.post("/r/files")
@open_to_all_with_files
def reply_files() -> Response:
    spend(TYPING)
    key = _key()
    engine().answer(ReadRequest(key), PUBLIC)
    if engine().answer(ReadPublicDraft(key), PUBLIC) is None:
        engine().perform(KeepReply(key, {}, awaits_files=True), PUBLIC)
    file_list = files.change_files(key)
    if not file_list.files:
        engine().perform(KeepReply(key, _kept(key)), PUBLIC)
    if request.form.get("go") == "done" and not file_list.problems:
        return to_reply(key, anchor="files-title")
    return _to_files(key, list(file_list.problems), file_list.about)


def resumed(code: str) -> Response | None:
    """Lead to the reply saved under this code; None if the code belongs to something else."""
    found = engine().answer(FindPublicDraft(code), PUBLIC)
    if found is None or found[0] != FORM:
        return None
    key = str(found[1].get("key", ""))
    try:
        engine().answer(ReadRequest(key), PUBLIC)
    except NotFound:
        return None
    return to_reply(key)


def to_reply(
    key: str, problems: Problems = NO_PROBLEMS, typed: Draft | None = None, *, anchor: str | None = None
) -> Response:
    """Lead to the questions and the form that answers them, with what was kept or `typed`."""
    return go_to("reply", key, anchor=anchor, key=key, problems=plain_problems(problems), typed=typed)


def _key() -> str:
    return request.form.get(KEY, "")[:100]


def _kept(key: str) -> Draft:
    found = engine().answer(ReadPublicDraft(key), PUBLIC)
    return drafts.typed_in(found[1]) if found else {}


def _put_aside(key: str, asked: RequestAsShown, typed: Draft) -> Response:
    code = engine().perform(KeepReply(key, typed, drafts.new_code()), PUBLIC)
    return go_to(
        "reply_saved",
        key,
        key=key,
        code=code,
        until=asked.expires_at.isoformat(),
        is_official=asked.official is not None,
    )


@at_address("reply_saved")
def show_saved_reply(key: str, code: str, until: str, *, is_official: bool = False) -> Response:
    ends = datetime.fromisoformat(until)
    return render("public/reply_saved.html", key=key, code=code, until=ends, is_official=is_official)


@at_address("reply")
def show_reply(key: str, problems: list[list[Any]], typed: Draft | None) -> Response:
    asked = engine().answer(ReadRequest(key), PUBLIC)
    definition = _worded(asked.definition, current_language().code)
    if asked.official:
        definition = _as_professional(definition, may_decline=asked.official.may_be_declined)
    return render(
        "public/reply.html",
        422 if problems else 200,
        key=key,
        # Leaving destroys the draft that a page names; here that is its key.
        draft=key,
        asked=asked,
        form=form_page(
            definition,
            say=_,
            typed=_kept(key) if typed is None else typed,
            problems=problems_from(problems),
        ),
        files=files.files_of(key),
    )


def _to_files(key: str, problems: list[str] | None = None, about: str = "") -> Response:
    return go_to("reply_files", key, key=key, problems=problems or [], about=about)


@at_address("reply_files")
def show_reply_files(key: str, problems: list[str], about: str) -> Response:
    asked = engine().answer(ReadRequest(key), PUBLIC)
    file_list = files.FileList(files.files_of(key), tuple(problems), about)
    return render(
        "public/reply_files.html",
        422 if problems else 200,
        key=key,
        draft=key,
        file_list=file_list,
        is_official=asked.official is not None,
    )


def _to_receipt(key: str) -> Response:
    return go_to("reply_received", key, ends_others=True, key=key)


@at_address("reply_received")
def show_received(key: str) -> Response:
    """Show the receipt of the reply: answering again stores nothing."""
    return render("public/reply_received.html", receipt=engine().perform(AnswerRequest(key, sent={}), PUBLIC))


def _code_page(token: str, key: str, problem: str = "", *, is_code_sent: bool = False) -> Response:
    """Ask for the code; once it was sent, the field for it is the next to type in. Raise NotFound once too many were guessed."""
    link = engine().answer(FindLink(token), PUBLIC)
    status = 422 if problem else 200
    page = {"token": token, "key": key, "link": link, "problem": problem, "is_code_sent": is_code_sent}
    return render("public/reply_code.html", status, **page)


def _worded(definition: FormDefinition, language: str) -> FormDefinition:
    return _worded_as(definition, language, reviewed_texts())


@lru_cache(maxsize=64)
def _worded_as(definition: FormDefinition, language: str, reviewed: ReviewedTexts) -> FormDefinition:
    """Return the form in a language, as reviewers have worded it. Cached, since compiled forms are cached by the
    identity of their definition."""
    return translated(definition, language, {**shipped(language), **reviewed.single(language)})


@lru_cache(maxsize=64)
def _as_professional(definition: FormDefinition, *, may_decline: bool) -> FormDefinition:
    """Return the form as a professional fills it in: it names who answers, and no words of it are for the person whom the
    case concerns. Cached like `_worded_as`."""
    unasked = frozenset() if may_decline else frozenset({_UNWILLING})
    steps = (
        replace(step, components=tuple(_of_professional(step.components, unasked)))
        for step in definition.steps
    )
    return replace(definition, steps=tuple(steps))


def _of_professional(components: Iterable[Component], unasked: frozenset[str]) -> Iterator[Component]:
    for each in components:
        if isinstance(each, Group):
            yield replace(each, components=tuple(_of_professional(each.components, unasked)))
        elif isinstance(each, Text):
            yield replace(each, markdown="", disclosure=Disclosure(reader=each.disclosure.reader))
        elif isinstance(each, Field):
            options = tuple(option for option in each.options if option.value not in unasked)
            yield replace(each, options=options, skips=(), required=each.required or each.key == ANSWERED_BY)
        else:
            yield each
