"""An application that came on paper or by phone, recorded by staff: the public form with the same checks."""

from __future__ import annotations

import secrets

from flask import Response, render_template, request

from engine.commands.applications import Receipt, RecordApplication
from engine.domain.applications import ARRIVAL
from engine.domain.cases import Channel
from engine.errors import Invalid, NotFound
from engine.queries.public_form import PublicForm
from engine.queries.receipt import DrawReceipt
from forms.definition import FormDefinition
from forms.drafts import Draft, partial
from forms.errors import AnswersRejected as TooLarge
from forms.texts import date_as_typed
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, today
from webapp.http.languages import current_language
from webapp.http.posted import act_in_words, key_of_act, posted_act, posted_form
from webapp.http.responses import pdf, render
from webapp.inbox.blueprint import BODY_LIMIT, INTAKE_STAFF, intake
from webapp.rendering.forms.page import Problems, as_asked, form_page, problems_of
from webapp.rendering.words.catalogues import gettext as _

CHANNELS = {
    "application": Channel.SELF,
    "child_application": Channel.SELF,
    "referral": Channel.REFERRAL,
}
"""Forms that may come another way than the web, and the channel through which each opens a case."""


@intake.get("/")
@for_staff(*INTAKE_STAFF)
def choose() -> str:
    return render_template("inbox/intake.html", forms=[(key, _form(key).title) for key in CHANNELS])


@intake.get("/<form_key>")
@for_staff(*INTAKE_STAFF)
def write(form_key: str) -> Response:
    """Show the form. Its day of arrival is today by default, since most are recorded at once."""
    return _page(form_key, {"arrived_on": [date_as_typed(today())]}, secrets.token_urlsafe(32))


@intake.post("/<form_key>")
@for_staff(*INTAKE_STAFF, body_limit=BODY_LIMIT)
def record(form_key: str) -> Response:
    """Record the application and show the receipt in the same response: its code must not be in an address or a cookie."""
    if form_key not in CHANNELS:
        raise NotFound
    posted = posted_form("send", "act")
    act = posted_act() or secrets.token_urlsafe(32)
    try:
        typed, arrival = posted.typed(_form(form_key)), partial(_form(ARRIVAL), posted.sent)
    except TooLarge as too_large:
        return _page(form_key, posted.sent, act, too_large.problems)
    if posted.row_buttons:
        return _page(form_key, {**arrival, **typed}, act)
    recorded = act_in_words(act, form_key, typed, arrival)
    command = RecordApplication(CHANNELS[form_key], form_key, key_of_act(recorded), typed, arrival)
    try:
        receipt = engine().perform(command, sessions.actor())
    except Invalid as refused:
        return _page(form_key, {**arrival, **typed}, act, problems_of(refused))
    return _recorded(form_key, receipt, recorded)


@intake.post("/receipt.pdf")
@for_staff(*INTAKE_STAFF)
def receipt_pdf() -> Response:
    """Draw the receipt, to be handed or read to the person."""
    is_card = request.form.get("kind") == "card"
    query = DrawReceipt(key_of_act(posted_act()), current_language().code, is_card=is_card)
    return pdf(engine().answer(query, sessions.actor()).pdf(), _("muistilappu") if is_card else _("tosite"))


def _recorded(form_key: str, receipt: Receipt, act: str) -> Response:
    is_referral = CHANNELS[form_key] is Channel.REFERRAL
    return render("inbox/intake_recorded.html", receipt=receipt, act=act, is_referral=is_referral)


def _form(form_key: str) -> FormDefinition:
    query = PublicForm(form_key, current_language().code, any_form=form_key == ARRIVAL)
    return as_asked(engine().answer(query, sessions.actor()))


def _page(form_key: str, typed: Draft, act: str, problems: Problems | None = None) -> Response:
    if form_key not in CHANNELS:
        raise NotFound
    found = problems or {}
    cover = form_page(_form(ARRIVAL), say=_, typed=typed, problems=found)
    form = form_page(_form(form_key), say=_, typed=typed, problems=found)
    return render(
        "inbox/intake_form.html",
        422 if problems else 200,
        cover=cover,
        form=form,
        problems=[*cover.problems, *form.problems],
        act=act,
        form_key=form_key,
    )
