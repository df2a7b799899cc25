"""Random cases through a bundle: any open form with any answer, any message, days that pass, state through JSON.

The last stage of the gate, a command and a test. It found faults within sixty cases that reading had not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from engine.bpmn.activities import OperationCall
from engine.bpmn.errors import StepRefused
from engine.bpmn.execution import Execution
from engine.bpmn.parsed_models import ParsedModels
from engine.domain.waiting import ElementRun, MilestoneReached, OpenMessage, OpenTask, WaitState
from engine.errors import Refusal
from engine.guardrails import Guardrails, Monitor, States

MOST_STEPS: Final = 150
LONGEST_WAIT: Final = 40
ACTOR: Final = {"id": "walker", "name": "Walker"}

Answers = Callable[[OpenTask, Mapping[str, Any], Random], Mapping[str, Any]]
"""Gives answers to a task's form; sees what an expression on the task would see."""
Operate = Callable[[str, OperationCall, Random], Mapping[str, Any]]
Decide = Callable[[str, Mapping[str, Any], Random], Any]
Payload = Callable[[OpenMessage, Random], Mapping[str, Any]]


@dataclass(slots=True)
class Surroundings:
    """What a walk is given: a clock that only the walk moves, and stand-ins for people, operations and tables."""

    now: datetime
    rng: Random
    answers: Answers
    operations: Operate
    tables: Decide
    payload: Payload = lambda _message, _rng: {}
    certain: frozenset[str] = frozenset()
    """Messages that will come, so that waiting for nothing else is not being stuck."""
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    def operate(self, name: str, call: OperationCall) -> Mapping[str, Any]:
        return self.operations(name, call, self.rng)

    def decide(self, table: str, inputs: Mapping[str, Any]) -> Any:
        return self.tables(table, inputs, self.rng)


@dataclass(frozen=True, slots=True)
class Walked:
    """Where a case went. Without a problem it ended, or ran out of steps."""

    trace: tuple[str, ...]
    ended: bool
    outcome: str | None
    problem: str | None
    milestones: tuple[MilestoneReached, ...]
    runs: tuple[ElementRun, ...]
    largest: int
    """Bytes of the largest snapshot."""


class _Stuck(Exception):
    pass


class Walk:
    """One case under way, watched by the guardrails where they are given. Everything it does is in the trace, so that a seed tells the whole story."""

    def __init__(
        self, parsed: ParsedModels, surroundings: Surroundings, guardrails: Guardrails | None = None
    ) -> None:
        self._bundle = parsed
        self._guardrails = guardrails
        self._monitor: Monitor | None = None
        self._promises: States = {}
        self._around = surroundings
        self._trace: list[str] = []
        self._milestones: list[MilestoneReached] = []
        self._runs: dict[str, ElementRun] = {}
        self._snapshot = b""
        self._largest = 0
        self._ended = False
        self._outcome: str | None = None

    def run(self, message: str, variables: Mapping[str, Any], steps: int = MOST_STEPS) -> Walked:
        try:
            self._trace.append(message)
            if self._guardrails is not None:
                self._monitor = Monitor(self._guardrails, self._bundle, self._bundle.starts[message])
                self._promises = self._monitor.start()
            state = self._keep(Execution.start(self._bundle, message, variables, self._around))
            for _ in range(steps):
                if self._ended:
                    break
                state = self._next(state)
            problem = None
        except (Refusal, StepRefused, _Stuck) as stopped:
            problem = f"{type(stopped).__name__}: {stopped}"
        return Walked(
            tuple(self._trace),
            self._ended,
            self._outcome,
            problem,
            tuple(self._milestones),
            tuple(self._runs.values()),
            self._largest,
        )

    def _next(self, state: WaitState) -> WaitState:
        execution = Execution.restore(self._bundle, self._snapshot, self._around)
        choice = self._around.rng.random()
        coming = [message for message in state.messages if message.name in self._around.certain]
        if state.messages and choice < 0.06:
            self._deliver(execution, self._around.rng.choice(state.messages))
        elif state.timers and (choice < 0.3 or not state.tasks):
            self._pass_time(state)
            execution.wake()
        elif state.tasks:
            task = self._around.rng.choice(state.tasks)
            given = self._around.answers(task, execution.scope_of(task.key), self._around.rng)
            self._trace.append(f"task {task.path} {dict(given)}")
            execution.complete(task.key, given, ACTOR)
        elif coming:
            self._deliver(execution, coming[0])
        else:
            raise _Stuck(f"nothing but messages to wait for: {[each.name for each in state.messages]}")
        return self._keep(execution)

    def _deliver(self, execution: Execution, message: OpenMessage) -> None:
        self._trace.append(f"message {message.path}")
        execution.deliver(message.key, self._around.payload(message, self._around.rng))

    def _pass_time(self, state: WaitState) -> None:
        first = min(timer.due_at for timer in state.timers)
        later = self._around.now + timedelta(days=self._around.rng.randint(1, LONGEST_WAIT))
        self._around.now = max(first, self._around.now) if self._around.rng.random() < 0.6 else later
        self._trace.append(f"time {self._around.now:%Y-%m-%d %H:%M}")

    def _keep(self, execution: Execution) -> WaitState:
        state = execution.wait_state()
        self._ended, self._outcome = execution.ended, execution.outcome
        self._milestones.extend(execution.milestones())
        if self._monitor is not None:
            self._promises = self._monitor.step(self._promises, execution.happened())
        self._runs.update((run.key, run) for run in execution.element_runs())
        self._snapshot = execution.snapshot()
        self._largest = max(self._largest, len(self._snapshot))
        nobody = [task.path for task in state.tasks if task.role is None]
        if nobody:
            raise _Stuck(f"nobody may do {nobody}")
        if self._ended and (state.tasks or state.timers or state.messages):
            raise _Stuck(f"ended, but still waiting: {state}")
        if not self._ended and not (state.tasks or state.timers or state.messages):
            raise _Stuck("waits for nothing and has not ended")
        return state
