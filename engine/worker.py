"""Loops over what is due. APScheduler only starts them; what is due is in tables, and any number of workers may run.

Four loops, each a job of its own, so that a mail server or a virus scanner that does not answer, or a log of a million
entries, delays nothing else: cases, mail, files, the access log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from traceback import format_tb
from typing import Any, Final
from uuid import UUID

from apscheduler.schedulers.background import BackgroundScheduler

from engine.commands.access_log import IsVerificationDue, NoSigningKey, SignCheckpoint, VerifyAccessLog
from engine.commands.attachments import MarkScanned, QuarantinedFiles, TakeQuarantined
from engine.commands.cases import DueStarts, PostponeStart, StartDue
from engine.commands.deadlines import RecordBreaches
from engine.commands.moves import DueMoves, MoveCase, PostponeMove
from engine.commands.outbox import DueMessages, GiveUpMessage, MarkSent, PostponeMessage, TakeMessage
from engine.commands.public_drafts import DestroyExpired
from engine.commands.retention import EraseAgain, EraseDue, SettleKeys
from engine.commands.rings import DueRings, PostponeRing, RingOnCall
from engine.commands.timers import DueTimers, FireTimer, PostponeTimer
from engine.commands.try_outs import ForgetTryOuts
from engine.domain.people import SYSTEM
from engine.errors import Outdated, Refusal
from engine.executor import Command, Engine, Query
from engine.mail import MailRefused, MailUnavailable, send
from engine.storage.outbox import OutboxMessage
from engine.uploads import ScannerUnreachable, is_infected

log = logging.getLogger("vireille.worker")


@dataclass(frozen=True, slots=True)
class DueWork:
    """A kind of due row: the query that finds the rows, the command that does one, and the one that postpones it
    after a failure."""

    name: str
    find: Callable[[], Query[tuple[UUID, ...]]]
    perform: Callable[[UUID], Command[bool]]
    postpone: Callable[[UUID, str], Command[None]]
    """The failed command counts its attempts; the third opens an incident for a person."""


START = DueWork("start", DueStarts, StartDue, PostponeStart)
TIMER = DueWork("timer", DueTimers, FireTimer, PostponeTimer)
MOVE = DueWork("move", DueMoves, MoveCase, PostponeMove)
RING = DueWork("ring", DueRings, RingOnCall, PostponeRing)
DUE_WORK: Final = (RING, START, TIMER, MOVE)
"""In this order: what is urgent is heard first, a case is started before its timers, and what is owed on a day comes
before a move."""

CHECKPOINT_EVERY = 12
"""Rounds between two signed checkpoints of the access log: a minute at the usual interval."""
EVERY_ROUND: Final[tuple[Callable[[], Command[Any]], ...]] = (RecordBreaches,)
NOW_AND_THEN: Final[tuple[Callable[[], Command[Any]], ...]] = (
    DestroyExpired,
    ForgetTryOuts,
    EraseDue,
    SettleKeys,
    SignCheckpoint,
)
DAILY = 17_280
"""Rounds of a day at the usual interval. The first is the worker's first: a key store is restored while it rests."""
EACH_DAY: Final[tuple[Callable[[], Command[Any]], ...]] = (EraseAgain,)


class Worker:
    def __init__(self, engine: Engine, send_mail: Callable[..., None] = send) -> None:
        self._engine = engine
        self._send_mail = send_mail
        self._rounds = 0

    def round(self) -> int:
        """Do everything that is due now, once. Return how many things were done."""
        return self.work_on_cases() + self.send_mail() + self.scan_files() + self.verify_log()

    def work_on_cases(self) -> int:
        """Do each kind of due work, then what the law requires even if the rest fails: breaches, erasure, checkpoints."""
        done = sum(self.do(kind) for kind in DUE_WORK)
        chores = [
            *EVERY_ROUND,
            *(() if self._rounds % CHECKPOINT_EVERY else NOW_AND_THEN),
            *(() if self._rounds % DAILY else EACH_DAY),
        ]
        self._rounds += 1
        for chore in chores:
            self._attempt(chore())
        return done

    def do(self, kind: DueWork) -> int:
        """Do all due rows of one kind. Return how many."""
        return sum(self.each(kind))

    def each(self, kind: DueWork) -> Iterator[int]:
        """Do the due rows of one kind, each in a transaction of its own. Yield 1 for each that was done."""
        for row_id in self._engine.answer(kind.find(), SYSTEM):
            yield int(self._do_one(kind, row_id))

    def _do_one(self, kind: DueWork, row_id: UUID) -> bool:
        try:
            return self._engine.perform(kind.perform(row_id), SYSTEM)
        except Outdated:
            log.info(
                "the case of a %s is in use; the next round takes it", kind.name, extra={"row": str(row_id)}
            )
        except Exception as failure:  # noqa: BLE001 - last resort: counted, and the third time an incident
            log.warning("a %s failed: %s", kind.name, type(failure).__name__, extra={"row": str(row_id)})
            self._engine.perform(kind.postpone(row_id, _message(failure)), SYSTEM)
        return False

    def _attempt(self, command: Command[Any]) -> None:
        """Perform a recurring command. A failure is logged, tried again in the next round, and stops no other."""
        try:
            self._engine.perform(command, SYSTEM)
        except NoSigningKey:
            # Logged at the start. Another host signs, or the verification names what nobody signed.
            pass
        except Exception as failure:  # noqa: BLE001 - last resort: logged, and tried again in its next turn
            log.error("%s failed: %s", type(command).__name__, _place(failure))  # noqa: TRY400 - without its words

    def send_mail(self) -> int:
        """Send the messages that are due. Return how many. Without a mail server they wait."""
        if self._engine.settings.mail is None:
            return 0
        return sum(self._send_one(each) for each in self._engine.answer(DueMessages(), SYSTEM))

    def _send_one(self, message_id: UUID) -> bool:
        """Send one message. Return True if it was sent. If it can't be opened or sent, open an incident."""
        try:
            message: OutboxMessage | None = self._engine.perform(TakeMessage(message_id), SYSTEM)
            if message is None:
                return False
            self._send_mail(self._engine.settings.mail, message)
        except MailUnavailable as failure:
            self._engine.perform(PostponeMessage(message_id, _message(failure)), SYSTEM)
        except Exception as failure:  # noqa: BLE001 - last resort: an incident
            if not isinstance(failure, MailRefused):
                log.warning("a message failed: %s", type(failure).__name__, extra={"row": str(message_id)})
            self._engine.perform(GiveUpMessage(message_id, _message(failure)), SYSTEM)
        else:
            self._engine.perform(MarkSent(message_id), SYSTEM)
            return True
        return False

    def scan_files(self) -> int:
        """Scan the files that wait for the virus scanner. Return how many. Return 0 if none is configured; stop if it
        does not answer."""
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

    def verify_log(self) -> int:
        """Verify the access log if it is due: each night, and when an auditor asked. Return how many times."""
        if not self._engine.answer(IsVerificationDue(), SYSTEM):
            return 0
        result = self._engine.perform(VerifyAccessLog(), SYSTEM)
        if result.faults:
            log.error("the access log is not whole: %d faults", result.faults)
        return 1

    @property
    def loops(self) -> tuple[Callable[[], int], ...]:
        """Return the loops that the scheduler runs, each in a job of its own."""
        return self.work_on_cases, self.send_mail, self.scan_files, self.verify_log


def _message(failure: Exception) -> str:
    """Return the text of an incident: a refusal's sentence, else only the kind of failure. Never values of a case."""
    return str(failure)[:1000] if isinstance(failure, Refusal) else type(failure).__name__


def _place(failure: Exception) -> str:
    """Return the failure's class and place, without its message, which may hold what a person wrote."""
    return f"{type(failure).__name__}\n{''.join(format_tb(failure.__traceback__))}"


def run(engine: Engine, stop: Event, *, started: Callable[[datetime], None] | None = None) -> None:
    """Work until `stop` is set."""
    scheduler = begin(engine)
    if started is not None:
        started(engine.now())
    stop.wait()
    scheduler.shutdown(wait=True)


def begin(engine: Engine) -> BackgroundScheduler:
    """Return a running scheduler for the worker's loops. It keeps nothing that would be lost with it."""
    if not engine.settings.checkpoints.key_file.exists():
        log.warning("no key signs checkpoints of the access log here: vireille access-log key")
    scheduler = BackgroundScheduler(timezone="UTC")
    for loop in Worker(engine).loops:
        scheduler.add_job(
            _knock,
            "interval",
            args=[loop],
            seconds=engine.settings.worker_interval_seconds,
            coalesce=True,
            max_instances=1,
            next_run_time=engine.now(),
        )
    scheduler.start()
    return scheduler


def _knock(loop: Callable[[], int]) -> None:
    try:
        loop()
    except Exception as failure:  # noqa: BLE001 - the outermost loop: whatever it was, the next round is tried
        log.error("a round failed: %s", _place(failure))  # noqa: TRY400 - without its words
