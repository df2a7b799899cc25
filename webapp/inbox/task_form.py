"""The form of a task: saved as a draft at every press of a button, and completed by one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from flask import Response, make_response, request

from engine.commands.tasks import CompleteTask, DraftElsewhere, SaveDraft
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid
from engine.queries.task_page import TaskPage
from forms.errors import AnswersRejected as TooLarge
from forms.submission import readable
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.errors import status_of
from webapp.http.posted import PostedForm, number_in, posted_form
from webapp.http.responses import render, see_other
from webapp.inbox.blueprint import BODY_LIMIT, blueprint
from webapp.inbox.task_page import in_words, letter_of, opened, show_task, worded
from webapp.rendering.forms.page import problems_of
from webapp.rendering.forms.steps import step_in
from webapp.rendering.words.catalogues import gettext as _

DRAFT_SEEN: Final = "draft_seen"
DRAFT_MARKS: Final = ("draft_page", "draft_over")
"""Given by the script alone, with what is saved quietly."""
REPLACES: Final = "replaces"
"""Stands in a page that shows the draft of another tab: a button, and nothing but a button, may save over that one."""
RETURNED: Final = "returned"
"""Stands in the form of a letter that was returned and has not changed since."""
UNCHANGED: Final = "unchanged"
"""The box by which its writer hands it in all the same."""


@blueprint.post("/<uuid:task_id>/draft")
@for_staff(action=Action.COMPLETE_TASK, body_limit=BODY_LIMIT)
def draft(task_id: UUID) -> Response:
    """Save what is typed. A script posts here in the background; the preview button shows the page again."""
    page, posted = opened(task_id), _posted()
    try:
        if posted.button == "quietly":
            return _kept_quietly(page, posted)
    except TooLarge as too_large:
        return show_task(page, posted.sent, too_large.problems, 422, posted.reasons)
    kept = _keep(page, posted)
    return kept if isinstance(kept, Response) else _back_to_task(task_id, posted)


def _kept_quietly(page: TaskPage, posted: PostedForm) -> Response:
    """Save the draft over the one that the page holds, and answer which one it holds now. One that was typed in another tab
    is replaced only by a button."""
    definition = worded(page)
    typed = posted.typed(definition) if definition is not None else {}
    answer = make_response("", 204)
    if typed:
        page_mark, over = (request.form.get(name, "") for name in DRAFT_MARKS)
        draft = SaveDraft(page.task.id, typed, request.form.get(DRAFT_SEEN), page_mark, over)
        try:
            saved_at = engine().perform(draft, sessions.actor())
        except DraftElsewhere:
            return make_response("", 409)
        answer.headers["Draft-Saved"] = saved_at.isoformat()
    return answer


@blueprint.post("/<uuid:task_id>/complete")
@for_staff(action=Action.COMPLETE_TASK, body_limit=BODY_LIMIT)
def complete(task_id: UUID) -> Response:
    """Complete the task. If it is refused, the page comes back with everything typed."""
    posted = _posted()
    if posted.button == "complete" and not posted.row_buttons:
        return _hand_in(task_id, posted)
    kept = _keep(opened(task_id), posted)
    if isinstance(kept, Response):
        return kept
    if posted.button in ("save", "preview") or _step(posted) is not None:
        return _back_to_task(task_id, posted)
    return show_task(kept)


def _posted() -> PostedForm:
    return posted_form("complete", "seen", "step", DRAFT_SEEN, *DRAFT_MARKS, REPLACES, RETURNED, UNCHANGED)


def _step(posted: PostedForm) -> int | None:
    """Return the step that the button leads to; no step of it is asked when a row is added or removed."""
    return None if posted.row_buttons else step_in(posted.button)


def _back_to_task(task_id: UUID, posted: PostedForm) -> Response:
    """Lead to the letter, to the step of the button, or to where the draft was saved."""
    step = _step(posted)
    anchor = "letter" if posted.button == "preview" else None if step is None else f"step-{step}"
    at = step if step is not None else number_in(request.form.get("step", ""))
    return see_other("inbox.task", task_id=task_id, step=at, anchor=anchor)


def _hand_in(task_id: UUID, posted: PostedForm) -> Response:
    """Complete the task. The page is read again only if it is refused, or if a returned letter has to be compared."""
    if RETURNED in request.form and UNCHANGED not in request.form:
        asked = _asked_about_returned(task_id, posted)
        if asked is not None:
            return asked
    try:
        command = CompleteTask(
            task_id,
            sent=posted.sent,
            seen=request.form.get("seen", ""),
            reasons=posted.reasons,
            draft_seen=_draft_seen(),
        )
        engine().perform(command, sessions.actor())
    except (Invalid, Conflict) as refused:
        return _refused(opened(task_id), posted, refused)
    # The heading can be focused: a screen reader reads that the task is done, and Tab goes on from there.
    return see_other("inbox.task", task_id=task_id, anchor="what-title")


def _asked_about_returned(task_id: UUID, posted: PostedForm) -> Response | None:
    """Keep what was typed and ask about a letter that is, word for word, the returned one; None if it has changed."""
    kept = _keep(opened(task_id), posted)
    if isinstance(kept, Response):
        return kept
    letter = letter_of(kept)
    return show_task(kept, problems={}, status=422) if letter is not None and letter.is_as_returned else None


def _refused(page: TaskPage, posted: PostedForm, refused: Invalid | Conflict) -> Response:
    kept = _keep(page, posted)
    if isinstance(kept, Response):
        return kept
    if isinstance(refused, Invalid):
        return show_task(kept, problems=problems_of(refused), status=422, reasons=posted.reasons)
    return render("inbox/conflict.html", status_of(refused), page=page, message=_(refused.message))


def _draft_seen() -> str | None:
    return request.form.get(REPLACES) or request.form.get(DRAFT_SEEN)


def _keep(page: TaskPage, posted: PostedForm) -> TaskPage | Response:
    """Save the draft. Return the page that holds it, or the answer to one that is not saved."""
    definition = worded(page)
    if definition is None:
        return page
    try:
        typed = posted.typed(definition)
    except TooLarge as too_large:
        return show_task(page, posted.sent, too_large.problems, 422, posted.reasons)
    if not typed:
        return replace(page, draft=typed)
    try:
        saved_at = engine().perform(SaveDraft(page.task.id, typed, _draft_seen()), sessions.actor())
    except DraftElsewhere as elsewhere:
        # It may be newer than the page, such as a first one that came between.
        page = opened(page.task.id)
        if page.may_work:
            status = status_of(elsewhere)
            return show_task(page, typed, status=status, reasons=posted.reasons, is_elsewhere=True)
        written = in_words(definition, readable(definition, typed), page)
        return render(
            "inbox/conflict.html",
            status_of(elsewhere),
            page=page,
            message=_(elsewhere.message),
            unsaved=written,
        )
    return replace(page, draft=typed, draft_saved_at=saved_at)
