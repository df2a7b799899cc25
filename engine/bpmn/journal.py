"""What happened in one step: passages through elements with the times the library forgets, milestones in order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.running import OPEN, Top, is_drawn
from engine.domain.waiting import ElementRun, MilestoneReached


class Journal:
    """Written while the step runs. A task that a multi-instance drops leaves no trace in the tree afterwards."""

    def __init__(self, top: Top, since: dict[Any, int]) -> None:
        self._top = top
        self.since = since
        self._open = {task.id: task for task in top.tasks_in(OPEN) if is_drawn(task)} if since else {}
        self._runs: dict[Any, ElementRun] = {}
        self.milestones: list[MilestoneReached] = []

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
        key = self._top.business_key(task) if element.milestones else None
        for name in element.milestones:
            path = self._top.path(task)
            self.milestones.append(MilestoneReached(name, element.process_id, element.element_id, path, key))

    def settled(self) -> None:
        """Compare what is open now with what was: the rest has been called off."""
        now = {task.id: task for task in self._top.tasks_in(OPEN) if is_drawn(task)}
        for key, task in now.items():
            if key not in self.since:
                self.since[key] = _stamp(self._top.environment.now)
                self._record(task, "ready")
        for key, task in self._open.items():
            if key not in now:
                self._record(task, "cancelled")
                self.since.pop(key, None)
        self._open = now

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
