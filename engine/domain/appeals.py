"""The appeal period: thirty days from being served, and on to a weekday."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from engine.domain import deadlines
from engine.domain.calendar import Ending, calendar_days_later, end_of
from engine.domain.deadline_kinds import APPEAL_PERIOD, KINDS
from engine.domain.deadlines import ClockEntry, Deadline, EntryKind
from engine.domain.law import APPEAL_DAYS, LEAVE_DAYS, PRESUMED_SERVICE_DAYS


def appeal_period(
    id: UUID,  # noqa: A002 - the field's own name
    case_id: UUID,
    *,
    served_on: date,
    now: datetime,
    actor: str = "",
    person_id: UUID | None = None,
    business_key: str | None = None,
) -> Deadline:
    """Return the period of one recipient, from their own service (808/2019 13 §)."""
    entry = ClockEntry(
        EntryKind.STARTED,
        min(end_of(served_on), now),
        "served",
        actor,
        person_id,
        KINDS[APPEAL_PERIOD].source,
        days=APPEAL_DAYS,
    )
    return deadlines.start(
        id=id,
        case_id=case_id,
        name=APPEAL_PERIOD,
        entry=entry,
        ending=Ending.MOVES,
        business_key=business_key,
    )


LAST_COURT: Final = (
    "korkein hallinto-oikeus",
    "högsta förvaltningsdomstolen",
    "supreme administrative court",
)


def is_last_court(court: str) -> bool:
    return any(each in court.casefold() for each in LAST_COURT)


def leave_ends_on(court: str, served_on: date) -> date | None:
    """Return the last day on which who was served that day asks leave to appeal against a court's decision; None after the
    last court."""
    if is_last_court(court):
        return None
    return calendar_days_later(served_on, LEAVE_DAYS, Ending.MOVES)


def last_served_on(decided_on: date, arrived_on: date | None, served_on: date | None) -> date:
    """Return the day on which the last of those whom a court's decision concerns has it: the authority, on the day of its
    arrival, or the person.

    A letter is received on the seventh day from its sending, by an authority on the day of its arrival (808/2019 93 §). The
    day of sending is not known. It is taken to be no later than the arrival here, for the person too: our reading.
    """
    known_on = max(decided_on, arrived_on or decided_on)
    return max(known_on, served_on or known_on + timedelta(days=PRESUMED_SERVICE_DAYS))
