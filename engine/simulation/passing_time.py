"""Days that pass quickly: every timer is fired at its own moment, as a worker would have done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from engine.commands.cases import DueStarts, StartDue
from engine.commands.deadlines import RecordBreaches
from engine.commands.timers import DueTimers, FireTimer
from engine.domain.people import SYSTEM
from engine.executor import Engine
from engine.queries.due_timers import NextTimer


class Movable(Protocol):
    moment: datetime


def pass_until(engine: Engine, clock: Movable, until: datetime) -> None:
    """Move the clock to a moment, stopping wherever something is due on the way."""
    _do_due(engine)
    while (due := engine.answer(NextTimer(), SYSTEM)) is not None and due < until:
        clock.moment = max(due + timedelta(seconds=1), clock.moment)
        _do_due(engine)
    clock.moment = max(until, clock.moment)
    _do_due(engine)


def _do_due(engine: Engine) -> None:
    for start_id in engine.answer(DueStarts(), SYSTEM):
        engine.perform(StartDue(start_id), SYSTEM)
    for timer_id in engine.answer(DueTimers(), SYSTEM):
        engine.perform(FireTimer(timer_id), SYSTEM)
    engine.perform(RecordBreaches(), SYSTEM)
