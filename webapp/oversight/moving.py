"""Moving work: a task, or a whole case, to someone else; an incident to be tried again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.commands.assignments import AssignCase, AssignTask
from engine.commands.incidents import RetryIncident
from engine.errors import Invalid, NotFound
from engine.queries.reassignment import OpenReassignment
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.oversight.blueprint import WATCHERS
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.due import due_in_words


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/tasks/<uuid:task_id>", view_func=move, methods=["GET"])
    blueprint.add_url_rule("/tasks/<uuid:task_id>/assign", view_func=assign_task, methods=["POST"])
    blueprint.add_url_rule("/tasks/<uuid:task_id>/assign-case", view_func=assign_case, methods=["POST"])
    blueprint.add_url_rule("/incidents/<uuid:incident_id>/retry", view_func=retry, methods=["POST"])


@for_staff(*WATCHERS)
def move(task_id: UUID) -> str:
    return _page(task_id)


@for_staff(*WATCHERS)
def assign_task(task_id: UUID) -> Response:
    person_id = _person()
    if person_id is None:
        return make_response(_page(task_id, task_problem=_("Valitse, kenelle tehtävä siirtyy.")), 422)
    try:
        engine().perform(AssignTask(task_id, person_id), sessions.actor())
    except Invalid as invalid:
        return make_response(_page(task_id, task_problem=_(invalid.message)), 422)
    notify(_("Tehtävä on siirretty."))
    return make_response(redirect(url_for("oversight.index"), code=303))


@for_staff(*WATCHERS)
def assign_case(task_id: UUID) -> Response:
    """The case of the task, with every open task of its caseworker."""
    person_id = _person()
    if person_id is None:
        return make_response(_page(task_id, case_problem=_("Valitse, kenelle asia siirtyy.")), 422)
    found = engine().answer(OpenReassignment(task_id), sessions.actor())
    try:
        engine().perform(AssignCase(found.case.reference, person_id), sessions.actor())
    except Invalid as invalid:
        return make_response(_page(task_id, case_problem=_(invalid.message)), 422)
    notify(_("Asia on siirretty ja sen käsittelijän tehtävät sen mukana."))
    return make_response(redirect(url_for("oversight.index"), code=303))


@for_staff(*WATCHERS)
def retry(incident_id: UUID) -> Response:
    engine().perform(RetryIncident(incident_id), sessions.actor())
    notify(_("Järjestelmä yrittää nyt uudelleen. Jos häiriö toistuu, se tulee tähän takaisin."))
    return make_response(redirect(url_for("oversight.incidents"), code=303))


def _page(task_id: UUID, task_problem: str = "", case_problem: str = "") -> str:
    found = engine().answer(OpenReassignment(task_id), sessions.actor())
    return render_template(
        "oversight/move.html",
        found=found,
        due=due_in_words(found.task.due_at, found.moment),
        task_problem=task_problem,
        case_problem=case_problem,
    )


def _person() -> UUID | None:
    """Who was chosen; None when nobody. Raises NotFound for what is no person's id."""
    sent = request.form.get("person_id", "")
    try:
        return UUID(sent) if sent else None
    except ValueError:
        raise NotFound from None
