"""Activities with variables kept in their process instance; calls map variables in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from SpiffWorkflow.bpmn.specs.defaults import (
    CallActivity,
    ParallelMultiInstanceTask,
    ServiceTask,
    SubWorkflowTask,
)

from engine.bpmn import scope
from engine.bpmn.errors import ExpressionFailed, TooManyInstances

MOST_INSTANCES: Final = 200


@dataclass(frozen=True, slots=True)
class OperationCall:
    """The call of an operation: the element that calls it and its inputs."""

    element_id: str
    process_id: str
    path: str
    business_key: str | None
    variables: Mapping[str, Any]
    """Values the element can read; entries of its `input` come first."""
    visit: str = ""
    """Passage through the element: the same when the step runs again from the same state."""
    instance_id: UUID | None = None
    """The instance that calls; None where nothing is stored."""


class Call(CallActivity):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """A called process with variables of its own, filled by `input` and handed back by `output`."""

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        given = scope.context(my_task, my_task.workflow.top_workflow.property_of(my_task, "input"))
        subworkflow.data[scope.VARIABLES] = dict(given)

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        top = my_task.workflow.top_workflow
        text = top.property_of(my_task, "output")
        if text:
            found = scope.value(scope.of_instance(subworkflow), text, top.environment, self.bpmn_id)
            scope.write(my_task.workflow, scope.as_context(found, text, self.bpmn_id))


class Embedded(SubWorkflowTask):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """An embedded sub-process. It shares the variables of the process around it."""

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        """Copy nothing: no data is kept on tokens."""

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        """Copy nothing: no data is kept on tokens."""


class Parallel(ParallelMultiInstanceTask):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """Creates one child for each item of the property `collection`, all at once.

    The items are kept here, not on the children, so that names can't collide with those of an earlier round.
    """

    def create_children(self, my_task: Any) -> None:
        text = my_task.workflow.top_workflow.property_of(my_task, "collection")
        found = scope.evaluate(my_task, text)
        if found is not None and not isinstance(found, list):
            raise ExpressionFailed(f"{self.bpmn_id}: kokoelman pitää olla lista", element=self.bpmn_id)
        my_task.internal_data[scope.ITEMS] = []
        for item in found or ():
            self.add_instance(my_task, item)

    def add_instance(self, my_task: Any, item: Any) -> None:
        """Add a child, also while others are open."""
        items = my_task.internal_data[scope.ITEMS]
        if len(items) >= MOST_INSTANCES:
            raise TooManyInstances(element=self.bpmn_id)
        items.append(item)
        self.create_child(my_task, item, len(items) - 1)


class Operation(ServiceTask):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """Call the operation named by the property `operation`, then map `result` by `output`."""

    def _execute(self, task: Any) -> bool:
        top = task.workflow.top_workflow
        call = OperationCall(
            self.bpmn_id, top.element(task).process_id, top.path(task), top.business_key(task), _inputs(task)
        )
        return _take(task, top.environment.operate(top.property_of(task, "operation"), call))


class Decision(ServiceTask):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """Evaluate the table named by the property `decision`, then map `result` by `output`."""

    def _execute(self, task: Any) -> bool:
        top = task.workflow.top_workflow
        return _take(task, top.environment.decide(top.property_of(task, "decision"), _inputs(task)))


def _inputs(task: Any) -> scope.Scope:
    return scope.of_task(task, scope.context(task, task.workflow.top_workflow.property_of(task, "input")))


def _take(task: Any, result: Any) -> bool:
    text = task.workflow.top_workflow.property_of(task, "output")
    scope.write(task.workflow, scope.context(task, text, {"result": result}))
    return True
