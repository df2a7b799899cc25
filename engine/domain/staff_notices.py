"""Notices to staff: what they are about, by which way each person wants them, and the moment of a mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.clock import HELSINKI, day_of


class NoticeKind(StrEnum):
    ASSIGNMENT = "assignment"
    """A case or a task was given to them by somebody else."""
    HANDED_OVER = "handed_over"
    """A case or a task of theirs was given to a colleague, or taken from them, by somebody else."""
    UNDONE = "undone"
    """A giving that they had or lost a case by was undone."""
    TO_DECIDE = "to_decide"
    """A colleague's work waits for their decision or signature."""
    SENT_BACK = "sent_back"
    """A preparation came back to them from the one who was to decide it: theirs, or in their case."""
    MENTION = "mention"
    NOTE = "note"
    """A colleague wrote down a contact or a statement in their case."""
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    FOLLOW_UP = "follow_up"
    """The day on which a note brings a case back."""
    OWED = "owed"
    """An arrival in their case, or a call that was asked for, is late."""
    ARRIVAL = "arrival"
    """A colleague registered something in their case that calls for them."""
    MEETING = "meeting"
    """A colleague booked, moved or ended a meeting in their case, or the person must be reminded of one by hand."""
    BARRED = "barred"
    """They are kept away from a case as disqualified. It stands though they do not see the case, and names none."""
    DISQUALIFICATION = "disqualification"
    """To heads: somebody was recorded as disqualified from a case, or is not any more."""


OF_TASKS: Final = (NoticeKind.DUE_SOON, NoticeKind.OVERDUE, NoticeKind.TO_DECIDE, NoticeKind.SENT_BACK)
"""Notices of one task. They are over once it is done, by anybody."""


class NoticeWay(StrEnum):
    MAIL = "mail"
    """In the product, and by mail as soon as it is not a quiet hour."""
    DIGEST = "digest"
    """In the product, and in the mail of the day."""
    PRODUCT = "product"
    SILENT = "silent"
    """It stands in the list as one that was read."""


USUAL: Final[Mapping[NoticeKind, NoticeWay]] = {
    NoticeKind.ASSIGNMENT: NoticeWay.MAIL,
    NoticeKind.HANDED_OVER: NoticeWay.DIGEST,
    NoticeKind.UNDONE: NoticeWay.MAIL,
    NoticeKind.TO_DECIDE: NoticeWay.MAIL,
    NoticeKind.SENT_BACK: NoticeWay.MAIL,
    NoticeKind.MENTION: NoticeWay.MAIL,
    NoticeKind.NOTE: NoticeWay.MAIL,
    NoticeKind.DUE_SOON: NoticeWay.DIGEST,
    NoticeKind.OVERDUE: NoticeWay.MAIL,
    NoticeKind.FOLLOW_UP: NoticeWay.DIGEST,
    NoticeKind.OWED: NoticeWay.MAIL,
    NoticeKind.ARRIVAL: NoticeWay.MAIL,
    NoticeKind.MEETING: NoticeWay.MAIL,
    NoticeKind.BARRED: NoticeWay.MAIL,
    NoticeKind.DISQUALIFICATION: NoticeWay.MAIL,
}


@dataclass(frozen=True, slots=True)
class NoticeChoices:
    """How one person wants to be notified. Hours are Finnish wall-clock hours."""

    ways: Mapping[NoticeKind, NoticeWay] = field(default_factory=lambda: USUAL)
    digest_hour: int = 8
    quiet_from: int = 20
    quiet_until: int = 7
    """As `quiet_from`: no hour is quiet."""

    def way(self, kind: NoticeKind) -> NoticeWay:
        return self.ways.get(kind, USUAL[kind])

    def is_quiet(self, hour: int) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until

    def mail_at(self, kind: NoticeKind, moment: datetime) -> datetime | None:
        """Return the moment at which a notice that begins now is mailed; None if it is not."""
        way = self.way(kind)
        if way is NoticeWay.DIGEST:
            return next_hour(self.digest_hour, moment)
        if way is not NoticeWay.MAIL:
            return None
        is_quiet = self.is_quiet(moment.astimezone(HELSINKI).hour)
        return next_hour(self.quiet_until, moment) if is_quiet else moment


@dataclass(frozen=True, slots=True)
class StaffNotice:
    id: UUID
    person_id: UUID
    kind: NoticeKind
    case_id: UUID
    subject_id: UUID
    """Of the case, the task, the note, the arrival, the call or the giving of a case."""
    created_at: datetime
    read_at: datetime | None
    mail_at: datetime | None


def next_hour(hour: int, moment: datetime) -> datetime:
    """Return the next moment, after this one, at which a Finnish clock shows the hour.

    An hour that the clock leaves out in spring comes when it would have; of one that it shows twice in autumn, the first
    counts, so that no day has two.
    """
    today = day_of(moment)
    days = (
        datetime.combine(each, time(hour), tzinfo=HELSINKI) for each in (today, today + timedelta(days=1))
    )
    return next(each.astimezone(UTC) for each in days if each.astimezone(UTC) > moment)
