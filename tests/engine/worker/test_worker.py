"""The worker's round: due work is done, failed work waits for a person, and nothing else waits behind it."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import orjson
import pytest
from sqlalchemy import select

from engine.commands.deadlines import PassedDeadlines
from engine.commands.incidents import RetryIncident
from engine.commands.public_drafts import KeepPublicDraft, ReadPublicDraft, new_token
from engine.domain.people import PUBLIC, SYSTEM
from engine.errors import Unsealable
from engine.executor import Work
from engine.queries.health import ReadHealth
from engine.rounds import BEAT_SECONDS, begin, end
from engine.storage.sealing import SealingClass
from engine.storage.tables.processes import STARTS, TIMERS
from engine.worker import BREACH, MOVE, START, TIMER, Worker, knocked
from tests.support.key_stores import close_and_plan
from tests.support.story import Story
from tests.support.working import (
    Doing,
    Post,
    due_timers,
    incidents,
    mail_waits,
    stalled_request,
    without,
)
from tests.support.world import World


@pytest.mark.databases
def test_timers_fire_when_due_and_once(story: Story) -> None:
    stalled_request(story)
    worker = Worker(story.world.engine, Post())
    assert worker.do(TIMER) == 0
    story.world.clock.passes(days=60)
    due = due_timers(story.world)
    assert due > 0
    assert worker.do(TIMER) == due
    fired = story.events.count("timer_fired")
    assert fired == due
    worker.do(TIMER)
    assert story.events.count("timer_fired") >= fired


@pytest.mark.databases
def test_it_goes_on_until_nothing_is_due_and_no_kind_waits_for_the_end_of_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch of one: what fails is at the head of each, and a breach comes between two timers."""
    monkeypatch.setattr("engine.worker.DUE_WORK", (START, TIMER, BREACH, MOVE))
    monkeypatch.setattr("engine.worker.BATCH", 1)
    stories = [Story(world) for _ in range(3)]
    for story in stories:
        stalled_request(story)
    without(world.engine, "send_reminder")
    world.clock.passes(days=90)
    due = due_timers(world)
    Worker(world.engine, Post()).work_on_cases()
    assert due_timers(world) == 0
    with world.engine.database.view() as connection:
        tried = connection.execute(select(TIMERS.c.id).where(TIMERS.c.attempts == 1)).all()
    assert len(tried) == due >= len(stories)
    assert world.engine.answer(PassedDeadlines(), SYSTEM) == ()
    assert all("deadline_breached" in story.events for story in stories)


def test_a_breach_that_cant_be_recorded_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does it stop them where a batch holds no more than what fails."""
    monkeypatch.setattr("engine.worker.BATCH", 1)
    first, second = stories = [Story(world) for _ in range(2)]
    for story in stories:
        story.applies()
        story.until("sufficiency")
    spoiled = first.case.id
    with world.engine.database.transaction() as connection:
        connection.exec_driver_sql(
            f"create trigger refuses before insert on clock_entries when new.case_id = '{spoiled.hex}' "
            "begin select raise(abort, 'no'); end"
        )
    world.clock.passes(days=90)
    Worker(world.engine, Post()).work_on_cases()
    assert "deadline_breached" in second.events
    assert "deadline_breached" not in first.events
    assert world.engine.answer(PassedDeadlines(), SYSTEM) == (spoiled,)


@pytest.mark.databases
def test_a_worker_says_that_it_lives_and_the_backlog_how_late_it_is(story: Story) -> None:
    stalled_request(story)
    world = story.world
    world.clock.passes(days=60)
    before = world.engine.answer(ReadHealth(), SYSTEM)
    timers = next(each for each in before.backlogs if each.kind == "timer")
    assert timers.count == due_timers(world)
    assert before.late_seconds("timer", world.clock.moment) > 24 * 3600
    assert before.beat is None

    worker = Worker(world.engine, Post())
    for name in worker.loops:
        worker.knock(name)
    worker.beat()
    world.clock.passes(minutes=1)
    after = world.engine.answer(ReadHealth(), SYSTEM)
    assert after.late_seconds("timer", world.clock.moment) == 0
    assert after.beat is not None
    assert world.clock.moment - after.beat.at == timedelta(minutes=1)
    assert set(after.beat.loops) == {"cases", "mail", "files", "chores", "log", "webhooks"}
    worker.beat()
    assert world.engine.answer(ReadHealth(), SYSTEM).beat.at == world.clock.moment, "one row, written over"


def test_the_demonstration_does_not_warn_of_mail_that_nobody_sends(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    mail_waits(story)
    engine = story.world.engine
    story.world.clock.passes(days=2)
    late = []
    for settings in (engine.settings, replace(engine.settings, mail=None, is_demonstration=True)):
        engine.settings = settings
        caplog.clear()
        Worker(engine).beat()
        late.append([each.kind for each in caplog.records if each.message == "due work is late"])
    assert late == [["mail"], []]


def test_after_it_is_asked_to_end_it_begins_nothing(story: Story) -> None:
    stalled_request(story)
    mail_waits(Story(story.world))
    story.world.clock.passes(days=60)
    stop, post = Event(), Post()
    stop.set()
    worker = Worker(story.world.engine, post, stop)
    assert worker.round() == 0
    assert due_timers(story.world) > 0
    assert post.sent == []


@pytest.mark.databases
def test_two_workers_fire_each_timer_once(world: World) -> None:
    stories = [Story(world) for _ in range(3)]
    for story in stories:
        stalled_request(story)
    world.clock.passes(days=12)
    due = due_timers(world)
    assert due >= len(stories)
    with ThreadPoolExecutor(2) as pool:
        fired = list(pool.map(lambda _: Worker(world.engine, Post()).do(TIMER), range(2)))
    # A case in use is left to the next round; nothing is fired twice.
    again = Worker(world.engine, Post()).do(TIMER)
    recorded = sum(story.events.count("timer_fired") for story in stories)
    assert sum(fired) + again == recorded
    assert incidents(world) == ()


def test_the_third_failure_is_an_incident_that_a_manager_lets_go_again(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    stalled_request(story)
    world = story.world
    known = world.engine.operations
    without(world.engine, "send_reminder")
    without(world.engine, "mark_stalled")
    world.clock.passes(days=60)
    worker = Worker(world.engine, Post())
    for tried in range(1, 4):
        assert worker.do(TIMER) == 0
        assert due_timers(world) == 0, "it waits before it is tried again"
        assert bool(incidents(world)) == (tried == 3)
        world.clock.passes(hours=2)
    assert due_timers(world) == 0, "after the third try it waits for a person"
    opened = incidents(world)
    assert {each.kind for each in opened} == {"timer"}
    assert "incident_opened" in story.events
    assert not any("Anna" in each.message for each in opened)
    assert "Anna" not in "".join(str(vars(each)) for each in caplog.records)

    world.engine.operations = known
    for each in opened:
        world.engine.perform(RetryIncident(each.id), world.actor("esihenkilo"))
    world.clock.passes(seconds=1)
    assert worker.do(TIMER) == len(opened)
    assert incidents(world) == ()


def test_expired_drafts_are_destroyed(world: World) -> None:
    token = new_token()
    world.engine.perform(KeepPublicDraft(token, "application", {"help_needed": "apua"}), PUBLIC)
    Worker(world.engine, Post()).round()
    assert world.engine.answer(ReadPublicDraft(token), PUBLIC)
    world.clock.passes(days=1, minutes=1)
    Worker(world.engine, Post()).round()
    left = world.engine.perform(
        Doing(lambda work: work.stores.public_drafts.destroy_expired(work.now)), SYSTEM
    )
    assert left == 0


def test_content_past_its_retention_can_be_read_by_nobody(story: Story) -> None:
    story.applies()
    world = story.world
    case_id = story.case.id
    close_and_plan(story, story.today + timedelta(days=30), SealingClass.NARRATIVE)
    with world.engine.database.unit_of_work() as unit:
        vault = world.engine.stores(unit).vault
        sealed = vault.seal(case_id, SealingClass.NARRATIVE, "somewhere", b"text")
        assert vault.open(case_id, SealingClass.NARRATIVE, "somewhere", sealed) == b"text"
    Worker(world.engine, Post()).round()
    assert story.file.submissions[0].answers["what_happened"]

    world.clock.passes(days=31)
    Worker(world.engine, Post()).round()
    file = story.file
    assert "what_happened" not in file.submissions[0].answers
    assert file.applicant is not None
    assert file.applicant.name, "the other classes stay"
    assert "content_erased" in story.events

    def open_it(work: Work) -> bytes:
        return work.stores.vault.open(case_id, SealingClass.NARRATIVE, "somewhere", sealed)

    with pytest.raises(Unsealable):
        world.engine.perform(Doing(open_it), SYSTEM)


def test_a_checkpoint_is_signed_in_the_first_round_and_then_once_a_minute_when_somebody_has_looked(
    story: Story,
) -> None:
    story.applies()
    assert story.file.tasks, "somebody looked, so that there is a chain"
    file: Path = story.world.engine.settings.checkpoints.file
    worker = Worker(story.world.engine, Post())
    for _ in range(11):
        worker.round()
        story.world.clock.passes(seconds=5)
    lines = file.read_bytes().splitlines()
    assert len(lines) == 1
    assert orjson.loads(lines[0])["heads"]
    assert story.file.tasks
    story.world.clock.passes(seconds=5)
    worker.round()
    assert len(file.read_bytes().splitlines()) == 2
    assert story.world.log_faults() == ()


@pytest.mark.parametrize("seconds", [1, 5, 3600])
def test_chores_have_their_minute_and_their_day_however_seldom_the_worker_looks(
    world: World, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    done: dict[str, int] = {"often": 0, "daily": 0}

    def chore(name: str) -> Doing:
        return Doing(lambda _: done.update({name: done[name] + 1}))

    monkeypatch.setattr("engine.worker.NOW_AND_THEN", (lambda: chore("often"),))
    monkeypatch.setattr("engine.worker.EACH_DAY", (lambda: chore("daily"),))
    monkeypatch.setattr("engine.worker.UNTIL_DONE", ())
    worker = Worker(world.engine, Post())
    for _ in range(120):
        worker.do_chores()
        world.clock.passes(seconds=seconds)
    assert (
        done
        == {1: {"often": 2, "daily": 1}, 5: {"often": 10, "daily": 1}, 3600: {"often": 120, "daily": 5}}[
            seconds
        ]
    )


def test_each_day_sqlite_counts_what_its_planner_goes_by(story: Story) -> None:
    """An installation never asks it to otherwise."""
    story.applies()
    database = story.world.engine.database
    asked = "select count(*) from sqlite_stat1 where tbl = 'user_tasks'"
    worker = Worker(story.world.engine, Post())
    worker.do_chores()
    with database.view() as connection:
        assert connection.exec_driver_sql(asked).scalar_one() > 0
    with database.transaction() as connection:
        connection.exec_driver_sql("delete from sqlite_stat1")
    worker.do_chores()
    with database.view() as connection:
        assert connection.exec_driver_sql(asked).scalar_one() == 0, "once a day"


def test_it_says_that_it_lives_however_seldom_it_looks(world: World) -> None:
    """After a minute without a beat it counts as silent."""
    world.engine.settings = replace(world.engine.settings, worker_interval_seconds=3600)
    stop = Event()
    scheduler = begin(world.engine, stop)
    every = {each.trigger.interval.total_seconds() for each in scheduler.get_jobs() if "beat" in each.args}
    assert end(scheduler, stop)
    assert every == {BEAT_SECONDS}
    assert BEAT_SECONDS < 60


def test_erasure_and_checkpoint_do_not_wait_for_what_fails_beside_them(
    story: Story, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Drafts can't be destroyed (their table is gone); the checkpoint is signed all the same."""
    engine = story.world.engine
    story.applies()
    story.read_by("kasittelija")
    with engine.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE public_drafts RENAME TO gone")
    Worker(engine, Post()).round()
    assert engine.settings.checkpoints.file.exists()
    assert "DestroyExpired" in {getattr(each, "kind", "") for each in caplog.records}


def test_a_failed_round_is_logged_without_texts_of_people(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    name = " ".join(("Anna", "Esimerkki"))

    class Broken(Worker):
        def round(self) -> int:
            raise RuntimeError(name)

    with caplog.at_level(logging.ERROR):
        knocked("cases", Broken(world.engine, Post()).round)
    logged = "".join(str(vars(each)) for each in caplog.records)
    assert "RuntimeError" in logged
    assert name not in logged


def test_a_childs_case_that_cant_begin_is_an_incident_of_that_case(story: Story) -> None:
    child = {"given_names": "Eeli", "family_name": "Keksitty", "in_finland": "yes", "born_on": "2018-03-01"}
    story.applies(has_children="yes", children=[child])
    story.does("kirjaaja", "register", has_children="yes", child_welfare_considered="not_needed")
    world = story.world
    known = world.engine.operations
    without(world.engine, "issue_receipt")
    worker = Worker(world.engine, Post())
    for _ in range(3):
        assert worker.do(START) == 0
        world.clock.passes(minutes=6)
    (incident,) = incidents(world)
    assert (incident.kind, incident.case_id) == ("start", story.child().case.id)
    for tried in range(3):
        world.engine.perform(RetryIncident(incident.id), world.actor("esihenkilo"))
        assert incidents(world) == ()
        assert worker.do(START) == 0, "a manager let it go again, and it is tried at once"
        (incident,) = incidents(world)
        world.clock.passes(minutes=6)
        assert worker.do(START) == 0
        assert incidents(world) == (incident,), f"one incident, whatever its attempts ({tried})"
    world.engine.operations = known
    world.engine.perform(RetryIncident(incident.id), world.actor("esihenkilo"))
    assert worker.do(START) == 1
    assert incidents(world) == ()
    with world.engine.database.view() as connection:
        assert connection.execute(select(STARTS.c.id)).all() == []
        assert connection.execute(select(TIMERS.c.id).where(TIMERS.c.is_suspended)).all() == []
