"""Takes a case's facts through another version, step by step, at the moments when they happened.

A task that the old case never had is done at once, with old answers to the same questions; a question that decides
something and that nobody ever answered stops it there. Timers go off as late as they did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NoReturn

from engine.bpmn.errors import StepRefused
from engine.bpmn.execution import Execution
from engine.casework.anonymising import anchored
from engine.casework.replay_facts import Facts, Place
from engine.domain.steps import Told
from engine.domain.waiting import ElementRun, OpenMessage, OpenTask, OpenTimer, WaitState
from engine.errors import Refusal
from engine.feel import FeelProblem
from engine.guardrails import GuardrailBroken, Monitor, States
from engine.simulation.replay.environment import Around
from engine.simulation.replay.model import Model
from engine.simulation.replay.questions import Answers
from engine.simulation.replay.timer_delay import Lateness

MOST_STEPS: Final = 400
FURTHEST: Final = timedelta(days=3660)
ACTOR: Final = {"id": "#actor", "name": ""}


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a case would not have gone on."""

    kind: str
    """``question``, ``again``, ``waits``, ``promise``, ``refused`` or ``start``."""
    process_id: str
    element_id: str
    what: tuple[str, ...] = ()
    """The questions, the promise, or the message."""


@dataclass(slots=True)
class Driven:
    """Where the case went."""

    runs: dict[str, ElementRun] = field(default_factory=dict)
    timers: list[tuple[str, datetime]] = field(default_factory=list)
    """Path and moment of each that was set."""
    unheard: list[str] = field(default_factory=list)
    """Messages for which nothing waited."""
    stops: dict[str, Stop] = field(default_factory=dict)
    """By where it stands."""
    has_ended: bool = False
    ended_at: datetime | None = None
    outcome: str | None = None


class _Halted(Exception):
    """It can't go on at all."""


class Drive:
    """Of one case. `places`: elements of the version it went through to those of the other."""

    def __init__(self, model: Model, facts: Facts, around: Around, places: Mapping[Place, Place]) -> None:
        self._model, self._facts, self._around, self._places = model, facts, around, places
        self._driven = Driven()
        self._state = WaitState()
        self._snapshot = b""
        self._process = ""
        self._monitor: Monitor | None = None
        self._promises: States = {}
        self._kept: list[Told] = []
        self._early: list[Told] = []
        """Tasks that were done before the other version had them."""
        self._ahead = [each.told for each in facts.steps]
        self._steps = 0
        self._answers = Answers(model, facts)
        self._lateness = Lateness(facts)
        passed = [(places.get(each.place), each.state == "completed") for each in facts.passages]
        self._were_done = {place for place, done in passed if done}
        self._were_left = {place for place, done in passed if not done}

    def run(self) -> Driven:
        try:
            self._begin(self._ahead.pop(0))
            for step in self._facts.steps[1:]:
                self._pass_until(step.at)
                self._around.now = step.at
                told = self._ahead.pop(0)
                if told.do == "task":
                    self._do(told)
                elif told.do == "timer":
                    self._ring(told)
                else:
                    self._hear(told)
            if self._facts.is_closed:
                self._go_on()
            else:
                self._pass_until(self._facts.until, as_it_waits=True)
        except _Halted:
            pass
        self._settle_stops()
        return self._driven

    # what happened then

    def _begin(self, told: Told) -> None:
        self._process = self._model.parsed.starts.get(told.what, "")
        if not self._process:
            self._halt(Stop("start", "", "", (told.what,)))
        if self._model.guardrails is not None:
            self._monitor = Monitor(self._model.guardrails, self._model.parsed, self._process)
            self._promises = self._monitor.start()
        said = anchored(told.said, self._facts.begins)
        self._act(
            lambda: Execution.start(self._model.parsed, told.what, said, self._around), (self._process, "")
        )

    def _do(self, told: Told) -> None:
        task = next((each for each in self._alike(told) if each.path == told.path), None)
        task = task or next(iter(self._alike(told)), None)
        if task is None:
            self._early.append(told)
        else:
            self._finish(task, told)

    def _alike(self, told: Told) -> list[OpenTask]:
        return [each for each in self._state.tasks if self._is_of(told, each)]

    def _is_of(self, told: Told, task: OpenTask) -> bool:
        return self._places.get((told.process_id, told.element_id)) == (task.process_id, task.element_id)

    def _ring(self, told: Told) -> None:
        timer = next((each for each in self._state.timers if each.path == told.path), None)
        if timer is None or not self._lateness.is_next(told, self._around.now):
            return
        if self._lateness.goes_off(timer) <= self._around.now:
            self._fire(timer)

    def _hear(self, told: Told) -> None:
        waiting = [
            each
            for each in self._state.messages
            if each.name == told.what and told.business_key in (None, each.business_key)
        ]
        exact = next((each for each in waiting if each.path == told.path), None)
        if waiting:
            self._deliver(exact or waiting[0], told)
        elif told.path:
            self._driven.unheard.append(told.what)
        else:
            self._kept.append(told)

    # what follows

    def _pass_until(self, moment: datetime, *, as_it_waits: bool = False) -> None:
        while timer := self._next_timer(moment, as_it_waits=as_it_waits):
            self._fire(timer)

    def _go_on(self) -> None:
        """Past the last thing that happened: only time is left."""
        until = self._around.now + FURTHEST
        while not self._driven.has_ended and not self._driven.stops:
            timer = self._next_timer(until)
            if timer is None:
                return
            self._fire(timer)

    def _next_timer(self, before: datetime, *, as_it_waits: bool = False) -> OpenTimer | None:
        due = [
            each
            for each in self._state.timers
            if self._lateness.goes_off(each) < before
            and not (as_it_waits and self._lateness.waits_still(each))
        ]
        return min(due, key=self._lateness.goes_off, default=None)

    def _fire(self, timer: OpenTimer) -> None:
        self._around.now = max(self._around.now, self._lateness.goes_off(timer))
        self._lateness.gone_off(timer)
        self._on(lambda execution: execution.fire(timer.key), (timer.process_id, timer.element_id))

    def _deliver(self, message: OpenMessage, told: Told) -> None:
        said = anchored(told.said or {}, self._facts.begins)
        self._on(lambda execution: execution.deliver(message.key, said), _place(message))

    def _finish(self, task: OpenTask, told: Told | None) -> None:
        asked = self._answers.missing(task, told, lambda: self._restored().scope_of(task.key))
        if told is not None:
            self._answers.heard(told)
        if asked:
            self._driven.stops[task.path] = Stop("question", *_place(task), asked)
            return
        answers = self._answers.of(task, told)
        self._on(lambda execution: execution.complete(task.key, answers, ACTOR), _place(task))

    def _restored(self) -> Execution:
        return Execution.restore(self._model.parsed, self._snapshot, self._around)

    def _on(self, act: Callable[[Execution], object], place: Place) -> None:
        def restored() -> Execution:
            execution = self._restored()
            act(execution)
            return execution

        self._act(restored, place)

    def _act(self, act: Callable[[], Execution], place: Place) -> None:
        """One step, as the engine takes it, and then all that nobody has to wait for."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            self._halt(Stop("refused", *place))
        before = self._state
        try:
            execution = act()
            self._deliver_kept(execution, before)
            if self._monitor is not None:
                self._promises = self._monitor.step(self._promises, execution.happened())
        except GuardrailBroken as broken:
            self._halt(Stop("promise", self._process, broken.element_id or "", (broken.guardrail.key,)))
        except StepRefused as refused:
            self._halt(Stop("refused", place[0], str(refused.values.get("element") or place[1])))
        except (Refusal, FeelProblem, ArithmeticError, LookupError, TypeError, ValueError):
            self._halt(Stop("refused", *place))
        self._note(execution, before)
        self._do_new_tasks()

    def _deliver_kept(self, execution: Execution, before: WaitState) -> None:
        """News that came too early is heard as soon as something waits for it."""
        known = {each.key for each in before.messages}
        for told in list(self._kept):
            found = next(
                (
                    each
                    for each in execution.wait_state().messages
                    if each.key not in known
                    and each.name == told.what
                    and told.business_key in (None, each.business_key)
                ),
                None,
            )
            if found is not None:
                self._kept.remove(told)
                execution.deliver(found.key, anchored(told.said or {}, self._facts.begins))

    def _note(self, execution: Execution, before: WaitState) -> None:
        self._state = execution.wait_state()
        self._snapshot = execution.snapshot()
        self._driven.runs.update((run.key, run) for run in execution.element_runs())
        known = {timer.key: timer.due_at for timer in before.timers}
        self._driven.timers += [
            (each.path, each.due_at) for each in self._state.timers if known.get(each.key) != each.due_at
        ]
        if execution.ended and not self._driven.has_ended:
            self._driven.has_ended, self._driven.ended_at = True, self._around.now
            self._driven.outcome = execution.outcome or execution.variables.get("outcome")

    def _do_new_tasks(self) -> None:
        """What was done earlier already, or never was a task, is done now."""
        for task in self._state.tasks:
            if task.path in self._driven.stops:
                continue
            early = next((each for each in self._early if self._is_of(each, task)), None)
            if early is not None:
                self._early.remove(early)
                self._finish(task, early)
                return
            if self._is_ahead(task) or _place(task) in self._were_left:
                continue
            if _place(task) in self._were_done:
                self._driven.stops[task.path] = Stop("again", *_place(task))
                continue
            self._finish(task, None)
            if task.path not in self._driven.stops:
                return

    def _is_ahead(self, task: OpenTask) -> bool:
        return any(told.do == "task" and self._is_of(told, task) for told in self._ahead)

    def _settle_stops(self) -> None:
        """One that the case went past has stopped nothing."""
        open_now = {task.path for task in self._state.tasks}
        for path, stop in list(self._driven.stops.items()):
            passed = stop.kind in ("question", "again") and path not in open_now
            if self._driven.has_ended or passed:
                del self._driven.stops[path]
        if self._facts.is_closed and not self._driven.has_ended and not self._driven.stops:
            waiting: list[OpenTask | OpenMessage] = [*self._state.tasks, *self._state.messages]
            for each in waiting[:1]:
                what = () if isinstance(each, OpenTask) else (each.name,)
                self._driven.stops[each.path] = Stop("waits", *_place(each), what)

    def _halt(self, stop: Stop) -> NoReturn:
        self._driven.stops[""] = stop
        raise _Halted


def _place(each: OpenTask | OpenMessage) -> Place:
    return each.process_id, each.element_id
