"""Loops over what is due, which `engine/rounds.py` starts. What is due is in tables, and any number of workers may run.

Each loop is a job of its own, so that a mail server or a virus scanner that does not answer, a log of a million entries
or a long erasure delays nothing else: cases, mail, files, chores, the access log, and the beat by which others see that
the worker lives. Receivers of webhooks have one too: they are machines of others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from threading import Event
from time import monotonic
from typing import Any, Final
from uuid import UUID

from engine.calling import call_receivers
from engine.clock import night_before
from engine.commands.access_log import IsVerificationDue, NoSigningKey, SignCheckpoint, VerifyAccessLog
from engine.commands.cases import DueStarts, PostponeStart, StartDue
from engine.commands.deadlines import PassedDeadlines, RecordBreaches
from engine.commands.emergencies import EscalateReviews
from engine.commands.health import Beat
from engine.commands.meetings import DueReminders, RemindOfMeeting
from engine.commands.moves import DueMoves, MoveCase, PostponeMove
from engine.commands.public_drafts import DestroyExpired
from engine.commands.retention import DueErasures, EraseAgain, EraseDays, EraseDue, SealOlder, SettleKeys
from engine.commands.rings import DueRings, RingOnCall
from engine.commands.saved_views import SealViewNames
from engine.commands.search_keys import MakeSearchKeys
from engine.commands.staff_notices import DueNoticeMails, DueNotices, MailNotices, NotifyOfDay
from engine.commands.time_figures import CountTimes
from engine.commands.timers import DueTimers, FireTimer, PostponeTimer
from engine.commands.try_outs import ForgetTryOuts
from engine.domain.people import SYSTEM
from engine.errors import Outdated, Unavailable
from engine.executor import Command, Engine, Query
from engine.journal import place_of
from engine.mailing import Mailing, sentence_of
from engine.queries.health import ReadHealth
from engine.scanning import scan_files
from engine.storage.checkpoint_files import SecondPlace
from engine.storage.database import new_id
from engine.texts import laid_over

log = logging.getLogger("vireille.worker")


@dataclass(frozen=True, slots=True)
class DueWork:
    """A kind of due row: the query that finds the rows, the command that does one, and the one that postpones it
    after a failure."""

    name: str
    find: Callable[[int], Query[tuple[UUID, ...]]]
    """Takes how many rows to find at most, the longest overdue first."""
    perform: Callable[[UUID], Command[Any]]
    postpone: Callable[[UUID, str], Command[None]] | None
    """The failed command counts its attempts; the third opens an incident for a person. None: the next round tries again."""


START = DueWork("start", DueStarts, StartDue, PostponeStart)
TIMER = DueWork("timer", DueTimers, FireTimer, PostponeTimer)
MOVE = DueWork("move", DueMoves, MoveCase, PostponeMove)
RING = DueWork("ring", DueRings, RingOnCall, None)
"""Tried again in each round: an urgent matter is never given up, and it stays as late as it is for those who watch."""
BREACH = DueWork("breach", PassedDeadlines, RecordBreaches, None)
NOTICE = DueWork("notice", DueNotices, NotifyOfDay, None)
REMINDER = DueWork("meeting", DueReminders, RemindOfMeeting, None)
NOTICE_MAIL = DueWork("notice_mail", DueNoticeMails, MailNotices, None)
ERASURE = DueWork("erasure", DueErasures, EraseDue, None)
"""A case a transaction, among the chores: only while the clock is steady."""
DUE_WORK: Final = (RING, START, TIMER, BREACH, REMINDER, MOVE, NOTICE, NOTICE_MAIL)
"""In this order: what is urgent is heard first, a case is started before its timers, what is owed on a day comes
before a move, and who is to know of it is notified last."""

BY_THE_CLOCK: Final = (TIMER, BREACH, REMINDER, NOTICE, NOTICE_MAIL)
"""Work that ends a period or names a day: not by a clock that has just leapt far ahead. What is urgent, and what people did, goes on."""

BATCH = 200
"""Rows of a kind that are found at once."""
OFTEN: Final = timedelta(minutes=1)
"""Between two signed checkpoints of the access log, and two looks for what is to be erased."""
NOW_AND_THEN: Final[tuple[Callable[[], Command[Any]], ...]] = (
    DestroyExpired,
    EscalateReviews,
    ForgetTryOuts,
    EraseDays,
    SettleKeys,
    MakeSearchKeys,
    SignCheckpoint,
    CountTimes,
)
DESTROYING: Final[tuple[Callable[[], Command[Any]], ...]] = (DestroyExpired, EraseDays)
"""Chores that no correction of the clock takes back."""
IN_PORTIONS: Final[tuple[Callable[[], Command[Any]], ...]] = (MakeSearchKeys,)
"""Chores that are repeated until nothing is left."""
DAILY: Final = timedelta(days=1)
"""From the worker's first round on: a key store is restored while it rests."""
EACH_DAY: Final[tuple[Callable[[], Command[Any]], ...]] = (EraseAgain, SealViewNames)
UNTIL_DONE: Final[tuple[Callable[[], Command[int]], ...]] = (SealOlder,)
"""With the daily ones, a portion after another, until nothing of the version before is left."""
NIGHT: Final = time(3)
"""From this hour in Finland keys that were destroyed leave a server's files: by then those of the day before have been, whose day
ends in UTC, in summer at three."""
NIGHT_LASTS: Final = timedelta(hours=2)
BY_DAY: Final = timedelta(hours=1)
"""Between two attempts to write a server's keys anew after a night that was missed: who opens a case waits meanwhile."""
LATE_SECONDS: Final = 60


class Worker:
    def __init__(
        self,
        engine: Engine,
        send_mail: Callable[..., None] | None = None,
        stopping: Event | None = None,
        is_steady: Callable[[], bool] = lambda: True,
        is_believed: Callable[[], bool] = lambda: True,
    ) -> None:
        """`send_mail` takes the settings and one message, in place of a connection to the server. `is_steady` is False while
        the clock may be wrong: nothing is destroyed then. `is_believed` is False while it is far ahead: no period ends then."""
        self._engine = engine
        self._stopping = stopping or Event()
        self._mailing = Mailing(engine, send_mail, self._stopping)
        self._is_steady = is_steady
        self._is_believed = is_believed
        self._chores_at: dict[str, datetime] = {}
        self._id = new_id()
        self._second_place = SecondPlace(engine.settings.checkpoints)
        # From its beginning, so that a loop that hangs in its first round has an age too.
        self._ended = dict.fromkeys(self.loops, engine.now())

    def round(self) -> int:
        """Do everything that is due now, once. Return how many things were done."""
        done = self.work_on_cases()
        self.do_chores()
        return done + self.send_mail() + self.call_receivers() + self.scan_files() + self.verify_log()

    def work_on_cases(self) -> int:
        """Do due work of all kinds in turn, a batch of each, until nothing new is due: no kind waits for the end of another."""
        done, seen = 0, set[UUID]()
        with laid_over(self._engine.reviewed_texts.read()):
            while True:
                known = len(seen)
                kinds = [each for each in DUE_WORK if each not in BY_THE_CLOCK or self._is_believed()]
                done += sum(sum(self._batch(kind, seen)) for kind in kinds)
                # A row that was tried and is still due is in use by another worker or can't be postponed. The next round takes it.
                if len(seen) == known or self._stopping.is_set():
                    return done

    def do_chores(self) -> int:
        """Do what the law requires now and then, each by itself: erasure, checkpoints, expired drafts. Return how many."""
        is_often, is_daily = self._is_turn_of("often", OFTEN), self._is_turn_of("daily", DAILY)
        chores = [*(NOW_AND_THEN if is_often else ()), *(EACH_DAY if is_daily else ())]
        if is_daily:
            self._catch_up()
        is_steady = self._is_steady()
        for chore in chores:
            if is_steady or chore not in DESTROYING:
                self._do_chore(chore)
        if is_often:
            # Last: while the key store is away each of these ends the round.
            if is_steady and self._erase_due():
                self._engine.database.empty_wal()
            self._forget_destroyed_keys()
        if is_daily and not self._stopping.is_set():
            self._engine.database.refresh_statistics()
        return len(chores)

    def _do_chore(self, chore: Callable[[], Command[Any]]) -> None:
        # Of what goes in portions the last is empty: all is done in this round, and others wait for one portion.
        while not self._stopping.is_set() and self._attempt(chore()):
            if chore is EraseDays:
                # Deleted rows stand in SQLite's log until it is emptied.
                self._engine.database.empty_wal()
            if chore not in IN_PORTIONS:
                return

    def _erase_due(self) -> int:
        """Destroy what is due until nothing else is, however much that fails stands before it."""
        done, seen = 0, set[UUID]()
        while True:
            known = len(seen)
            done += sum(self._batch(ERASURE, seen))
            if len(seen) == known or self._stopping.is_set():
                return done

    def _forget_destroyed_keys(self) -> None:
        """Let destroyed keys leave a server's files, once a night; after a night in which that failed or no worker ran, by day."""
        store, now = self._engine.key_store, self._engine.now()
        night, last = night_before(now, NIGHT), store.forgotten_at()
        # A moment to come was noted by a clock that ran ahead.
        if last is None or night <= last <= now:
            return
        every = OFTEN if now < night + NIGHT_LASTS else BY_DAY
        if self._is_turn_of("keys", every) and not store.forget_before():
            log.info("destroyed keys are left in the key store's files: its tables are in use")

    def _is_turn_of(self, name: str, every: timedelta) -> bool:
        """Return True if chores were not done for so long, and note that they are now. By the clock: the interval between
        two rounds is the operator's choice."""
        now, last = self._engine.now(), self._chores_at.get(name)
        if last is not None and last <= now < last + every:
            return False
        self._chores_at[name] = now
        return True

    def _catch_up(self) -> None:
        for chore in UNTIL_DONE:
            while not self._stopping.is_set() and self._attempt(chore()):
                pass

    def do(self, kind: DueWork) -> int:
        """Do the first batch of due rows of one kind. Return how many."""
        return sum(self.each(kind))

    def each(self, kind: DueWork) -> Iterator[int]:
        """Do the first batch of due rows of one kind, each in a transaction of its own. Yield 1 for each that was done."""
        return self._batch(kind, set())

    def _batch(self, kind: DueWork, seen: set[UUID]) -> Iterator[int]:
        """Do the rows that are due and not among those `seen`, which are added to them."""
        for row_id in self._untried(kind, seen):
            if self._stopping.is_set():
                return
            seen.add(row_id)
            yield int(self._do_one(kind, row_id))

    def _untried(self, kind: DueWork, seen: Collection[UUID]) -> list[UUID]:
        """Return the next due rows that are not among those `seen`, however many that always fail stand before them."""
        limit = BATCH
        while True:
            found = self._engine.answer(kind.find(limit), SYSTEM)
            untried = [each for each in found if each not in seen]
            if untried or len(found) < limit:
                return untried
            limit *= 2

    def _do_one(self, kind: DueWork, row_id: UUID) -> bool:
        try:
            return bool(self._engine.perform(kind.perform(row_id), SYSTEM))
        except Unavailable:
            # The database or the key store is away, or the master key is newer than ours: that says nothing of this row,
            # and no other could be done. The round ends, and nothing is counted.
            raise
        except Outdated:
            log.info(
                "a case is in use; the next round takes its row",
                extra={"kind": kind.name, "row": str(row_id)},
            )
        except Exception as failure:  # noqa: BLE001 - last resort: counted, and the third time an incident
            log.warning("due work failed", extra={"kind": kind.name, "row": str(row_id), **place_of(failure)})
            if kind.postpone is not None:
                self._engine.perform(kind.postpone(row_id, sentence_of(failure)), SYSTEM)
        return False

    def _attempt(self, command: Command[Any]) -> Any:
        """Perform a recurring command, and return its result. A failure is logged, tried again in the next round, and
        stops no other."""
        try:
            return self._engine.perform(command, SYSTEM)
        except NoSigningKey:
            # Logged at the start. Another host signs, or the verification names what nobody signed.
            pass
        except Exception as failure:  # noqa: BLE001 - last resort: logged, and tried again in its next turn
            known = {"kind": type(command).__name__, **place_of(failure)}
            log.error("a chore failed", extra=known)  # noqa: TRY400 - without its words
        return None

    def send_mail(self) -> int:
        """Send the messages that are due. Return how many. Without a mail server they wait."""
        return self._mailing.send_due()

    def call_receivers(self) -> int:
        """Hand events to the receivers of programs. Return how many."""
        return call_receivers(self._engine, self._stopping)

    def scan_files(self) -> int:
        """Scan the files that wait for the virus scanner. Return how many."""
        return scan_files(self._engine, self._stopping)

    def verify_log(self) -> int:
        """Bring the second place of checkpoints up. Verify the access log if it is due: each night, and when an auditor
        asked. Return how many times."""
        self._second_place.bring_up()
        if self._stopping.is_set() or not self._engine.answer(IsVerificationDue(), SYSTEM):
            return 0
        result = self._engine.perform(VerifyAccessLog(), SYSTEM)
        if result.faults:
            log.error("the access log is not whole", extra={"count": result.faults})
        return 1

    def beat(self) -> int:
        """Note in the database that this worker lives, and when each of its loops last came to an end. Log what is late."""
        self._engine.perform(Beat(self._id, dict(self._ended)), SYSTEM)
        health = self._engine.answer(ReadHealth(), SYSTEM)
        settings = self._engine.settings
        # The demonstration has no mail server: its messages wait by design, and a newcomer's terminal stays readable.
        unwatched = "mail" if settings.is_demonstration and settings.mail is None else ""
        for each in health.backlogs:
            if each.kind == unwatched:
                continue
            late = health.late_seconds(each.kind, self._engine.now())
            if late > LATE_SECONDS:
                known = {"kind": each.kind, "count": each.count, "late_seconds": round(late)}
                log.warning("due work is late", extra=known)
        return 1

    @property
    def loops(self) -> Mapping[str, Callable[[], int]]:
        """Return the loops that the scheduler runs, each in a job of its own."""
        return {
            "cases": self.work_on_cases,
            "mail": self.send_mail,
            "webhooks": self.call_receivers,
            "files": self.scan_files,
            "chores": self.do_chores,
            "log": self.verify_log,
        }

    def knock(self, name: str) -> None:
        """Run a loop once. Its failure is logged, and the next knock tries again."""
        if self._stopping.is_set():
            return
        began = monotonic()
        done = knocked(name, self.loops[name])
        self._ended[name] = self._engine.now()
        if done:
            spent = round((monotonic() - began) * 1000)
            log.info("a loop did its work", extra={"loop": name, "count": done, "milliseconds": spent})


def knocked(name: str, loop: Callable[[], int]) -> int:
    """Run a loop once and return how much it did. A failure is logged."""
    try:
        return loop()
    except Exception as failure:  # noqa: BLE001 - the outermost loop: whatever it was, the next round is tried
        known = {"loop": name, **place_of(failure)}
        log.error("a round failed", extra=known)  # noqa: TRY400 - without its words
        return 0
