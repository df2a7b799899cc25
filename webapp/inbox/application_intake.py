"""An application or an enquiry that came on paper or by phone, recorded by staff: the public form with the same checks."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from flask import Response, make_response, render_template, request

from engine.commands.applications import Receipt, RecordApplication
from engine.commands.enquiries import FORM as ENQUIRY
from engine.commands.enquiries import RecordEnquiry, arrival_of_enquiry
from engine.commands.intake_drafts import (
    DraftGoneOn,
    DraftNotOpen,
    DropIntakeDraft,
    KeepIntakeDraft,
    OpenIntakeDrafts,
    ReadIntakeDraft,
    TakeIntakeDraft,
)
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
from webapp.http.notices import notify
from webapp.http.posted import PostedForm, act_in_words, key_of_act, posted_act, posted_form, uuid_in
from webapp.http.responses import pdf, render, see_other
from webapp.inbox.blueprint import BODY_LIMIT, INTAKE_STAFF, intake
from webapp.inbox.task_form import DRAFT_MARKS, DRAFT_SEEN
from webapp.rendering.forms.page import Problems, as_asked, form_page, problems_of
from webapp.rendering.forms.steps import steps_of
from webapp.rendering.words.catalogues import gettext as _

CHANNELS = {
    "application": Channel.SELF,
    "child_application": Channel.SELF,
    "referral": Channel.REFERRAL,
}
"""Forms that may come another way than the web and open a case, and the channel through which each does."""
FORMS = (*CHANNELS, ENQUIRY)


class Kept(NamedTuple):
    """When what is typed was kept; None if it was not: it is too much, or else the person has not consented."""

    saved_at: datetime | None
    problems: Problems = {}


@intake.get("/")
@for_staff(*INTAKE_STAFF)
def choose() -> str:
    titles = {key: _form(key).title for key in FORMS}
    return render_template(
        "inbox/intake.html",
        forms=titles.items(),
        drafts=[
            (each, titles[each.form_key]) for each in engine().answer(OpenIntakeDrafts(), sessions.actor())
        ],
    )


@intake.get("/<form_key>")
@for_staff(*INTAKE_STAFF)
def write(form_key: str) -> Response:
    """Show the form. Its day of arrival is today by default, since most are recorded at once."""
    return _page(form_key, {"arrived_on": [date_as_typed(today())]}, secrets.token_urlsafe(32), uuid4())


@intake.get("/<form_key>/<uuid:draft_id>")
@for_staff(*INTAKE_STAFF)
def unfinished(form_key: str, draft_id: UUID) -> Response:
    """Go on with a draft: after a break, the end of a session, another machine. The list leads to the question whether to
    delete it."""
    found = engine().answer(ReadIntakeDraft(draft_id), sessions.actor())
    if found is None or found[0].form_key != form_key:
        notify(_(DraftNotOpen.sentence), "warning")
        return see_other("intake.choose")
    draft, typed = found
    return _page(
        form_key,
        typed or {},
        secrets.token_urlsafe(32),
        draft_id,
        kept=Kept(draft.saved_at),
        asks_to_drop=request.args.get("drop") == "ask",
        is_unopenable=typed is None,
    )


@intake.post("/drafts/<uuid:draft_id>/take")
@for_staff(*INTAKE_STAFF)
def take_draft(draft_id: UUID) -> Response:
    """Go on with a draft that a colleague left."""
    try:
        form_key = engine().perform(TakeIntakeDraft(draft_id), sessions.actor())
    except DraftNotOpen as refused:
        notify(_(refused.message), "warning")
        return see_other("intake.choose")
    return see_other("intake.unfinished", form_key=form_key, draft_id=draft_id)


@intake.post("/<form_key>")
@for_staff(*INTAKE_STAFF, body_limit=BODY_LIMIT)
def record(form_key: str) -> Response:
    """Keep the draft, or record the application and show the receipt in the same response: its code must not be in an
    address or a cookie."""
    if form_key not in FORMS:
        raise NotFound
    posted = posted_form("send", "act", "draft", DRAFT_SEEN, *DRAFT_MARKS)
    act = posted_act() or secrets.token_urlsafe(32)
    draft_id = uuid_in(request.form.get("draft", "")) or uuid4()
    try:
        typed, arrival = posted.typed(_form(form_key)), partial(_arrival(form_key), posted.sent)
    except TooLarge as too_large:
        return _page(form_key, posted.sent, act, draft_id, too_large.problems)
    written = {**arrival, **typed}
    try:
        if posted.button == "send" and not posted.row_buttons:
            return _send(form_key, typed, arrival, act, draft_id)
        return _draft(form_key, written, act, draft_id, posted)
    except DraftNotOpen as refused:
        return _beside(form_key, written, act, posted.button, refused)


def _send(form_key: str, typed: Draft, arrival: Draft, act: str, draft_id: UUID) -> Response:
    recorded = act_in_words(act, form_key, typed, arrival)
    key, seen = key_of_act(recorded), _draft_seen()
    command = (
        RecordEnquiry(key, typed, arrival, draft_id, seen)
        if form_key == ENQUIRY
        else RecordApplication(CHANNELS[form_key], form_key, key, typed, arrival, draft_id, seen)
    )
    try:
        receipt = engine().perform(command, sessions.actor())
    except Invalid as refused:
        written = {**arrival, **typed}
        kept = _keep(form_key, written, draft_id, _draft_seen())
        return _page(form_key, written, act, draft_id, problems_of(refused), kept=kept)
    return _recorded(form_key, receipt, recorded)


def _draft(form_key: str, written: Draft, act: str, draft_id: UUID, posted: PostedForm) -> Response:
    """Keep what is typed, or throw it away, once that is asked. A script keeps it in the background, with no answer to read."""
    if posted.button == "drop-sure":
        engine().perform(DropIntakeDraft(draft_id, form_key, written, _draft_seen()), sessions.actor())
        notify(_("Luonnos on poistettu."))
        return see_other("intake.choose")
    kept = _keep(form_key, written, draft_id, _draft_seen())
    if posted.button == "quietly":
        return _kept_quietly(kept)
    asks_to_drop = posted.button == "drop"
    if posted.row_buttons or asks_to_drop or kept.saved_at is None:
        return _page(form_key, written, act, draft_id, kept=kept, asks_to_drop=asks_to_drop)
    return see_other("intake.unfinished", form_key=form_key, draft_id=draft_id)


def _keep(form_key: str, written: Draft, draft_id: UUID, seen: str | None) -> Kept:
    try:
        page, over = (request.form.get(name, "") for name in DRAFT_MARKS)
        keep = KeepIntakeDraft(draft_id, form_key, written, seen, page, over)
        return Kept(engine().perform(keep, sessions.actor()))
    except Invalid as refused:
        return Kept(None, problems_of(refused))


def _kept_quietly(kept: Kept) -> Response:
    answer = make_response("", 204 if kept.saved_at else 422)
    if kept.saved_at:
        answer.headers["Draft-Saved"] = kept.saved_at.isoformat()
    return answer


def _beside(form_key: str, written: Draft, act: str, button: str, refused: DraftNotOpen) -> Response:
    if button == "quietly":
        return make_response("", 409)
    if button == "drop-sure":
        notify(_(refused.message), "warning")
        return see_other("intake.choose")
    return _anew(form_key, written, act, refused)


def _anew(form_key: str, written: Draft, act: str, refused: DraftNotOpen) -> Response:
    """Keep as a new draft what was typed on a page whose own has ended, has gone on elsewhere, or is a colleague's now."""
    new_id = uuid4()
    kept = _keep(form_key, written, new_id, None)
    if kept.saved_at is None:
        return _page(form_key, written, act, new_id, kept=kept)
    notify(
        _(
            "Luonnokseen on kirjoitettu toisella sivulla. Tämän sivun teksti on nyt uutena luonnoksena, ja molemmat ovat tallessa. Lähetä toinen ja poista toinen."
        )
        if isinstance(refused, DraftGoneOn)
        else _(
            "Luonnos oli jo lähetetty tai poistettu, tai kollega jatkaa sitä. Teksti on nyt uutena luonnoksena. Tarkista ja lähetä se, tai poista se."
        ),
        "warning",
    )
    return see_other("intake.unfinished", form_key=form_key, draft_id=new_id)


@intake.post("/receipt.pdf")
@for_staff(*INTAKE_STAFF)
def receipt_pdf() -> Response:
    """Draw the receipt, to be handed or read to the person."""
    is_card = request.form.get("kind") == "card"
    query = DrawReceipt(key_of_act(posted_act()), current_language().code, is_card=is_card)
    return pdf(engine().answer(query, sessions.actor()).pdf(), _("muistilappu") if is_card else _("tosite"))


def _draft_seen() -> str | None:
    return request.form.get(DRAFT_SEEN)


def _recorded(form_key: str, receipt: Receipt, act: str) -> Response:
    return render("inbox/intake_recorded.html", receipt=receipt, act=act, form_key=form_key)


def _form(form_key: str) -> FormDefinition:
    query = PublicForm(form_key, current_language().code, any_form=form_key == ARRIVAL)
    return as_asked(engine().answer(query, sessions.actor()))


def _arrival(form_key: str) -> FormDefinition:
    return arrival_of_enquiry(_form(ARRIVAL)) if form_key == ENQUIRY else _form(ARRIVAL)


def _page(
    form_key: str,
    typed: Draft,
    act: str,
    draft_id: UUID,
    problems: Problems | None = None,
    *,
    kept: Kept | None = None,
    asks_to_drop: bool = False,
    is_unopenable: bool = False,
) -> Response:
    if form_key not in FORMS:
        raise NotFound
    saved_at, unkept = kept or Kept(None)
    found = {**(problems or {}), **unkept}
    cover = form_page(_arrival(form_key), say=_, typed=typed, problems=found)
    definition = _form(form_key)
    form = form_page(definition, say=_, typed=typed, problems=found)
    return render(
        "inbox/intake_form.html",
        422 if found else 200,
        cover=cover,
        form=form,
        steps=steps_of(definition, typed, today=today()),
        problems=[*cover.problems, *form.problems],
        act=act,
        draft_id=draft_id,
        saved_at=saved_at,
        draft_seen=saved_at.isoformat() if saved_at else _draft_seen() or "",
        asks_to_drop=asks_to_drop,
        lacks_consent=kept is not None and saved_at is None and not unkept,
        is_unopenable=is_unopenable,
        form_key=form_key,
    )
