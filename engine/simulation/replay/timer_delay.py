"""Delays of timers in the real case: a worker looks every few seconds, and at times none was running."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Final

from engine.casework.replay_facts import Facts
from engine.domain.steps import Trigger
from engine.domain.waiting import OpenTimer

PROMPTLY: Final = timedelta(seconds=1)
"""For a timer that did not go off in the old case."""


class TimerDelays:
    def __init__(self, facts: Facts) -> None:
        self._fired: defaultdict[str, deque[tuple[datetime, datetime]]] = defaultdict(deque)
        """When each timer was due and when it went off, by path."""
        self._overtaken: dict[tuple[str, datetime], datetime] = {}
        """When a message ended the wait for a timer that was due already, while no worker ran."""
        self._waiting = {timer for step in facts.steps for timer in step.timers}
        due: dict[str, datetime] = {}
        for step in facts.steps:
            trigger = step.trigger
            if trigger.kind == "timer" and trigger.due_at is not None:
                self._fired[trigger.path].append((trigger.due_at, step.at))
                self._waiting.discard((trigger.path, trigger.due_at))
            elif trigger.path in due and due[trigger.path] < step.at:
                self._overtaken[trigger.path, due[trigger.path]] = step.at
            due |= dict(step.timers)

    def fires_at(self, timer: OpenTimer) -> datetime:
        """Return the moment at which a timer fires: as late as the next real firing of the timer with its path, and
        not before the message that overtook it."""
        if (overtaken := self._overtaken.get((timer.path, timer.due_at))) is not None:
            return overtaken
        fired = self._fired.get(timer.path)
        return timer.due_at + (fired[0][1] - fired[0][0] if fired else PROMPTLY)

    def still_waits(self, timer: OpenTimer) -> bool:
        """Return True if the real case waits for this timer too: nobody knows yet how late it will be."""
        return (timer.path, timer.due_at) in self._waiting

    def is_next(self, trigger: Trigger, at: datetime) -> bool:
        """Return True if this real firing was not used earlier in the replay."""
        fired = self._fired.get(trigger.path)
        return bool(fired) and fired is not None and fired[0] == (trigger.due_at, at)

    def count(self, timer: OpenTimer) -> None:
        """Note that the timer has fired in the replay: its real firing is used."""
        fired = self._fired.get(timer.path)
        if fired:
            fired.popleft()
