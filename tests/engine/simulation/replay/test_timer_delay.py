"""Timers of a replay go off as late as they did; those that the old case did not have, at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.casework.replay_facts import Facts
from engine.domain.steps import StepRecord, Trigger
from engine.domain.waiting import OpenTimer
from engine.simulation.replay.timer_delay import PROMPTLY, TimerDelays

BEGINS = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
DUE = BEGINS + timedelta(days=7)
LATE = timedelta(days=3)
"""A worker was down."""
RANG = Trigger("timer", "reminder", "wait", "remind", "ask/remind", due_at=DUE)


def delays(*more: tuple[str, datetime]) -> TimerDelays:
    steps = (
        StepRecord(BEGINS, Trigger("start", "asked"), timers=(("ask/remind", DUE), *more)),
        StepRecord(DUE + LATE, RANG),
    )
    return TimerDelays(Facts("1", BEGINS, DUE + LATE, False, None, steps, (), ()))


def timer(path: str, due: datetime) -> OpenTimer:
    return OpenTimer("key", "wait", "remind", path, "", "reminder", None, due, interrupting=False)


def test_it_is_as_late_as_it_was_whenever_it_is_due_now() -> None:
    assert delays().fires_at(timer("ask/remind", DUE)) == DUE + LATE
    sooner = DUE - timedelta(days=2)
    assert delays().fires_at(timer("ask/remind", sooner)) == sooner + LATE


def test_one_that_was_not_there_is_on_time() -> None:
    assert delays().fires_at(timer("ask/second", DUE)) == DUE + PROMPTLY


def test_each_ringing_lends_its_lateness_once() -> None:
    known = delays()
    assert known.is_next(RANG, DUE + LATE)
    known.count(timer("ask/remind", DUE))
    assert not known.is_next(RANG, DUE + LATE)
    assert known.fires_at(timer("ask/remind", DUE)) == DUE + PROMPTLY


def test_the_waits_of_an_open_case_are_known() -> None:
    later = DUE + timedelta(days=30)
    known = delays(("ask/stalled", later))
    assert known.still_waits(timer("ask/stalled", later))
    assert not known.still_waits(timer("ask/stalled", later - timedelta(days=1)))
    assert not known.still_waits(timer("ask/remind", DUE)), "it has gone off"


def test_a_message_that_came_before_a_late_worker_comes_before_the_timer_again() -> None:
    heard = DUE + LATE + timedelta(days=4)
    due = DUE + timedelta(days=1)
    message = Trigger("message", "service_changed", "wait", "changed", "ask/remind")
    steps = (
        StepRecord(BEGINS, Trigger("start", "asked"), timers=(("ask/remind", due),)),
        StepRecord(heard, message),
    )
    known = TimerDelays(Facts("1", BEGINS, heard, False, None, steps, (), ()))
    assert known.fires_at(timer("ask/remind", due)) == heard
    later = heard + timedelta(days=1)
    assert known.fires_at(timer("ask/remind", later)) == later + PROMPTLY
