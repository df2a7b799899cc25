"""The manager's overview: work that is late or due soon, stalled requests, each person's load, incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, func, or_, select

from engine.bpmn.element_names import Names
from engine.casework.receipts import ENQUIRY_ACTS_IN, late_before
from engine.domain.cases import Channel
from engine.domain.deadline_kinds import PERSONS_OWN
from engine.domain.people import OUTSIDE, Role
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.queries.case_waits import OpenDeadline, owed_in_tasks
from engine.queries.loads import Load, loads
from engine.queries.watched_days import WatchedDay, first_rows, watched_days
from engine.storage.incidents import Incident
from engine.storage.open_rows import CASE_IS_OPEN, TASK_IS_OPEN
from engine.storage.owed_guardrails import OwedGuardrail, owed_guardrails
from engine.storage.requests import AWAITED_STATES, standing
from engine.storage.tables.cases import CASES, DEADLINES
from engine.storage.tables.people import PEOPLE
from engine.storage.tables.processes import USER_TASKS
from engine.storage.tables.requests import INFORMATION_REQUESTS
from engine.storage.visibility import hidden_from, seen_by

SOON = timedelta(days=5)
SHOWN = 100
"""Rows of each kind in a list; its number counts all."""
NAMED = 5
"""Cases of each promise that is owed."""


@dataclass(frozen=True, slots=True)
class WatchedTask:
    """An open task of staff with its case."""

    task_id: UUID
    name: str
    case_id: UUID
    candidate_group: str
    due_at: datetime | None
    """Its own, or the ledger's for the same recipient or request."""
    assignee_id: UUID | None
    assignee_name: str | None
    reference: str
    case_class: str | None


@dataclass(frozen=True, slots=True)
class WatchedDeadline:
    """A running deadline of the ledger with its case."""

    name: str
    case_id: UUID
    due_at: datetime
    reference: str
    case_class: str | None
    received_at: datetime
    caseworker_name: str | None


@dataclass(frozen=True, slots=True)
class WatchedRequest:
    """An overdue or stalled information request with its case."""

    request_reference: str
    recipient_role: str
    state: str
    due_on: date | None
    sent_at: datetime | None
    reminded_at: datetime | None
    stalled_at: datetime | None
    case_id: UUID
    reference: str
    caseworker_name: str | None


@dataclass(frozen=True, slots=True)
class Oversight:
    late: tuple[WatchedTask, ...]
    """Tasks past their due moment, the longest first."""
    soon: tuple[WatchedTask, ...]
    late_deadlines: tuple[WatchedDeadline, ...]
    """Passed deadlines of the ledger: the authority owes them, independent of tasks."""
    soon_deadlines: tuple[WatchedDeadline, ...]
    late_days: tuple[WatchedDay, ...]
    """Passed days beside both, also of closed cases."""
    late_count: int
    """Of all three, also beyond what is shown."""
    soon_count: int
    stalled_count: int
    stalled: tuple[WatchedRequest, ...]
    unassigned: int
    incidents: tuple[Incident, ...]
    load: tuple[Load, ...]
    owed: tuple[OwedGuardrail, ...]
    late_enquiries: int
    """Enquiries without an answer whose promised day, or hour where somebody may be in danger, has passed. Heads do not read them."""
    open_cases: int
    received_last_30_days: int
    moment: datetime


@dataclass(frozen=True)
class WatchOver(Query[Oversight]):
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_role(work, Role.MANAGER, Role.DIRECTOR)

    def execute(self, work: Work) -> Oversight:
        late, soon = (_due(work, what, self.language) for what in (Watched.LATE, Watched.SOON))
        stalled, stalled_count = _stalled(work)
        shown = late.cases | soon.cases
        shown |= {each.case_id for each in stalled}
        owed = owed_guardrails(work.stores.unit, seen_by(work.actor), NAMED)
        incidents = work.stores.incidents.unresolved(hidden_from(work.actor))
        shown |= {case_id for each in owed for case_id in each.case_ids}
        shown |= {each.case_id for each in incidents if each.case_id is not None}
        work.stores.access.log_list(shown, work.actor, "oversight", work.now)
        return Oversight(
            late=late.tasks,
            soon=soon.tasks,
            late_deadlines=late.deadlines,
            soon_deadlines=soon.deadlines,
            late_days=late.days,
            late_count=late.count,
            soon_count=soon.count,
            stalled_count=stalled_count,
            stalled=stalled,
            unassigned=_count(work, and_(TASK_IS_OPEN, OF_STAFF, USER_TASKS.c.assignee_id.is_(None))),
            incidents=incidents,
            load=loads(work),
            owed=owed,
            late_enquiries=work.stores.enquiries.count_late(
                late_before(work.today), work.now - ENQUIRY_ACTS_IN
            ),
            open_cases=_applications(work, CASE_IS_OPEN),
            received_last_30_days=_applications(work, CASES.c.received_at >= work.now - timedelta(days=30)),
            moment=work.now,
        )


class Watched(StrEnum):
    """A list behind a number of the overview."""

    LATE = "late"
    SOON = "soon"
    STALLED = "stalled"
    INCIDENTS = "incidents"


@dataclass(frozen=True, slots=True)
class WatchedList:
    moment: datetime
    tasks: tuple[WatchedTask, ...] = ()
    deadlines: tuple[WatchedDeadline, ...] = ()
    days: tuple[WatchedDay, ...] = ()
    requests: tuple[WatchedRequest, ...] = ()
    incidents: tuple[Incident, ...] = ()
    count: int = 0
    """Of all rows, of which SHOWN of each kind are here."""

    @property
    def cases(self) -> set[UUID]:
        shown: tuple[WatchedTask | WatchedDeadline | WatchedDay | WatchedRequest | Incident, ...]
        shown = (*self.tasks, *self.deadlines, *self.days, *self.requests, *self.incidents)
        return {each.case_id for each in shown if each.case_id is not None}


@dataclass(frozen=True)
class WatchList(Query[WatchedList]):
    """Return one list of the overview. It asks what the list shows and nothing else."""

    what: Watched
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_role(work, Role.MANAGER, Role.DIRECTOR)

    def execute(self, work: Work) -> WatchedList:
        found = self._found(work)
        work.stores.access.log_list(found.cases, work.actor, "oversight", work.now)
        return found

    def _found(self, work: Work) -> WatchedList:
        if self.what is Watched.STALLED:
            requests, count = _stalled(work)
            return WatchedList(work.now, requests=requests, count=count)
        if self.what is Watched.INCIDENTS:
            incidents = work.stores.incidents.unresolved(hidden_from(work.actor))
            return WatchedList(work.now, incidents=incidents)
        return _due(work, self.what, self.language)


def _due(work: Work, what: Watched, language: str) -> WatchedList:
    """Return the tasks, the deadlines and the days beside them that are late, or due soon."""

    def is_due(at: Any) -> ColumnElement[bool]:
        late: ColumnElement[bool] = at < work.now
        return late if what is Watched.LATE else and_(~late, at < work.now + SOON)

    tasks, of_tasks = watched_tasks(work, is_due(USER_TASKS.c.due_at), language)
    deadlines, of_deadlines = _deadlines(work, is_due(DEADLINES.c.due_at))
    days, of_days = watched_days(work, is_due, SHOWN)
    return WatchedList(work.now, tasks, deadlines, days, count=of_tasks + of_deadlines + of_days)


OF_STAFF = USER_TASKS.c.candidate_group.not_in([role.value for role in OUTSIDE])
"""Questions to people outside are watched as requests, not as tasks."""


def watched_tasks(
    work: Work, condition: ColumnElement[bool], language: str
) -> tuple[tuple[WatchedTask, ...], int]:
    """Return open tasks of staff, the longest overdue first, those without a due date last, and how many there are."""
    found = (
        select(
            USER_TASKS.c.id.label("task_id"),
            USER_TASKS.c.name,
            USER_TASKS.c.case_id,
            USER_TASKS.c.candidate_group,
            USER_TASKS.c.due_at,
            USER_TASKS.c.business_key,
            USER_TASKS.c.assignee_id,
            CASES.c.reference,
            CASES.c.case_class,
            PEOPLE.c.name.label("assignee_name"),
        )
        .join(CASES, CASES.c.id == USER_TASKS.c.case_id)
        .outerjoin(PEOPLE, PEOPLE.c.id == USER_TASKS.c.assignee_id)
        .where(TASK_IS_OPEN, OF_STAFF, condition, seen_by(work.actor))
        .order_by(USER_TASKS.c.sort_at, USER_TASKS.c.id)
    )
    rows, count = first_rows(work, found, SHOWN)
    names = work.instances.names(language)
    owed = owed_in_tasks(work, ((row["case_id"], row["business_key"]) for row in rows if not row["due_at"]))
    return tuple(_watched(row, names, owed.get((row["case_id"], row["business_key"]))) for row in rows), count


def _watched(row: RowMapping, names: Names, owed: OpenDeadline | None) -> WatchedTask:
    known = {name: value for name, value in row.items() if name != "business_key"}
    due_at = row["due_at"] or (owed.due_at if owed else None)
    return WatchedTask(**{**known, "name": names.of(row["name"]), "due_at": due_at})


def _deadlines(work: Work, condition: ColumnElement[bool]) -> tuple[tuple[WatchedDeadline, ...], int]:
    found = (
        select(
            DEADLINES.c.name,
            DEADLINES.c.case_id,
            DEADLINES.c.due_at,
            CASES.c.reference,
            CASES.c.case_class,
            CASES.c.received_at,
            PEOPLE.c.name.label("caseworker_name"),
        )
        .join(CASES, CASES.c.id == DEADLINES.c.case_id)
        .outerjoin(PEOPLE, PEOPLE.c.id == CASES.c.caseworker_id)
        .where(
            DEADLINES.c.state.in_(("running", "breached")),
            DEADLINES.c.name.not_in(PERSONS_OWN),
            CASE_IS_OPEN,
            condition,
            seen_by(work.actor),
        )
        .order_by(DEADLINES.c.due_at, DEADLINES.c.id)
    )
    rows, count = first_rows(work, found, SHOWN)
    return tuple(WatchedDeadline(**row) for row in rows), count


def _stalled(work: Work) -> tuple[tuple[WatchedRequest, ...], int]:
    is_overdue = and_(
        INFORMATION_REQUESTS.c.state.in_(AWAITED_STATES), INFORMATION_REQUESTS.c.due_on < work.today
    )
    found = (
        select(
            INFORMATION_REQUESTS.c.reference.label("request_reference"),
            INFORMATION_REQUESTS.c.recipient_role,
            INFORMATION_REQUESTS.c.state,
            INFORMATION_REQUESTS.c.due_on,
            INFORMATION_REQUESTS.c.sent_at,
            INFORMATION_REQUESTS.c.reminded_at,
            INFORMATION_REQUESTS.c.stalled_at,
            INFORMATION_REQUESTS.c.case_id,
            CASES.c.reference,
            PEOPLE.c.name.label("caseworker_name"),
        )
        .join(CASES, CASES.c.id == INFORMATION_REQUESTS.c.case_id)
        .outerjoin(PEOPLE, PEOPLE.c.id == CASES.c.caseworker_id)
        .where(or_(INFORMATION_REQUESTS.c.state == "stalled", is_overdue), seen_by(work.actor))
        .order_by(INFORMATION_REQUESTS.c.stalled_at, INFORMATION_REQUESTS.c.due_on)
    )
    rows, count = first_rows(work, found, SHOWN)
    requests = (
        WatchedRequest(**{**row, "state": standing(row["state"], row["due_on"], work.today)}) for row in rows
    )
    return tuple(requests), count


def _count(work: Work, condition: ColumnElement[bool]) -> int:
    seen = USER_TASKS.c.case_id.not_in(hidden_from(work.actor))
    counted = select(func.count()).select_from(USER_TASKS).where(condition, seen)
    return int(work.stores.unit.execute(counted).scalar_one())


def _applications(work: Work, condition: ColumnElement[bool]) -> int:
    """Return the number of cases that an application opened. A notice begun from an enquiry is none."""
    seen = CASES.c.id.not_in(hidden_from(work.actor))
    counted = (
        select(func.count()).select_from(CASES).where(CASES.c.channel != Channel.ENQUIRY, condition, seen)
    )
    return int(work.stores.unit.execute(counted).scalar_one())
