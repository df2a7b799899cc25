"""The loop that looks for due rows. APScheduler only knocks; what is due stands in tables, and any number may run."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Event
from traceback import format_tb
from typing import Any
from uuid import UUID

from apscheduler.schedulers.background import BackgroundScheduler

from engine.commands.access_log import SignCheckpoint
from engine.commands.attachments import MarkScanned, QuarantinedFiles, TakeQuarantined
from engine.commands.cases import DueStarts, PostponeStart, StartDue
from engine.commands.deadlines import RecordBreaches
from engine.commands.moves import DueMoves, MoveCase, PostponeMove
from engine.commands.outbox import DueMessages, GiveUpMessage, MarkSent, PostponeMessage, TakeMessage
from engine.commands.public_drafts import DestroyExpired
from engine.commands.retention import EraseDue
from engine.commands.timers import DueTimers, FireTimer, PostponeTimer
from engine.commands.try_outs import ForgetTryOuts
from engine.domain.people import SYSTEM
from engine.errors import Outdated, Refusal
from engine.executor import Command, Engine
from engine.mail import MailRefused, MailUnavailable, send
from engine.storage.outbox import OutboxMessage
from engine.uploads import ScannerUnreachable, is_infected

log = logging.getLogger("vireille.worker")
CHECKPOINT_EVERY = 12
"""Rounds between two signed checkpoints of the access log: a minute at the usual interval."""


class Worker:
    def __init__(self, engine: Engine, send_mail: Callable[..., None] = send) -> None:
        self._engine = engine
        self._send_mail = send_mail
        self._rounds = 0

    def round(self) -> int:
        """Everything that is due now, once. Returns how much was done."""
        self._rounds += 1
        done = self.start_due() + self.fire_due_timers() + self.send_due_mail() + self.scan_quarantined()
        done += self.move_due()
        housekeeping: list[Command[Any]] = [RecordBreaches()]
        if self._rounds % CHECKPOINT_EVERY == 1:
            housekeeping += [DestroyExpired(), ForgetTryOuts(), EraseDue(), SignCheckpoint()]
        for command in housekeeping:
            self._keep_house(command)
        return done

    def _keep_house(self, command: Command[Any]) -> None:
        """What is owed by law (erasure, the log's checkpoints) does not wait for what goes wrong beside it."""
        try:
            self._engine.perform(command, SYSTEM)
        except Exception as failure:  # noqa: BLE001 - last resort: told, and tried again in its next turn
            log.error("%s failed: %s", type(command).__name__, _where(failure))  # noqa: TRY400 - without its words

    def fire_due_timers(self) -> int:
        fired = 0
        for timer_id in self._engine.answer(DueTimers(), SYSTEM):
            try:
                fired += self._engine.perform(FireTimer(timer_id), SYSTEM)
            except Outdated:
                log.info(
                    "the timer's case is in use; the next round takes it", extra={"timer": str(timer_id)}
                )
            except Exception as failure:  # noqa: BLE001 - last resort: counted, and the third time an incident
                log.warning("a timer failed: %s", type(failure).__name__, extra={"timer": str(timer_id)})
                self._engine.perform(PostponeTimer(timer_id, _told(failure)), SYSTEM)
        return fired

    def start_due(self) -> int:
        started = 0
        for start_id in self._engine.answer(DueStarts(), SYSTEM):
            try:
                started += self._engine.perform(StartDue(start_id), SYSTEM)
            except Outdated:
                log.info("the case is in use; the next round starts it", extra={"start": str(start_id)})
            except Exception as failure:  # noqa: BLE001 - last resort: counted, and the third time an incident
                log.warning("a start failed: %s", type(failure).__name__, extra={"start": str(start_id)})
                self._engine.perform(PostponeStart(start_id, _told(failure)), SYSTEM)
        return started

    def move_due(self) -> int:
        """After all that a case itself waits for: that is owed on a day, a move is not."""
        return sum(self.moves())

    def moves(self) -> Iterator[int]:
        """The cases that are due to move, one by one; 1 for each that is done."""
        for line_id in self._engine.answer(DueMoves(), SYSTEM):
            try:
                yield int(self._engine.perform(MoveCase(line_id), SYSTEM))
            except Outdated:
                log.info("the case is in use; the next round moves it", extra={"line": str(line_id)})
            except Exception as failure:  # noqa: BLE001 - last resort: counted, and the third time told in its line
                log.warning("a move failed: %s", type(failure).__name__, extra={"line": str(line_id)})
                self._engine.perform(PostponeMove(line_id, _told(failure)), SYSTEM)

    def send_due_mail(self) -> int:
        """Nothing is taken while no mail server is configured: the messages wait."""
        if self._engine.settings.mail is None:
            return 0
        sent = 0
        for message_id in self._engine.answer(DueMessages(), SYSTEM):
            message = self._take(message_id)
            if message is not None:
                sent += self._send(message)
        return sent

    def scan_quarantined(self) -> int:
        """Files that came while the scanner was silent. Nothing is taken while it still is, or is not configured."""
        scanner = self._engine.settings.scanner
        if scanner is None:
            return 0
        scanned = 0
        for attachment_id in self._engine.answer(QuarantinedFiles(), SYSTEM):
            content = self._engine.answer(TakeQuarantined(attachment_id), SYSTEM)
            if content is None:
                continue
            try:
                infected = is_infected(scanner, content)
            except ScannerUnreachable:
                log.warning("the virus scanner can't be reached; files wait in quarantine")
                return scanned
            scanned += self._engine.perform(MarkScanned(attachment_id, infected), SYSTEM)
        return scanned

    def _take(self, message_id: UUID) -> OutboxMessage | None:
        """A message that can't be opened becomes an incident; those behind it go out."""
        try:
            return self._engine.perform(TakeMessage(message_id), SYSTEM)
        except Exception as failure:  # noqa: BLE001 - last resort: an incident
            log.warning("a message can't be opened: %s", type(failure).__name__)
            self._engine.perform(GiveUpMessage(message_id, _told(failure)), SYSTEM)
            return None

    def _send(self, message: OutboxMessage) -> bool:
        try:
            self._send_mail(self._engine.settings.mail, message)
        except MailUnavailable as failure:
            self._engine.perform(PostponeMessage(message.id, _told(failure)), SYSTEM)
        except MailRefused as failure:
            self._engine.perform(GiveUpMessage(message.id, _told(failure)), SYSTEM)
        except Exception as failure:  # noqa: BLE001 - last resort: an incident, and the others go out
            log.warning("a message failed: %s", type(failure).__name__, extra={"message_id": str(message.id)})
            self._engine.perform(GiveUpMessage(message.id, _told(failure)), SYSTEM)
        else:
            self._engine.perform(MarkSent(message.id), SYSTEM)
            return True
        return False


def _told(failure: Exception) -> str:
    """What an incident says: a refusal's sentence, else only what kind of failure it was. Never values of a case."""
    return str(failure)[:1000] if isinstance(failure, Refusal) else type(failure).__name__


def _where(failure: Exception) -> str:
    """Kind and place. Not the failure's own words: they may hold what a person wrote."""
    return f"{type(failure).__name__}\n{''.join(format_tb(failure.__traceback__))}"


def run(engine: Engine, stop: Event, *, started: Callable[[datetime], None] | None = None) -> None:
    """Work until told to stop."""
    scheduler = begin(engine)
    if started is not None:
        started(engine.now())
    stop.wait()
    scheduler.shutdown(wait=True)


def begin(engine: Engine) -> BackgroundScheduler:
    """A scheduler that knocks. Memory only: it knows nothing that would be lost with it."""
    worker = Worker(engine)
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        lambda: _round(worker),
        "interval",
        seconds=engine.settings.worker_interval_seconds,
        coalesce=True,
        max_instances=1,
        next_run_time=engine.now(),
    )
    scheduler.start()
    return scheduler


def _round(worker: Worker) -> None:
    try:
        worker.round()
    except Exception as failure:  # noqa: BLE001 - the outermost loop: whatever it was, the next round is tried
        log.error("a round failed: %s", _where(failure))  # noqa: TRY400 - without its words
