"""User tasks: list the open ones, read one with its form, claim it, complete it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from engine.casework.answers import ASKERS, HEARD
from engine.commands.tasks import ClaimTask, CompleteTask
from engine.domain.inbox import TaskFilter, View
from engine.domain.tasks import TaskState
from engine.queries.inbox import OpenInbox, is_position
from engine.queries.task_page import OpenTaskPage, TaskPage
from forms.circumstances import Choices
from forms.definition import Field, FormDefinition
from webapp.api import schemas
from webapp.api.document import operation
from webapp.api.entrance import program, tagged, tags_of
from webapp.api.problems import IDENTITY, Unacceptable
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.rendering.words.catalogues import gettext, marked

NO_SUCH_PAGE = marked("Tällaista sivua ei ole.")


@operation("/tasks", "Open tasks", schemas.TaskList, "tasks:read", query=schemas.TaskQuery)
def list_tasks(query: Mapping[str, Any]) -> dict[str, object]:
    """List open tasks by due date, by pages. A page begins after a task, so that tasks completed meanwhile shift nothing."""
    inbox = OpenInbox(
        View(query["view"]),
        _position(query["after"]),
        with_counts=False,
        narrowed=TaskFilter(form_key=query["form_key"], team=query["team"]),
        language=current_language().code,
        most=query["limit"],
    )
    page = engine().answer(inbox, program())
    tasks = [{**asdict(item), "is_claimed": item.assignee_id is not None} for item in page.items]
    return {"tasks": tasks, "next_after": page.next_after}


@operation("/tasks/<uuid:task_id>", "A task and its form", schemas.Task, "tasks:read", is_tagged=True)
def read_task(task_id: UUID) -> object:
    """Read a task's form, with the choices that come from its case. The rest of the case is left out."""
    page = engine().answer(OpenTaskPage(task_id), program())
    task = page.task
    prepared = [each.content_sha256 for each in page.file.resolutions if each.state == "prepared"]
    made = {
        **{name: getattr(task, name) for name in task.__slots__},
        "case": page.file.case.reference,
        "may_complete": page.may_work,
        "why_not": gettext(page.why_not) if page.why_not else None,
        "form_definition": _form_of(page),
        "seen": prepared[-1] if prepared else None,
    }
    return tagged(made, task.tag_in(page.file.case))


@operation(
    "/tasks/<uuid:task_id>/claim", "Claim a task", schemas.TaskTaken, "tasks:complete", "POST",
    headers=schemas.Condition,
)  # fmt: skip
def claim_task(headers: Mapping[str, Any], task_id: UUID) -> dict[str, object]:
    """Ask if the program may complete the task now: not one that a person has. People see it as free until it is done."""
    engine().perform(ClaimTask(task_id, tags_of(headers["tag"])), program())
    return {"id": task_id, "state": TaskState.CREATED}


@operation(
    "/tasks/<uuid:task_id>/complete", "Complete a task", schemas.TaskDone, "tasks:complete", "POST",
    body=schemas.Completion, headers=schemas.Condition,
)  # fmt: skip
def complete_task(headers: Mapping[str, Any], body: Mapping[str, Any], task_id: UUID) -> dict[str, object]:
    """Complete a task with its answers; the case goes on to its next wait state. Only people sign resolutions."""
    command = CompleteTask(
        task_id,
        data=body["answers"],
        seen=body["seen"],
        reasons=body["reasons"],
        tags=tags_of(headers["tag"]),
    )
    engine().perform(command, program())
    return {"id": task_id, "state": TaskState.COMPLETED}


def _position(after: str | None) -> str | None:
    """Return the position where a page begins. Raise Unacceptable for one that no list has given."""
    if after is not None and not is_position(after):
        raise Unacceptable({"after": NO_SUCH_PAGE})
    return after


def _form_of(page: TaskPage) -> dict[str, object] | None:
    if page.task.form_key is None:
        return None
    definition = page.file.models.form_in(page.task.form_key, current_language().code)
    return form_for_programs(definition, _choices_of(page))


def _choices_of(page: TaskPage) -> Choices:
    """Return the options that come from the case. A program without the scope for names reads the part that each party has
    in the matter."""
    if IDENTITY in program().scopes:
        return page.choices
    kinds = {str(each.id): each.kind for each in page.file.parties}
    unnamed = {
        source: {each: kinds.get(each, "") for each in page.choices[source]}
        for source in (HEARD, ASKERS)
        if source in page.choices
    }
    return {**page.choices, **unnamed}


def form_for_programs(definition: FormDefinition, choices: Choices) -> dict[str, object]:
    return {"key": definition.key, "title": definition.title, "fields": _fields(definition.fields, choices)}


def _fields(asked: Iterable[Field], choices: Choices) -> list[dict[str, object]]:
    return [
        {
            "key": field.key,
            "kind": field.kind.value,
            "label": field.label,
            "hint": field.hint,
            "required": field.required,
            "options": _options(field, choices),
            "skips": field.skips,
            "takes_estimate": field.takes_estimate,
            "hangs_on": sorted({name for condition in field.hidden_when for name in condition.names}),
            "fields": _fields(field.fields, choices),
        }
        for field in asked
    ]


def _options(field: Field, choices: Choices) -> list[dict[str, str]]:
    if field.options_from is None:
        return [{"value": option.value, "label": option.label} for option in field.offered]
    return [
        {"value": value, "label": str(label)} for value, label in choices.get(field.options_from, {}).items()
    ]
