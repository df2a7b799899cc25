"""What came on paper or was told on the phone, written down by staff: the public form, judged as it is judged there."""

from __future__ import annotations

import io
import secrets

from flask import Blueprint, Response, make_response, render_template, request, send_file

from engine.commands.applications import ARRIVAL, Receipt, RecordApplication
from engine.domain.cases import Channel
from engine.domain.people import Role
from engine.errors import AnswersRejected, Invalid, NotFound
from engine.queries.public_form import PublicForm
from engine.queries.receipt import DrawReceipt
from forms.definition import FormDefinition
from forms.drafts import Draft, partial
from forms.errors import AnswersRejected as TooLarge
from forms.errors import Problem
from forms.texts import date_as_typed
from forms.typed import ADD_ROW, REMOVE_ROW, rows_changed
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.today import today
from webapp.http.tokens import FIELD as FORM_TOKEN
from webapp.inbox.urgent import BODY_LIMIT, key_of
from webapp.rendering.forms.features import as_asked
from webapp.rendering.forms.page import Problems, form_page
from webapp.rendering.words.catalogues import gettext as _

RECORDERS = frozenset({Role.INTAKE, Role.ON_CALL, Role.CASEWORKER})
CONTROLS = frozenset({FORM_TOKEN, "act", "go", ADD_ROW, REMOVE_ROW})
KINDS = {
    "application": Channel.SELF,
    "child_application": Channel.SELF,
    "referral": Channel.REFERRAL,
}
"""Forms that may come another way than the web, and the channel each opens a case through."""

written = Blueprint("intake", __name__, url_prefix="/tasks/intake")


@written.get("/")
@for_staff(*RECORDERS)
def choose() -> str:
    return render_template("inbox/intake.html", forms=[(key, _form(key).title) for key in KINDS])


@written.get("/<form_key>")
@for_staff(*RECORDERS)
def write(form_key: str) -> Response:
    """Today stands in as the day it came, because most are written down at once."""
    return _page(form_key, {"arrived_on": [date_as_typed(today())]}, secrets.token_urlsafe(32))


@written.post("/<form_key>")
@for_staff(*RECORDERS, body_limit=BODY_LIMIT)
def record(form_key: str) -> Response:
    """The receipt is the answer itself: the code in it must stand in no address and in no cookie."""
    if form_key not in KINDS:
        raise NotFound
    definition, cover = _form(form_key), _form(ARRIVAL)
    act = request.form.get("act", "")[:100] or secrets.token_urlsafe(32)
    sent = {name: request.form.getlist(name) for name in request.form if name not in CONTROLS}
    try:
        typed, came = partial(definition, sent), partial(cover, sent)
    except TooLarge as too_large:
        return _page(form_key, sent, act, too_large.problems)
    buttons = {name: request.form.getlist(name) for name in (ADD_ROW, REMOVE_ROW) if name in request.form}
    if buttons:
        changed = rows_changed(definition.fields, {**typed, **buttons}) or typed
        return _page(form_key, {**came, **changed}, act)
    command = RecordApplication(KINDS[form_key], form_key, key_of(act), typed, came)
    try:
        receipt = engine().perform(command, sessions.actor())
    except AnswersRejected as rejected:
        return _page(form_key, {**came, **typed}, act, rejected.problems)
    except Invalid as invalid:
        field = invalid.field or ""
        problems = {field: (Problem(field, message=_(invalid.message)),)}
        return _page(form_key, {**came, **typed}, act, problems)
    return _recorded(form_key, receipt, act)


@written.post("/receipt.pdf")
@for_staff(*RECORDERS)
def receipt_pdf() -> Response:
    """To be given or read to whoever the matter concerns."""
    is_card = request.form.get("kind") == "card"
    query = DrawReceipt(key_of(request.form.get("act", "")[:100]), current_language().code, is_card=is_card)
    content = engine().answer(query, sessions.actor())
    name = _("muistilappu") if is_card else _("tosite")
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=f"{name}.pdf")


def _recorded(form_key: str, receipt: Receipt, act: str) -> Response:
    page = render_template(
        "inbox/intake_recorded.html",
        receipt=receipt,
        act=act,
        is_referral=KINDS[form_key] is Channel.REFERRAL,
    )
    return make_response(page)


def _form(form_key: str) -> FormDefinition:
    asked = PublicForm(form_key, current_language().code, any_form=form_key == ARRIVAL)
    return as_asked(engine().answer(asked, sessions.actor()))


def _page(form_key: str, typed: Draft, act: str, problems: Problems | None = None) -> Response:
    if form_key not in KINDS:
        raise NotFound
    found = problems or {}
    cover = form_page(_form(ARRIVAL), say=_, typed=typed, problems=found)
    form = form_page(_form(form_key), say=_, typed=typed, problems=found)
    page = render_template(
        "inbox/intake_form.html",
        cover=cover,
        form=form,
        problems=[*cover.problems, *form.problems],
        act=act,
        form_key=form_key,
    )
    return make_response(page, 422 if problems else 200)
