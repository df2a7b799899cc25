"""Answering an information request from a link. Opening the link changes nothing and tells nothing; a code must follow."""

from __future__ import annotations

from functools import lru_cache

from flask import Response, make_response, render_template, request

from engine.commands.answer_request import AnswerRequest, FindLink, OpenRequest, RequestAsShown
from engine.domain.people import PUBLIC
from engine.errors import AnswersRejected
from forms.definition import FormDefinition
from forms.drafts import partial
from forms.errors import AnswersRejected as TooLarge
from forms.translations import translated
from forms.typed import ADD_ROW, REMOVE_ROW
from webapp.http.access import open_to_all
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.limits import CODES, SENDING, spend
from webapp.http.tokens import FIELD as FORM_TOKEN
from webapp.public.parts import blueprint
from webapp.rendering.forms import Problems, form_page
from webapp.rendering.texts import gettext as _

CONTROLS = frozenset({FORM_TOKEN, "factor", "go", ADD_ROW, REMOVE_ROW})


@blueprint.get("/r/<token>")
@open_to_all
def reply(token: str) -> str:
    """Asks for the code. A scanner that opens links in mails sees this and changes nothing."""
    expires_at = engine().answer(FindLink(token), PUBLIC)
    return render_template("public/reply_code.html", token=token, expires_at=expires_at, problem="")


@blueprint.post("/r/<token>")
@open_to_all
def open_reply(token: str) -> Response:
    """The questions, to whoever knows the code that went another way."""
    spend(CODES)
    return _questions(token, request.form.get("factor", "")[:60])


@blueprint.post("/r/<token>/answer")
@open_to_all
def send_reply(token: str) -> Response:
    spend(SENDING)
    factor = request.form.get("factor", "")[:60]
    shown = engine().perform(OpenRequest(token, factor), PUBLIC)
    if shown is None:
        return _wrong_code(token)
    try:
        typed = partial(shown.definition, _sent())
        received_at = engine().perform(AnswerRequest(token, factor, sent=typed), PUBLIC)
    except (AnswersRejected, TooLarge) as rejected:
        return _page(token, factor, shown, _sent(), rejected.problems)
    return make_response(render_template("public/reply_received.html", received_at=received_at))


def _questions(token: str, factor: str) -> Response:
    shown = engine().perform(OpenRequest(token, factor), PUBLIC) if factor.strip() else None
    return _wrong_code(token) if shown is None else _page(token, factor, shown, {}, {})


def _page(
    token: str, factor: str, shown: RequestAsShown, typed: dict[str, list[str]], problems: Problems
) -> Response:
    definition = _worded(shown.definition, current_language().code)
    form = form_page(definition, say=_, typed=typed, problems=problems)
    page = render_template("public/reply.html", token=token, factor=factor, asked=shown, form=form)
    return make_response(page, 422 if problems else 200)


def _wrong_code(token: str) -> Response:
    """The same page again, or none at all once the link is spent by guessing."""
    expires_at = engine().answer(FindLink(token), PUBLIC)
    problem = _("Koodi ei täsmää. Tarkista se ja yritä uudelleen.")
    page = render_template("public/reply_code.html", token=token, expires_at=expires_at, problem=problem)
    return make_response(page, 422)


def _sent() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form if name not in CONTROLS}


@lru_cache(maxsize=64)
def _worded(definition: FormDefinition, language: str) -> FormDefinition:
    """Kept, because what is compiled from a form hangs on its identity."""
    return translated(definition, language)
