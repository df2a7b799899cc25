"""Enquiries: advice asked without telling who asks. Answered from a list of their own; they are no cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.commands.enquiries import AnswerEnquiry, ReadEnquiry, UnansweredEnquiries
from engine.domain.people import PUBLIC
from engine.errors import Invalid
from engine.queries.public_form import PublicForm
from forms.views import ShownStep, shown
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.inbox.lists import ANSWERERS
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.due import waited

BEGINNING = 160
"""Characters of a question in the list."""


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/enquiries/", view_func=enquiries, methods=["GET"])
    blueprint.add_url_rule("/enquiries/<uuid:enquiry_id>", view_func=enquiry, methods=["GET"])
    blueprint.add_url_rule("/enquiries/<uuid:enquiry_id>", view_func=answer_enquiry, methods=["POST"])


@for_staff(*ANSWERERS)
def enquiries() -> str:
    found = engine().answer(UnansweredEnquiries(), sessions.actor())
    now = engine().now()
    rows = [(each, _beginning(each.content), waited(each.received_at, now)) for each in found]
    return render_template("inbox/enquiries.html", rows=rows)


@for_staff(*ANSWERERS)
def enquiry(enquiry_id: UUID) -> str:
    return _page(enquiry_id)


@for_staff(*ANSWERERS)
def answer_enquiry(enquiry_id: UUID) -> Response:
    """Shown to whoever holds the code; what was advised by phone is put down the same way."""
    text = request.form.get("answer", "")
    try:
        engine().perform(AnswerEnquiry(enquiry_id, text), sessions.actor())
    except Invalid as invalid:
        return make_response(_page(enquiry_id, text, _(invalid.message)), 422)
    notify(_("Vastaus on tallessa. Kysyjä näkee sen koodillaan."))
    return make_response(redirect(url_for("inbox.enquiries"), code=303))


def _page(enquiry_id: UUID, text: str = "", problem: str = "") -> str:
    found = engine().answer(ReadEnquiry(enquiry_id), sessions.actor())
    return render_template(
        "inbox/enquiry.html", enquiry=found, steps=_in_words(found.content), text=text, problem=problem
    )


def _in_words(content: Mapping[str, Any]) -> tuple[ShownStep, ...]:
    definition = engine().answer(PublicForm("enquiry", current_language().code), PUBLIC)
    known = {key: value for key, value in content.items() if key in definition.by_key}
    steps = shown(definition, known, definition.language, say=_)
    told = (
        ShownStep(step.number, step.name, tuple(a for a in step.answers if a.state != "unanswered"))
        for step in steps
    )
    return tuple(step for step in told if step.answers)


def _beginning(content: Mapping[str, Any]) -> str:
    question = content.get("question")
    text = " ".join(question.split()) if isinstance(question, str) else _("Kysymystä ei kirjoitettu")
    return text if len(text) <= BEGINNING else f"{text[:BEGINNING].rsplit(' ', 1)[0]} …"
