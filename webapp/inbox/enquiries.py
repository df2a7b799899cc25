"""Enquiries: advice asked for without a name. They have a list of their own and are no cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from flask import Response, render_template, request

from engine.casework.receipts import DANGER, enquiry_read_by, enquiry_urgent_by
from engine.commands.enquiries import FORM
from engine.commands.enquiry_answers import (
    BY_WEB,
    CALLED,
    NOT_REACHED,
    AnswerAgain,
    AnsweredEnquiries,
    AnsweredMeanwhile,
    AnswerEnquiry,
    ReadEnquiry,
    UnansweredEnquiries,
)
from engine.commands.enquiry_calls import CallsToEnquiry, RingEnquiry, RungNow
from engine.commands.notices import BeginEnquiryNotice
from engine.domain.applications import ARRIVAL
from engine.domain.calendar import end_of
from engine.domain.policy import Action
from engine.errors import Invalid
from engine.queries.enquiry_notices import NoticesOfEnquiry
from engine.queries.public_form import PublicForm
from forms.views import ShownStep, shown
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.inbox.blueprint import INTAKE_STAFF, blueprint
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.due import Due, due_in_words, waited
from webapp.rendering.words.submission_words import answered

CALL_WORDS: Final[Mapping[str, str]] = {
    CALLED: marked("Soitin, ja hän kuuli vastauksen"),
    NOT_REACHED: marked(
        "En tavoittanut häntä: vastaus jää luettavaksi koodilla. Ilman vastausta soitto jää tehtäväksi"
    ),
}
STAYS_OPEN: Final = marked("En tavoittanut häntä: yritys kirjataan, ja soitto jää tehtäväksi")
"""Of who rang or wrote on paper: a code may never have reached them."""
NO_PROBLEMS: Final[Mapping[str, str]] = MappingProxyType({})
BEGINNING = 160
"""Characters of a question in the list."""


@blueprint.get("/enquiries/")
@for_staff(*INTAKE_STAFF)
def enquiries() -> str:
    found = engine().answer(UnansweredEnquiries(), sessions.actor())
    rung = engine().answer(RungNow(), sessions.actor())
    now = engine().now()
    rows = [
        (
            each,
            _beginning(each.content),
            waited(each.received_at, now),
            _due(each.content, each.received_at, now),
            _is_danger(each.content),
            rung[each.id].by if each.id in rung else "",
        )
        for each in found
    ]
    answered_lately = engine().answer(AnsweredEnquiries(), sessions.actor())
    return render_template("inbox/enquiries.html", rows=rows, answered=answered_lately)


@blueprint.get("/enquiries/<uuid:enquiry_id>")
@for_staff(*INTAKE_STAFF)
def enquiry(enquiry_id: UUID) -> Response:
    return _page(enquiry_id)


@blueprint.post("/enquiries/<uuid:enquiry_id>")
@for_staff(*INTAKE_STAFF)
def answer_enquiry(enquiry_id: UUID) -> Response:
    """Record the answer, for the person who holds the code or as it was given by phone."""
    text, call = request.form.get("answer", ""), request.form.get("call", "")
    if "replaces" in request.form:
        return _answer_again(enquiry_id, text, call)
    try:
        is_answered = engine().perform(AnswerEnquiry(enquiry_id, text, call), sessions.actor())
    except Invalid as invalid:
        return _page(enquiry_id, text, call, {invalid.field or "answer": _(invalid.message)})
    except AnsweredMeanwhile as late:
        return _page(enquiry_id, text, call, {"answer": _(late.message)}, 409)
    if not is_answered:
        # The page keeps the answer for the next call. The command stores it only after the person has heard it.
        return _page(enquiry_id, text, is_unreached=True)
    notify(_("Vastaus on tallessa."))
    return see_other("inbox.enquiries")


def _answer_again(enquiry_id: UUID, text: str, call: str) -> Response:
    command = AnswerAgain(enquiry_id, text, request.form.get("replaces", ""), call)
    try:
        is_answered = engine().perform(command, sessions.actor())
    except Invalid as invalid:
        return _page(enquiry_id, text, call, {invalid.field or "answer": _(invalid.message)})
    except AnsweredMeanwhile as late:
        return _page(enquiry_id, text, call, {"answer": _(late.message)}, 409)
    if not is_answered:
        return _page(enquiry_id, text, is_unreached=True)
    notify(_("Vastaus on tallessa."))
    return see_other("inbox.enquiry", enquiry_id=enquiry_id)


@blueprint.post("/enquiries/<uuid:enquiry_id>/ringing")
@for_staff(*INTAKE_STAFF)
def ring_enquiry(enquiry_id: UUID) -> Response:
    """Tell colleagues that one rings the person now."""
    engine().perform(RingEnquiry(enquiry_id), sessions.actor())
    return see_other("inbox.enquiry", enquiry_id=enquiry_id)


@blueprint.post("/enquiries/<reference>/notices")
@for_staff(*INTAKE_STAFF, action=Action.BEGIN_NOTICE)
def begin_notice(reference: str) -> Response:
    """Begin a notice to an authority, and open the task in which it is written."""
    return see_other("inbox.task", task_id=engine().perform(BeginEnquiryNotice(reference), sessions.actor()))


def _page(
    enquiry_id: UUID,
    text: str = "",
    call: str = "",
    problems: Mapping[str, str] = NO_PROBLEMS,
    status: int = 422,
    *,
    is_unreached: bool = False,
) -> Response:
    found = engine().answer(ReadEnquiry(enquiry_id), sessions.actor())
    acts = engine().answer(CallsToEnquiry(enquiry_id), sessions.actor())
    rung = engine().answer(RungNow(), sessions.actor()).get(enquiry_id)
    return render(
        "inbox/enquiry.html",
        status if problems else 200,
        enquiry=found,
        notices=engine().answer(NoticesOfEnquiry(enquiry_id, current_language().code), sessions.actor()),
        steps=_in_words(found.content),
        attempts=[each for each in acts if each.is_attempt],
        rung=rung,
        rings_self=rung is not None and rung.person_id == sessions.actor().person_id,
        due=None if found.answer else _due(found.content, found.received_at, engine().now()),
        is_danger=_is_danger(found.content),
        may_lack_code=found.channel != BY_WEB,
        text=text,
        is_late=status == 409,
        answerers={each.person_id: each.by for each in acts},
        call=call,
        calls=[(each, _(words)) for each, words in _call_words(found.channel).items()],
        is_unreached=is_unreached,
        problem=problems.get("answer", ""),
        call_problem=problems.get("call", ""),
    )


def _call_words(channel: str) -> Mapping[str, str]:
    return CALL_WORDS if channel == BY_WEB else {**CALL_WORDS, NOT_REACHED: STAYS_OPEN}


def _due(content: Mapping[str, object], received_at: datetime, now: datetime) -> Due | None:
    """Return by when an on-call worker begins with it, of one without danger the day promised for the answer, in words."""
    acts_by = enquiry_urgent_by(content, received_at)
    return due_in_words(acts_by or end_of(enquiry_read_by(content, received_at)), now)


def _is_danger(content: Mapping[str, object]) -> bool:
    return content.get("in_danger") in DANGER


def _in_words(content: Mapping[str, object]) -> tuple[ShownStep, ...]:
    """Return how it came, of one that staff wrote down, and its answers."""
    steps: list[ShownStep] = []
    for form_key in (ARRIVAL, FORM):
        query = PublicForm(form_key, current_language().code, any_form=form_key == ARRIVAL)
        definition = engine().answer(query, sessions.actor())
        known = {key: value for key, value in content.items() if key in definition.by_key}
        steps += answered(shown(definition, known, definition.language, say=_))
    return tuple(steps)


def _beginning(content: Mapping[str, object]) -> str:
    question = content.get("question")
    text = " ".join(question.split()) if isinstance(question, str) else _("Kysymystä ei kirjoitettu")
    return text if len(text) <= BEGINNING else f"{text[:BEGINNING].rsplit(' ', 1)[0]} …"
