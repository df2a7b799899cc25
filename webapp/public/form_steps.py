"""A form filled in step by step without cookie or script: each page posts the draft's token and is answered by an address.

Everything typed is saved before it is checked: going back, a mistake or a lost connection loses nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, request

from engine.commands.applications import Receipt, SubmitApplication
from engine.commands.enquiries import SubmitEnquiry
from engine.commands.public_drafts import CONSENT, AlreadySent, has_no_consent
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC
from engine.errors import AnswersRejected as EngineRejected
from engine.errors import Invalid, NotFound
from forms.definition import FormDefinition
from forms.drafts import step_of
from forms.errors import AnswersRejected
from forms.one_question import Place, around, easy_questions, opened_elsewhere, places, root_of, together
from forms.submission import accept_step
from forms.typed import ADD_ROW, gather, row_count, row_index
from webapp.http.access import open_to_all
from webapp.http.current import engine, today
from webapp.http.languages import current_language
from webapp.http.limits import SENDING, spend
from webapp.http.posted import PostedForm, posted_form
from webapp.http.responses import render
from webapp.public import drafts
from webapp.public.application_kinds import DOORS, definition_of
from webapp.public.blueprint import blueprint
from webapp.public.check_page import is_urgent, to_check
from webapp.public.drafts import Draft
from webapp.public.page_addresses import at_address, go_to, stays
from webapp.public.pauses import doubted, holds_more, saved, without_consent
from webapp.rendering.forms.page import (
    NO_PROBLEMS,
    Problems,
    form_page,
    plain_problems,
    problems_from,
    problems_of,
)
from webapp.rendering.words.catalogues import gettext


@blueprint.get("/<door>/questions")
@open_to_all
def questions(door: str) -> Response:
    """Lead to the first page, at an address of its own: Back finds there what was typed."""
    definition = definition_of(door)
    draft = replace(drafts.begin(definition.key), is_easy="easy" in request.args)
    first = places(definition, draft.typed, is_easy=draft.is_easy)[0]
    return to_step(door, draft.at(*first), is_counted=True)


@blueprint.post("/<door>/questions")
@open_to_all
def answer_step(door: str) -> Response:
    """Save what was typed, then lead to the page that the pressed button names."""
    definition = definition_of(door)
    draft = drafts.resume(request.form.get(drafts.FIELD, ""), definition.key)
    posted = posted_form("next", drafts.FIELD, "step", "show", "kept", "change", "only", "easy")
    if posted.button == "send":
        return _send(door, definition, draft)
    step = _step_number(definition, request.form.get("step", ""))
    is_gone = not draft.is_kept and "kept" in request.form
    if is_gone:
        draft = drafts.begin(definition.key)
    draft = replace(draft, is_easy="easy" in request.form)
    if step is not None:
        try:
            draft, is_gone = _keep_apart(definition, draft, posted, step, is_gone=is_gone)
        except AnswersRejected as too_large:
            return to_step(door, draft.at(step), problems=too_large.problems)
    elif is_gone:
        raise drafts.DraftGone
    elif stays(posted.button):
        return to_check(door, draft)
    if is_gone:
        return to_step(door, draft, is_gone=True)
    return _go(door, definition, draft, posted)


def _keep_apart(
    definition: FormDefinition, draft: Draft, posted: PostedForm, step: int, *, is_gone: bool
) -> tuple[Draft, bool]:
    """Save the step, under a new token if its page was drawn before anything was kept and a page with the same token has kept
    or sent something else meanwhile: a tab that was duplicated may be filled in for another person.

    Return the draft, and True if the page must say that it lacks earlier answers.
    """
    is_blank = "kept" not in request.form
    if is_blank and draft.is_kept:
        both = _held(definition, draft, posted, step)
        if both.typed != draft.typed:
            draft = replace(drafts.begin(definition.key), is_easy=draft.is_easy, former=draft.token)
            is_gone = _held(definition, draft, posted, step).typed != both.typed
    try:
        return _keep(definition, draft, posted, step), is_gone
    except AlreadySent:
        anew = replace(drafts.begin(definition.key), is_easy=draft.is_easy)
        return _keep(definition, anew, posted, step), True


def _keep(definition: FormDefinition, draft: Draft, posted: PostedForm, step: int) -> Draft:
    """Save the draft with this step's answers and return it."""
    kept = _held(definition, draft, posted, step)
    kept.keep()
    return kept


def _held(definition: FormDefinition, draft: Draft, posted: PostedForm, step: int) -> Draft:
    """Return the draft with this step's answers."""
    question = root_of(definition, request.form.get("only", ""))
    if question and step_of(definition, question) != step:
        raise NotFound
    only = together(definition, question) if question else frozenset()
    typed = posted.typed(definition, earlier=draft.typed, step=step, only=only)
    return replace(draft.at(step, question), is_kept=True).holding(typed)


def _go(door: str, definition: FormDefinition, draft: Draft, posted: PostedForm) -> Response:
    change = _change(definition)
    # The same step, without judging it.
    if stays(posted.button) or posted.row_buttons:
        return to_step(door, draft, change=change, row=_row(definition, draft, posted))
    if posted.button == "change":
        # As long again as the page is open on which the answer changes.
        draft.keep()
        return to_step(door, draft.at(step_of(definition, CONSENT)))
    if has_no_consent(draft.form_key, draft.typed):
        is_doubted = posted.button != "drop" and holds_more(draft)
        return doubted(door, draft) if is_doubted else without_consent(door, draft)
    if posted.button == "save":
        return saved(door, draft, is_checked=request.form.get("step") == "check")
    if posted.button in ("easy", "whole"):
        return _in_the_other_way(door, definition, draft, is_easy=posted.button == "easy")
    if "show" in request.form:
        return _change_answer(door, definition, draft)
    return _turn(door, definition, draft, posted.button, change)


def _turn(door: str, definition: FormDefinition, draft: Draft, button: str, change: str) -> Response:
    """Lead to the page before or, if nothing on this one is wrong, to the one after it."""
    asked = places(definition, draft.typed, is_easy=draft.is_easy)
    earlier, later = around(definition, asked, Place(draft.step, draft.question))
    if button == "back":
        return to_step(door, draft.at(*[asked[0], *earlier][-1]))
    if _problems(definition, draft):
        return to_step(door, draft, is_judged=True, change=change)
    opened = opened_elsewhere(definition, draft.typed, change.partition(".")[0]) if change else ""
    if opened and button == "check":
        # Only the page of their step would ask it, and nobody who changes one answer goes there.
        return to_step(
            door, draft.at(step_of(definition, opened), root_of(definition, opened)), change=opened
        )
    if button == "check" or not later:
        return to_check(door, draft, change)
    return to_step(door, draft.at(*later[0]))


def _in_the_other_way(door: str, definition: FormDefinition, draft: Draft, *, is_easy: bool) -> Response:
    """Lead from a whole step to its first question of the easy way, or from a question to its whole step."""
    other = replace(draft, is_easy=is_easy)
    return to_step(door, other.at(*_place(definition, other, draft.step)))


def _place(definition: FormDefinition, draft: Draft, step: int) -> Place:
    """Return the first page of a step, or of the next that is asked; the last of all if there is none."""
    asked = places(definition, draft.typed, is_easy=draft.is_easy)
    return next((place for place in asked if place.step >= step), asked[-1])


def _change_answer(door: str, definition: FormDefinition, draft: Draft) -> Response:
    """Lead from the page with all answers to the one question whose answer is to change, or to another page."""
    path = request.form["show"][:200]
    question = root_of(definition, path)
    if question:
        return to_step(door, draft.at(step_of(definition, question), question), change=path)
    return to_step(door, draft.at(*_place(definition, draft, _step_number(definition, path) or 1)))


def _change(definition: FormDefinition) -> str:
    """Return the path of the question that is being changed from the page with all answers; empty if none is."""
    path = request.form.get("change", "")[:200]
    return path if path.partition(".")[0] in definition.by_key else ""


def _row(definition: FormDefinition, draft: Draft, posted: PostedForm) -> str:
    """Return the row to look at after one was added or removed: the new one; the one before, or the first. The list itself
    if no row is left."""
    for button, pressed in posted.row_buttons.items():
        key, _, number = pressed[0].partition(".")
        asked = definition.by_key.get(key)
        last = row_count(asked, draft.typed) - 1 if asked else -1
        place = last if button == ADD_ROW else max((row_index(number) or 0) - 1, 0)
        return f"{key}.{min(place, last)}" if last >= 0 else key
    return ""


def _row_of(definition: FormDefinition, draft: Draft, path: str) -> str:
    """Return the row in which an answer stands on the page, where blank rows are numbered too; its question outside lists."""
    key, _, inside = path.partition(".")
    number = row_index(inside.partition(".")[0])
    filled = gather(definition.fields, draft.typed).indices.get(key, ())
    return f"{key}.{filled[number]}" if number is not None and number < len(filled) else key


def _problems(definition: FormDefinition, draft: Draft) -> Problems:
    try:
        accept_step(definition, draft.step, draft.typed, today=today())
    except AnswersRejected as rejected:
        if not draft.question:
            return rejected.problems
        here = together(definition, draft.question)
        return {path: found for path, found in rejected.problems.items() if path.partition(".")[0] in here}
    return {}


def to_step(
    door: str,
    draft: Draft,
    *,
    problems: Problems = NO_PROBLEMS,
    is_judged: bool = False,
    is_gone: bool = False,
    is_counted: bool = False,
    change: str = "",
    row: str = "",
) -> Response:
    """Lead to a step. `problems` are those that judging the step alone does not find."""
    return go_to(
        "step",
        draft.token,
        # A neutral name: the address stays in the history.
        anchor="row" if change or row else None,
        is_counted=is_counted,
        door=door,
        draft=draft.token,
        number=draft.step,
        question=draft.question,
        is_easy=draft.is_easy,
        is_first=not draft.is_kept,
        is_judged=is_judged,
        is_gone=is_gone,
        change=change,
        row=row,
        problems=plain_problems(problems),
    )


@at_address("step")
def show_step(
    door: str,
    draft: str,
    number: int,
    *,
    is_first: bool,
    is_judged: bool,
    is_gone: bool,
    change: str,
    row: str,
    problems: list[list[Any]],
    question: str = "",
    is_easy: bool = False,
) -> Response:
    definition = definition_of(door)
    held = replace(drafts.resume(draft, definition.key), is_easy=is_easy).at(
        number, root_of(definition, question)
    )
    if not (held.is_kept or is_first):
        raise NotFound
    asked = places(definition, held.typed, is_easy=is_easy)
    if not change and Place(number, held.question) not in asked:
        held = held.at(*asked[0])
    _, later = around(definition, asked, Place(held.step, held.question))
    found = {**(_problems(definition, held) if is_judged else {}), **problems_from(problems)}
    return render(
        "public/step.html",
        422 if found else 200,
        door=door,
        draft=draft,
        form=form_page(
            definition,
            say=gettext,
            typed=held.typed,
            problems=found,
            step=held.step,
            question=held.question,
            is_easy=is_easy,
        ),
        place=max(len(asked) - len(later), 1),
        places=len(asked) + 1,
        question=held.question,
        is_easy=is_easy,
        has_easy=bool(easy_questions(definition, held.typed)),
        is_kept=held.is_kept,
        is_gone=is_gone,
        change=change,
        row=row or _row_of(definition, held, change),
        is_urgent=is_urgent(definition, held),
    )


def _send(door: str, definition: FormDefinition, draft: Draft) -> Response:
    """Submit the form. The draft's token is the idempotency key: a button pressed twice gives one case and one receipt."""
    spend(SENDING)
    try:
        receipt = _submit(door, draft)
    except EngineRejected as rejected:
        if not draft.is_kept:
            raise drafts.DraftGone from rejected
        step = step_of(definition, next(iter(rejected.problems)))
        return to_step(door, draft.at(step), problems=rejected.problems)
    except Invalid as invalid:
        if invalid.field is None:
            raise
        step = step_of(definition, invalid.field)
        return to_step(door, draft.at(step), problems=problems_of(invalid))
    return go_to(
        "receipt",
        draft.token,
        ends_others=True,
        door=door,
        draft=draft.token,
        replaces_code=receipt.replaces_code,
        is_nameless=drafts.is_nameless(draft),
        former=draft.former,
    )


@at_address("receipt")
def show_receipt(
    door: str, draft: str, *, replaces_code: bool, is_nameless: bool = False, former: str = ""
) -> Response:
    """Show the receipt of what was sent under this token: sending again stores nothing."""
    receipt = replace(_submit(door, Draft(draft, DOORS[door].form_key)), replaces_code=replaces_code)
    return render(
        "public/receipt.html",
        door=door,
        texts=DOORS[door],
        receipt=receipt,
        draft=draft,
        is_nameless=is_nameless,
        former=former,
    )


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


def _step_number(definition: FormDefinition, text: str) -> int | None:
    """Return the number of a step of this form; None for the page with all answers."""
    if text == "check":
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= len(definition.steps):
        raise NotFound
    return int(text)
