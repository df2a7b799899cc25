"""A form filled in step by step without cookie or script: each page answers a POST with the draft's token.

Everything typed is saved before it is checked: going back, a mistake or a lost connection loses nothing.
"""

from __future__ import annotations

from flask import Response, request

from engine.commands.applications import Receipt, SubmitApplication
from engine.commands.attachments import TAKE_FILES, DraftFiles
from engine.commands.enquiries import SubmitEnquiry
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC
from engine.errors import AnswersRejected as EngineRejected
from engine.errors import Invalid, NotFound
from engine.queries.public_form import AreUrgent, PublicForm
from forms.definition import FormDefinition
from forms.drafts import step_of, steps_shown
from forms.errors import AnswersRejected
from forms.submission import accept_step, readable
from forms.views import shown
from webapp.http.access import open_to_all
from webapp.http.current import engine, today
from webapp.http.languages import current_language
from webapp.http.limits import SENDING, spend
from webapp.http.posted import PostedForm, posted_form
from webapp.http.responses import render
from webapp.public import drafts
from webapp.public.application_kinds import DOORS
from webapp.public.blueprint import blueprint
from webapp.public.drafts import Draft
from webapp.rendering.forms.page import Problems, as_asked, form_page, problems_of
from webapp.rendering.words.catalogues import gettext

CONSENT = "consent_given"


@blueprint.get("/<door>/questions")
@open_to_all
def questions(door: str) -> Response:
    """Show the first step. Nothing is stored yet."""
    definition = definition_of(door)
    return show_step(door, definition, drafts.begin(definition.key))


@blueprint.post("/<door>/questions")
@open_to_all
def answer_step(door: str) -> Response:
    """Save what was typed, then show the page that the pressed button leads to."""
    definition = definition_of(door)
    draft = drafts.resume(request.form.get(drafts.FIELD, ""), definition.key)
    posted = posted_form("next", drafts.FIELD, "step", "show")
    if posted.button == "send":
        return _send(door, definition, draft)
    step = _step_number(definition, request.form.get("step", ""))
    if step is not None:
        try:
            draft = _keep(definition, draft, posted, step)
        except AnswersRejected as too_large:
            return show_step(door, definition, draft.at(step), too_large.problems)
    elif posted.button == "stay":
        return show_check(door, definition, draft)
    return _go(door, definition, draft, posted)


def _keep(definition: FormDefinition, draft: Draft, posted: PostedForm, step: int) -> Draft:
    """Save the draft with this step's answers and return it."""
    kept = draft.at(step).holding(posted.typed(definition, earlier=draft.typed, step=step))
    kept.keep()
    return kept


def _go(door: str, definition: FormDefinition, draft: Draft, posted: PostedForm) -> Response:
    # "stay" comes from the languages: the same step in another one, without judging it.
    if posted.button == "stay" or posted.row_buttons:
        return show_step(door, definition, draft)
    if _has_no_consent(draft):
        return _without_consent(door, draft)
    if posted.button == "save":
        return _saved(door, draft)
    asked = steps_shown(definition, draft.typed)
    if posted.button == "back":
        earlier = [number for number in asked if number < draft.step]
        return show_step(door, definition, draft.at(earlier[-1] if earlier else asked[0]))
    if "show" in request.form:
        number = _step_number(definition, request.form["show"]) or asked[0]
        return show_step(door, definition, draft.at(number))
    try:
        accept_step(definition, draft.step, draft.typed, today=today())
    except AnswersRejected as rejected:
        return show_step(door, definition, draft, rejected.problems)
    later = [number for number in asked if number > draft.step]
    return show_step(door, definition, draft.at(later[0])) if later else show_check(door, definition, draft)


def show_step(
    door: str, definition: FormDefinition, draft: Draft, problems: Problems | None = None
) -> Response:
    asked = steps_shown(definition, draft.typed)
    number = draft.step if draft.step in asked else asked[0]
    return render(
        "public/step.html",
        422 if problems else 200,
        door=door,
        draft=draft.token,
        form=form_page(definition, say=gettext, typed=draft.typed, problems=problems or {}, step=number),
        place=asked.index(number) + 1,
        places=len(asked) + 1,
        is_urgent=_is_urgent(definition, draft),
    )


def _is_urgent(definition: FormDefinition, draft: Draft) -> bool:
    """Return whether what was typed so far is urgent by the table that judges it once it is sent."""
    if not draft.typed:
        return False
    return engine().answer(AreUrgent(definition.key, readable(definition, draft.typed)), PUBLIC)


def _has_no_consent(draft: Draft) -> bool:
    return draft.form_key == "referral" and draft.typed.get(CONSENT, ["yes"]) != ["yes"]


def _without_consent(door: str, draft: Draft) -> Response:
    """Destroy what was typed and offer advice: nothing is kept about a person who has not consented."""
    drafts.destroy(draft)
    refused = draft.typed.get(CONSENT) == ["refused"]
    return render("public/no_consent.html", door=door, refused=refused)


def show_check(door: str, definition: FormDefinition, draft: Draft) -> Response:
    """Show all answers before they are sent."""
    steps = shown(definition, readable(definition, draft.typed), definition.language, say=gettext)
    return render(
        "public/check.html",
        door=door,
        texts=DOORS[door],
        draft=draft.token,
        places=len(steps_shown(definition, draft.typed)) + 1,
        steps=steps,
        is_urgent=_is_urgent(definition, draft),
        unanswered=sum(answer.state == "unanswered" for step in steps for answer in step.answers),
        takes_files=definition.key in TAKE_FILES,
        files=engine().answer(DraftFiles(draft.token), PUBLIC),
    )


def _saved(door: str, draft: Draft) -> Response:
    code = drafts.new_code()
    draft.keep(code)
    return render("public/saved.html", door=door, draft=draft.token, step=draft.step, code=code)


def _send(door: str, definition: FormDefinition, draft: Draft) -> Response:
    """Submit the form. The draft's token is the idempotency key: a button pressed twice gives one case and one receipt."""
    spend(SENDING)
    try:
        receipt = _submit(door, draft)
    except EngineRejected as rejected:
        if not draft.is_kept:
            raise drafts.DraftGone from rejected
        step = step_of(definition, next(iter(rejected.problems)))
        return show_step(door, definition, draft.at(step), rejected.problems)
    except Invalid as invalid:
        if invalid.field is None:
            raise
        step = step_of(definition, invalid.field)
        return show_step(door, definition, draft.at(step), problems_of(invalid))
    return render("public/receipt.html", door=door, texts=DOORS[door], receipt=receipt, draft=draft.token)


def _submit(door: str, draft: Draft) -> Receipt:
    """Submit the saved answers. A missing draft was either submitted before, then its receipt is returned, or destroyed."""
    language = current_language().code
    sent = draft.typed if draft.is_kept else None
    if door == "ask":
        return engine().perform(SubmitEnquiry(draft.token, sent=sent, language=language), PUBLIC)
    channel = Channel.REFERRAL if door == "other" else Channel.SELF
    command = SubmitApplication(
        channel, draft.token, sent=sent, language=language, form_key=DOORS[door].form_key
    )
    return engine().perform(command, PUBLIC)


def definition_of(door: str) -> FormDefinition:
    if door not in DOORS:
        raise NotFound
    return as_asked(engine().answer(PublicForm(DOORS[door].form_key, current_language().code), PUBLIC))


def _step_number(definition: FormDefinition, text: str) -> int | None:
    """Return the number of a step of this form; None for the page with all answers."""
    if text == "check":
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= len(definition.steps):
        raise NotFound
    return int(text)
