"""The instance of a replayed case, in memory: takes steps as the engine does, and records its element runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.bpmn.errors import StepRefused
from engine.bpmn.execution import Execution
from engine.casework.replay_facts import Place
from engine.casework.unread_answers import REPLY
from engine.domain.steps import Trigger
from engine.domain.waiting import ElementRun, OpenMessage, OpenTask, OpenTimer, WaitState
from engine.errors import Refusal
from engine.feel import FeelProblem
from engine.guardrails import Monitor, States
from engine.guardrails.monitor import GuardrailBroken
from engine.simulation.replay.environment import ReplayEnvironment

MOST_STEPS: Final = 400
ACTOR: Final = {"id": "#actor", "name": ""}


@dataclass(frozen=True, slots=True)
class Stop:
    """The reason why a replayed case does not go on."""

    kind: str
    """``question``, ``again``, ``waits``, ``guardrail``, ``refused`` or ``start``."""
    process_id: str
    element_id: str
    names: tuple[str, ...] = ()
    """The questions, the guardrail, or the message."""


class Stopped(Exception):
    """The whole case cannot go on."""

    def __init__(self, stop: Stop) -> None:
        super().__init__(stop)
        self.stop = stop


class ReplayedInstance:
    def __init__(self, environment: ReplayEnvironment) -> None:
        self.environment = environment
        self.models = environment.models
        self.waits = WaitState()
        self.runs: dict[str, ElementRun] = {}
        self.timers: list[tuple[str, datetime]] = []
        """Path and due moment of each that was set."""
        self.ended_at: datetime | None = None
        self.outcome: str | None = None
        self._process_id = ""
        self._snapshot = b""
        self._monitor: Monitor | None = None
        self._guardrails: States = {}
        self._early_messages: list[Trigger] = []
        self._steps = 0

    def start(self, message: str, variables: Mapping[str, Any]) -> None:
        parsed, guardrails = self.models.parsed, self.models.bundle.guardrails
        self._process_id = parsed.starts.get(message, "")
        if not self._process_id:
            raise Stopped(Stop("start", "", "", (message,)))
        if guardrails is not None:
            self._monitor = Monitor(guardrails, parsed, self._process_id)
            self._guardrails = self._monitor.start()
        self._step(
            lambda: Execution.start(parsed, message, variables, self.environment), (self._process_id, "")
        )

    def complete(self, task: OpenTask, answers: Mapping[str, Any]) -> None:
        if task.form_key == REPLY:
            self.environment.await_no_more(task.business_key)
        self._act(lambda execution: execution.complete(task.task_key, answers, ACTOR), place_of(task))

    def fire(self, timer: OpenTimer) -> None:
        if timer.kind == "due":
            self.environment.await_no_more(timer.business_key)
        self._act(lambda execution: execution.fire(timer.key), place_of(timer))

    def deliver(self, message: OpenMessage, values: Mapping[str, Any]) -> None:
        self._act(lambda execution: execution.deliver(message.key, values), place_of(message))

    def keep(self, trigger: Trigger) -> None:
        """Keep a message until something waits for it, then deliver it."""
        self._early_messages.append(trigger)

    def scope_of(self, task: OpenTask) -> Mapping[str, Any]:
        return self._restored().scope_of(task.task_key)

    def _restored(self) -> Execution:
        return Execution.restore(self.models.parsed, self._snapshot, self.environment)

    def _act(self, act: Callable[[Execution], object], place: Place) -> None:
        def restored() -> Execution:
            execution = self._restored()
            act(execution)
            return execution

        self._step(restored, place)

    def _step(self, act: Callable[[], Execution], place: Place) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Stopped(Stop("refused", *place))
        try:
            execution = act()
            self._deliver_early(execution)
            if self._monitor is not None:
                self._guardrails = self._monitor.step(self._guardrails, execution.happened())
        except GuardrailBroken as broken:
            stop = Stop("guardrail", self._process_id, broken.element_id or "", (broken.guardrail.key,))
            raise Stopped(stop) from broken
        except StepRefused as refused:
            stop = Stop("refused", place[0], str(refused.values.get("element") or place[1]))
            raise Stopped(stop) from refused
        except (Refusal, FeelProblem, ArithmeticError, LookupError, TypeError, ValueError) as failed:
            raise Stopped(Stop("refused", *place)) from failed
        self._keep(execution)

    def _deliver_early(self, execution: Execution) -> None:
        known = {each.key for each in self.waits.messages}
        for trigger in list(self._early_messages):
            new = [each for each in execution.wait_state().messages if each.key not in known]
            found = next((each for each in new if is_awaited_by(trigger, each)), None)
            if found is not None:
                self._early_messages.remove(trigger)
                execution.deliver(found.key, self.environment.anchored(trigger.values or {}))

    def _keep(self, execution: Execution) -> None:
        known = {timer.key: timer.due_at for timer in self.waits.timers}
        self.waits = execution.wait_state()
        self._snapshot = execution.snapshot()
        self.runs.update((run.key, run) for run in execution.element_runs())
        self.timers += [
            (each.path, each.due_at) for each in self.waits.timers if known.get(each.key) != each.due_at
        ]
        if execution.ended and self.ended_at is None:
            self.ended_at = self.environment.now
            self.outcome = execution.outcome or execution.variables.get("outcome")


def place_of(waiting: OpenTask | OpenTimer | OpenMessage) -> Place:
    return waiting.process_id, waiting.element_id


def is_awaited_by(trigger: Trigger, message: OpenMessage) -> bool:
    return message.name == trigger.name and trigger.business_key in (None, message.business_key)
