"""An answer that came after its request had ended, typed by staff: it is registered though nothing waits for it (434/2003 42 §)."""

from __future__ import annotations

from flask import Response

from engine.commands.replies import FORM
from engine.commands.requests import DeliverReply
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid, NotFound
from engine.queries.case_file import CaseFile, OpenCaseFile
from forms.definition import FormDefinition
from forms.drafts import Draft
from forms.errors import AnswersRejected as TooLarge
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.posted import posted_form
from webapp.http.responses import render, see_other
from webapp.rendering.forms.page import NO_PROBLEMS, Problems, form_page, problems_of
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.pinned import pinned_words
from webapp.rendering.words.request_names import request_of
from webapp.rendering.words.request_notes import hints_of_typed_reply


@blueprint.get("/<reference>/requests/<key>/late")
@for_staff(action=Action.DELIVER_REPLY)
def late_reply(reference: str, key: str) -> Response:
    return _page(_opened(reference, key), key, {})


@blueprint.post("/<reference>/requests/<key>/late")
@for_staff(action=Action.DELIVER_REPLY)
def record_late_reply(reference: str, key: str) -> Response:
    file, posted = _opened(reference, key), posted_form("send")
    try:
        typed = posted.typed(_form(file))
    except TooLarge as too_large:
        return _page(file, key, posted.sent, too_large.problems)
    try:
        engine().perform(DeliverReply(reference, key, sent=posted.sent), sessions.actor())
    except Invalid as refused:
        return _page(file, key, typed, problems_of(refused))
    except Conflict as refused:
        return _page(file, key, typed, conflict=_(refused.message))
    notify(_("Vastaus on kirjattu asiaan. Käsittelijä saa tiedon siitä."))
    return see_other("cases.case", reference=reference, anchor="requests")


def _opened(reference: str, key: str) -> CaseFile:
    """Return the case file. Raise NotFound unless the request was sent and has ended: an open one has its task."""
    query = OpenCaseFile(reference, language=current_language().code)
    file = engine().answer(query, sessions.actor())
    if not any(each.reference == key and each.sent_at and not each.is_open for each in file.requests):
        raise NotFound
    return file


def _form(file: CaseFile) -> FormDefinition:
    return file.models.form_in(FORM, current_language().code)


def _page(
    file: CaseFile, key: str, typed: Draft, problems: Problems = NO_PROBLEMS, conflict: str = ""
) -> Response:
    form = form_page(_form(file), say=_, typed=typed, problems=problems, hints=hints_of_typed_reply(FORM))
    reference = file.case.reference
    status = 422 if problems else 409 if conflict else 200
    asked = request_of(key, file.requests)
    return render(
        "cases/late_reply.html",
        status,
        reference=reference,
        key=key,
        asked=asked,
        form=form,
        conflict=conflict,
        **pinned_words(file),
    )
