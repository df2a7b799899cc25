"""How far ahead the library draws the tasks that may come: as far as somebody looks.

SpiffWorkflow predicts the whole rest of a process again at every step: some forty tasks made and thrown away for each
that runs. What is needed are the next ones, which a task that ends hands over to. Further ahead look only the gateways
that join: a parallel one at a loop back to itself, an inclusive one at everything that may still arrive.
"""

from __future__ import annotations

from types import MethodType
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.inclusive_gateway import InclusiveGateway
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.util.task import TaskState


def shorten(process: Any) -> None:
    """Let the tasks of a process see only the next ones, where nothing looks further."""
    elements = process.task_specs.values()
    if any(isinstance(each, InclusiveGateway) for each in elements):
        return
    for each in elements:
        each._update = MethodType(_update, each)
        if not isinstance(each, UnstructuredJoin):
            each._predict = MethodType(_predict, each)


def _update(self: Any, task: Any) -> None:
    """A task whose turn it is sees what comes next: nobody drew it before."""
    if not task._children:
        self._predict(task, mask=TaskState.NOT_FINISHED_MASK)
    type(self)._update(self, task)


def _predict(
    self: Any, task: Any, seen: Any = None, looked_ahead: int = 0, mask: int = TaskState.PREDICTED_MASK
) -> None:
    """The next ones. A join that looks further ahead asks on through here as before."""
    if looked_ahead:
        type(self)._predict(self, task, seen, looked_ahead, mask)
    elif task.has_state(mask):
        self._predict_hook(task)
