"""How late each timer went off: a worker looks every few seconds, and once in a while it was down."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Final

from engine.casework.replay_facts import Facts
from engine.domain.steps import Told
from engine.domain.waiting import OpenTimer

PROMPTLY: Final = timedelta(seconds=1)
"""For a timer that did not go off in the old case."""


class Lateness:
    def __init__(self, facts: Facts) -> None:
        self._then: defaultdict[str, deque[tuple[datetime, datetime]]] = defaultdict(deque)
        self._still_waiting = {timer for step in facts.steps for timer in step.timers}
        for step in facts.steps:
            if step.told.do == "timer" and step.told.due_at is not None:
                self._then[step.told.path].append((step.told.due_at, step.at))
                self._still_waiting.discard((step.told.path, step.told.due_at))

    def goes_off(self, timer: OpenTimer) -> datetime:
        then = self._then.get(timer.path)
        late = PROMPTLY if not then else then[0][1] - then[0][0]
        return timer.due_at + late

    def waits_still(self, timer: OpenTimer) -> bool:
        """Whether the old case has just this timer and it has not gone off: what comes of it is not known yet."""
        return (timer.path, timer.due_at) in self._still_waiting

    def is_next(self, told: Told, at: datetime) -> bool:
        """Whether this is what the timer of that path did next, and it has not gone off earlier this time."""
        then = self._then.get(told.path)
        return bool(then) and then is not None and then[0] == (told.due_at, at)

    def gone_off(self, timer: OpenTimer) -> None:
        then = self._then.get(timer.path)
        if then:
            then.popleft()
