"""A search through a whole database for what must never be there: orphans, doubles, waits without rows, broken chains,
keys without data, data without keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Select, Table, and_, exists, func, select

from engine.domain.deadline_kinds import TARGET_DAY
from engine.domain.waiting import OpenTask
from engine.errors import Refusal
from engine.executor import Query, Work
from engine.executor.permissions import require_system
from engine.instances.task_deadlines import target_day
from engine.storage.open_rows import TASK_IS_OPEN
from engine.storage.tables import METADATA
from engine.storage.tables.cases import APPLICATIONS, CASES, SUBMISSIONS
from engine.storage.tables.decisions import DELIVERIES, RESOLUTIONS
from engine.storage.tables.processes import (
    ELEMENT_RUNS,
    INSTANCES,
    MESSAGE_SUBSCRIPTIONS,
    TIMERS,
    USER_TASKS,
)
from engine.storage.tables.webhooks import WEBHOOK_MESSAGES, WEBHOOK_RECEIVERS

ONCE: Final[tuple[tuple[Table, tuple[str, ...]], ...]] = (
    (APPLICATIONS, ("idempotency_key",)),
    (SUBMISSIONS, ("task_id",)),
    (ELEMENT_RUNS, ("instance_id", "run_key")),
    (USER_TASKS, ("instance_id", "task_key")),
    (TIMERS, ("instance_id", "timer_key")),
    (MESSAGE_SUBSCRIPTIONS, ("instance_id", "message_key")),
    (DELIVERIES, ("case_id", "business_key", "attempt", "channel", "party_id")),
    (RESOLUTIONS, ("case_id", "number", "round")),
)
"""A step makes each row once: these columns identify the row."""
WAITS: Final = (USER_TASKS, TIMERS, MESSAGE_SUBSCRIPTIONS)
UNSETTLED: Final = timedelta(hours=1)
"""A key is made before its case is committed, and deleted later where that never came."""
SHOWN: Final = 3
"""Examples that a fault names, by id."""


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str
    """orphan, double, wait_of_ended, waits_for_nothing, wait_differs, unreadable, chain, data_without_key, key_without_data,
    event_to_nobody, receiver_without_key."""
    place: str
    """A table, or a table and its column."""
    count: int
    examples: tuple[str, ...]
    """Ids of rows; nothing else of them."""


@dataclass(frozen=True)
class FindFaults(Query[tuple[Fault, ...]]):
    """Return the faults of the whole database. It takes minutes where there are many cases; nobody waits for it."""

    opens_instances: bool = False
    """Also restore each running instance, and compare what it waits for with the rows."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[Fault, ...]:
        return (
            *_orphans(work),
            *_doubles(work),
            *_rows_and_instances(work),
            *(_differing(work) if self.opens_instances else ()),
            *_chains(work),
            *_keys(work),
            *_webhooks(work),
        )


def _orphans(work: Work) -> Iterator[Fault]:
    """Rows that point at nothing. The database refuses them; a restore or a repair by hand does not."""
    for table in METADATA.sorted_tables:
        for key in table.foreign_keys:
            held, target = key.parent, key.column.table.alias()
            there = exists().where(target.c[key.column.name] == held)
            yield from _counted(
                work, "orphan", f"{table.name}.{held.name}", table, held.is_not(None) & ~there
            )


def _doubles(work: Work) -> Iterator[Fault]:
    for table, names in ONCE:
        columns = [table.c[name] for name in names]
        doubled = select(*columns).where(columns[-1].is_not(None)).group_by(*columns).having(func.count() > 1)
        found = work.stores.unit.rows(doubled)
        if found:
            shown = tuple(" ".join(str(each) for each in row.values()) for row in found[:SHOWN])
            yield Fault("double", table.name, len(found), shown)


def _rows_and_instances(work: Work) -> Iterator[Fault]:
    for table in WAITS:
        ended = exists().where(INSTANCES.c.id == table.c.instance_id, INSTANCES.c.state != "running")
        yield from _counted(work, "wait_of_ended", table.name, table, and_(_is_open(table), ended))
    waits = [
        ~exists().where(table.c.instance_id == INSTANCES.c.id, _is_open(table)).correlate(INSTANCES)
        for table in WAITS
    ]
    yield from _counted(
        work, "waits_for_nothing", INSTANCES.name, INSTANCES, and_(INSTANCES.c.state == "running", *waits)
    )


def _is_open(table: Table) -> Any:
    return TASK_IS_OPEN if table is USER_TASKS else table.c.instance_id.is_not(None)


def _differing(work: Work) -> Iterator[Fault]:
    """Restore each running instance and compare its waits with the rows."""
    running = work.stores.unit.rows(
        select(INSTANCES.c.id, INSTANCES.c.case_id).where(INSTANCES.c.state == "running")
    )
    differing: dict[str, list[str]] = {}
    unreadable: list[str] = []
    for row in running:
        instance_id = row["id"]
        try:
            waits = work.instances.waits_of(work.stores.cases.get(row["case_id"]), instance_id)
        except Refusal:
            unreadable.append(str(instance_id))
            continue
        stored = {
            USER_TASKS.name: _pairs(work, USER_TASKS, "task_key", "due_at", instance_id),
            TIMERS.name: _pairs(work, TIMERS, "timer_key", "due_at", instance_id),
            MESSAGE_SUBSCRIPTIONS.name: _pairs(
                work, MESSAGE_SUBSCRIPTIONS, "message_key", "name", instance_id
            ),
        }
        wanted = {
            USER_TASKS.name: _due(work, row["case_id"], waits.tasks, stored[USER_TASKS.name]),
            TIMERS.name: {(each.key, each.due_at) for each in waits.timers},
            MESSAGE_SUBSCRIPTIONS.name: {(each.key, each.name) for each in waits.messages},
        }
        for name, expected in wanted.items():
            if expected != stored[name]:
                differing.setdefault(name, []).append(str(instance_id))
    for name, ids in differing.items():
        yield Fault("wait_differs", name, len(ids), tuple(ids[:SHOWN]))
    yield from _named("unreadable", INSTANCES.name, unreadable)


def _due(
    work: Work, case_id: UUID, tasks: Iterable[OpenTask], stored: Collection[tuple[Any, Any]]
) -> set[tuple[Any, Any]]:
    """Return the due moment that each task must have. One that is due with the target is due on the ledger's day; while the
    ledger has none, it keeps the day that it had."""
    day, kept = target_day(work.stores, case_id), dict(stored)
    return {
        (
            each.task_key,
            (day or kept.get(each.task_key)) if each.due_reason == TARGET_DAY else each.due_at,
        )
        for each in tasks
    }


def _pairs(work: Work, table: Table, key: str, value: str, instance_id: object) -> set[tuple[Any, Any]]:
    rows = work.stores.unit.rows(
        select(table.c[key], table.c[value]).where(table.c.instance_id == instance_id, _is_open(table))
    )
    return {(row[key], row[value]) for row in rows}


def _chains(work: Work) -> Iterator[Fault]:
    found = work.stores.access.faults()
    if found:
        yield Fault("chain", "access_entries", len(found), tuple(str(each.number) for each in found[:SHOWN]))


def _keys(work: Work) -> Iterator[Fault]:
    case_ids = tuple(work.stores.unit.execute(select(CASES.c.id)).scalars())
    keyless = sorted(str(each) for each in work.stores.key_store.unknown(case_ids))
    yield from _named("data_without_key", CASES.name, keyless)
    held = work.stores.key_store.cases_before(work.now - UNSETTLED)
    known = frozenset(case_ids) | work.stores.enquiries.existing(held - frozenset(case_ids))
    yield from _named("key_without_data", "data_keys", sorted(str(each) for each in held - known))


def _webhooks(work: Work) -> Iterator[Fault]:
    """Events that would go to nobody, and receivers whose events nobody could believe."""
    table, ended = WEBHOOK_MESSAGES, WEBHOOK_RECEIVERS.c.ended_at.is_not(None)
    to_nobody = exists().where(WEBHOOK_RECEIVERS.c.id == table.c.receiver_id, ended)
    waits = and_(table.c.sent_at.is_(None), table.c.given_up_at.is_(None), to_nobody)
    yield from _counted(work, "event_to_nobody", table.name, table, waits)
    keyless = [
        str(each.id)
        for each in work.stores.webhooks.all()
        if each.ended_at is None and not _signs(work, each.id)
    ]
    yield from _named("receiver_without_key", WEBHOOK_RECEIVERS.name, keyless)


def _signs(work: Work, receiver_id: UUID) -> bool:
    try:
        return bool(work.stores.webhooks.keys(receiver_id, work.now))
    except Refusal:
        return False


def _named(kind: str, place: str, ids: list[str]) -> Iterable[Fault]:
    return (Fault(kind, place, len(ids), tuple(ids[:SHOWN])),) if ids else ()


def _counted(work: Work, kind: str, place: str, table: Table, condition: Any) -> Iterator[Fault]:
    count = int(
        work.stores.unit.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
    )
    if count:
        first: Column[Any] = next(iter(table.primary_key.columns))
        some: Select[Any] = select(first).where(condition).order_by(first).limit(SHOWN)
        yield Fault(kind, place, count, tuple(str(each) for each in work.stores.unit.execute(some).scalars()))
