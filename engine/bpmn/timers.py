"""Timers whose due moment is fixed when waiting begins, and that fire only when the engine tells them to.

SpiffWorkflow's own read the system clock, use the zone of the day the process started in, and fire while other tasks
run.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
    TimerEventDefinition,
)

from engine.bpmn import scope
from engine.bpmn.dates import later, start_of
from engine.bpmn.errors import TimerWithoutDate

DUE = "event_value"
FIRED = "event_fired"
# These two names are SpiffWorkflow's: its events forget them when they have run.


class DateTimer(TimeDateEventDefinition):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """A date timer: an expression gives its moment, and the moment changes with its variables while it waits."""

    def has_fired(self, my_task: Any) -> bool:
        if DUE not in my_task.internal_data:
            my_task.internal_data[DUE] = self.due(my_task)
        return bool(my_task.internal_data.get(FIRED))

    def due(self, my_task: Any) -> str:
        value = scope.evaluate(my_task, self.expression)
        if not isinstance(value, date):
            raise TimerWithoutDate(
                f"{my_task.task_spec.bpmn_id}: ajastimella ei ole päivää", element=my_task.task_spec.bpmn_id
            )
        return start_of(value).astimezone(UTC).isoformat()


class DurationTimer(DurationTimerEventDefinition):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """A duration timer: counted from the token's arrival, in calendar days of Finland."""

    def has_fired(self, my_task: Any) -> bool:
        if DUE not in my_task.internal_data:
            my_task.internal_data[DUE] = self.due(my_task)
        return bool(my_task.internal_data.get(FIRED))

    def due(self, my_task: Any) -> str:
        period = scope.duration(my_task, self.expression)
        if period is None:
            raise TimerWithoutDate(
                f"{my_task.task_spec.bpmn_id}: ajastimella ei ole päivää", element=my_task.task_spec.bpmn_id
            )
        moment = later(my_task.workflow.top_workflow.environment.now, period)
        return start_of(moment).astimezone(UTC).isoformat()


def timer_of(task: Any) -> Any | None:
    """Return the timer that a task waits for, or None; an event gateway has at most one."""
    definition = getattr(task.task_spec, "event_definition", None)
    if isinstance(definition, TimerEventDefinition):
        return definition
    if isinstance(definition, MultipleEventDefinition):
        return next(
            (each for each in definition.event_definitions if isinstance(each, TimerEventDefinition)), None
        )
    return None


def due_at(task: Any) -> datetime:
    return datetime.fromisoformat(task.internal_data[DUE])


def follow(task: Any) -> bool:
    """Move a waiting date timer to the date its variables now give. Return True when it moved."""
    timer = timer_of(task)
    if not isinstance(timer, DateTimer):
        return False
    moved = timer.due(task)
    if moved == task.internal_data.get(DUE):
        return False
    task.internal_data[DUE] = moved
    return True
