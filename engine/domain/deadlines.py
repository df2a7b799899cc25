"""Deadlines as a ledger: nothing is overwritten; every change is an entry with its cause, actor and rule."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.clock import day_of
from engine.domain.calendar import Counting, Ending, between, end_of, last_day, later, next_working_day
from engine.errors import Conflict, Invalid


class EntryKind(StrEnum):
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    BREACHED = "breached"
    MET = "met"
    CANCELLED = "cancelled"


class Standing(StrEnum):
    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    LATE = "late"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met_late"
    CANCELLED = "cancelled"


OPEN: Final = frozenset({Standing.ON_TIME, Standing.DUE_SOON, Standing.LATE, Standing.PAUSED})


COURT_SET: Final = "court_set"
"""Cause of a start on a day that a court has set."""


class NotRunning(Conflict):
    sentence = "Määräaika on jo päättynyt tai lakannut."


class OutOfOrder(Invalid):
    sentence = "Määräajan kirjaus ei voi olla edellistä kirjausta vanhempi."


class NotAnExtension(Invalid):
    sentence = "Pidennyksen pitää siirtää määräaikaa myöhemmäksi."


@dataclass(frozen=True, slots=True)
class ClockEntry:
    """One change of a deadline."""

    kind: EntryKind
    at: datetime
    cause: str
    """Cause of the entry. A pause is ended by an entry with the same cause."""
    actor_name: str
    actor_id: UUID | None = None
    rule: str | None = None
    """Ground of the entry: a provision, or the row of a table."""
    days: int | None = None
    until: date | None = None
    """New last day. Of an entry that it is met: the day on which that happened, where somebody reported it later."""


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a deadline at a moment."""

    standing: Standing
    days: int
    """Left until the due day, negative when past it, in the days the deadline counts."""
    due_on: date | None
    """None while the clock is stopped."""
    age: int
    """Calendar days since the start. It never stops: "without undue delay" has no pause (434/2003 23 §)."""
    reason: str | None
    """Reason of the delay, recorded with the breach."""

    @property
    def late_by(self) -> int:
        """Days late, at least one: a Friday's deadline is late on Saturday although no working day has passed."""
        return max(1, -self.days) if self.standing in {Standing.LATE, Standing.MET_LATE} else 0


@dataclass(frozen=True, slots=True)
class Deadline:
    id: UUID
    case_id: UUID
    name: str
    counting: Counting
    ending: Ending
    entries: tuple[ClockEntry, ...]
    business_key: str | None = None

    @property
    def started_at(self) -> datetime:
        return self.entries[0].at

    @property
    def due_on(self) -> date | None:
        return _read(self, self.entries).due_on

    @property
    def due_at(self) -> datetime | None:
        """The last moment in time; None while the clock is stopped."""
        due_on = self.due_on
        return None if due_on is None else end_of(due_on)

    @property
    def is_open(self) -> bool:
        return self.entries[-1].kind not in {EntryKind.MET, EntryKind.CANCELLED}

    @property
    def is_set_by_court(self) -> bool:
        return self.entries[0].cause == COURT_SET

    @property
    def is_paused(self) -> bool:
        return bool(_read(self, self.entries).causes)

    @property
    def is_breached(self) -> bool:
        """True if a breach is recorded and the deadline was not extended since. Older breaches stay among the entries."""
        return _read(self, self.entries).reason is not None

    def status(self, at: datetime, soon: int = 3) -> Status:
        """Return the state at a moment, from the entries made until then. `soon`: in the days that it counts."""
        entries = tuple(entry for entry in self.entries if entry.at <= at) or self.entries[:1]
        clock = _read(self, entries)
        today = clock.ended_on or day_of(at)
        due_on = clock.due_on
        days = clock.remaining if due_on is None else between(today, due_on, self.counting)
        return Status(
            standing=_standing(clock, today, days, soon),
            days=days,
            due_on=due_on,
            age=max(0, (today - day_of(self.started_at)).days),
            reason=clock.reason,
        )

    def paused(self, entry: ClockEntry) -> Deadline:
        """Return the deadline with its clock stopped. The same cause stops it only once."""
        _require(entry, EntryKind.PAUSED)
        causes = _read(self, self.entries).causes
        return self if entry.cause in causes else self._with(entry)

    def resumed(self, entry: ClockEntry) -> Deadline:
        """Return the deadline with one cause of the pause ended. When none remains, the clock goes on with the days left."""
        _require(entry, EntryKind.RESUMED)
        causes = _read(self, self.entries).causes
        return self._with(entry) if entry.cause in causes else self

    def extended(self, entry: ClockEntry) -> Deadline:
        """Return the deadline with `days` more, or time `until` a day. Raise NotAnExtension, NotRunning."""
        _require(entry, EntryKind.EXTENDED)
        clock = _read(self, self.entries)
        if entry.until is not None:
            if clock.due is None:
                raise NotRunning("Keskeytettyä määräaikaa voi pidentää vain päivinä.")
            if entry.until <= clock.due:
                raise NotAnExtension
        elif entry.days is None or entry.days <= 0:
            raise NotAnExtension
        return self._with(entry)

    def breached(self, entry: ClockEntry) -> Deadline:
        """Return the deadline with a breach recorded; unchanged if it is recorded already or the deadline is not late."""
        _require(entry, EntryKind.BREACHED)
        if self.is_breached or not self.is_open or self.status(entry.at).standing is not Standing.LATE:
            return self
        return self._with(entry)

    def met(self, entry: ClockEntry) -> Deadline:
        _require(entry, EntryKind.MET)
        return self._with(entry) if self.is_open else self

    def cancelled(self, entry: ClockEntry) -> Deadline:
        _require(entry, EntryKind.CANCELLED)
        return self._with(entry) if self.is_open else self

    def _with(self, entry: ClockEntry) -> Deadline:
        if not self.is_open:
            raise NotRunning
        if entry.at < self.entries[-1].at:
            raise OutOfOrder
        return replace(self, entries=(*self.entries, entry))


def start(
    *,
    id: UUID,  # noqa: A002 - the field's own name
    case_id: UUID,
    name: str,
    entry: ClockEntry,
    counting: Counting = Counting.CALENDAR_DAYS,
    ending: Ending = Ending.STAYS,
    business_key: str | None = None,
) -> Deadline:
    """Return a deadline whose first entry gives it a number of days, or a last day."""
    _require(entry, EntryKind.STARTED)
    if (entry.days is None) == (entry.until is None):
        raise Invalid("Määräajalle annetaan joko päivien määrä tai viimeinen päivä.")
    if entry.days is not None and entry.days < 0:
        raise Invalid("Määräaika ei voi olla negatiivinen.")
    return Deadline(id, case_id, name, counting, ending, (entry,), business_key)


@dataclass(slots=True)
class _Clock:
    """The state of the clock after the entries read so far."""

    counting: Counting
    ending: Ending
    due: date | None = None
    """As counted, before its ending is moved off a holiday. None while the clock stands still."""
    remaining: int = 0
    causes: set[str] = field(default_factory=set)
    ended: EntryKind | None = None
    ended_on: date | None = None
    reason: str | None = None

    @property
    def due_on(self) -> date | None:
        return None if self.due is None else last_day(self.due, self.ending)

    def run_until(self, due: date) -> None:
        """Run until a day. Periods in working days end on one, so that a pause and its end give back exactly the days left."""
        self.due = next_working_day(due) if self.counting is Counting.WORKING_DAYS else due


def _read(deadline: Deadline, entries: tuple[ClockEntry, ...]) -> _Clock:
    clock = _Clock(deadline.counting, deadline.ending)
    for entry in entries:
        _STEPS[entry.kind](clock, entry)
    return clock


def _started(clock: _Clock, entry: ClockEntry) -> None:
    clock.run_until(entry.until or later(day_of(entry.at), entry.days or 0, clock.counting))


def _paused(clock: _Clock, entry: ClockEntry) -> None:
    clock.causes.add(entry.cause)
    if clock.due is not None:
        clock.remaining = between(day_of(entry.at), clock.due, clock.counting)
        clock.due = None


def _resumed(clock: _Clock, entry: ClockEntry) -> None:
    clock.causes.discard(entry.cause)
    if not clock.causes:
        clock.run_until(later(day_of(entry.at), clock.remaining, clock.counting))


def _extended(clock: _Clock, entry: ClockEntry) -> None:
    clock.reason = None
    if clock.due is None:
        clock.remaining += entry.days or 0
    else:
        clock.run_until(entry.until or later(clock.due, entry.days or 0, clock.counting))


def _breached(clock: _Clock, entry: ClockEntry) -> None:
    clock.reason = entry.cause


def _ended(clock: _Clock, entry: ClockEntry) -> None:
    clock.ended = entry.kind
    clock.ended_on = entry.until or day_of(entry.at)
    if entry.until is not None and clock.due_on is not None and entry.until <= clock.due_on:
        # Its day passed before anybody wrote down that it had been met in time.
        clock.reason = None


_STEPS: Final = {
    EntryKind.STARTED: _started,
    EntryKind.PAUSED: _paused,
    EntryKind.RESUMED: _resumed,
    EntryKind.EXTENDED: _extended,
    EntryKind.BREACHED: _breached,
    EntryKind.MET: _ended,
    EntryKind.CANCELLED: _ended,
}


def _standing(clock: _Clock, today: date, days: int, soon: int) -> Standing:
    if clock.ended is EntryKind.CANCELLED:
        return Standing.CANCELLED
    is_late = clock.due_on is not None and today > clock.due_on
    if clock.ended is EntryKind.MET:
        return Standing.MET_LATE if is_late else Standing.MET
    if clock.due is None:
        return Standing.PAUSED
    if is_late:
        return Standing.LATE
    return Standing.DUE_SOON if days <= soon else Standing.ON_TIME


def _require(entry: ClockEntry, kind: EntryKind) -> None:
    if entry.kind is not kind:
        raise ValueError(f"an entry of kind {entry.kind} can't be recorded as {kind}")
