"""SpiffWorkflow's tasks without its log.

The library puts what a log line would say together at every change of state, whether anybody logs or not, and at its
finest level that is the data of the case.
"""

from __future__ import annotations

from time import time
from typing import Any

from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from uuid_utils import uuid7


class Unlogged(Task):  # type: ignore[misc]  # SpiffWorkflow ships no types
    def __init__(self, instance: Any, spec: Any, above: Any = None, state: int = TaskState.MAYBE) -> None:
        """Under a key of text: the library looks tasks up all the time, and a UUID is hashed in Python each time.

        Ordered in time, so that what is stored by it lies together.
        """
        self._stands(instance, spec, above, state, str(uuid7()))
        self.thread_id = self.thread_id_pool
        self.last_state_change = time()

    def _stands(self, instance: Any, spec: Any, above: Any, state: int, key: Any) -> None:
        """All that the library gives a new task, at once."""
        self.__dict__ = {
            "id": key,
            "workflow": instance,
            "_parent": None if above is None else above.id,
            "_children": [],
            "_state": state,
            "triggered": False,
            "task_spec": spec,
            "thread_id": 0,
            "data": {},
            "internal_data": {},
            "last_state_change": len(instance.tasks),
        }
        instance.tasks[key] = self
        if above is not None:
            above._children.append(key)

    def _set_state(self, value: int) -> None:
        """Joins merge in the order of the last changes: those of before the restore come first, in that of the tree."""
        if value != self.state:
            self.last_state_change = time()
            self._state = value

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> Unlogged:
        """As the library does it, with a task of ours."""
        if self._state & TaskState.PREDICTED_MASK and not state & TaskState.PREDICTED_MASK:
            raise WorkflowException(
                "a task that may never come leads to nothing sure", task_spec=self.task_spec
            )
        child = Unlogged(self.workflow, task_spec, self, state=state)
        child.thread_id = self.thread_id
        if state == TaskState.READY:
            child._ready()
        return child

    def _sync_children(self, task_specs: list[Any], state: int = TaskState.MAYBE) -> None:
        """Most often there are none yet, which nothing needs to be compared with."""
        if self._children:
            super()._sync_children(task_specs, state)
            return
        for spec in task_specs:
            self._add_child(spec, state)

    @classmethod
    def restored(cls, instance: Any, spec: Any, above: Any, state: int, key: Any) -> Unlogged:
        """As it was stored, below the task above it. What changed last is what stands last."""
        task = cls.__new__(cls)
        task._stands(instance, spec, above, state, key)
        return task


def begin(instance: Any) -> None:
    """The first task of an instance, which then draws those that come next."""
    instance.task_tree = Unlogged(instance, instance.spec.start, state=TaskState.FUTURE)
    instance.task_tree.task_spec._predict(instance.task_tree, mask=TaskState.NOT_FINISHED_MASK)
    instance.task_tree._ready()
