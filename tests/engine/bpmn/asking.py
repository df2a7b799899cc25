"""The asking model, driven by people's actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from engine.bpmn import Execution, ParsedModels
from engine.bpmn.journal import Happening
from engine.domain.waiting import ElementRun, OpenTask, WaitState
from tests.engine.bpmn.drawn import ACTOR, Around, model


@cache
def asking_bundle() -> ParsedModels:
    return model("asking")


class Asking:
    """A case whose state goes through JSON between any two steps."""

    def __init__(self, variables: Mapping[str, Any] | None = None) -> None:
        self.around = Around()
        self.happened: list[Happening] = []
        self.runs: dict[str, ElementRun] = {}
        self._keep(Execution.start(asking_bundle(), "application_received", variables or {}, self.around))

    def _keep(self, execution: Execution) -> None:
        self.state: WaitState = execution.wait_state()
        self.ended, self.outcome = execution.ended, execution.outcome
        self.variables = execution.variables
        self.happened.extend(execution.happened())
        self.runs.update((run.key, run) for run in execution.element_runs())
        self.snapshot = execution.snapshot()

    @property
    def execution(self) -> Execution:
        return Execution.restore(asking_bundle(), self.snapshot, self.around)

    def tasks(self, element_id: str) -> list[OpenTask]:
        return [task for task in self.state.tasks if task.element_id == element_id]

    def does(self, element_id: str, *, number: int = 0, **answers: Any) -> None:
        execution = self.execution
        execution.complete(self.tasks(element_id)[number].task_key, answers, ACTOR)
        self._keep(execution)

    def asks(self, *names: str, days: int = 10) -> None:
        requests = [{"id": name, "recipient": "applicant", "due_at": self.in_days(days)} for name in names]
        self.does("write", requests=requests)

    def hears(self, message: str) -> None:
        execution = self.execution
        execution.deliver(next(each.key for each in self.state.messages if each.name == message), {})
        self._keep(execution)

    def passes(self, **time: float) -> int:
        self.around.now += timedelta(**time)
        execution = self.execution
        fired = execution.wake()
        self._keep(execution)
        return fired

    def adds(self, name: str) -> None:
        execution = self.execution
        execution.add_instance(
            "requests_out", {"id": name, "recipient": "referrer", "due_at": self.in_days(10)}
        )
        self._keep(execution)

    def in_days(self, days: int) -> datetime:
        return self.around.now + timedelta(days=days)

    def where(self) -> list[str]:
        return sorted(task.path for task in self.state.tasks)
