"""The urgent call: one form on one page, written while the caller talks; the case begins the moment it is sent."""

from __future__ import annotations

import hashlib
import secrets

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.commands.applications import SubmitApplication
from engine.domain.cases import Channel
from engine.domain.people import Role
from engine.errors import AnswersRejected, Invalid
from engine.queries.public_form import PublicForm
from forms.definition import FormDefinition
from forms.drafts import Draft, partial
from forms.errors import AnswersRejected as TooLarge
from forms.errors import Problem
from forms.typed import ADD_ROW, REMOVE_ROW, rows_changed
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.tokens import FIELD as FORM_TOKEN
from webapp.rendering.forms.page import Problems, form_page
from webapp.rendering.words.catalogues import gettext as _

RECORDERS = frozenset({Role.INTAKE, Role.ON_CALL, Role.CASEWORKER})
CONTROLS = frozenset({FORM_TOKEN, "act", "go", ADD_ROW, REMOVE_ROW})
BODY_LIMIT = 2_000_000


calls = Blueprint("urgent", __name__, url_prefix="/tasks/urgent")
"""A blueprint of its own, so that the main menu has it: the telephone does not wait for a list to be found."""


@calls.get("/")
@for_staff(*RECORDERS)
def call() -> Response:
    return _page(_definition(), {}, secrets.token_urlsafe(32))


@calls.post("/")
@for_staff(*RECORDERS, body_limit=BODY_LIMIT)
def record() -> Response:
    """The name of the act makes it one case, however often the button is pressed."""
    definition = _definition()
    act = request.form.get("act", "")[:100] or secrets.token_urlsafe(32)
    sent = {name: request.form.getlist(name) for name in request.form if name not in CONTROLS}
    try:
        typed = partial(definition, sent)
    except TooLarge as too_large:
        return _page(definition, sent, act, too_large.problems)
    buttons = {name: request.form.getlist(name) for name in (ADD_ROW, REMOVE_ROW) if name in request.form}
    if buttons:
        return _page(definition, rows_changed(definition.fields, {**typed, **buttons}) or typed, act)
    return _submit(definition, typed, act)


def _submit(definition: FormDefinition, typed: Draft, act: str) -> Response:
    command = SubmitApplication(Channel.URGENT, key_of(act), sent=typed, language=current_language().code)
    try:
        receipt = engine().perform(command, sessions.actor())
    except AnswersRejected as rejected:
        return _page(definition, typed, act, rejected.problems)
    except Invalid as invalid:
        field = invalid.field or ""
        return _page(definition, typed, act, {field: (Problem(field, message=_(invalid.message)),)})
    notify(_("Asia %(reference)s on avattu. Kiireelliset toimet odottavat.", reference=receipt.reference))
    return make_response(redirect(url_for("cases.case", reference=receipt.reference), code=303))


def key_of(act: str) -> str:
    """The name of the act, bound to the person too: nobody can be led to another's receipt by a known key."""
    return hashlib.sha256(f"{sessions.actor().person_id}|{act}".encode()).hexdigest()


def _definition() -> FormDefinition:
    return engine().answer(
        PublicForm("phone_intake", current_language().code, any_form=True), sessions.actor()
    )


def _page(definition: FormDefinition, typed: Draft, act: str, problems: Problems | None = None) -> Response:
    form = form_page(definition, say=_, typed=typed, problems=problems or {})
    return make_response(render_template("inbox/urgent.html", form=form, act=act), 422 if problems else 200)
