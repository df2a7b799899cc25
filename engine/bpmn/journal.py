"""The journal of one step: element runs with the times that the library forgets, milestones in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import scope
from engine.bpmn.process_instances import OPEN, Top, is_drawn
from engine.domain.waiting import ElementRun, MilestoneReached


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone, with the values that an expression on its element could read at that moment."""

    milestone: MilestoneReached
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ScopeEnded:
    """A call that completed or was cancelled; an empty path means the whole case."""

    path: str
    process_id: str
    completed: bool
    facts: Mapping[str, Any]


Happening: TypeAlias = Reached | ScopeEnded


class Journal:
    """Records element runs while the step runs: a task that a multi-instance drops leaves no trace in the tree."""

    def __init__(self, top: Top, since: dict[Any, int]) -> None:
        self._top = top
        self.since = since
        self._open = {task.id: task for task in top.tasks_in(OPEN) if is_drawn(task)} if since else {}
        self._over = bool(top.is_completed())
        self._runs: dict[Any, ElementRun] = {}
        self.happened: list[Happening] = []

    @property
    def runs(self) -> tuple[ElementRun, ...]:
        return tuple(self._runs.values())

    def completed(self, task: Any) -> None:
        """Note a task that has just run."""
        if task.state != TaskState.COMPLETED or not is_drawn(task):
            return
        element = self._top.element(task)
        if element.kind == "endEvent" and "outcome" in element.properties:
            self._top.outcome = element.properties["outcome"]
        self._record(task, "completed")
        self._open.pop(task.id, None)
        if element.calls:
            self._scope_ended(task, element.calls, completed=True)
        if element.milestones:
            facts, path = dict(scope.of_task(task)), self._top.path(task)
            key = self._top.business_key(task)
            for name in element.milestones:
                reached = MilestoneReached(name, element.process_id, element.element_id, path, key)
                self.happened.append(Reached(reached, facts))

    def settled(self) -> None:
        """Compare the open tasks with those before: the missing ones have been cancelled."""
        now = {task.id: task for task in self._top.tasks_in(OPEN) if is_drawn(task)}
        for key, task in now.items():
            if key not in self.since:
                self.since[key] = _stamp(self._top.environment.now)
                self._record(task, "ready")
        for key, task in self._open.items():
            if key not in now:
                self._cancelled(key, task)
        self._open = now
        if self._top.is_completed() and not self._over:
            self._over = True
            ended = ScopeEnded(
                "", self._top.spec.name, completed=True, facts=dict(scope.of_instance(self._top))
            )
            self.happened.append(ended)

    def _cancelled(self, key: Any, task: Any) -> None:
        self._record(task, "cancelled")
        self.since.pop(key, None)
        called = self._top.element(task).calls
        if called:
            self._scope_ended(task, called, completed=False)

    def _scope_ended(self, task: Any, process_id: str, *, completed: bool) -> None:
        called = self._top.subprocesses.get(task.id)
        facts = dict(scope.of_instance(called)) if called is not None else {}
        self.happened.append(ScopeEnded(self._top.path(task), process_id, completed, facts))

    def _record(self, task: Any, state: str) -> None:
        top, now = self._top, self._top.environment.now
        element = top.element(task)
        ready = self.since.get(task.id)
        self._runs[task.id] = ElementRun(
            key=str(task.id),
            process_id=element.process_id,
            element_id=element.element_id,
            path=top.path(task),
            kind=element.kind,
            state=state,
            role=top.role(task),
            business_key=top.business_key(task),
            ready_at=now if ready is None else _moment(ready),
            ended_at=None if state == "ready" else now,
        )


def _stamp(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _moment(stamp: int) -> datetime:
    seconds, micros = divmod(stamp, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)
