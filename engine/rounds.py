"""Runs a worker's loops until it is asked to end, and watches the clock that they go by.

APScheduler only starts them. It plans by the machine's clock: after one that ran ahead is set back, every loop would sleep for
as long as it had been wrong, and nobody would notice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from engine.executor import Engine
from engine.worker import Worker, knocked

log = logging.getLogger("vireille.worker")

BEAT_SECONDS: Final = 15
GRACE: Final = 4.0
"""Seconds for what is under way when the worker is asked to end. What takes longer is cut, as a power failure would cut it."""
HEARD_WITHIN: Final = 0.5
LEAP: Final = timedelta(seconds=30)
"""A clock that is set by more than this has leapt; time servers correct less in small steps."""
STEADY: Final = timedelta(hours=1)
"""So long nothing is destroyed after a leap and after the beginning: a machine starts with the clock of its battery, and a time
server is asked within minutes."""
FAR: Final = timedelta(days=1)
"""After a leap ahead by more, no period ends for as long: one that ended cannot begin again. A machine that slept so long has
leapt too, and catches up an hour later."""
WATCH_SECONDS: Final = 5.0


class SteadyClock:
    """Compares the clock with the time that passed."""

    def __init__(self, now: Callable[[], datetime], passed: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._passed = passed
        self._last = now(), passed()
        self._steady_since = passed()
        self._ahead_since: float | None = None

    def leap(self) -> timedelta:
        """Return by how much the clock was set since the last look, negative if back; zero if by less than LEAP."""
        at, passed = self._now(), self._passed()
        before, passed_before = self._last
        self._last = at, passed
        leap = at - before - timedelta(seconds=passed - passed_before)
        if abs(leap) < LEAP:
            return timedelta(0)
        self._steady_since = passed
        # Set back, it is believed again; by a little, it is the same wrong clock.
        if abs(leap) > FAR:
            self._ahead_since = passed if leap > FAR else None
        return leap

    def is_believed(self) -> bool:
        """Return False for an hour after a leap far ahead, unless it is set back."""
        ahead = self._ahead_since
        return ahead is None or self._passed() - ahead >= STEADY.total_seconds()

    def is_steady(self) -> bool:
        return self._passed() - self._steady_since >= STEADY.total_seconds()


def run(
    engine: Engine, is_asked: Callable[[], bool], *, started: Callable[[datetime], None] | None = None
) -> bool:
    """Work until asked to end. Return False if something did not end in time, and must be cut."""
    stop = Event()
    scheduler = begin(engine, stop)
    if started is not None:
        started(engine.now())
    # A signal that comes just before a wait does not interrupt it: without an end to each wait it would be heard at the next one.
    while not is_asked():
        stop.wait(HEARD_WITHIN)
    return end(scheduler, stop)


def begin(engine: Engine, stop: Event) -> BackgroundScheduler:
    """Return a running scheduler for the worker's loops. It keeps nothing that would be lost with it."""
    if not engine.settings.checkpoints.key_file.exists():
        log.warning("no key signs checkpoints of the access log here: vireille access-log key")
    clock = SteadyClock(engine.now)
    worker = Worker(engine, stopping=stop, is_steady=clock.is_steady, is_believed=clock.is_believed)
    interval = engine.settings.worker_interval_seconds
    scheduler = BackgroundScheduler(timezone="UTC")
    jobs = [(worker.knock, [name], interval) for name in worker.loops]
    for run_loop, arguments, seconds in [*jobs, (knocked, ["beat", worker.beat], BEAT_SECONDS)]:
        scheduler.add_job(
            run_loop,
            "interval",
            args=arguments,
            seconds=seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=engine.now(),
        )
    scheduler.start()
    Thread(target=_watch, args=(clock, scheduler, stop, engine.now), daemon=True).start()
    return scheduler


def _watch(
    clock: SteadyClock, scheduler: BackgroundScheduler, stop: Event, now: Callable[[], datetime]
) -> None:
    while not stop.wait(WATCH_SECONDS):
        if leap := clock.leap():
            log.warning("the clock leapt", extra={"leap_seconds": round(leap.total_seconds())})
            plan_anew(scheduler, now())


def plan_anew(scheduler: BackgroundScheduler, moment: datetime) -> None:
    """Let every loop run now, and go on from here: their next moments were planned by another clock."""
    for each in scheduler.get_jobs():
        each.modify(next_run_time=moment)


def end(scheduler: BackgroundScheduler, stop: Event, grace: float = GRACE) -> bool:
    """Let each loop finish the row it is at. Return False if one still runs after that: a silent mail server holds it."""
    stop.set()
    # Its shutdown waits for the loops first, and meanwhile it would log each knock that it can't give as a fault.
    scheduler.pause()
    ending = Thread(target=scheduler.shutdown, daemon=True)
    ending.start()
    ending.join(grace)
    return not ending.is_alive()
