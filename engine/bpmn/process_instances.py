"""SpiffWorkflow's process instances, with variables and expressions of the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import scope
from engine.bpmn.activities import Parallel
from engine.bpmn.elements import Element
from engine.bpmn.library_internals import begin, place_among_siblings, update

OPEN = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class Expressions:
    """The script engine of an instance: evaluates FEEL instead of Python."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> bool:
        """Evaluate a condition of a gateway or a completion condition. Return False for anything but true."""
        return scope.evaluate(task, expression) is True

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:
        """Run a script task: a FEEL context whose entries become variables."""
        scope.write(task.workflow, scope.context(task, script))
        return True


class Called(BpmnSubWorkflow):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """An instance of a called process or an embedded sub-process."""

    def __init__(self, spec: Any, task: Any, top: Any, *, restored: bool = False) -> None:
        self.called_by = task
        super().__init__(spec, task.id, top, deserializing=True)
        if not restored:
            begin(self)

    @property
    def parent_workflow(self) -> Any:
        return self.called_by.workflow

    def update_waiting_tasks(self) -> None:
        _update_waiting(self)


class Top(BpmnWorkflow):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """The outermost instance, with the parsed models and the environment of the step."""

    called_by = None
    completed: bool

    def __init__(self, parsed: Any, process_id: str, environment: Any, *, restored: bool = False) -> None:
        self.parsed = parsed
        self.environment = environment
        self.outcome: str | None = None
        self._keys: dict[Any, str | None] = {}
        super().__init__(parsed.specs[process_id], parsed.specs, Expressions(), deserializing=True)
        self.task_removed_event.connect(_on_removed)
        if not restored:
            begin(self)

    def create_subprocess(self, my_task: Any, spec_name: str) -> Called:
        called = Called(self.subprocess_specs[spec_name], my_task, self)
        self.subprocesses[my_task.id] = called
        return called

    def update_waiting_tasks(self) -> None:
        _update_waiting(self)

    def instances(self) -> Iterator[Any]:
        yield self
        yield from self.subprocesses.values()

    def tasks_in(self, states: int) -> list[Any]:
        """Return every task in one of the states. The library's own search stops at a depth of a thousand."""
        return [
            task for instance in self.instances() for task in instance.tasks.values() if task.state & states
        ]

    def is_completed(self) -> bool:
        """Return True when nothing is left to do. Called several times a step, so without the library's walk of the tree."""
        unfinished = TaskState.NOT_FINISHED_MASK
        done = self.completed or not any(task.state & unfinished for task in self.tasks.values())
        self.completed = done
        return done

    def element(self, task: Any) -> Element:
        found: Element = self.parsed.element(task.workflow.spec.name, task.task_spec.bpmn_id)
        return found

    def property_of(self, task: Any, name: str) -> str:
        properties: Mapping[str, str] = self.element(task).properties
        return properties.get(name, "")

    def path(self, task: Any) -> str:
        """Return e.g. ``examine/information/requests[1]/answer``, from the top process inwards."""
        steps: list[str] = []
        while task is not None:
            index = task.internal_data.get(scope.INDEX)
            steps.append(task.task_spec.bpmn_id + ("" if index is None else f"[{index}]"))
            task = task.workflow.called_by
        return "/".join(reversed(steps))

    def role(self, task: Any) -> str | None:
        """Return the role of the lane, else that of the nearest call around it: called processes do not inherit lanes."""
        while task is not None:
            role = self.element(task).role
            if role:
                return role
            task = task.workflow.called_by
        return None

    def business_key(self, task: Any) -> str | None:
        """Return the business key set by the task or by the nearest call around it: the id of its request or
        delivery. None if none is set."""
        while task is not None:
            text = self.property_of(task, "business_key")
            if text and not isinstance(task.task_spec, Parallel):
                return self._key(task, text)
            task = task.workflow.called_by
        return None

    def _key(self, task: Any, text: str) -> str | None:
        if task.id not in self._keys:
            found = scope.evaluate(task, text)
            self._keys[task.id] = None if found is None else str(found)
        return self._keys[task.id]


def is_drawn(task: Any) -> bool:
    """Return True for tasks of drawn elements; False for the library's own tasks and for the shell of a multi-instance."""
    return task.task_spec.bpmn_id is not None and not isinstance(task.task_spec, Parallel)


def in_order(tasks: list[Any]) -> list[Any]:
    """Return the tasks by their place in the tree."""
    return sorted(tasks, key=position) if len(tasks) > 1 else tasks


def position(task: Any) -> tuple[Any, ...]:
    """Return the child numbers that lead from the top process to the task, through calls. A sort key: the same before
    and after a restore."""
    steps: list[int] = []
    while task is not None:
        parent = task.parent
        if parent is None:
            task = task.workflow.called_by
        else:
            steps.append(place_among_siblings(task, parent))
            task = parent
    return tuple(reversed(steps))


def _update_waiting(instance: Any) -> None:
    for task in [each for each in instance.tasks.values() if each.state == TaskState.WAITING]:
        if task.state == TaskState.WAITING:
            update(task)


def _on_removed(instance: Any, task: Any) -> None:
    """End the processes that a dropped task has called.

    A cancelled multi-instance drops only its children; the next step would fail on an instance without a caller.
    """
    top = instance.top_workflow
    top.event_manager.remove_task(task)
    called = top.subprocesses.pop(task.id, None)
    if called is not None:
        for inner in list(called.tasks.values()):
            _on_removed(called, inner)
