"""A form filled in step by step without cookie or script: every page is the answer to a POST that carries the draft's token.

Whatever was typed is kept before anything is judged, so that going back, a mistake or a lost connection costs nothing.
"""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from engine.commands.applications import Receipt, SubmitApplication
from engine.commands.attachments import TAKE_FILES, DraftFiles
from engine.commands.enquiries import SubmitEnquiry
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC
from engine.errors import AnswersRejected as EngineRejected
from engine.errors import Invalid, NotFound
from engine.queries.public_form import PublicForm
from forms.definition import FormDefinition
from forms.drafts import partial, step_of, steps_shown
from forms.errors import AnswersRejected, Problem
from forms.submission import accept_step, readable
from forms.typed import ADD_ROW, REMOVE_ROW, rows_changed
from forms.views import shown
from webapp.http.access import open_to_all
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.limits import SENDING, spend
from webapp.http.today import today
from webapp.http.tokens import FIELD as FORM_TOKEN
from webapp.public import drafts
from webapp.public.application_kinds import DOORS
from webapp.public.blueprint import blueprint
from webapp.public.drafts import Draft
from webapp.rendering.forms.features import as_asked
from webapp.rendering.forms.page import Problems, form_page
from webapp.rendering.words.catalogues import gettext

CONTROLS = frozenset({FORM_TOKEN, drafts.FIELD, "step", "go", "show"})
"""Names on our pages that are no question's."""
CONSENT = "consent_given"


@blueprint.get("/<door>/questions")
@open_to_all
def questions(door: str) -> Response:
    """The first step, with nothing kept yet."""
    definition = definition_of(door)
    return show_step(door, definition, drafts.begin(definition.key))


@blueprint.post("/<door>/questions")
@open_to_all
def answered(door: str) -> Response:
    """One press of a button: keep what was typed, then go where the button says."""
    definition = definition_of(door)
    draft = drafts.resume(request.form.get(drafts.FIELD, ""), definition.key)
    go = request.form.get("go", "next")
    if go == "send":
        return _send(door, definition, draft)
    step = _step_number(definition, request.form.get("step", ""))
    try:
        draft = typed_on(definition, draft, step)
    except AnswersRejected as too_large:
        return show_step(door, definition, draft.at(step or 1), too_large.problems)
    if step is None and go == "stay":
        return show_check(door, definition, draft)
    return _go(door, definition, draft, go)


def typed_on(definition: FormDefinition, draft: Draft, step: int | None) -> Draft:
    """The draft with what this request brought, kept. `step` None is the page of all answers, which brings none."""
    if step is None:
        return draft
    sent = {name: request.form.getlist(name) for name in request.form if name not in CONTROLS}
    buttons = {name: sent.pop(name) for name in (ADD_ROW, REMOVE_ROW) if name in sent}
    typed = partial(definition, sent, earlier=draft.typed, step=step)
    changed = rows_changed(definition.fields, {**typed, **buttons}) if buttons else None
    kept = draft.at(step).saying(typed if changed is None else changed)
    kept.keep()
    return kept


def _go(door: str, definition: FormDefinition, draft: Draft, go: str) -> Response:
    # "stay" comes from the languages: the same step again, in another one, judged by nobody.
    if go == "stay" or ADD_ROW in request.form or REMOVE_ROW in request.form:
        return show_step(door, definition, draft)
    if _has_no_consent(draft):
        return _without_consent(door, draft)
    if go == "save":
        return _saved(door, draft)
    asked = steps_shown(definition, draft.typed)
    if go == "back":
        earlier = [number for number in asked if number < draft.step]
        return show_step(door, definition, draft.at(earlier[-1] if earlier else asked[0]))
    if "show" in request.form:
        return show_step(
            door, definition, draft.at(_step_number(definition, request.form["show"]) or asked[0])
        )
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
    page = render_template(
        "public/step.html",
        door=door,
        draft=draft.token,
        form=form_page(definition, say=gettext, typed=draft.typed, problems=problems or {}, step=number),
        place=asked.index(number) + 1,
        places=len(asked) + 1,
    )
    return make_response(page, 422 if problems else 200)


def _has_no_consent(draft: Draft) -> bool:
    return draft.form_key == "referral" and draft.typed.get(CONSENT, ["yes"]) != ["yes"]


def _without_consent(door: str, draft: Draft) -> Response:
    """Nothing of a person who has not agreed is kept: what was typed is destroyed, and advice is offered instead."""
    drafts.destroy(draft)
    refused = draft.typed.get(CONSENT) == ["refused"]
    return make_response(render_template("public/no_consent.html", door=door, refused=refused))


def show_check(door: str, definition: FormDefinition, draft: Draft) -> Response:
    steps = shown(definition, readable(definition, draft.typed), definition.language, say=gettext)
    page = render_template(
        "public/check.html",
        door=door,
        texts=DOORS[door],
        draft=draft.token,
        places=len(steps_shown(definition, draft.typed)) + 1,
        steps=steps,
        unanswered=sum(answer.state == "unanswered" for step in steps for answer in step.answers),
        takes_files=definition.key in TAKE_FILES,
        files=engine().answer(DraftFiles(draft.token), PUBLIC),
    )
    return make_response(page)


def _saved(door: str, draft: Draft) -> Response:
    code = drafts.new_code()
    draft.keep(code)
    return make_response(
        render_template("public/saved.html", door=door, draft=draft.token, step=draft.step, code=code)
    )


def _send(door: str, definition: FormDefinition, draft: Draft) -> Response:
    """Hand it in. The draft's token names the act, so that a button pressed twice gives one case and one receipt."""
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
        problem = Problem(invalid.field, message=gettext(invalid.message))
        step = step_of(definition, invalid.field)
        return show_step(door, definition, draft.at(step), {invalid.field: (problem,)})
    return make_response(
        render_template(
            "public/receipt.html", door=door, texts=DOORS[door], receipt=receipt, draft=draft.token
        )
    )


def _submit(door: str, draft: Draft) -> Receipt:
    """What is no longer kept was either sent before, and then its receipt comes again, or destroyed: never send nothing."""
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
    """A step of this form, or None on the page of all answers."""
    if text == "check":
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= len(definition.steps):
        raise NotFound
    return int(text)
