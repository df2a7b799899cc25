"""A process that works through one case, with a worker beside it, and reports its act after each commit.

It keeps no state and reads all it knows from the database, so it may be killed anywhere and started again.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Any

from sqlalchemy import func, select, text

from engine.commands.applications import SubmitApplication
from engine.commands.outbox import MarkSent
from engine.commands.requests import AnswerRequest
from engine.commands.tasks import ClaimTask, CompleteTask
from engine.commands.timers import FireTimer
from engine.domain.cases import CaseState, Channel
from engine.domain.people import PUBLIC, Actor
from engine.domain.tasks import UserTask
from engine.executor import Command, Engine
from engine.operations import OPERATIONS
from engine.queries.case_file import CaseFile
from engine.simulation.environment_images import NoSimulation
from engine.storage.database import Database
from engine.storage.key_store import KeyStore
from engine.storage.keys import RootKey
from engine.storage.tables.cases import CASE_EVENTS, CASES
from engine.storage.tasks import UserTasks
from engine.worker import Worker
from tests.support import answers as plain
from tests.support.story import USUAL, Story
from tests.support.world import BEGINNING, MASTER_KEY, READ_ONCE, Clock, World, settings_for
from tests.support.worlds import MAIL

KEY = "the case of the killed process"
DONE = "Done -"
FAILED = "Failed"
HALF = "Half"
"""Reported of a commit that acknowledges no step."""
IDS: dict[type[Command[Any]], Callable[[Any], object]] = {
    SubmitApplication: lambda command: command.idempotency_key,
    ClaimTask: lambda command: command.task_id.hex,
    CompleteTask: lambda command: command.task_id.hex,
    AnswerRequest: lambda command: RootKey(MASTER_KEY).digest("public drafts", command.key),
    FireTimer: lambda command: command.timer_id.hex,
    MarkSent: lambda command: command.message_id.hex,
}
"""The id reported for a command, by which its trace is found in the database."""


class Telling(Engine):
    """Reports commits on a pipe. A line is shorter than PIPE_BUF, so the kernel writes it whole or not at all."""

    pipe = -1

    def perform(self, command: Command[Any], actor: Actor) -> Any:
        result = super().perform(command, actor)
        subject = IDS.get(type(command))
        if subject is not None and result is not False:
            os.write(self.pipe, f"{type(command).__name__} {subject(command)}\n".encode())
        return result


def live(url: str, folder: str, pipe: Any, *, spoiled: bool) -> None:
    """Run the process. It ends by itself only when the case has ended."""
    if spoiled:
        spoil(pipe.fileno())
    try:
        settings = settings_for(url, Path(folder), MAIL)
        clock = Clock()
        key_store = KeyStore(settings.key_store_url, clock)
        engine = Telling(Database(url), key_store, settings, OPERATIONS, clock, NoSimulation())
        engine.compiled_models = READ_ONCE
        engine.pipe = pipe.fileno()
        Script(engine, clock).run()
        os.write(engine.pipe, f"{DONE}\n".encode())
    except Exception:  # noqa: BLE001 - reported to the parent, which fails the test with it
        fails(pipe.fileno())


def fails(pipe: int) -> None:
    os.write(pipe, f"{FAILED} {traceback.format_exc()[-3000:]!r}\n".encode())
    os._exit(1)


def spoil(pipe: int) -> None:
    """Commit in the middle of a completion: the kills must find this fault."""
    whole = UserTasks.save

    def save(self: UserTasks, before: UserTask, after: UserTask) -> None:
        whole(self, before, after)
        self._unit.execute(text("COMMIT"))
        # A commit like any other, after which a kill may come: on a busy machine one seldom falls here by itself.
        os.write(pipe, f"{HALF} {after.id.hex}\n".encode())
        self._unit.execute(text("BEGIN"))

    UserTasks.save = save  # type: ignore[method-assign] # only in this process, which is about to die


class Script:
    """The state of the case decides the next act, never an earlier act of this process."""

    def __init__(self, engine: Telling, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._story = Story(World(engine, clock))
        self._knocks: SimpleQueue[None] = SimpleQueue()
        self._rounds = Semaphore(0)
        self._unheard = 0
        clock.moment = max(self._last_event() or BEGINNING, BEGINNING)

    def run(self) -> None:
        Thread(target=self._work, daemon=True).start()
        self._knock()
        self._wait()
        self._story.reference = self._reference() or self._begin()
        while (file := self._story.file).case.state is not CaseState.CLOSED:
            task = next((each for each in file.tasks if not self._is_left(each, file)), None)
            if task is not None:
                self._do(task, file)
                self._knock()
            elif self._unheard:
                # The worker finishes its round before time passes.
                self._wait()
            else:
                self._pass_time()

    def _begin(self) -> str:
        data = plain.merged(
            plain.referral(self._story.today),
            {"safe_channels": ["email"], "phone": None, "email": "bela@example.invalid"},
        )
        receipt = self._engine.perform(SubmitApplication(Channel.REFERRAL, KEY, data=data), PUBLIC)
        return str(receipt.reference)

    def _is_left(self, task: UserTask, file: CaseFile) -> bool:
        """One request is answered at once, one after its reminder, one never; nobody follows up."""
        if task.form_key == "request_follow_up":
            return True
        request = next((each for each in file.requests if each.reference == task.business_key), None)
        if task.form_key != "information_reply" or request is None:
            return False
        return request.reference == "REQ-3" or (request.reference == "REQ-2" and request.reminded_at is None)

    def _do(self, task: UserTask, file: CaseFile) -> None:
        form = task.form_key or ""
        if form == "information_reply":
            self._story.answers(task.business_key or "")
            return
        changes: dict[str, Any] = {}
        if form == "sufficiency" and not file.requests:
            changes = {"enough": "ask", "reason": "Työn ehdot puuttuvat.", "missing": "Työn ehdot"}
        elif form == "new_information_request":
            due = self._story.today + timedelta(days=14)
            asked = [plain.request(each, due) for each in ("applicant", "referrer", "outside_authority")]
            changes = {"requests": asked, "round_reason": "Kolme tahoa tietää eri asiat."}
        elif form == "verify_consent":
            changes = {"channel": "in_person"}
        self._story.does(USUAL[task.candidate_group], form, task.business_key, **changes)

    def _pass_time(self) -> None:
        due = self._story._next_timer()
        later = self._clock.moment + timedelta(minutes=11)
        self._clock.moment = later if due is None else max(due + timedelta(seconds=1), later)
        self._knock()
        self._wait()

    def _wait(self) -> None:
        """Wait until the worker has handled every knock: due work is not yet done during a round."""
        while self._unheard:
            self._rounds.acquire()
            self._unheard -= 1

    def _knock(self) -> None:
        self._unheard += 1
        self._knocks.put(None)

    def _work(self) -> None:
        worker = Worker(self._engine, send_mail=lambda *_: None)
        try:
            while True:
                self._knocks.get()
                worker.round()
                self._rounds.release()
        except Exception:  # noqa: BLE001 - reported to the parent, which fails the test with it
            fails(self._engine.pipe)

    def _reference(self) -> str | None:
        with self._engine.database.view() as connection:
            found: str | None = connection.execute(select(CASES.c.reference)).scalar_one_or_none()
        return found

    def _last_event(self) -> datetime | None:
        with self._engine.database.view() as connection:
            found: datetime | None = connection.execute(select(func.max(CASE_EVENTS.c.at))).scalar_one()
        return found
