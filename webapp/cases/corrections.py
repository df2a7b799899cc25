"""A record corrected or clarified: the form as it was sent, what it becomes, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from flask import Response, request

from engine.clock import day_of
from engine.commands.corrections import ClarifyRecord, CorrectRecord
from engine.domain.corrections import CLARIFICATION, CORRECTION, EXPLANATION
from engine.domain.parties import SOURCES, DetailsRejected, Ground, problems_of_ground
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid
from engine.queries.correction_page import Correction, CorrectionPage, OpenRecord
from forms.definition import FormDefinition, as_answered
from forms.drafts import Draft
from forms.errors import AnswersRejected as TooLarge
from forms.texts import Refused, to_date
from forms.typed import Sent, as_typed
from forms.views import shown
from webapp.cases.blueprint import blueprint
from webapp.cases.page_drafts import SEEN, FormDraft, draft_of, draft_of_sent, held, keep_sent
from webapp.cases.refused_forms import sentences
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.posted import number_in, posted_form
from webapp.http.responses import render, see_other
from webapp.rendering.forms.page import Problems, form_page, problems_of
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.labels import word
from webapp.rendering.words.pinned import pinned_words
from webapp.rendering.words.submission_words import explained_in_words

CORRECT: Final = "correct"
CLARIFY: Final = "clarify"
_OWN_FIELDS = (SEEN, "seen", "source", "source_on", "why", "clarification")

_PLACES: Final = {
    **{name: name for name in ("source", "source_on", "c_source", "c_source_on")},
    "reason": "why",
    "c_clarification": "clarification",
}
"""The fields beside which the page's own problems stand."""


@dataclass(frozen=True, slots=True)
class RefusedCorrection:
    """Answers as typed, and their problems: in the form, beside the page's own fields, or about the whole."""

    typed: Draft = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    conflict: str = ""
    status: int = 422
    form: str = CORRECT


@blueprint.get("/<reference>/submissions/<uuid:submission_id>")
@for_staff(action=Action.CORRECT_RECORD)
def record(reference: str, submission_id: UUID) -> Response:
    return _page(reference, submission_id)


@blueprint.post("/<reference>/submissions/<uuid:submission_id>/correct")
@for_staff(action=Action.CORRECT_RECORD)
def correct_record(reference: str, submission_id: UUID) -> Response:
    page, posted = _opened(reference, submission_id), posted_form("save", *_OWN_FIELDS)
    definition = _worded(page)
    try:
        typed = posted.typed(definition)
    except TooLarge as too_large:
        return _page(reference, submission_id, RefusedCorrection(posted.sent, too_large.problems))
    if posted.row_buttons:
        return _page(reference, submission_id, RefusedCorrection(typed, status=200))
    seen = number_in(request.form.get("seen", "")) or 0
    try:
        command = CorrectRecord(
            reference,
            submission_id,
            seen,
            _ground("why"),
            sent=posted.sent,
            draft=held(_form(submission_id, CORRECT)),
        )
        engine().perform(command, sessions.actor())
    except DetailsRejected as refused:
        return _page(reference, submission_id, RefusedCorrection(typed, own=sentences(refused.problems)))
    except Invalid as refused:
        if refused.field in ("reason", "source_on"):
            return _page(
                reference, submission_id, RefusedCorrection(typed, own={refused.field: _(refused.message)})
            )
        # Name the mistakes of its ground in the same answer.
        own = problems_of_ground(_ground("why"), day_of(engine().now()))
        refusal = RefusedCorrection(typed, problems_of(refused), sentences(own))
        return _page(reference, submission_id, refusal)
    except Conflict as refused:
        conflict = RefusedCorrection(typed, conflict=_(refused.message), status=409)
        return _page(reference, submission_id, conflict)
    notify(_("Korjaus on tallennettu. Entinen kirjaus jää näkyviin sen viereen."))
    return see_other("cases.record", reference=reference, submission_id=submission_id)


@blueprint.post("/<reference>/submissions/<uuid:submission_id>/clarify")
@for_staff(action=Action.CORRECT_RECORD)
def clarify_record(reference: str, submission_id: UUID) -> Response:
    try:
        text = request.form.get("clarification", "")
        draft = held(_form(submission_id, CLARIFY))
        engine().perform(ClarifyRecord(reference, submission_id, text, _ground(""), draft), sessions.actor())
    except DetailsRejected as refused:
        return _page(reference, submission_id, RefusedCorrection(own=_of_clarifying(refused), form=CLARIFY))
    except Invalid as refused:
        place = f"c_{refused.field}"
        return _page(
            reference, submission_id, RefusedCorrection(own={place: _(refused.message)}, form=CLARIFY)
        )
    notify(_("Täsmennys on tallennettu kirjauksen viereen."))
    return see_other("cases.record", reference=reference, submission_id=submission_id)


# ---------------------------------------------------------------- the page


@dataclass(frozen=True, slots=True)
class WordedCorrection:
    correction: Correction
    source: str
    heading: str
    text: str
    """Of a clarification, or of the reason for a day."""
    lines: tuple[tuple[str, str, str], ...]
    """Question, before, after."""


def _opened(reference: str, submission_id: UUID) -> CorrectionPage:
    return engine().answer(OpenRecord(reference, submission_id), sessions.actor())


def _worded(page: CorrectionPage) -> FormDefinition:
    return as_answered(page.models.form_in(page.record.form_key, current_language().code), page.answered)


def _page(reference: str, submission_id: UUID, refused: RefusedCorrection | None = None) -> Response:
    given, own_seen = refused or RefusedCorrection(), ""
    if refused:
        own_seen = keep_sent(reference, _form(submission_id, refused.form))
    page = _opened(reference, submission_id)
    drafts = {
        name: draft_of_sent(form, page.drafts, own_seen)
        if refused and refused.form == name
        else draft_of(form, page.drafts)
        for name in (CORRECT, CLARIFY)
        for form in (_form(submission_id, name),)
    }
    restored = drafts[CORRECT].typed
    seen = sum(each.kind == CORRECTION for each in page.history)
    definition = _worded(page)
    answers = {key: value for key, value in page.record.answers.items() if key in definition.by_key}
    form = None
    if not page.why_not:
        form = form_page(
            definition,
            say=_,
            typed=given.typed or _of_form(restored) or as_typed(definition.fields, answers),
            problems=given.problems,
            choices=page.choices,
        )
    history = [correction_in_words(definition, each) for each in reversed(page.history)]
    return render(
        "cases/correction.html",
        refused.status if refused else 200,
        reference=reference,
        page=page,
        title=definition.title,
        form=form,
        history=history,
        seen=seen,
        is_older=restored is not None and number_in(drafts[CORRECT].texts.get("seen", "")) != seen,
        draft=drafts[CORRECT],
        clarify_draft=drafts[CLARIFY],
        steps=shown(
            definition,
            answers,
            definition.language,
            say=_,
            given=answers,
            choices=page.choices,
            are_accepted=True,
        ),
        sources=[(each, word(each, "source")) for each in SOURCES],
        own=given.own,
        own_problems={
            name: [
                (_PLACES[field], sentence)
                for field, sentence in given.own.items()
                if field.startswith("c_") is (name == CLARIFY)
            ]
            for name in (CORRECT, CLARIFY)
        },
        conflict=given.conflict,
        **pinned_words(page.in_sight),
        posted=_own_texts(drafts[CORRECT]),
        clarified=_own_texts(drafts[CLARIFY]),
    )


def _form(submission_id: UUID, name: str) -> str:
    return f"record/{submission_id}/{name}"


def _of_form(restored: Sent | None) -> Draft:
    """Return a draft's answers, without the page's own fields."""
    return {name: list(texts) for name, texts in (restored or {}).items() if name not in _OWN_FIELDS}


def _own_texts(draft: FormDraft) -> dict[str, str]:
    """Return the page's own fields, as the form was sent or its draft has them."""
    typed = request.form if draft.is_sent else draft.texts
    return {name: typed.get(name, "") for name in _OWN_FIELDS}


def correction_in_words(definition: FormDefinition, each: Correction) -> WordedCorrection:
    text = each.after.get(CLARIFICATION)
    heading = _("Täsmennys")
    if each.kind == EXPLANATION:
        text, heading = ", ".join(explained_in_words(each)), _("Syy päivälle")
    lines = tuple(
        (
            definition.by_key[name].label if name in definition.by_key else name,
            _plain(definition, name, each.before.get(name)),
            _plain(definition, name, each.after.get(name)),
        )
        for name in each.after
        if each.kind not in (CLARIFICATION, EXPLANATION)
    )
    source, words = word(each.source, "source"), text if isinstance(text, str) else ""
    return WordedCorrection(each, source, heading, words, lines)


def _plain(definition: FormDefinition, name: str, value: object) -> str:
    """Return one answer as the form words it."""
    if value is None or name not in definition.by_key:
        return ""
    typed = as_typed(definition.fields, {name: value}).get(name, ())
    labels = {option.value: option.label for option in definition.by_key[name].options}
    return ", ".join(labels.get(each, each) for each in typed)


def _ground(reason: str) -> Ground:
    text = request.form.get("source_on", "").strip()
    day: date | None = None
    if text:
        try:
            day = to_date(text)
        except Refused:
            raise Invalid("Kirjoita päivä muodossa 24.12.2026.", field="source_on") from None
    return Ground(request.form.get("source", ""), day, request.form.get(reason, "").strip() if reason else "")


def _of_clarifying(refused: DetailsRejected) -> dict[str, str]:
    return {f"c_{name}": sentence for name, sentence in sentences(refused.problems).items()}
