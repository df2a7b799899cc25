"""Waits of an open case: for whom or what, since when, until which day. Derived from the rows of what is due; stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.clock import day_of
from engine.domain.people import Role

LOOK_AGAIN: Final = timedelta(days=14)
"""A wait that has no day of its own is looked at this often."""
FARTHEST_DAY: Final = timedelta(days=200)
"""A case whose first day is farther is looked at in turns before it. The reflection period lasts six months at most
(301/2004 52 b §), but a signed decision may be held to a day far ahead."""
BY_OURSELVES: Final = frozenset({"phone", "in_person"})
"""Channels of a request on which nobody answers unless a caseworker calls or meets the person."""
WISHED_CALL: Final = "wished_call"
"""In place of a form: a call that the person asked for. It comes before the tasks of its case."""
CODE_TO_READ: Final = "code_to_read"
"""In place of a form: a professional has the link of a request, and nobody has given them its code."""
TELLING: Final = frozenset({"appeal_period", "presumed_service", "hold"})
"""Kinds of timers that say what a case waits for; the others only watch over a task."""


class WaitKind(StrEnum):
    FAULT = "fault"
    """The program could not go on, and a manager mends it."""
    ARRIVAL = "arrival"
    """Something arrived that calls for a caseworker. It is read before the tasks of its case: it may change them."""
    TASK = "task"
    """A task of the authority."""
    CALL = "call"
    """A question to someone outside that a caseworker asks by phone or in person."""
    CONTACT = "contact"
    """A day that a note has set for the next contact has come."""
    MEETING = "meeting"
    """The day of a meeting has come, or the person must be reminded of it by somebody."""
    LINK = "link"
    """A link that wrong codes have locked: nobody outside can answer by it before a caseworker makes a new one."""
    REPLY = "reply"
    """Somebody outside answers, by link, by letter or on their own page."""
    TIME = "time"
    MESSAGE = "message"
    """Something that may happen outside, such as an appeal."""
    START = "start"
    """The program goes on by itself within minutes."""


_ORDER: Final = tuple(WaitKind)


@dataclass(frozen=True, slots=True)
class Wait:
    kind: WaitKind
    name: str
    """Of the task or the timer in its diagram; of the message."""
    since: datetime
    until: datetime | None = None
    is_follow_up: bool = False
    """The day is only when one looks again: nothing is due."""
    role: Role | None = None
    person_id: UUID | None = None
    """The assignee of a task; for a call, the case's caseworker."""
    not_by: frozenset[str] = frozenset()
    task_id: UUID | None = None
    form_key: str | None = None
    timer: str = ""
    """Kind of the timer."""
    channel: str = ""
    business_key: str | None = None
    is_stalled: bool = False
    more_time_until: date | None = None
    """The answer to be judged wishes for time until this day."""
    meeting_id: UUID | None = None

    def is_for(
        self, person_id: UUID | None, roles: frozenset[Role], absent: frozenset[UUID] = frozenset()
    ) -> bool:
        """Return True if it is this person's turn: their own task or call, a free task that they may take, or one of the
        `absent` for whom they stand in here, if it is for their role."""
        if person_id is None or str(person_id) in self.not_by:
            return False
        is_theirs = self.person_id == person_id or self.person_id in absent
        if self.kind is WaitKind.CALL:
            return (self.person_id is None or is_theirs) and Role.CASEWORKER in roles
        if self.kind in (WaitKind.CONTACT, WaitKind.MEETING):
            return is_theirs
        if self.kind in (WaitKind.ARRIVAL, WaitKind.LINK):
            return is_theirs or (self.person_id is None and Role.CASEWORKER in roles)
        if self.kind is not WaitKind.TASK:
            return False
        is_taken_over = self.person_id in absent and self.role in roles
        return self.person_id == person_id or is_taken_over or (self.person_id is None and self.role in roles)


def first_of(
    waits: Iterable[Wait],
    person_id: UUID | None,
    roles: frozenset[Role],
    absent: frozenset[UUID] = frozenset(),
) -> Wait:
    """Return the wait that a list shows for this person: a fault, then their own turn, then what others are to do."""
    return min(
        waits,
        key=lambda each: (
            each.kind is not WaitKind.FAULT,
            not each.is_for(person_id, roles, absent),
            (each.form_key, each.channel) != (WISHED_CALL, "phone"),
            _ORDER.index(each.kind),
            each.kind is WaitKind.TIME and each.timer not in TELLING,
            each.until is None,
            each.until or each.since,
        ),
    )


def next_look(since: datetime, now: datetime) -> date:
    """Return the next day on which a wait without a day is looked at."""
    rounds = max(0, (now - since) // LOOK_AGAIN) + 1
    return day_of(since + rounds * LOOK_AGAIN)
