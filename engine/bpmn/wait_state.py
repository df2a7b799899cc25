"""The tasks, timers and messages that an instance waits for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import scope, timers
from engine.bpmn.elements import Element
from engine.bpmn.process_instances import Top, in_order, is_drawn
from engine.clock import HELSINKI
from engine.domain.waiting import OpenMessage, OpenTask, OpenTimer, WaitState


def state_of(top: Top) -> WaitState:
    return WaitState(
        tasks=tuple(_task(top, task) for task in ready(top)),
        timers=tuple(_timer(top, task) for task in ticking(top)),
        messages=tuple(_message(top, *found) for found in listening(top)),
    )


def ready(top: Top) -> list[Any]:
    found = [task for task in top.tasks_in(TaskState.READY) if task.task_spec.manual and is_drawn(task)]
    return in_order(found)


def ticking(top: Top) -> list[Any]:
    found = [task for task in top.tasks_in(TaskState.WAITING) if timers.timer_of(task) is not None]
    return in_order(found)


def listening(top: Top) -> Iterator[tuple[Any, Any, Element]]:
    """Yield tasks with the message event they wait for and its element.

    The library keeps the events behind an event gateway in the gateway's task.
    """
    for task in in_order(top.tasks_in(TaskState.WAITING)):
        definition = getattr(task.task_spec, "event_definition", None)
        if isinstance(definition, MessageEventDefinition):
            yield task, definition, top.element(task)
        elif isinstance(definition, MultipleEventDefinition):
            for place, each in enumerate(definition.event_definitions):
                if isinstance(each, MessageEventDefinition):
                    yield task, each, behind(top, task, place)


def behind(top: Top, gateway: Any, place: int) -> Element:
    found: Element = top.parsed.element(gateway.workflow.spec.name, gateway.task_spec.outputs[place].name)
    return found


def message_key(task: Any, element: Element) -> str:
    return str(task.id) if task.task_spec.bpmn_id == element.element_id else f"{task.id}:{element.element_id}"


def _task(top: Top, task: Any) -> OpenTask:
    element = top.element(task)
    expression, due_reason = top.property_of(task, "candidate_group"), top.property_of(task, "due_reason")
    group = scope.evaluate(task, expression) if expression else None
    due = scope.of_task(task).get(due_reason) if due_reason else None
    return OpenTask(
        task_key=str(task.id),
        process_id=element.process_id,
        element_id=element.element_id,
        path=top.path(task),
        name=element.name,
        candidate_group=group if isinstance(group, str) else top.role(task),
        form_key=element.properties.get("form_key"),
        business_key=top.business_key(task),
        due_reason=due_reason or None,
        due_at=_due_moment(due),
        not_by=_people(task, top.property_of(task, "not_by")),
        milestones=element.milestones,
    )


def _due_moment(due: object) -> datetime | None:
    """Return the moment at which something is due; for a day, its end in Finland. None for anything else."""
    if isinstance(due, datetime):
        return due.astimezone(UTC)
    if isinstance(due, date):
        return datetime.combine(due, time(23, 59, 59), tzinfo=HELSINKI).astimezone(UTC)
    return None


def _people(task: Any, text: str) -> frozenset[str]:
    """Return the ids of the people in `not_by`, an expression that gives one id, a list of them or null."""
    found = scope.evaluate(task, text) if text else None
    listed = found if isinstance(found, list) else [found]
    return frozenset(str(each) for each in listed if each is not None)


def _timer(top: Top, task: Any) -> OpenTimer:
    element = top.element(task)
    definition = task.task_spec.event_definition
    if isinstance(definition, MultipleEventDefinition):
        element = behind(top, task, definition.event_definitions.index(timers.timer_of(task)))
    return OpenTimer(
        key=str(task.id),
        process_id=element.process_id,
        element_id=element.element_id,
        path=top.path(task),
        name=element.name,
        kind=element.properties.get("timer", "timer"),
        business_key=top.business_key(task),
        due_at=timers.due_at(task),
        interrupting=element.kind == "boundaryEvent" and element.interrupting,
    )


def _message(top: Top, task: Any, definition: Any, element: Element) -> OpenMessage:
    return OpenMessage(
        key=message_key(task, element),
        process_id=element.process_id,
        element_id=element.element_id,
        path=top.path(task),
        name=definition.name,
        business_key=top.business_key(task),
    )
