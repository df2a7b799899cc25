"""Every use of SpiffWorkflow's private members, written for 3.2.0.

The library has no public way to give its tasks another class, to restore a task from a format of our own, or to wake one
waiting task. `tests/engine/bpmn/test_library_internals.py` names the version: read this module again when it fails.
"""

from __future__ import annotations

from operator import attrgetter
from time import time
from typing import Any

from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from uuid_utils import uuid7


class InstanceTask(Task):  # type: ignore[misc]  # SpiffWorkflow ships no types
    """A task with a key of text that sorts by time, and without log records.

    The library collects a log record at every change of state, whether or not anything logs, and below the level INFO
    that record holds the data of the case.
    """

    def __init__(
        self, workflow: Any, task_spec: Any, parent: Any = None, state: int = TaskState.MAYBE, key: Any = None
    ) -> None:
        # A key of text: UUIDs are hashed in Python at every look-up. Rows stored by a key ordered in time lie together.
        super().__init__(workflow, task_spec, parent, state, key or str(uuid7()))

    state = property(attrgetter("_state"), Task.state.fset)
    """Read fifteen hundred times a step: this getter runs in C."""

    def _set_state(self, value: int) -> None:
        if value != self.state:
            self.last_state_change = time()
            self._state = value

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> InstanceTask:
        """Add a child of this class; the library's own method names its class and would add one of that."""
        if self.has_state(TaskState.PREDICTED_MASK) and not state & TaskState.PREDICTED_MASK:
            raise WorkflowException("A predicted task has only predicted children", task_spec=self.task_spec)
        child = InstanceTask(self.workflow, task_spec, self, state)
        child.thread_id = self.thread_id
        if state == TaskState.READY:
            child._ready()
        return child


def restore(workflow: Any, task_spec: Any, parent: Any, state: int, key: str) -> InstanceTask:
    """Return a stored task below its parent.

    Joins merge in the order of the last changes, and the snapshot keeps no times: tasks of before the restore count as
    changed before all others, in the order of the tree.
    """
    task = InstanceTask(workflow, task_spec, parent, state, key)
    task.last_state_change = len(workflow.tasks)
    return task


def begin(workflow: Any) -> None:
    """Create the first task of an instance and let it predict the next."""
    workflow.task_tree = InstanceTask(workflow, workflow.spec.start, state=TaskState.FUTURE)
    predict(workflow.task_tree)
    workflow.task_tree._ready()


def place_among_siblings(task: Any, parent: Any) -> int:
    place: int = parent._children.index(task.id)
    return place


def predict(task: Any) -> None:
    """Create the tasks that may follow this one; snapshots do not hold them."""
    task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)


def update(task: Any) -> None:
    """Let a waiting task check again if it may go on."""
    task.task_spec._update(task)


def reconnect(task: Any, called: Any) -> None:
    """Let a restored call complete when the process that it called does."""
    called.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
