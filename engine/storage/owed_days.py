"""Days that a case has beside its tasks and the ledger: of an arrival, a call that was asked for, a contact, a meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, case, func, or_, true

from engine.clock import day_of
from engine.domain.calendar import end_of
from engine.domain.meetings import NO_SAFE_WAY, MeetingState
from engine.storage.arrivals import arrival_is_open
from engine.storage.finnish_days import EndOfDay
from engine.storage.tables.arrivals import ARRIVALS, MEETINGS
from engine.storage.tables.cases import CALL_WISHES, CASES
from engine.storage.tables.notes import NOTES


class DayKind(StrEnum):
    ARRIVAL = "arrival"
    CALL = "call"
    CONTACT = "contact"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True)
class OwedDay:
    """The rows of one kind, as conditions and columns."""

    kind: DayKind
    table: Table
    due_at: ColumnElement[datetime]
    owner: ColumnElement[UUID | None]
    """Of rows joined to their cases: who goes to a meeting; the caseworker, else who agreed it."""
    is_open: ColumnElement[bool]
    has_come: ColumnElement[bool]
    """It is owed today or was before: a contact and a meeting wait for their day."""


def owed_days(now: datetime) -> tuple[OwedDay, ...]:
    arrival, call, note, meeting = ARRIVALS.c, CALL_WISHES.c, NOTES.c, MEETINGS.c
    caseworker, today = CASES.c.caseworker_id, day_of(now)
    reminds = and_(meeting.reminder == NO_SAFE_WAY, meeting.begins_at > now)
    return (
        OwedDay(
            DayKind.ARRIVAL,
            ARRIVALS,
            EndOfDay(arrival.due_on),
            caseworker,
            and_(arrival_is_open(), arrival.due_on.is_not(None)),
            true(),
        ),
        OwedDay(DayKind.CALL, CALL_WISHES, call.due_at, caseworker, call.called_at.is_(None), true()),
        OwedDay(
            DayKind.CONTACT,
            NOTES,
            EndOfDay(note.follow_up_on),
            func.coalesce(caseworker, note.written_by),
            and_(note.followed_up_at.is_(None), note.follow_up_on.is_not(None)),
            note.follow_up_on <= today,
        ),
        OwedDay(
            DayKind.MEETING,
            MEETINGS,
            case((reminds, meeting.begins_at), else_=EndOfDay(meeting.begins_at)),
            case(
                (reminds, func.coalesce(caseworker, meeting.booked_by)),
                else_=func.coalesce(meeting.worker_id, caseworker, meeting.booked_by),
            ),
            meeting.state == MeetingState.BOOKED.value,
            or_(reminds, meeting.begins_at <= end_of(today)),
        ),
    )
