"""Waits of many cases at once, read from the rows of tasks, requests, timers, messages, starts and incidents: one statement each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, Table, and_, select

from engine.bpmn.element_names import Names
from engine.clock import day_of
from engine.domain.calendar import end_of
from engine.domain.cases import Case, CaseState
from engine.domain.code_calls import PROFESSIONALS
from engine.domain.deadline_kinds import PERSONS_OWN
from engine.domain.meetings import NO_SAFE_WAY, OF_CLOSED
from engine.domain.people import OUTSIDE, Role
from engine.domain.waits import BY_OURSELVES, CODE_TO_READ, WISHED_CALL, Wait, WaitKind
from engine.executor import Work
from engine.queries.code_calls import codes_to_read
from engine.storage.open_rows import TASK_IS_OPEN
from engine.storage.requests import AWAITED_STATES, OPEN_STATES
from engine.storage.tables.cases import CALL_WISHES, DEADLINES
from engine.storage.tables.processes import (
    ELEMENT_RUNS,
    INCIDENTS,
    MESSAGE_SUBSCRIPTIONS,
    STARTS,
    TIMERS,
    USER_TASKS,
)
from engine.storage.tables.requests import INFORMATION_REQUESTS

RUNNING: Final = ("running", "breached", "paused")


@dataclass(frozen=True, slots=True)
class OpenDeadline:
    """A deadline of the ledger, as its row is sorted by."""

    name: str
    business_key: str | None
    due_at: datetime | None
    """None while it stands still."""


@dataclass(frozen=True, slots=True)
class CaseWaits:
    waits: tuple[Wait, ...]
    deadlines: tuple[OpenDeadline, ...]
    is_overdue: bool
    """A request's day has passed without an answer, or nobody answers it any more."""
    back_on: date | None = None
    """The first day to come that a note has set for the next contact, or of a meeting."""
    meeting_id: UUID | None = None
    """The meeting of that day; None if it is of a note."""


def waits_of(work: Work, cases: Collection[Case], names: Names) -> Mapping[UUID, CaseWaits]:
    """Return what each case waits for, in no order. An open case waits for something."""
    ids = [case.id for case in cases]
    by_case = {case.id: case for case in cases}
    found: dict[UUID, list[Wait]] = {case_id: [] for case_id in ids}
    requests = _requests(work, ids)
    deadlines = _deadlines(work, ids)
    for row in _rows(work, USER_TASKS, ids, TASK_IS_OPEN):
        case_id = row["case_id"]
        asked = requests.get((case_id, row["business_key"]))
        ledger = _due(deadlines[case_id], row["business_key"])
        found[case_id].append(_task(row, asked, ledger, by_case[case_id], names))
    for row in _rows(work, CALL_WISHES, ids, CALL_WISHES.c.called_at.is_(None)):
        case = by_case[row["case_id"]]
        found[case.id].append(
            Wait(
                WaitKind.CALL,
                WISHED_CALL,
                row["asked_at"],
                row["due_at"],
                role=Role.CASEWORKER,
                person_id=case.caseworker_id,
                form_key=WISHED_CALL,
                channel="phone",
            )
        )
    begun = _begun(work, [case_id for case_id, waits in found.items() if not waits])
    for row in _rows(work, TIMERS, ids):
        case = by_case[row["case_id"]]
        found[case.id].append(
            Wait(
                WaitKind.TIME,
                names.of(row["name"]),
                begun.get((case.id, row["element_id"]), case.received_at),
                row["due_at"],
                timer=row["kind"],
                business_key=row["business_key"],
            )
        )
    for row in _rows(work, MESSAGE_SUBSCRIPTIONS, ids):
        case = by_case[row["case_id"]]
        since = begun.get((case.id, row["element_id"]), case.received_at)
        found[case.id].append(Wait(WaitKind.MESSAGE, row["name"], since))
    for row in _rows(work, STARTS, ids):
        found[row["case_id"]].append(Wait(WaitKind.START, row["message"], row["due_at"], row["due_at"]))
    for row in _rows(work, INCIDENTS, ids, INCIDENTS.c.resolved_at.is_(None)):
        found[row["case_id"]].append(
            Wait(WaitKind.FAULT, row["kind"], row["opened_at"], role=Role.MANAGER, is_stalled=True)
        )
    back_on = _follow_ups(work, by_case, found)
    meetings = _meetings(work, by_case, found)
    _arrivals(work, by_case, found)
    _links(work, by_case, found, requests)
    overdue = {
        case_id
        for (case_id, _), row in requests.items()
        if row["state"] == "stalled"
        or (row["state"] in AWAITED_STATES and row["due_on"] is not None and row["due_on"] < work.today)
    }
    return {
        case_id: CaseWaits(
            tuple(waits),
            tuple(deadlines[case_id]),
            case_id in overdue,
            *_first(back_on.get(case_id), meetings.get(case_id)),
        )
        for case_id, waits in found.items()
    }


def _task(
    row: RowMapping, asked: RowMapping | None, ledger: datetime | None, case: Case, names: Names
) -> Wait:
    role = Role(row["candidate_group"])
    channel = asked["channel"] if asked is not None else ""
    kind = WaitKind.TASK
    person_id = row["assignee_id"]
    if role in OUTSIDE:
        kind = WaitKind.CALL if channel in BY_OURSELVES else WaitKind.REPLY
        person_id = case.caseworker_id if kind is WaitKind.CALL else None
    due_at = row["due_at"] or ledger
    if due_at is None and asked is not None and asked["due_on"] is not None:
        due_at = end_of(asked["due_on"])
    return Wait(
        kind,
        names.of(row["name"]),
        row["created_at"],
        due_at or row["follow_up_at"],
        is_follow_up=due_at is None,
        role=role,
        person_id=person_id,
        not_by=frozenset(row["not_by"] or ()),
        task_id=row["id"],
        form_key=row["form_key"],
        channel=channel,
        business_key=row["business_key"],
        is_stalled=asked is not None and asked["state"] == "stalled",
        more_time_until=asked["more_time_until"] if asked is not None else None,
    )


def _follow_ups(work: Work, cases: Mapping[UUID, Case], found: Mapping[UUID, list[Wait]]) -> dict[UUID, date]:
    """Add a wait for each note whose day has come, or whose case has closed. Return the first day to come, by case."""
    back_on: dict[UUID, date] = {}
    for row in work.stores.notes.follow_ups(cases):
        case, on = cases[row["case_id"]], row["follow_up_on"]
        if on > work.today and case.state is not CaseState.CLOSED:
            back_on[case.id] = min(on, back_on.get(case.id, on))
            continue
        person_id = case.caseworker_id or row["written_by"]
        found[case.id].append(Wait(WaitKind.CONTACT, "", row["written_at"], end_of(on), person_id=person_id))
    return back_on


def _first(noted: date | None, met: tuple[date, UUID] | None) -> tuple[date | None, UUID | None]:
    """Return the first day, and its meeting if it is of one."""
    if met is None or (noted is not None and noted <= met[0]):
        return noted, None
    return met


def _meetings(
    work: Work, cases: Mapping[UUID, Case], found: Mapping[UUID, list[Wait]]
) -> dict[UUID, tuple[date, UUID]]:
    """Add a wait for each meeting whose day has come, of which somebody must remind, or whose case has closed. Return the
    first day to come, with its meeting."""
    back_on: dict[UUID, tuple[date, UUID]] = {}
    for row in work.stores.meetings.booked_in(cases):
        case, on = cases[row["case_id"]], day_of(row["begins_at"])
        is_closed = case.state is CaseState.CLOSED
        reminds = not is_closed and row["reminder"] == NO_SAFE_WAY and row["begins_at"] > work.now
        if on > work.today and not reminds and not is_closed:
            back_on[case.id] = min((on, row["id"]), back_on.get(case.id, (on, row["id"])))
            continue
        found[case.id].append(
            Wait(
                WaitKind.MEETING,
                OF_CLOSED if is_closed else NO_SAFE_WAY if reminds else "",
                row["booked_at"],
                row["begins_at"] if reminds else end_of(on),
                person_id=case.caseworker_id or row["booked_by"]
                if reminds or is_closed
                else row["worker_id"] or case.caseworker_id or row["booked_by"],
                meeting_id=row["id"],
            )
        )
    return back_on


def _arrivals(work: Work, cases: Mapping[UUID, Case], found: Mapping[UUID, list[Wait]]) -> None:
    """Add a wait for each arrival that calls for a caseworker and is not settled."""
    for row in work.stores.arrivals.open_in(cases):
        due = row["due_on"]
        found[row["case_id"]].append(
            Wait(
                WaitKind.ARRIVAL,
                row["kind"],
                row["registered_at"],
                end_of(due) if due else None,
                role=Role.CASEWORKER,
                person_id=cases[row["case_id"]].caseworker_id,
            )
        )


def _links(
    work: Work,
    cases: Mapping[UUID, Case],
    found: Mapping[UUID, list[Wait]],
    requests: Mapping[tuple[UUID, str | None], RowMapping],
) -> None:
    """Add a wait for each unanswered question whose link wrong codes have locked, and for each whose code somebody must read
    to a professional, who can't open the link without it."""
    asked = {
        row["id"]: row
        for row in requests.values()
        if row["channel"] == "link" and row["answered_at"] is None and row["kind"] == "information"
    }
    living = work.stores.links.living_of(asked, work.now) if asked else {}
    for request_id, links in living.items():
        if all(each.is_locked for each in links):
            row = asked[request_id]
            found[row["case_id"]].append(_of_link(WaitKind.LINK, row, links[-1].created_at, cases, "link"))
    of_professionals = {
        request_id: links
        for request_id, links in living.items()
        if asked[request_id]["recipient_role"] in PROFESSIONALS and asked[request_id]["sent_at"] is not None
    }
    for request_id in codes_to_read(work, of_professionals):
        row = asked[request_id]
        wait = _of_link(WaitKind.CALL, row, row["sent_at"], cases, "phone", CODE_TO_READ)
        found[row["case_id"]].append(wait)


def _of_link(
    kind: WaitKind,
    row: RowMapping,
    since: datetime,
    cases: Mapping[UUID, Case],
    channel: str,
    form_key: str | None = None,
) -> Wait:
    return Wait(
        kind,
        "",
        since,
        end_of(row["due_on"]) if row["due_on"] else None,
        role=Role.CASEWORKER,
        person_id=cases[row["case_id"]].caseworker_id,
        form_key=form_key,
        channel=channel,
        business_key=row["reference"],
    )


def _begun(work: Work, ids: Collection[UUID]) -> dict[tuple[UUID, str], datetime]:
    """Return since when elements wait, in cases that wait for no person: the rows of timers and messages do not say it."""
    if not ids:
        return {}
    table = ELEMENT_RUNS.c
    rows = work.stores.unit.rows(
        select(table.case_id, table.element_id, table.ready_at)
        .where(table.case_id.in_(ids), table.state == "ready")
        .order_by(table.ready_at.desc())
    )
    return {(row["case_id"], row["element_id"]): row["ready_at"] for row in rows}


def _requests(work: Work, ids: Collection[UUID]) -> dict[tuple[UUID, str | None], RowMapping]:
    table = INFORMATION_REQUESTS.c
    columns = [column for column in table if column.name not in ("recipient", "questions")]
    rows = work.stores.unit.rows(select(*columns).where(table.case_id.in_(ids), table.state.in_(OPEN_STATES)))
    return {(row["case_id"], row["reference"]): row for row in rows}


def _deadlines(work: Work, ids: Collection[UUID]) -> dict[UUID, list[OpenDeadline]]:
    found: dict[UUID, list[OpenDeadline]] = defaultdict(list)
    for row in _rows(work, DEADLINES, ids, DEADLINES.c.state.in_(RUNNING)):
        found[row["case_id"]].append(OpenDeadline(row["name"], row["business_key"], row["due_at"]))
    return found


def owed_in_tasks(
    work: Work, tasks: Iterable[tuple[UUID, str | None]]
) -> Mapping[tuple[UUID, str | None], OpenDeadline]:
    """Return for tasks, by case and business key, the first day that the authority owes by the ledger for the same recipient or
    request: a task without a due day of its own is late when that has passed."""
    asked = {(case_id, key) for case_id, key in tasks if key}
    if not asked:
        return {}
    runs = and_(DEADLINES.c.state.in_(RUNNING), DEADLINES.c.due_at.is_not(None))
    found: dict[tuple[UUID, str | None], OpenDeadline] = {}
    for row in _rows(
        work, DEADLINES, {each for each, _ in asked}, runs, DEADLINES.c.name.not_in(PERSONS_OWN)
    ):
        place = row["case_id"], row["business_key"]
        known = found.get(place)
        if place in asked and (known is None or known.due_at is None or row["due_at"] < known.due_at):
            found[place] = OpenDeadline(row["name"], row["business_key"], row["due_at"])
    return found


def _due(deadlines: Iterable[OpenDeadline], business_key: str | None) -> datetime | None:
    """Return the first day that the ledger knows for the recipient of a task."""
    days = [each.due_at for each in deadlines if business_key and each.business_key == business_key]
    return min((day for day in days if day is not None), default=None)


def _rows(work: Work, table: Table, ids: Collection[UUID], *conditions: Any) -> Iterable[RowMapping]:
    return work.stores.unit.rows(select(table).where(table.c.case_id.in_(ids), *conditions))
