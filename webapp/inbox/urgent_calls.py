"""The urgent call: one form on one page, filled in while the caller talks; sending it opens the case."""

from __future__ import annotations

import secrets

from flask import Response

from engine.commands.applications import SubmitApplication
from engine.domain.cases import Channel
from engine.errors import Invalid
from engine.queries.duplicates import LikelyDuplicatesOf
from engine.queries.public_form import PublicForm
from engine.queries.search import Hit
from forms.definition import FormDefinition
from forms.drafts import Draft
from forms.errors import AnswersRejected as TooLarge
from forms.submission import readable
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.limits import SEARCHING, require_within
from webapp.http.notices import notify
from webapp.http.posted import key_of_act, posted_act, posted_form
from webapp.http.responses import render, see_other
from webapp.inbox.blueprint import BODY_LIMIT, INTAKE_STAFF, urgent_call
from webapp.rendering.forms.page import Problems, form_page, problems_of
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.likeness import worded_hits


@urgent_call.get("/")
@for_staff(*INTAKE_STAFF)
def call() -> Response:
    return _page(_definition(), {}, secrets.token_urlsafe(32))


@urgent_call.post("/")
@for_staff(*INTAKE_STAFF, body_limit=BODY_LIMIT)
def record() -> Response:
    """Open the case. The act's name makes it one case, however often the button is pressed."""
    definition, posted = _definition(), posted_form("send", "act")
    act = posted_act() or secrets.token_urlsafe(32)
    try:
        typed = posted.typed(definition)
    except TooLarge as too_large:
        return _page(definition, posted.sent, act, too_large.problems)
    if posted.row_buttons:
        return _page(definition, typed, act)
    if posted.button == "look":
        return _page(definition, typed, act, hits=_likely(definition, typed))
    command = SubmitApplication(Channel.URGENT, key_of_act(act), sent=typed, language=current_language().code)
    try:
        receipt = engine().perform(command, sessions.actor())
    except Invalid as refused:
        return _page(definition, typed, act, problems_of(refused))
    notify(_("Asia %(reference)s on avattu. Kiireelliset toimet odottavat.", reference=receipt.reference))
    return see_other("cases.case", reference=receipt.reference)


def _definition() -> FormDefinition:
    return engine().answer(
        PublicForm("phone_intake", current_language().code, any_form=True), sessions.actor()
    )


def _likely(definition: FormDefinition, typed: Draft) -> tuple[tuple[Hit, ...], bool]:
    """Return who is likely the person of the call, from what is typed so far."""
    require_within(SEARCHING, str(sessions.actor().account_id))
    known = readable(definition, typed)
    details = {
        name: str(known.get(name) or "")
        for name in ("given_names", "family_name", "born_on", "phone", "email")
    }
    return engine().answer(LikelyDuplicatesOf(**details), sessions.actor())


def _page(
    definition: FormDefinition,
    typed: Draft,
    act: str,
    problems: Problems | None = None,
    hits: tuple[tuple[Hit, ...], bool] | None = None,
) -> Response:
    form = form_page(definition, say=_, typed=typed, problems=problems or {})
    found = None if hits is None else (worded_hits(hits[0]), hits[1])
    return render("inbox/urgent.html", 422 if problems else 200, form=form, act=act, found=found)
