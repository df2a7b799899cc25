"""kill -9 between and inside the steps of a case, then a restart: no step is lost or doubled.

VIREILLE_KILLS sets the kills for each database (6 by default; `make deep NAME=kills` goes on), VIREILLE_KILL_SEED repeats
a run; the seed is printed.
The last test proves that this can fail: it commits in the middle of each completion, and the kills find it.
"""

from __future__ import annotations

import os
import random
import select
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import Connection, Select, text
from sqlalchemy import select as query

from engine.bootstrap import build_engine
from engine.executor import Engine
from engine.storage.tables.cases import APPLICATIONS, CASE_EVENTS, SUBMISSIONS
from engine.storage.tables.processes import ELEMENT_RUNS, OUTBOX_MESSAGES, TIMERS, USER_TASKS
from engine.storage.tables.requests import LINKS
from tests.support import doomed
from tests.support.postgres import Cluster
from tests.support.soundness import Shape, faults, shape_of
from tests.support.world import READ_ONCE, Clock, Template, settings_for

KILLS = int(os.environ.get("VIREILLE_KILLS", "6"))
MOST_HALVES = 90
"""Kills until one falls between the halves of a commit; mostly a few are enough."""
SEED = int(os.environ.get("VIREILLE_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
STEPS_BEFORE = 9
"""The most commits before a kill; some kills come before the first commit, while the process starts."""
LONGEST_WAIT = 0.15
"""Seconds from the last commit to the kill: a completion takes a fraction, the signature with its letter more."""

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.support.doomed_ready"])

PATIENCE = 60
"""Seconds, many because the machine has other work."""

NewDatabase = Callable[[], str]


@dataclass
class Doomed:
    """One case in one database, and the steps acknowledged in it."""

    url: str
    folder: Path
    spoiled: bool = False
    reported: Counter[tuple[str, str]] = field(default_factory=Counter)
    kills: int = 0
    is_done: bool = False

    def lives(self, commits: int | None, wait: float = 0) -> None:
        """Run until that many commits and a moment more, then kill; for None, run undisturbed to the end."""
        reading, writing = FORKS.Pipe(duplex=False)
        options = {"spoiled": self.spoiled}
        process = FORKS.Process(
            target=doomed.live, args=(self.url, str(self.folder), writing), kwargs=options
        )
        process.start()
        writing.close()
        try:
            left = self._listens(reading.fileno(), commits)
            if commits is not None and not self.is_done:
                Event().wait(wait)
                process.kill()
                self.kills += 1
            process.join(timeout=PATIENCE)
            self._takes(left + _rest(reading.fileno()))
        finally:
            process.kill()
            reading.close()

    def _listens(self, pipe: int, commits: int | None) -> bytes:
        heard, left = 0, b""
        while commits is None or heard < commits:
            ready, _, _ = select.select([pipe], [], [], PATIENCE)
            assert ready, "nothing was heard for a minute"
            reported = os.read(pipe, 65536)
            if not reported:
                break
            *lines, left = (left + reported).split(b"\n")
            heard += len(lines)
            self._takes(b"".join(line + b"\n" for line in lines))
            if self.is_done:
                break
        return left

    def _takes(self, reported: bytes) -> None:
        for line in reported.decode().splitlines():
            kind, _, subject = line.partition(" ")
            assert kind != doomed.FAILED, subject.encode().decode("unicode_escape")
            if line == doomed.DONE:
                self.is_done = True
            elif kind != doomed.HALF:
                self.reported[kind, subject] += 1


def _rest(pipe: int) -> bytes:
    reported = b""
    while more := os.read(pipe, 65536):
        reported += more
    return reported


def lost_or_doubled(engine: Engine, case: Doomed) -> list[str]:
    """Return the acknowledged steps not there exactly once; a kill cut off the report of any other step."""
    with engine.database.view() as connection:
        return [
            *(
                f"{kind} of {subject} was reported twice"
                for (kind, subject), times in case.reported.items()
                if times > 1 and kind in ONE_ACT
            ),
            *_acknowledged(connection, case),
            *_in_agreement(connection, case),
        ]


def _acknowledged(connection: Connection, case: Doomed) -> Iterator[str]:
    there = {
        "SubmitApplication": Counter({doomed.KEY: _count(connection, query(APPLICATIONS.c.id))}),
        "ClaimTask": _ids(connection, query(USER_TASKS.c.id).where(USER_TASKS.c.assignee_id.is_not(None))),
        "CompleteTask": _submitted(connection),
        "AnswerRequest": _ids(connection, query(LINKS.c.key_hash).where(LINKS.c.used_at.is_not(None))),
        "MarkSent": _ids(
            connection, query(OUTBOX_MESSAGES.c.id).where(OUTBOX_MESSAGES.c.sent_at.is_not(None))
        ),
    }
    waiting = _ids(connection, query(TIMERS.c.id))
    for kind, subject in case.reported:
        times = 1 - waiting[subject] if kind == "FireTimer" else there[kind][subject]
        if times != 1:
            yield f"{kind} of {subject} is there {times} times"


def _in_agreement(connection: Connection, case: Doomed) -> Iterator[str]:
    """Check that task rows, submissions, the timeline and the engine record the same steps."""
    done = _ids(connection, query(USER_TASKS.c.id).where(USER_TASKS.c.state == "completed"))
    if done != (submitted := _submitted(connection)):
        yield f"completed tasks are {done}, their submissions {submitted}"
    events = query(CASE_EVENTS.c.id)
    reported = _count(connection, events.where(CASE_EVENTS.c.kind == "task_completed"))
    if reported != done.total():
        yield f"{done.total()} tasks are completed, the timeline tells of {reported}"
    same = (ELEMENT_RUNS.c.instance_id == USER_TASKS.c.instance_id) & (
        ELEMENT_RUNS.c.run_key == USER_TASKS.c.task_key
    )
    ran = query(USER_TASKS.c.id).join(ELEMENT_RUNS, same)
    ran = ran.where(USER_TASKS.c.state == "completed", ELEMENT_RUNS.c.state == "completed")
    if _ids(connection, ran) != done:
        yield f"{done.total()} tasks are completed, the engine ran {_count(connection, ran)} of them"
    fired = _count(connection, events.where(CASE_EVENTS.c.kind == "timer_fired"))
    heard = sum(kind == "FireTimer" for kind, _ in case.reported)
    if not heard <= fired <= heard + case.kills:
        yield f"{heard} timers were reported, {fired} fired in {case.kills} lives"


def _submitted(connection: Connection) -> Counter[str]:
    return _ids(connection, query(SUBMISSIONS.c.task_id).where(SUBMISSIONS.c.task_id.is_not(None)))


def _ids(connection: Connection, statement: Select[Any]) -> Counter[str]:
    return Counter(str(getattr(each, "hex", each)) for each in connection.execute(statement).scalars())


def _count(connection: Connection, statement: Select[Any]) -> int:
    return _ids(connection, statement).total()


ONE_ACT = frozenset({"CompleteTask", "AnswerRequest", "FireTimer", "SubmitApplication"})


def settle(engine: Engine) -> None:
    """Wait until PostgreSQL ends the session of the killed process: its last commit may still arrive."""
    if engine.database.is_sqlite:
        return
    others = text(
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    )
    until = monotonic() + PATIENCE
    while monotonic() < until:
        with engine.database.view() as connection:
            if connection.execute(others).scalar_one() == 0:
                return
    raise AssertionError("the killed process is still connected")


def check(case: Doomed) -> tuple[list[str], Shape]:
    # A new engine, so that SQLite recovers the log of the killed process as after a restart.
    engine = build_engine(settings_for(case.url, case.folder), now=Clock())
    engine.compiled_models = READ_ONCE
    try:
        settle(engine)
        return [*faults(engine), *lost_or_doubled(engine, case)], shape_of(engine)
    finally:
        engine.close()


@pytest.fixture(scope="module")
def undisturbed(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Shape:
    """The shape of a case that was never killed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    template.copy(folder / "vireille.db")
    case = Doomed(f"sqlite:///{folder / 'vireille.db'}", folder)
    case.lives(None)
    assert case.is_done
    found, shape = check(case)
    assert found == []
    assert ("milestone_reached", "delivery_recorded") in shape["events"]
    assert shape["submissions"]["information_reply", "REQ-2"] == 1
    assert shape["tasks"].total() > 15
    return shape


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, template: Template, tmp_path: Path) -> Iterator[NewDatabase]:
    """Return a function that makes a populated database for each case."""
    numbers = iter(range(1000))

    def on_sqlite() -> str:
        file = tmp_path / f"{next(numbers)}.db"
        template.copy(file)
        return f"sqlite:///{file}"

    if request.param == "sqlite":
        yield on_sqlite
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    made: list[str] = []

    def on_postgresql() -> str:
        made.append(template.copy_on(cluster))
        return cluster.url(made[-1])

    yield on_postgresql
    for name in made:
        cluster.drop_database(name)


@pytest.mark.slow
def test_a_killed_process_goes_on_from_its_last_commit(
    new_database: NewDatabase, undisturbed: Shape, tmp_path: Path
) -> None:
    print(f"VIREILLE_KILL_SEED={SEED}")
    chance = random.Random(SEED)
    case = Doomed(new_database(), tmp_path)
    cases, kills = 1, 0
    while kills < KILLS:
        before = case.kills
        case.lives(chance.randint(0, STEPS_BEFORE), chance.uniform(0, LONGEST_WAIT))
        kills += case.kills - before
        found, shape = check(case)
        assert found == [], f"seed {SEED}, case {cases}, kill {kills}"
        if case.is_done:
            assert shape == undisturbed, f"seed {SEED}, case {cases}, kill {kills}"
            case = Doomed(new_database(), tmp_path)
            cases += 1
    case.lives(None)
    found, shape = check(case)
    assert found == [], f"seed {SEED}, case {cases}, after the last kill"
    assert shape == undisturbed, f"seed {SEED}, case {cases}, after the last kill"
    print(f"{kills} kills in {cases} cases")


def test_a_step_committed_in_halves_is_found(template: Template, tmp_path: Path) -> None:
    """After a kill between the halves, the task is done and the case does not know it."""
    chance = random.Random(1)
    case: Doomed | None = None
    for attempt in range(MOST_HALVES):
        if case is None or case.is_done:
            # A case that has ended completes nothing more.
            template.copy(tmp_path / f"{attempt}.db")
            case = Doomed(f"sqlite:///{tmp_path / f'{attempt}.db'}", tmp_path, spoiled=True)
        try:
            # Wait longer each time: the time of a completion's middle depends on the machine's other work. The half
            # commit is reported too, so that a kill comes soon after it.
            case.lives(chance.randint(2, 4), chance.uniform(0, 0.04 + 0.01 * attempt))
        except AssertionError:
            # The process failed on its own half commit before the next kill: this also counts as found.
            return
        found, _ = check(case)
        if found:
            assert any("tasks" in each for each in found), found
            return
    raise AssertionError("no kill found it")
