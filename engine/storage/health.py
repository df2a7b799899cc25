"""How much due work waits, since when, and which workers live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from engine.domain.deadline_kinds import NEVER_PASS
from engine.storage.attachments import awaits_scan
from engine.storage.enquiries import answered_by_then, enquiry_held_on
from engine.storage.legal_holds import held_on
from engine.storage.log_verifications import LogVerifications
from engine.storage.meetings import is_to_remind
from engine.storage.outbox import Starts
from engine.storage.tables.access import ACCESS_CHECKPOINTS
from engine.storage.tables.arrivals import MEETINGS
from engine.storage.tables.attachments import ATTACHMENTS
from engine.storage.tables.cases import DEADLINES
from engine.storage.tables.health import WORKER_BEATS
from engine.storage.tables.moves import CASE_MOVES
from engine.storage.tables.notes import STAFF_NOTICES
from engine.storage.tables.processes import INCIDENTS, OUTBOX_MESSAGES, RINGS, STARTS, TIMERS
from engine.storage.tables.retention import RETENTION_PLANS
from engine.storage.tables.webhooks import WEBHOOK_MESSAGES
from engine.storage.unit_of_work import UnitOfWork

SILENT: Final = timedelta(minutes=1)
"""Four beats that did not come: such a worker is not counted among the living."""
FORGOTTEN: Final = timedelta(days=1)
"""A worker that has not beaten for so long will not come back under its id."""

_LAST_CHECKPOINT: Final = (
    select(ACCESS_CHECKPOINTS.c.signed_at).order_by(ACCESS_CHECKPOINTS.c.number.desc()).limit(1)
)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Due work of one kind that nobody has done yet."""

    kind: str
    count: int
    oldest_at: datetime | None
    """Since when the longest waiting has been due."""


@dataclass(frozen=True, slots=True)
class WorkerBeat:
    at: datetime
    """Of the worker that beat last."""
    loops: Mapping[str, datetime]
    """When each loop last came to an end, in the living worker where that is longest ago; at first its worker's beginning."""


@dataclass(frozen=True, slots=True)
class Health:
    backlogs: tuple[Backlog, ...]
    incidents: Mapping[str, int]
    """Open ones by kind."""
    beat: WorkerBeat | None
    """None if no worker ever beat."""
    checkpoint_at: datetime | None
    verified_at: datetime | None
    log_faults: int
    """Of the last verification of the access log."""

    def late_seconds(self, kind: str, now: datetime) -> float:
        """Return how late the longest waiting row of a kind is."""
        oldest = next((each.oldest_at for each in self.backlogs if each.kind == kind), None)
        return 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())


class HealthRecords:
    def __init__(self, unit: UnitOfWork, verifications: LogVerifications) -> None:
        self._unit = unit
        self._verifications = verifications

    def read(self, moment: datetime, answered_until: datetime) -> Health:
        """`answered_until`: enquiries answered by then are to be erased."""
        verified = self._verifications.last(moment)
        opened = select(INCIDENTS.c.kind, func.count().label("open")).where(INCIDENTS.c.resolved_at.is_(None))
        return Health(
            self._backlogs(moment, answered_until),
            {row["kind"]: row["open"] for row in self._unit.rows(opened.group_by(INCIDENTS.c.kind))},
            self._beat(moment),
            self._unit.execute(_LAST_CHECKPOINT).scalar(),
            verified.done_at if verified else None,
            verified.faults if verified else 0,
        )

    def _backlogs(self, moment: datetime, answered_until: datetime) -> tuple[Backlog, ...]:
        mail, events = OUTBOX_MESSAGES.c, WEBHOOK_MESSAGES.c
        return (
            self._backlog("ring", RINGS.c.due_at, RINGS.c.due_at <= moment),
            self._starts(moment),
            # A timer that waits after a failure is still late from the moment at which it was due.
            self._backlog(
                "timer", TIMERS.c.due_at, TIMERS.c.due_at < moment, TIMERS.c.is_suspended.is_(False)
            ),
            self._backlog("move", CASE_MOVES.c.due_at, CASE_MOVES.c.due_at <= moment),
            self._backlog(
                "breach",
                DEADLINES.c.due_at,
                DEADLINES.c.due_at < moment,
                DEADLINES.c.state == "running",
                DEADLINES.c.name.not_in(NEVER_PASS),
            ),
            self._backlog("meeting", MEETINGS.c.remind_at, is_to_remind(moment)),
            self._backlog("notice_mail", STAFF_NOTICES.c.mail_at, STAFF_NOTICES.c.mail_at <= moment),
            self._backlog(
                "mail",
                mail.send_after,
                mail.send_after <= moment,
                mail.sent_at.is_(None),
                mail.given_up_at.is_(None),
            ),
            # While a receiver rests too: an event is late from the moment at which it happened.
            self._backlog(
                "webhook", events.happened_at, events.sent_at.is_(None), events.given_up_at.is_(None)
            ),
            self._backlog("file", ATTACHMENTS.c.created_at, awaits_scan()),
            self._to_erase(moment, answered_until),
        )

    def _starts(self, moment: datetime) -> Backlog:
        """Count those that rest after a failure too. They became due as many rests ago as they have failed."""
        start = STARTS.c
        waiting = (
            select(start.attempts, func.count().label("count"), func.min(start.due_at).label("due_at"))
            .where(or_(start.due_at <= moment, start.attempts > 0))
            .group_by(start.attempts)
        )
        rows = self._unit.rows(waiting)
        since = (each["due_at"] - each["attempts"] * Starts.RESTS_FOR for each in rows)
        return Backlog("start", sum(each["count"] for each in rows), min(since, default=None))

    def _to_erase(self, moment: datetime, answered_until: datetime) -> Backlog:
        """Count classes of cases, and enquiries."""
        plans, today = RETENTION_PLANS.c, moment.date()
        of_cases = self._backlog(
            "erasure",
            None,
            plans.destroy_on <= today,
            plans.destroyed_at.is_(None),
            ~held_on(plans.case_id, today),
        )
        enquiries = self._backlog(
            "erasure",
            None,
            answered_by_then(answered_until),
            ~enquiry_held_on(today),
        )
        return Backlog("erasure", of_cases.count + enquiries.count, None)

    def _backlog(
        self, kind: str, since: ColumnElement[Any] | None, *conditions: ColumnElement[bool]
    ) -> Backlog:
        oldest = func.min(since) if since is not None else func.min(None)
        count, first = self._unit.execute(select(func.count(), oldest).where(*conditions)).one()
        return Backlog(kind, count, first)

    def _beat(self, moment: datetime) -> WorkerBeat | None:
        """A beat that is yet to come, noted by a clock that ran ahead, hides no other."""
        rows = self._unit.rows(select(WORKER_BEATS).order_by(WORKER_BEATS.c.beat_at.desc()))
        rows = [each for each in rows if each["beat_at"] <= moment + SILENT] or rows
        if not rows:
            return None
        newest, ended = rows[0]["beat_at"], dict[str, datetime]()
        for row in rows:
            if row["beat_at"] > newest - SILENT:
                for name, each in row["loops"].items():
                    at = datetime.fromisoformat(each)
                    ended[name] = min(at, ended.get(name, at))
        return WorkerBeat(newest, ended)

    def beat(self, worker_id: UUID, loops: Mapping[str, datetime], moment: datetime) -> None:
        ended = {name: each.isoformat() for name, each in loops.items()}
        known = (
            update(WORKER_BEATS)
            .where(WORKER_BEATS.c.id == worker_id)
            .values(beat_at=moment, loops=ended)
            .returning(WORKER_BEATS.c.id)
        )
        if self._unit.row(known) is None:
            row = {"id": worker_id, "began_at": moment, "beat_at": moment, "loops": ended}
            self._unit.insert(WORKER_BEATS, row)
            self._unit.execute(delete(WORKER_BEATS).where(WORKER_BEATS.c.beat_at < moment - FORGOTTEN))
