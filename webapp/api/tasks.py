"""User tasks: which are open, what one asks, and the answers to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.commands.tasks import ClaimTask, CompleteTask
from engine.domain.inbox import View
from engine.domain.tasks import TaskState
from engine.queries.case_file import OpenTaskPage, TaskPage
from engine.queries.inbox import OpenInbox
from forms.definition import Field, FormDefinition
from webapp.api import schemas
from webapp.api.document import Operation, Programs, describe
from webapp.api.entrance import program
from webapp.api.problems import Unacceptable
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.rendering.words.catalogues import gettext, marked

NO_SUCH_PAGE = marked("Tällaista sivua ei ole.")


def register(blueprint: Programs) -> None:
    listing = Operation("/tasks", "Open tasks", schemas.TaskList, "tasks:read", asks=schemas.TaskQuery)
    completion = Operation(
        "/tasks/<uuid:task_id>/complete", "Complete a task", schemas.TaskDone, "tasks:complete", "POST",
        body=schemas.Completion,
    )  # fmt: skip
    claim = Operation(
        "/tasks/<uuid:task_id>/claim", "Claim a task", schemas.TaskTaken, "tasks:complete", "POST"
    )
    describe(blueprint, listing, list_tasks)
    describe(
        blueprint,
        Operation("/tasks/<uuid:task_id>", "A task and its form", schemas.Task, "tasks:read"),
        read_task,
    )
    describe(blueprint, claim, claim_task)
    describe(blueprint, completion, complete_task)


def list_tasks(query: Mapping[str, Any]) -> dict[str, Any]:
    """In the order in which they are due, a page at a time. Pages go by key: what is completed meanwhile shifts nothing."""
    inbox = OpenInbox(View(query["view"]), _position(query["after"]), with_counts=False)
    page = engine().answer(inbox, program())
    tasks = [{**asdict(item), "is_claimed": item.assignee_id is not None} for item in page.items]
    return {"tasks": tasks, "next_after": page.next_after}


def read_task(task_id: UUID) -> dict[str, Any]:
    """What it asks, with the choices that are brought from elsewhere. Nothing of what the case holds."""
    page = engine().answer(OpenTaskPage(task_id), program())
    task = page.task
    prepared = [each.content_sha256 for each in page.file.resolutions if each.state == "prepared"]
    return {
        **{name: getattr(task, name) for name in task.__slots__},
        "case": page.file.case.reference,
        "may_complete": page.may_work,
        "why_not": gettext(page.why_not) if page.why_not else None,
        "form_definition": _form_of(page),
        "seen": prepared[-1] if prepared else None,
    }


def claim_task(task_id: UUID) -> dict[str, Any]:
    """Whether the program may complete the task now. It holds nothing: people see the task as free until it is done."""
    engine().perform(ClaimTask(task_id), program())
    return {"id": task_id, "state": TaskState.CREATED}


def complete_task(body: Mapping[str, Any], task_id: UUID) -> dict[str, Any]:
    """Hand in its answers; the case goes on to where it next waits. Resolutions are signed by people, never here."""
    engine().perform(CompleteTask(task_id, data=body["answers"], seen=body["seen"]), program())
    return {"id": task_id, "state": TaskState.COMPLETED}


def _position(after: str | None) -> str | None:
    """A key as we make them. Raises Unacceptable for one that someone has made up."""
    if after is None:
        return None
    try:
        moment, _, task_id = after.partition("_")
        UUID(task_id)
        known = 2000 <= datetime.fromisoformat(moment).year < 9000
    except ValueError:
        known = False
    if not known:
        raise Unacceptable({"after": NO_SUCH_PAGE})
    return after


def _form_of(page: TaskPage) -> dict[str, Any] | None:
    if page.task.form_key is None:
        return None
    definition = page.file.models.form_in(page.task.form_key, current_language().code)
    return described(definition, page.choices)


def described(definition: FormDefinition, choices: Mapping[str, Any]) -> dict[str, Any]:
    """A form as programs read it."""
    return {"key": definition.key, "title": definition.title, "fields": _fields(definition.fields, choices)}


def _fields(asked: Iterable[Field], choices: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "key": field.key,
            "kind": field.kind.value,
            "label": field.label,
            "hint": field.hint,
            "required": field.required,
            "options": _options(field, choices),
            "skips": field.skips,
            "hangs_on": sorted({name for condition in field.hidden_when for name in condition.names}),
            "fields": _fields(field.fields, choices),
        }
        for field in asked
    ]


def _options(field: Field, choices: Mapping[str, Any]) -> list[dict[str, str]]:
    if field.options_from is None:
        return [{"value": option.value, "label": option.label} for option in field.options]
    return [
        {"value": value, "label": str(label)} for value, label in choices.get(field.options_from, {}).items()
    ]
