"""Takes a case's facts through other models: its triggers (task, timer, message) again, each at its real moment.

A task that the real case never had is done at once, with old answers to the same questions. A question that decides
something and that nobody ever answered stops the case there. Timers fire as late as they did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from engine.casework.replay_facts import Facts, Place
from engine.domain.steps import Trigger
from engine.domain.waiting import OpenMessage, OpenTask, OpenTimer
from engine.simulation.replay.environment import ReplayEnvironment
from engine.simulation.replay.instance import ReplayedInstance, Stop, Stopped, is_awaited_by, place_of
from engine.simulation.replay.known_answers import KnownAnswers
from engine.simulation.replay.models import ReplayModels
from engine.simulation.replay.timer_delay import TimerDelays

FURTHEST: Final = timedelta(days=3660)


class Replayer:
    """Replays one case. `places` maps elements of the version it ran on to those of `models`."""

    def __init__(
        self,
        models: ReplayModels,
        facts: Facts,
        places: Mapping[Place, Place],
        outputs: Mapping[str, Iterable[str]],
    ) -> None:
        self.facts = facts
        self.places = places
        self.environment = ReplayEnvironment(models, facts, outputs, facts.begins)
        self.instance = ReplayedInstance(self.environment)
        self.stops: dict[str, Stop] = {}
        """By the path of the task that stopped; the empty path for a stop of the whole case."""
        self.unheard: list[str] = []
        """Messages for which nothing waited. A case that stopped misses none by not coming further."""
        self._after_a_stop: list[str] = []
        """Messages for which nothing waited while a task was stopped."""
        self._ahead = [step.trigger for step in facts.steps]
        self._early_tasks: list[Trigger] = []
        """Those done before the other version had them."""
        self._answers = KnownAnswers(models, facts)
        self._delays = TimerDelays(facts)
        passed = [(places.get(each.place), each.state == "completed") for each in facts.passages]
        self._were_done = {place for place, done in passed if done}
        self._were_left = {place for place, done in passed if not done}

    def replay(self) -> None:
        try:
            self._start(self._ahead.pop(0))
            for step in self.facts.steps[1:]:
                self._pass_until(step.at)
                self.environment.now = step.at
                self._follow(self._ahead.pop(0))
            if self.facts.is_closed:
                self._let_time_pass()
            else:
                self._pass_until(self.facts.until, is_open=True)
        except Stopped as stopped:
            self.stops[""] = stopped.stop
        self._settle_stops()

    # The triggers of the old case.

    def _start(self, trigger: Trigger) -> None:
        self.instance.start(trigger.name, self.environment.anchored(trigger.values))
        self._do_new_tasks()

    def _follow(self, trigger: Trigger) -> None:
        match trigger.kind:
            case "task":
                self._do(trigger)
            case "timer":
                self._ring(trigger)
            case _:
                self._deliver(trigger)

    def _do(self, trigger: Trigger) -> None:
        alike = [each for each in self.instance.waits.tasks if self._is_of(trigger, each)]
        # The very one comes first, where it is there.
        alike.sort(key=lambda each: each.path != trigger.path)
        if not alike:
            self._early_tasks.append(trigger)
        elif self._complete(alike[0], trigger):
            self._do_new_tasks()

    def _ring(self, trigger: Trigger) -> None:
        now = self.environment.now
        timer = next((each for each in self.instance.waits.timers if each.path == trigger.path), None)
        if timer is not None and self._delays.is_next(trigger, now) and self._delays.fires_at(timer) <= now:
            self._fire(timer)

    def _deliver(self, trigger: Trigger) -> None:
        waiting = [each for each in self.instance.waits.messages if is_awaited_by(trigger, each)]
        waiting.sort(key=lambda each: each.path != trigger.path)
        if waiting:
            self.instance.deliver(waiting[0], self.environment.anchored(trigger.values or {}))
            self._do_new_tasks()
        elif trigger.path:
            (self._after_a_stop if self.stops else self.unheard).append(trigger.name)
        else:
            self.instance.keep(trigger)

    # Consequences.

    def _pass_until(self, moment: datetime, *, is_open: bool = False) -> None:
        while timer := self._next_timer(moment, is_open=is_open):
            self._fire(timer)

    def _let_time_pass(self) -> None:
        """Fire the remaining timers after the last trigger, until the case ends."""
        until = self.environment.now + FURTHEST
        while self.instance.ended_at is None and not self.stops and (timer := self._next_timer(until)):
            self._fire(timer)

    def _next_timer(self, before: datetime, *, is_open: bool = False) -> OpenTimer | None:
        """Return the timer that fires first before a moment; None if there is none. `is_open`: skip timers for which
        the real case still waits."""
        due = [
            each
            for each in self.instance.waits.timers
            if self._delays.fires_at(each) < before and not (is_open and self._delays.still_waits(each))
        ]
        return min(due, key=self._delays.fires_at, default=None)

    def _fire(self, timer: OpenTimer) -> None:
        self.environment.now = max(self.environment.now, self._delays.fires_at(timer))
        self._delays.count(timer)
        self.instance.fire(timer)
        self._do_new_tasks()

    def _complete(self, task: OpenTask, trigger: Trigger | None) -> bool:
        """Hand in the task. Return False and note a stop if it needs an answer that nobody ever gave."""
        missing = self._answers.missing(task, trigger, lambda: self.instance.scope_of(task))
        if trigger is not None:
            self._answers.add(trigger)
        if missing:
            self.stops[task.path] = Stop("question", *place_of(task), missing)
            return False
        self.instance.complete(task, self._answers.of(task, trigger))
        return True

    def _do_new_tasks(self) -> None:
        while any(self._did_now(task) for task in self.instance.waits.tasks if task.path not in self.stops):
            pass

    def _did_now(self, task: OpenTask) -> bool:
        """Do a task that the real case did earlier, or never had. Return False if it has to wait."""
        early = next((each for each in self._early_tasks if self._is_of(each, task)), None)
        if early is not None:
            self._early_tasks.remove(early)
            return self._complete(task, early)
        is_ahead = any(each.kind == "task" and self._is_of(each, task) for each in self._ahead)
        if is_ahead or place_of(task) in self._were_left:
            return False
        if place_of(task) in self._were_done:
            self.stops[task.path] = Stop("again", *place_of(task))
            return False
        return self._complete(task, None)

    def _is_of(self, trigger: Trigger, task: OpenTask) -> bool:
        return self.places.get((trigger.process_id, trigger.element_id)) == place_of(task)

    def _settle_stops(self) -> None:
        """Drop the stops that the case got past. Add one if the case should have ended and still waits."""
        has_ended = self.instance.ended_at is not None
        open_now = {task.path for task in self.instance.waits.tasks}
        for path, stop in list(self.stops.items()):
            passed = stop.kind in ("question", "again") and path not in open_now
            if has_ended or passed:
                del self.stops[path]
        if not self.stops:
            self.unheard += self._after_a_stop
        if self.facts.is_closed and not has_ended and not self.stops:
            waiting: list[OpenTask | OpenMessage] = [
                *self.instance.waits.tasks,
                *self.instance.waits.messages,
            ]
            for each in waiting[:1]:
                names = () if isinstance(each, OpenTask) else (each.name,)
                self.stops[each.path] = Stop("waits", *place_of(each), names)
