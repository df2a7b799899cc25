"""Writing in a task's form: kept as a draft at every press of a button, handed in by one of them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.commands.tasks import CompleteTask, SaveDraft
from engine.domain.people import CASE_STAFF
from engine.errors import AnswersRejected, Conflict, Invalid
from engine.queries.case_file import TaskPage
from forms.drafts import Draft, partial
from forms.errors import AnswersRejected as TooLarge
from forms.errors import Problem
from forms.typed import ADD_ROW, REMOVE_ROW, rows_changed
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.errors import status_of
from webapp.http.tokens import FIELD as FORM_TOKEN
from webapp.inbox.tasks import opened, show_task, to_task, worded
from webapp.rendering.words.catalogues import gettext as _

CONTROLS = frozenset({FORM_TOKEN, "go", "seen"})
BODY_LIMIT = 2_000_000
"""A long letter and its reasons, several times over."""


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/<uuid:task_id>/draft", view_func=draft, methods=["POST"])
    blueprint.add_url_rule("/<uuid:task_id>/complete", view_func=complete, methods=["POST"])


@for_staff(*CASE_STAFF, body_limit=BODY_LIMIT)
def draft(task_id: UUID) -> Response:
    """Keep what is typed; the script asks for this quietly, the preview button with a page to follow."""
    page = opened(task_id)
    try:
        keep(page, typed_now(page))
    except TooLarge as too_large:
        return show_task(page, _sent(), too_large.problems, 422)
    if request.form.get("go") == "quietly":
        return make_response("", 204)
    place = "letter" if request.form.get("go") == "preview" else None
    return make_response(redirect(url_for("inbox.task", task_id=task_id, _anchor=place), code=303))


@for_staff(*CASE_STAFF, body_limit=BODY_LIMIT)
def complete(task_id: UUID) -> Response:
    """Hand in the form. Nothing that was typed is lost, whatever the answer is."""
    go = request.form.get("go", "complete")
    if go == "complete" and ADD_ROW not in request.form and REMOVE_ROW not in request.form:
        return _hand_in(task_id)
    page = opened(task_id)
    try:
        typed = typed_now(page)
    except TooLarge as too_large:
        return show_task(page, _sent(), too_large.problems, 422)
    keep(page, typed)
    if go in ("save", "preview"):
        place = "letter" if go == "preview" else None
        return make_response(redirect(url_for("inbox.task", task_id=task_id, _anchor=place), code=303))
    return show_task(page, typed)


def _hand_in(task_id: UUID) -> Response:
    """In one transaction when all is well; the page is opened only to show what is not."""
    try:
        command = CompleteTask(task_id, sent=_sent(), seen=request.form.get("seen", ""))
        engine().perform(command, sessions.actor())
    except (Invalid, Conflict) as refused:
        return _refused(opened(task_id), refused)
    return to_task(task_id)


def _refused(page: TaskPage, refused: Invalid | Conflict) -> Response:
    try:
        typed = typed_now(page)
    except TooLarge as too_large:
        return show_task(page, _sent(), too_large.problems, 422)
    keep(page, typed)
    if isinstance(refused, AnswersRejected):
        return show_task(page, typed, refused.problems, 422)
    if isinstance(refused, Invalid):
        field = refused.field or ""
        return show_task(page, typed, {field: (Problem(field, message=_(refused.message)),)}, 422)
    html = render_template("inbox/conflict.html", page=page, message=_(refused.message))
    return make_response(html, status_of(refused))


def typed_now(page: TaskPage) -> Draft:
    """What this request brought, by the form's own names, after the button that changes rows."""
    definition = worded(page)
    if definition is None:
        return {}
    typed = partial(definition, _sent())
    buttons = {name: request.form.getlist(name) for name in (ADD_ROW, REMOVE_ROW) if name in request.form}
    changed = rows_changed(definition.fields, {**typed, **buttons}) if buttons else None
    return typed if changed is None else changed


def keep(page: TaskPage, typed: Draft) -> None:
    if typed:
        engine().perform(SaveDraft(page.task.id, typed), sessions.actor())


def _sent() -> Draft:
    outside = CONTROLS | {ADD_ROW, REMOVE_ROW}
    return {name: request.form.getlist(name) for name in request.form if name not in outside}
