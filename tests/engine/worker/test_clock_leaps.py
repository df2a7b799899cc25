"""A machine's clock runs ahead and is set back: nothing sleeps for so long, and nothing is destroyed before its day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import func, select, update

from engine.commands.access_log import SignCheckpoint
from engine.commands.health import Beat
from engine.domain.people import SYSTEM
from engine.mail import MailServerAway
from engine.queries.health import ReadHealth
from engine.rounds import FAR, LEAP, STEADY, SteadyClock, plan_anew
from engine.storage.database import new_id
from engine.storage.sealing import SealingClass
from engine.storage.tables.access import ACCESS_CHECKPOINTS, ACCESS_ENTRIES
from engine.worker import Worker
from tests.support.browsing import application
from tests.support.key_stores import close_and_plan
from tests.support.story import Story
from tests.support.working import mail_waits

LONG = timedelta(hours=2)
YEAR = timedelta(days=365)


class Machine:
    """A clock, and the seconds that passed."""

    def __init__(self) -> None:
        self.at = datetime(2026, 12, 1, tzinfo=UTC)
        self.seconds = 0.0

    def passes(self, time: timedelta, *, is_set: timedelta = timedelta(0)) -> None:
        self.seconds += time.total_seconds()
        self.at += time + is_set


@pytest.mark.parametrize("is_set", [LONG, -LONG, LEAP, -LEAP])
def test_a_clock_that_was_set_is_noticed_and_not_believed_for_an_hour(is_set: timedelta) -> None:
    machine = Machine()
    clock = SteadyClock(lambda: machine.at, lambda: machine.seconds)
    assert not clock.is_steady(), "a machine may begin with the clock of its battery"
    machine.passes(STEADY)
    assert (clock.leap(), clock.is_steady()) == (timedelta(0), True)
    machine.passes(timedelta(seconds=5), is_set=is_set)
    assert (clock.leap(), clock.is_steady()) == (is_set, False)
    machine.passes(STEADY - timedelta(seconds=1))
    assert (clock.leap(), clock.is_steady()) == (timedelta(0), False)
    machine.passes(timedelta(seconds=1), is_set=timedelta(seconds=1))
    assert (clock.leap(), clock.is_steady()) == (timedelta(0), True), "a time server corrects in small steps"


def test_a_clock_far_ahead_is_not_believed_until_it_is_set_back_or_an_hour_has_passed() -> None:
    machine = Machine()
    clock = SteadyClock(lambda: machine.at, lambda: machine.seconds)
    assert clock.is_believed(), "a worker that begins has nothing to compare with"
    machine.passes(timedelta(0), is_set=FAR)
    assert (clock.leap(), clock.is_believed()) == (FAR, True), "a machine may have slept for a day"
    machine.passes(timedelta(0), is_set=YEAR)
    assert (clock.leap(), clock.is_believed()) == (YEAR, False)
    machine.passes(timedelta(0), is_set=LONG)
    assert (clock.leap(), clock.is_believed()) == (LONG, False)
    machine.passes(timedelta(0), is_set=-YEAR)
    assert (clock.leap(), clock.is_believed()) == (-YEAR, True)
    machine.passes(timedelta(0), is_set=YEAR)
    clock.leap()
    machine.passes(STEADY - timedelta(seconds=1))
    assert not clock.is_believed()
    machine.passes(timedelta(seconds=1))
    assert clock.is_believed()


def test_no_period_ends_by_a_clock_a_year_ahead_and_what_people_do_goes_on(story: Story) -> None:
    machine = Machine()
    clock = SteadyClock(lambda: machine.at, lambda: machine.seconds)
    story.applies()
    story.until("sufficiency")
    worker = Worker(story.world.engine, is_believed=clock.is_believed)
    before = story.file.deadlines, story.events
    right = story.world.clock.moment
    machine.passes(timedelta(0), is_set=YEAR)
    clock.leap()
    story.world.clock.moment = right + YEAR
    worker.work_on_cases()
    other = Story(story.world)
    other.applies()
    worker.work_on_cases()
    other.until("register")
    story.world.clock.moment = right
    machine.passes(timedelta(0), is_set=-YEAR)
    clock.leap()
    worker.work_on_cases()
    assert (story.file.deadlines, story.events) == before
    story.world.clock.moment = right + YEAR
    worker.work_on_cases()
    assert story.file.deadlines != before[0], "an honest year ends them"


def test_every_loop_runs_at_once_after_its_clock_was_set_back() -> None:
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.start(paused=True)
    now = datetime.now(UTC)
    for _ in range(2):
        scheduler.add_job(print, "interval", seconds=15, next_run_time=now + LONG)
    plan_anew(scheduler, now)
    assert {each.next_run_time for each in scheduler.get_jobs()} == {now}
    scheduler.shutdown()


def test_nothing_is_destroyed_while_the_clock_may_be_wrong(story: Story) -> None:
    story.applies()
    engine = story.world.engine
    close_and_plan(story, story.today, SealingClass.CONTACT)
    held = engine.key_store.of_case(story.case.id)
    assert held
    Worker(engine, is_steady=lambda: False).do_chores()
    assert engine.key_store.of_case(story.case.id) == held
    Worker(engine, is_steady=lambda: True).do_chores()
    assert engine.key_store.of_case(story.case.id) != held


def test_mail_rests_no_longer_because_its_clock_was_set_back(story: Story) -> None:
    post = mail_waits(story)
    post.fails = MailServerAway()
    world = story.world
    worker = Worker(world.engine, post)
    world.clock.passes(hours=2)
    worker.send_mail()
    world.clock.moment -= LONG
    post.fails = None
    mail_waits(Story(world))
    assert worker.send_mail() == 1, "the first message itself waits until its clock has come so far"


def test_a_beat_that_is_to_come_hides_no_silent_worker(story: Story) -> None:
    """It was noted by a clock that ran ahead, or forged."""
    world = story.world
    moment = world.clock.moment
    health = application(world).test_client()
    for at, worker in ((moment + LONG, "silent"), (moment, "beats")):
        world.clock.moment = at
        world.engine.perform(Beat(new_id(), {"mail": at}), SYSTEM)
        world.clock.moment = moment
        assert health.get("/health/ready").get_json()["worker"] == worker
    seen = world.engine.answer(ReadHealth(), SYSTEM).beat
    assert seen is not None
    assert (seen.at, seen.loops) == (moment, {"mail": moment})
    world.clock.passes(minutes=2)
    assert health.get("/health/ready").get_json()["worker"] == "silent"


def test_the_log_is_signed_on_after_its_clock_was_set_back(story: Story) -> None:
    """Ids of entries begin with the moment at which they were made."""
    story.applies()
    story.read_by("kasittelija")
    world, entry = story.world, ACCESS_ENTRIES.c
    with world.engine.database.transaction() as connection:
        last = connection.execute(select(entry.id).order_by(entry.id.desc()).limit(1)).scalar_one()
        ahead = UUID(int=last.int + (int(LONG.total_seconds() * 1000) << 80))
        connection.execute(update(ACCESS_ENTRIES).where(entry.id == last).values(id=ahead))
    world.engine.perform(SignCheckpoint(), SYSTEM)
    before = _signed(story)
    world.clock.moment = datetime.now(UTC)
    story.read_by("paivystaja")
    world.engine.perform(SignCheckpoint(), SYSTEM)
    assert _signed(story) == before + 1


def _signed(story: Story) -> int:
    with story.world.engine.database.view() as connection:
        return int(connection.execute(select(func.count()).select_from(ACCESS_CHECKPOINTS)).scalar_one())
