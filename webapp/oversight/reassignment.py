"""Reassign a task or a whole case; retry an incident."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from engine.clock import day_of
from engine.commands.assignments import AssignCase, AssignTask
from engine.commands.incidents import RetryIncident, RetryIncidents
from engine.domain.policy import Action
from engine.errors import Invalid
from engine.queries.reassignment import OpenReassignment
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.posted import uuid_in
from webapp.http.responses import render, see_other
from webapp.oversight.blueprint import WATCHERS, blueprint
from webapp.oversight.figures import is_of_other_team
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.due import due_in_words


@blueprint.get("/tasks/<uuid:task_id>")
@for_staff(action=Action.REASSIGNMENT)
def move(task_id: UUID) -> Response:
    return _page(task_id)


@blueprint.post("/tasks/<uuid:task_id>/assign")
@for_staff(action=Action.ASSIGN_TASK)
def assign_task(task_id: UUID) -> Response:
    person_id = uuid_in(request.form.get("person_id", ""))
    if person_id is None:
        return _page(task_id, task_problem=_("Valitse, kenelle tehtävä siirtyy."))
    try:
        engine().perform(AssignTask(task_id, person_id), sessions.actor())
    except Invalid as invalid:
        return _page(task_id, task_problem=_(invalid.message))
    notify(_("Tehtävä on siirretty."))
    return see_other("oversight.index")


@blueprint.post("/tasks/<uuid:task_id>/assign-case")
@for_staff(action=Action.ASSIGN_CASE)
def assign_case(task_id: UUID) -> Response:
    """Reassign the task's case, with every open task of its caseworker."""
    person_id = uuid_in(request.form.get("person_id", ""))
    if person_id is None:
        return _page(task_id, case_problem=_("Valitse, kenelle asia siirtyy."))
    found = engine().answer(OpenReassignment(task_id, current_language().code), sessions.actor())
    try:
        engine().perform(AssignCase(found.case.reference, person_id), sessions.actor())
    except Invalid as invalid:
        return _page(task_id, case_problem=_(invalid.message))
    notify(_("Asia on siirretty ja sen käsittelijän tehtävät sen mukana."))
    return see_other("oversight.index")


@blueprint.post("/incidents/<uuid:incident_id>/retry")
@for_staff(*WATCHERS, action=Action.RETRY_INCIDENT)
def retry(incident_id: UUID) -> Response:
    engine().perform(RetryIncident(incident_id), sessions.actor())
    notify(_("Järjestelmä yrittää nyt uudelleen. Jos häiriö toistuu, se tulee tähän takaisin."))
    return see_other("oversight.incidents")


@blueprint.post("/incidents/retry")
@for_staff(*WATCHERS, action=Action.RETRY_INCIDENT)
def retry_all() -> Response:
    """Retry all of one kind."""
    engine().perform(RetryIncidents(request.form.get("kind", "")), sessions.actor())
    notify(_("Järjestelmä yrittää nyt uudelleen. Jos häiriö toistuu, se tulee tähän takaisin."))
    return see_other("oversight.incidents")


def _page(task_id: UUID, task_problem: str = "", case_problem: str = "") -> Response:
    found = engine().answer(OpenReassignment(task_id, current_language().code), sessions.actor())
    return render(
        "oversight/move.html",
        422 if task_problem or case_problem else 200,
        found=found,
        due=due_in_words(found.task.due_at, found.moment),
        is_of_other_team=is_of_other_team,
        day_now=day_of(found.moment),
        task_problem=task_problem,
        case_problem=case_problem,
    )
