"""The inbox: the reader's tasks and those of their groups, in the order in which they are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    RowMapping,
    Select,
    func,
    select,
)

from engine.bpmn.element_names import Names
from engine.casework.appeals import REMOVAL
from engine.casework.notices import NUMBERED, begun_notices
from engine.domain.cases import CaseClass
from engine.domain.inbox import NOT_NARROWED, SavedView, TaskFilter, Urgency, View
from engine.domain.people import Role
from engine.domain.tasks import groups_of
from engine.executor import Query, Work
from engine.executor.permissions import require_case_staff, require_scope
from engine.operations.delivery import PREFIXES, REFLECTION
from engine.queries.case_waits import OpenDeadline, owed_in_tasks
from engine.queries.inbox_pages import (
    Position,
    Reader,
    Shape,
    in_order,
    is_left,
    page_of,
    shape_of,
    values_of,
)
from engine.queries.warnings_of_cases import NO_WARNINGS, CaseWarnings, warnings_of
from engine.queries.whose_cases import tasks_in_place
from engine.storage.open_rows import CASE_IS_OPEN
from engine.storage.requests import NUMBERED as REQUEST_NUMBERED
from engine.storage.tables.cases import CASES
from engine.storage.tables.people import PEOPLE
from engine.storage.tables.processes import USER_TASKS
from engine.storage.tasks import NO_DUE

PAGE = 50
COUNTED_UP_TO = 100
"""Counts beside the views stop here: beyond it the number says nothing, and counting a large list costs the page."""

KEPT = 256
"""Statements. Roles, views and what narrows them combine in more ways than a day meets."""


@dataclass(frozen=True, slots=True)
class InboxItem:
    task_id: UUID
    name: str
    form_key: str | None
    candidate_group: Role
    due_at: datetime | None
    follow_up_at: datetime | None
    """The day on which it is looked at, where nothing is due."""
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
    team: str | None
    is_stalled: bool
    is_restricted: bool
    received_at: datetime
    may_be_taken: bool = False
    """Nobody has it, or the reader may take it from the one who has."""
    warnings: CaseWarnings = NO_WARNINGS
    owed: OpenDeadline | None = None
    """Of a task without a due day: the day that the ledger has for the same recipient or request."""
    notice: str = ""
    """The kind of the notice that it writes or sends, where that is known from the beginning: tasks for two of them have one
    name."""

    @property
    def proposed_class(self) -> CaseClass | None:
        """Return the class that was proposed of a case whose class nobody has confirmed; None of a normal one."""
        if self.case_class is not None:
            return None
        return next((each for each in CaseClass if each.priority and each.priority == self.priority), None)

    @property
    def late_after(self) -> datetime | None:
        """Return its due day, or the ledger's in its place; None where nothing is due."""
        return self.due_at or (self.owed.due_at if self.owed else None)

    @property
    def late_for(self) -> str | None:
        """Return the word of the rule behind `late_after`."""
        return self.due_reason or (self.owed.name if self.owed and self.due_at is None else None)

    @property
    def request(self) -> str:
        """Return the number of the request that it concerns; empty of others."""
        key = self.business_key or ""
        return key if key.startswith(REQUEST_NUMBERED) else ""

    @property
    def decision(self) -> str:
        """Return the kind of decision that the task serves, unless it is an admission's or the task serves none."""
        key = self.business_key or ""
        return next((kind for kind in (REMOVAL, REFLECTION) if key.startswith(PREFIXES[kind])), "")


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of task that the reader's roles meet, named as in the version in use."""

    form_key: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    view: View
    items: tuple[InboxItem, ...]
    next_after: str | None
    """Key of the next page; None on the last."""
    counts: dict[View, int]
    moment: datetime
    narrowed: TaskFilter = NOT_NARROWED
    found: int = 0
    """Number of tasks that the filter leaves, counted as the views are."""
    saved: tuple[tuple[SavedView, int], ...] = ()
    kinds: tuple[TaskKind, ...] = ()


@dataclass(frozen=True)
class OpenInbox(Query[Inbox]):
    """Return one page of a view. A page begins after a task, not at a number, so that completed tasks shift nothing."""

    view: View = View.MINE
    after: str | None = None
    with_counts: bool = True
    narrowed: TaskFilter = NOT_NARROWED
    language: str = "fi"
    most: int = PAGE

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_scope(work, "tasks:read")

    def execute(self, work: Work) -> Inbox:
        key = _key(self.after)
        in_place = tasks_in_place(work)
        reader = _reader(work, self.view, self.narrowed, in_place)
        rows = self._rows(work, reader, key)
        names = work.instances.names(self.language)
        items = _with_notices(work, tuple(_item(row, names, in_place) for row in rows[: self.most]))
        items = _with_owed_days(work, _with_warnings(work, items))
        last = rows[self.most - 1] if len(rows) > self.most else None
        more = _written(last) if last else None
        work.stores.access.log_list(
            (item.case_id for item in items), work.actor, f"inbox_{self.view}", work.now
        )
        return self._beside(work, Inbox(self.view, items, more, {}, work.now, self.narrowed), in_place)

    def _rows(self, work: Work, reader: Reader, key: Position | None) -> Sequence[RowMapping]:
        statement = _with_cases(shape_of(reader, self.view, self.narrowed, key))
        values = values_of(reader, self.narrowed, key, self.most + 1)
        return work.stores.unit.execute(statement, values).mappings().all()

    def _beside(self, work: Work, inbox: Inbox, in_place: tuple[UUID, ...]) -> Inbox:
        """Add the counts that a page shows beside the list; a program asks for the list alone."""
        if not self.with_counts:
            return inbox
        count = partial(_count, work, in_place)
        saved = work.stores.saved_views.of(work.actor) if work.actor.person_id else ()
        return replace(
            inbox,
            counts={view: count(view) for view in View},
            found=count(self.view, self.narrowed) if self.narrowed else 0,
            saved=tuple((each, count(each.view, each.narrowed)) for each in saved),
            kinds=kinds_of_tasks(work, self.language),
        )


def _reader(work: Work, view: View, narrowed: TaskFilter, in_place: tuple[UUID, ...]) -> Reader:
    mine = select(CASES.c.id).where(CASES.c.caseworker_id == work.actor.person_id, CASE_IS_OPEN)
    return Reader(
        work.actor,
        work.now,
        in_place=in_place if view is View.MINE else (),
        mine=tuple(work.stores.unit.execute(mine).scalars()) if narrowed.waits_for_me else (),
    )


def is_position(after: str) -> bool:
    """Return True if it could be the key of a page. Tasks without a day come last, at a moment that never comes."""
    key = _key(after)
    return key is not None and (2000 <= key.moment.year < 9000 or key.moment == NO_DUE)


def _written(row: RowMapping) -> str:
    # A plus sign stands for a space in addresses.
    moment = row["sort_at"].isoformat().replace("+00:00", "Z")
    return f"{moment}_{row['id']}_{row['priority']}"


URGENT_AND_FREE: Final = TaskFilter(urgency=Urgency.URGENT)
"""Narrows the tasks that one may take to those that an on-call worker is rung about."""


def urgent_and_free(work: Work) -> int:
    """Return how many urgent tasks that nobody has, or that somebody claimed and left until they were late, wait for an on-call
    worker; none for others."""
    if not work.actor.has(Role.ON_CALL):
        return 0
    return _count(work, (), View.UNASSIGNED, URGENT_AND_FREE)


def _key(after: str | None) -> Position | None:
    if not after:
        return None
    moment, task_id, priority = [*after.split("_"), "", ""][:3]
    try:
        at, number = datetime.fromisoformat(moment).astimezone(UTC), int(priority or 0)
        return Position(at, UUID(task_id), max(-1, min(number, 9)))
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=KEPT)
def _with_cases(shape: Shape) -> Select[Any]:
    page = page_of(shape)
    return (
        select(
            USER_TASKS,
            PEOPLE.c.name.label("assignee_name"),
            CASES.c.reference,
            CASES.c.case_class,
            CASES.c.channel,
            CASES.c.team.label("case_team"),
            CASES.c.is_stalled,
            CASES.c.is_restricted,
            CASES.c.received_at,
            is_left(shape).label("is_left"),
        )
        .join(page, page.c.id == USER_TASKS.c.id)
        .join(CASES, CASES.c.id == USER_TASKS.c.case_id)
        .outerjoin(PEOPLE, PEOPLE.c.id == USER_TASKS.c.assignee_id)
        .order_by(*in_order(shape.order, USER_TASKS.c))
    )


def _count(work: Work, in_place: tuple[UUID, ...], view: View, narrowed: TaskFilter = NOT_NARROWED) -> int:
    reader = _reader(work, view, narrowed, in_place)
    counted = _counted(shape_of(reader, view, narrowed, None))
    values = values_of(reader, narrowed, None, COUNTED_UP_TO)
    return int(work.stores.unit.execute(counted, values).scalar_one())


@lru_cache(maxsize=KEPT)
def _counted(shape: Shape) -> Select[Any]:
    return select(func.count()).select_from(page_of(shape))


def kinds_of_tasks(work: Work, language: str) -> tuple[TaskKind, ...]:
    """Return the kinds of tasks that the current version has for the reader's groups, each with its names in the
    diagrams; with its process where two kinds share a name. Open tasks are not asked: they would reveal a case that the
    reader may not see."""
    groups = {group.value for group in groups_of(work.actor)}
    models = work.instances.models(work.stores.deployments.current().id)
    words, met = models.bundle.names_in(language), dict[str, dict[str, str]]()
    for element in models.parsed.elements.values():
        form_key = element.properties.get("form_key")
        if form_key and element.kind == "userTask" and element.role in groups:
            process = words.of(models.parsed.processes[element.process_id])
            met.setdefault(form_key, {}).setdefault(words.of(element.name), process)
    shared = Counter(name for names in met.values() for name in names)
    return tuple(
        TaskKind(
            form_key,
            tuple(f"{name} ({process})" if shared[name] > 1 else name for name, process in names.items()),
        )
        for form_key, names in met.items()
    )


def _with_notices(work: Work, items: tuple[InboxItem, ...]) -> tuple[InboxItem, ...]:
    cases = {each.case_id for each in items if (each.business_key or "").startswith(NUMBERED)}
    if not cases:
        return items
    events = work.stores.timeline.of_cases(cases, ("notice_begun",))
    known = {case_id: begun_notices(found) for case_id, found in events.items()}
    return tuple(
        replace(each, notice=known.get(each.case_id, {}).get(each.business_key or "", "")) for each in items
    )


def _with_owed_days(work: Work, items: tuple[InboxItem, ...]) -> tuple[InboxItem, ...]:
    owed = owed_in_tasks(work, ((each.case_id, each.business_key) for each in items if each.due_at is None))
    return tuple(
        replace(each, owed=owed.get((each.case_id, each.business_key))) if each.due_at is None else each
        for each in items
    )


def _with_warnings(work: Work, items: tuple[InboxItem, ...]) -> tuple[InboxItem, ...]:
    found = warnings_of(work, {each.case_id for each in items})
    return tuple(replace(each, warnings=found.get(each.case_id, NO_WARNINGS)) for each in items)


def _item(row: Any, names: Names, in_place: Collection[UUID]) -> InboxItem:
    return InboxItem(
        task_id=row["id"],
        name=names.of(row["name"]),
        form_key=row["form_key"],
        candidate_group=Role(row["candidate_group"]),
        due_at=row["due_at"],
        follow_up_at=row["follow_up_at"],
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
        team=row["case_team"],
        is_stalled=row["is_stalled"],
        is_restricted=row["is_restricted"],
        received_at=row["received_at"],
        may_be_taken=row["assignee_id"] is None or row["is_left"] or row["id"] in in_place,
    )
