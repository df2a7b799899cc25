"""Random walks of instances alone: any open form with any answer, any message, days that pass, state through JSON.

`engine.simulation.random_walk` walks whole cases on the whole engine.
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
class WalkEnvironment:
    """A clock that only the walk moves, and stand-ins for people, operations and tables."""

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
    """The way of a case. Without a problem it ended, or ran out of steps."""

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
        self, parsed: ParsedModels, environment: WalkEnvironment, guardrails: Guardrails | None = None
    ) -> None:
        self._parsed = parsed
        self._watched = guardrails
        self._monitor: Monitor | None = None
        self._guardrails: States = {}
        self._environment = environment
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
            if self._watched is not None:
                self._monitor = Monitor(self._watched, self._parsed, self._parsed.starts[message])
                self._guardrails = self._monitor.start()
            state = self._keep(Execution.start(self._parsed, message, variables, self._environment))
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
        execution = Execution.restore(self._parsed, self._snapshot, self._environment)
        choice = self._environment.rng.random()
        coming = [message for message in state.messages if message.name in self._environment.certain]
        if state.messages and choice < 0.06:
            self._deliver(execution, self._environment.rng.choice(state.messages))
        elif state.timers and (choice < 0.3 or not state.tasks):
            self._pass_time(state)
            execution.wake()
        elif state.tasks:
            task = self._environment.rng.choice(state.tasks)
            given = self._environment.answers(task, execution.scope_of(task.task_key), self._environment.rng)
            self._trace.append(f"task {task.path} {dict(given)}")
            execution.complete(task.task_key, given, ACTOR)
        elif coming:
            self._deliver(execution, coming[0])
        else:
            raise _Stuck(f"nothing but messages to wait for: {[each.name for each in state.messages]}")
        return self._keep(execution)

    def _deliver(self, execution: Execution, message: OpenMessage) -> None:
        self._trace.append(f"message {message.path}")
        execution.deliver(message.key, self._environment.payload(message, self._environment.rng))

    def _pass_time(self, state: WaitState) -> None:
        first = min(timer.due_at for timer in state.timers)
        later = self._environment.now + timedelta(days=self._environment.rng.randint(1, LONGEST_WAIT))
        self._environment.now = (
            max(first, self._environment.now) if self._environment.rng.random() < 0.6 else later
        )
        self._trace.append(f"time {self._environment.now:%Y-%m-%d %H:%M}")

    def _keep(self, execution: Execution) -> WaitState:
        state = execution.wait_state()
        self._ended, self._outcome = execution.ended, execution.outcome
        self._milestones.extend(execution.milestones())
        if self._monitor is not None:
            self._guardrails = self._monitor.step(self._guardrails, execution.happened())
        self._runs.update((run.key, run) for run in execution.element_runs())
        self._snapshot = execution.snapshot()
        self._largest = max(self._largest, len(self._snapshot))
        nobody = [task.path for task in state.tasks if task.candidate_group is None]
        if nobody:
            raise _Stuck(f"nobody may do {nobody}")
        if self._ended and (state.tasks or state.timers or state.messages):
            raise _Stuck(f"ended, but still waiting: {state}")
        if not self._ended and not (state.tasks or state.timers or state.messages):
            raise _Stuck("waits for nothing and has not ended")
        return state
