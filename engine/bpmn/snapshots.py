"""The state of an instance as JSON, without specs, which are stored with the version.

It is not SpiffWorkflow's format: there a value with the key ``typename`` makes a case unreadable for ever, and specs,
copies of data and predictions are nine tenths of it. Left out are finished sub-processes, the ids of finished tasks
(times and paths are in the element runs by then), predicted tasks, which are predicted again after loading, and all
rounds of a loop but the last: a loop with a wait of a week may go round for years.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.util.task import TaskState as TaskState

from engine.bpmn import library_internals, scope
from engine.bpmn.errors import TooDeep
from engine.bpmn.process_instances import OPEN, Called, Top
from engine.feel.values import from_json, to_json

FORMAT: Final = 1
DEEPEST: Final = 700
"""The library finds no task deeper than a thousand, so deeper instances are refused well before."""
_KEPT: Final = ("event_value", scope.INDEX)
_MERGED: Final = "merged"


def write(top: Top, since: dict[Any, int]) -> bytes:
    """Return the bytes to store. `since`: the moment from which each task has been open."""
    return orjson.dumps(
        {
            "format": FORMAT,
            "process": top.spec.name,
            "outcome": top.outcome,
            "state": _instance(top, top, since),
        }
    )


def _instance(top: Top, instance: Any, since: dict[Any, int]) -> dict[str, Any]:
    rows: list[list[Any]] = []
    gone_round = _gone_round(instance)
    unfinished = _unfinished(instance.task_tree) if gone_round else set()
    waiting: list[tuple[Any, int, int]] = [(instance.task_tree, -1, 0)]
    while waiting:
        task, parent, depth = waiting.pop()
        if depth > DEEPEST:
            raise TooDeep(process=instance.spec.name)
        if task.state < TaskState.WAITING:
            continue
        if task.task_spec in gone_round:
            task = _last_round(task, unfinished)
        place = len(rows)
        rows.append(_row(top, task, parent, since))
        waiting.extend((child, place, depth + 1) for child in reversed(task.children))
    stored: dict[str, Any] = {"tasks": rows}
    if scope.VARIABLES in instance.data:
        stored["vars"] = {name: to_json(value) for name, value in instance.data[scope.VARIABLES].items()}
    if instance.completed:
        stored["done"] = True
    return stored


def _gone_round(instance: Any) -> set[Any]:
    """Return the elements that were finished more than once."""
    finished = Counter(
        task.task_spec for task in instance.tasks.values() if task.state & TaskState.FINISHED_MASK
    )
    return {element for element, times in finished.items() if times > 1}


def _unfinished(root: Any) -> set[Any]:
    """Return the ids of the tasks with an open task below them, and of the open tasks."""
    ids: set[Any] = set()
    waiting = [root]
    while waiting:
        task = waiting.pop()
        waiting.extend(task.children)
        if task.state & OPEN:
            above = task
            while above is not None and above.id not in ids:
                ids.add(above.id)
                above = above.parent
    return ids


def _last_round(task: Any, unfinished: set[Any]) -> Any:
    """Return the last finished task of the same element that stands for this one: all else below this one has ended.

    The tree is then that of an instance that went round once. Joins compare tasks with those above and below them
    (SpiffWorkflow 3.2.0, `parallel_gateway.py` and `control.py`), so a task with two open branches below stays.
    """
    last = task
    for below in _only_branch(task, unfinished):
        if below.task_spec is task.task_spec:
            last = below
    return last


def _only_branch(task: Any, unfinished: set[Any]) -> Iterator[Any]:
    """Yield the finished tasks below this one, down to where more than one branch is open."""
    while task.state & TaskState.FINISHED_MASK:
        going_on = [child for child in task.children if child.id in unfinished]
        if len(going_on) != 1:
            return
        task = going_on[0]
        if task.state & TaskState.FINISHED_MASK:
            yield task


def _row(top: Top, task: Any, parent: int, since: dict[Any, int]) -> list[Any]:
    row = [parent, task.task_spec.name, task.state]
    more: dict[str, Any] = {}
    if task.triggered:
        more["triggered"] = True
    if task.state & OPEN:
        more["id"] = task.id
        more.update((name, task.internal_data[name]) for name in _KEPT if name in task.internal_data)
        if scope.ITEMS in task.internal_data:
            more[scope.ITEMS] = [to_json(item) for item in task.internal_data[scope.ITEMS]]
        if task.id in since:
            more["since"] = since[task.id]
        if task.id in top.subprocesses:
            more["called"] = _instance(top, top.subprocesses[task.id], since)
    return [*row, more] if more else row


def read(parsed: Any, snapshot: bytes, environment: Any) -> tuple[Top, dict[Any, int]]:
    """Return the instance that a snapshot holds and, by task id, since when each open task of a drawn element has
    been open, in microseconds since 1970."""
    data = orjson.loads(snapshot)
    top = Top(parsed, data["process"], environment, restored=True)
    top.outcome = data["outcome"]
    since: dict[Any, int] = {}
    _fill(top, top, data["state"], since)
    for task in top.tasks_in(OPEN):
        library_internals.predict(task)
    return top, since


def _fill(top: Top, instance: Any, stored: dict[str, Any], since: dict[Any, int]) -> None:
    instance.completed = stored.get("done", False)
    if "vars" in stored:
        instance.data[scope.VARIABLES] = {name: from_json(value) for name, value in stored["vars"].items()}
    tasks: list[Any] = []
    specs = instance.spec.task_specs
    for parent, name, state, *rest in stored["tasks"]:
        more = rest[0] if rest else {}
        key = more["id"] if "id" in more else str(len(tasks))
        above = tasks[parent] if parent >= 0 else None
        task = library_internals.restore(instance, specs[name], above, state, key)
        tasks.append(task)
        if more:
            _restore_more(top, task, more, since)
    instance.task_tree = tasks[0]


def _restore_more(top: Top, task: Any, more: dict[str, Any], since: dict[Any, int]) -> None:
    task.triggered = more.get("triggered", False)
    task.internal_data.update((name, more[name]) for name in _KEPT if name in more)
    if scope.ITEMS in more:
        task.internal_data[scope.ITEMS] = [from_json(item) for item in more[scope.ITEMS]]
        task.internal_data[_MERGED] = []
    if "since" in more:
        since[task.id] = more["since"]
    if task.state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
        top.event_manager.add_task(task)
    if "called" in more:
        called = Called(top.parsed.specs[task.task_spec.spec], task, top, restored=True)
        top.subprocesses[task.id] = called
        library_internals.reconnect(task, called)
        _fill(top, called, more["called"], since)
