"""The inbox: my tasks and my team's, in the order in which they are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    text,
    union_all,
)

from engine.domain.people import Actor, Role
from engine.domain.tasks import OPEN, groups_of
from engine.executor import Query, Work
from engine.executor.permissions import require_case_staff, require_scope
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS
from engine.storage.tables.people import PEOPLE
from engine.storage.tables.processes import USER_TASKS

PAGE = 50
COUNTED_UP_TO = 100
"""Counts beside the views stop here: beyond it the number says nothing, and counting a large list costs the page."""

_IS_OPEN = USER_TASKS.c.state.in_(bindparam("open", OPEN, expanding=True, literal_execute=True))
"""Written out in the statement: an index of the open tasks alone is not used for a state that comes as a parameter."""


class View(StrEnum):
    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    STALLED = "stalled"
    THIS_WEEK = "this_week"


@dataclass(frozen=True, slots=True)
class InboxItem:
    task_id: UUID
    name: str
    form_key: str | None
    candidate_group: Role
    due_at: datetime | None
    due_reason: str | None
    created_at: datetime
    priority: int
    assignee_id: UUID | None
    assignee_name: str | None
    business_key: str | None
    case_id: UUID
    reference: str
    case_class: str | None
    channel: str
    unit: str | None
    is_stalled: bool
    is_restricted: bool
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    view: View
    items: tuple[InboxItem, ...]
    next_after: str | None
    """Key of the next page; None on the last."""
    counts: dict[View, int]
    moment: datetime


@dataclass(frozen=True)
class OpenInbox(Query[Inbox]):
    """One page of a view. Pages go by key, not by number: what is completed meanwhile shifts nothing."""

    view: View = View.MINE
    after: str | None = None
    with_counts: bool = True

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_scope(work, "tasks:read")

    def execute(self, work: Work) -> Inbox:
        key = _key(self.after)
        page = _page(work.actor, self.view, work.now, key, PAGE + 1)
        rows = work.stores.connection.execute(_with_cases(page)).mappings().all()
        items = tuple(_item(row) for row in rows[:PAGE])
        more = f"{rows[PAGE - 1]['sort_at'].isoformat()}_{rows[PAGE - 1]['id']}" if len(rows) > PAGE else None
        counts = {view: _count(work, view) for view in View} if self.with_counts else {}
        work.stores.access.listed(
            (item.case_id for item in items), work.actor, f"inbox_{self.view}", work.now
        )
        return Inbox(self.view, items, more, counts, work.now)


def _key(after: str | None) -> tuple[datetime, UUID] | None:
    if not after:
        return None
    moment, _, task_id = after.partition("_")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(task_id)
    except (ValueError, OverflowError):
        return None


def _page(actor: Actor, view: View, now: datetime, key: tuple[datetime, UUID] | None, limit: int) -> Subquery:
    """The ids of a page. One short index range a group and unit, merged: never a scan of all that is open."""
    parts: list[Any] = []
    for condition in _ranges(actor, view):
        part = (
            select(USER_TASKS.c.id, USER_TASKS.c.sort_at)
            .join(CASES, CASES.c.id == USER_TASKS.c.case_id)
            .where(_IS_OPEN, condition, _allowed(actor), *_narrowed(view, now))
            .order_by(USER_TASKS.c.sort_at, USER_TASKS.c.id)
            .limit(limit)
        )
        if key is not None:
            moment, task_id = key
            part = part.where(
                or_(
                    USER_TASKS.c.sort_at > moment,
                    and_(USER_TASKS.c.sort_at == moment, USER_TASKS.c.id > task_id),
                )
            )
        parts.append(select(part.subquery()))
    merged = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    return select(merged.c.id).order_by(merged.c.sort_at, merged.c.id).limit(limit).subquery()


def _ranges(actor: Actor, view: View) -> list[ColumnElement[bool]]:
    if view is View.MINE and actor.person_id is None:
        # A program holds no task; "nobody's" must not read as "its own".
        return [false()]
    if view is View.MINE:
        return [USER_TASKS.c.assignee_id == actor.person_id]
    found: list[ColumnElement[bool]] = []
    for group in sorted(groups_of(actor)):
        in_group = USER_TASKS.c.candidate_group == group.value
        if actor.unit is None:
            found.append(in_group)
        else:
            found += [
                and_(in_group, USER_TASKS.c.unit == actor.unit),
                and_(in_group, USER_TASKS.c.unit.is_(None)),
            ]
    return found


def _allowed(actor: Actor) -> ColumnElement[bool]:
    """The same rule as `Case.is_visible_to`, in the database."""
    disqualified = exists().where(
        DISQUALIFICATIONS.c.case_id == USER_TASKS.c.case_id, DISQUALIFICATIONS.c.person_id == actor.person_id
    )
    if actor.has(Role.MANAGER, Role.DIRECTOR):
        return ~disqualified
    if actor.person_id is None:
        # A program is no person: what is nobody's is not the program's.
        return CASES.c.is_restricted.is_(False)
    mine = or_(CASES.c.caseworker_id == actor.person_id, USER_TASKS.c.assignee_id == actor.person_id)
    return and_(~disqualified, or_(CASES.c.is_restricted.is_(False), mine))


def _narrowed(view: View, now: datetime) -> list[ColumnElement[bool]]:
    if view is View.UNASSIGNED:
        return [USER_TASKS.c.assignee_id.is_(None)]
    if view is View.STALLED:
        # From the few stalled cases to their tasks, and not through all tasks in search of theirs.
        stalled = CASES.alias("stalled")
        return [USER_TASKS.c.case_id.in_(select(stalled.c.id).where(text("stalled.is_stalled")))]
    if view is View.THIS_WEEK:
        return [USER_TASKS.c.sort_at < now + timedelta(days=7)]
    return []


def _with_cases(page: Subquery) -> Select[Any]:
    return (
        select(
            USER_TASKS,
            PEOPLE.c.name.label("assignee_name"),
            CASES.c.reference,
            CASES.c.case_class,
            CASES.c.channel,
            CASES.c.unit.label("case_unit"),
            CASES.c.is_stalled,
            CASES.c.is_restricted,
            CASES.c.received_at,
        )
        .join(page, page.c.id == USER_TASKS.c.id)
        .join(CASES, CASES.c.id == USER_TASKS.c.case_id)
        .outerjoin(PEOPLE, PEOPLE.c.id == USER_TASKS.c.assignee_id)
        .order_by(USER_TASKS.c.sort_at, USER_TASKS.c.id)
    )


def _count(work: Work, view: View) -> int:
    page = _page(work.actor, view, work.now, None, COUNTED_UP_TO)
    return int(work.stores.connection.execute(select(func.count()).select_from(page)).scalar_one())


def _item(row: Any) -> InboxItem:
    return InboxItem(
        task_id=row["id"],
        name=row["name"],
        form_key=row["form_key"],
        candidate_group=Role(row["candidate_group"]),
        due_at=row["due_at"],
        due_reason=row["due_reason"],
        created_at=row["created_at"],
        priority=row["priority"],
        assignee_id=row["assignee_id"],
        assignee_name=row["assignee_name"],
        business_key=row["business_key"],
        case_id=row["case_id"],
        reference=row["reference"],
        case_class=row["case_class"],
        channel=row["channel"],
        unit=row["case_unit"],
        is_stalled=row["is_stalled"],
        is_restricted=row["is_restricted"],
        received_at=row["received_at"],
    )
