"""Timers, message subscriptions and element runs: made to match what the instance waits for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    Connection,
    Delete,
    RowMapping,
    Select,
    Table,
    Uuid,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.domain.cases import Case
from engine.domain.waiting import ElementRun, OpenMessage, OpenTimer
from engine.storage.cases import case_of, columns_with_prefix
from engine.storage.database import new_id
from engine.storage.gathering import Gathered, Gathering
from engine.storage.instances import InstanceRows, columns_beside
from engine.storage.prepared import read
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import (
    ELEMENT_RUNS,
    INBOX_MESSAGES,
    INSTANCES,
    MESSAGE_SUBSCRIPTIONS,
    TIMERS,
)


@dataclass(frozen=True, slots=True)
class StoredTimer:
    id: UUID
    case_id: UUID
    instance_id: UUID
    key: str
    element_id: str
    name: str
    kind: str
    business_key: str | None
    due_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Subscription:
    id: UUID
    case_id: UUID
    instance_id: UUID
    key: str
    name: str
    business_key: str | None


class Timers(Gathering):
    def __init__(self, gathered: Gathered, instances: InstanceRows) -> None:
        super().__init__(gathered, TIMERS)
        self._instances = instances

    def add(self, case_id: UUID, instance_id: UUID, timers: Iterable[OpenTimer]) -> None:
        rows = [
            {
                "id": new_id(),
                "case_id": case_id,
                "instance_id": instance_id,
                "timer_key": timer.key,
                "process_id": timer.process_id,
                "element_id": timer.element_id,
                "path": timer.path,
                "name": timer.name,
                "kind": timer.kind,
                "business_key": timer.business_key,
                "due_at": timer.due_at,
                "next_attempt_at": timer.due_at,
            }
            for timer in timers
        ]
        self._gathered.add(TIMERS, *rows)

    def remove(self, instance_id: UUID, keys: Iterable[str]) -> None:
        self._gathered.change(
            _remove(TIMERS, "timer_key"), [{"instance": instance_id, "key": key} for key in keys]
        )

    def reschedule(self, instance_id: UUID, timer: OpenTimer) -> None:
        self._connection.execute(
            update(TIMERS)
            .where(TIMERS.c.instance_id == instance_id, TIMERS.c.timer_key == timer.key)
            .values(due_at=timer.due_at, next_attempt_at=timer.due_at)
        )

    def redraw(self, instance_id: UUID, timers: Iterable[OpenTimer]) -> None:
        """What another version calls timers that go on ticking."""
        for timer in timers:
            self._connection.execute(
                update(TIMERS)
                .where(TIMERS.c.instance_id == instance_id, TIMERS.c.timer_key == timer.key)
                .values(name=timer.name, kind=timer.kind)
            )

    def take(self, timer_id: UUID, moment: datetime) -> tuple[Case, StoredTimer] | None:
        """The timer with its case, locked until the transaction ends; None if it has gone or another worker has it.

        Its instance is read along, for the step that follows.
        """
        given = {"wanted": timer_id, "moment": moment}
        connection = self._gathered.reading(TIMERS, CASES, INSTANCES)
        row = connection.execute(_take(), given).mappings().one_or_none()
        if row is None:
            return None
        self._instances.keep(row)
        return case_of(row, "case__"), _timer(row)

    def due(self, moment: datetime, limit: int) -> tuple[UUID, ...]:
        found = self._connection.execute(
            select(TIMERS.c.id)
            .where(TIMERS.c.next_attempt_at < moment, TIMERS.c.is_suspended.is_(False))
            .order_by(TIMERS.c.next_attempt_at)
            .limit(limit)
        )
        return tuple(found.scalars())

    def postpone(self, timer_id: UUID, next_attempt_at: datetime, *, suspend: bool) -> StoredTimer | None:
        """Count a failed attempt; a suspended timer waits for a person to retry it."""
        row = (
            self._connection.execute(
                update(TIMERS)
                .where(TIMERS.c.id == timer_id)
                .values(attempts=TIMERS.c.attempts + 1, next_attempt_at=next_attempt_at, is_suspended=suspend)
                .returning(*TIMERS.c)
            )
            .mappings()
            .one_or_none()
        )
        return None if row is None else _timer(row)

    def retry(self, timer_id: UUID, moment: datetime) -> None:
        self._connection.execute(
            update(TIMERS)
            .where(TIMERS.c.id == timer_id)
            .values(attempts=0, next_attempt_at=moment, is_suspended=False)
        )

    def find(self, timer_id: UUID) -> StoredTimer | None:
        row = self._connection.execute(select(TIMERS).where(TIMERS.c.id == timer_id)).mappings().one_or_none()
        return None if row is None else _timer(row)


@lru_cache
def _remove(table: Table, key: str) -> Delete:
    return delete(table).where(
        table.c.instance_id == bindparam("instance", type_=Uuid), table.c[key] == bindparam("key")
    )


@lru_cache
def _take() -> Select[Any]:
    return (
        select(*TIMERS.c, *columns_with_prefix("case__").values(), *columns_beside())
        .join_from(TIMERS, CASES, TIMERS.c.case_id == CASES.c.id)
        .join(INSTANCES, TIMERS.c.instance_id == INSTANCES.c.id)
        .where(TIMERS.c.id == bindparam("wanted"), TIMERS.c.next_attempt_at < bindparam("moment"))
        .with_for_update(of=TIMERS, skip_locked=True)
    )


def _timer(row: RowMapping) -> StoredTimer:
    return StoredTimer(
        id=row["id"],
        case_id=row["case_id"],
        instance_id=row["instance_id"],
        key=row["timer_key"],
        element_id=row["element_id"],
        name=row["name"],
        kind=row["kind"],
        business_key=row["business_key"],
        due_at=row["due_at"],
        attempts=row["attempts"],
    )


class Subscriptions(Gathering):
    def __init__(self, gathered: Gathered) -> None:
        super().__init__(gathered, MESSAGE_SUBSCRIPTIONS)

    def add(self, case_id: UUID, instance_id: UUID, messages: Iterable[OpenMessage]) -> None:
        rows = [
            {
                "id": new_id(),
                "case_id": case_id,
                "instance_id": instance_id,
                "message_key": message.key,
                "process_id": message.process_id,
                "element_id": message.element_id,
                "path": message.path,
                "name": message.name,
                "business_key": message.business_key,
            }
            for message in messages
        ]
        self._gathered.add(MESSAGE_SUBSCRIPTIONS, *rows)

    def remove(self, instance_id: UUID, keys: Iterable[str]) -> None:
        self._gathered.change(
            _remove(MESSAGE_SUBSCRIPTIONS, "message_key"),
            [{"instance": instance_id, "key": key} for key in keys],
        )

    def find(self, case_id: UUID, name: str, business_key: str | None = None) -> Subscription | None:
        """The one that waits in the case for that message; the oldest when several do."""
        statement = select(MESSAGE_SUBSCRIPTIONS).where(
            MESSAGE_SUBSCRIPTIONS.c.case_id == case_id, MESSAGE_SUBSCRIPTIONS.c.name == name
        )
        if business_key is not None:
            statement = statement.where(MESSAGE_SUBSCRIPTIONS.c.business_key == business_key)
        row = (
            self._connection.execute(statement.order_by(MESSAGE_SUBSCRIPTIONS.c.id).limit(1))
            .mappings()
            .one_or_none()
        )
        if row is None:
            return None
        return Subscription(
            row["id"],
            row["case_id"],
            row["instance_id"],
            row["message_key"],
            row["name"],
            row["business_key"],
        )

    def names_in(self, case_id: UUID) -> tuple[str, ...]:
        rows = self._connection.execute(
            select(MESSAGE_SUBSCRIPTIONS.c.name).where(MESSAGE_SUBSCRIPTIONS.c.case_id == case_id).distinct()
        )
        return tuple(sorted(rows.scalars()))


class ElementRuns(Gathering):
    def __init__(self, gathered: Gathered) -> None:
        super().__init__(gathered, ELEMENT_RUNS)

    def record(self, case_id: UUID, instance_id: UUID, runs: Iterable[ElementRun]) -> None:
        rows: list[dict[str, Any]] = [
            {
                "instance_id": instance_id,
                "run_key": run.key,
                "case_id": case_id,
                "process_id": run.process_id,
                "element_id": run.element_id,
                "path": run.path,
                "kind": run.kind,
                "state": run.state,
                "role": run.role,
                "business_key": run.business_key,
                "ready_at": run.ready_at,
                "ended_at": run.ended_at,
            }
            for run in runs
        ]
        self._gathered.add_by(_record_runs(self._gathered.dialect), rows)

    def of_case(self, case_id: UUID) -> tuple[RowMapping, ...]:
        rows = self._connection.execute(
            select(ELEMENT_RUNS).where(ELEMENT_RUNS.c.case_id == case_id).order_by(ELEMENT_RUNS.c.ready_at)
        )
        return tuple(rows.mappings())


@lru_cache
def _record_runs(dialect: str) -> Any:
    """The first time an element was seen stays: the engine forgets it as soon as the state changes."""
    statement = (pg_insert if dialect == "postgresql" else sqlite_insert)(ELEMENT_RUNS)
    return statement.on_conflict_do_update(
        index_elements=list(ELEMENT_RUNS.primary_key),
        set_={"state": statement.excluded.state, "ended_at": statement.excluded.ended_at},
    )


@lru_cache
def _undelivered() -> Select[Any]:
    return (
        select(INBOX_MESSAGES)
        .where(
            INBOX_MESSAGES.c.case_id == bindparam("case", type_=Uuid), INBOX_MESSAGES.c.delivered_at.is_(None)
        )
        .order_by(INBOX_MESSAGES.c.received_at)
    )


class InboxMessages:
    """News that nothing waits for yet."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def keep(
        self, case_id: UUID, name: str, business_key: str | None, payload: Any, moment: datetime
    ) -> UUID:
        message_id = new_id()
        self._connection.execute(
            insert(INBOX_MESSAGES).values(
                id=message_id,
                case_id=case_id,
                name=name,
                business_key=business_key,
                payload=self._vault.seal(
                    case_id,
                    SealingClass.NARRATIVE,
                    f"inbox_messages.payload/{message_id}",
                    orjson.dumps(payload),
                ),
                received_at=moment,
            )
        )
        return message_id

    def undelivered(
        self, case_id: UUID, names: Iterable[str]
    ) -> tuple[tuple[UUID, str, str | None, Any], ...]:
        wanted = frozenset(names)
        rows = read(self._connection, _undelivered(), {"case": case_id})
        return tuple(
            (
                row["id"],
                row["name"],
                row["business_key"],
                self._vault.open_json(
                    case_id, SealingClass.NARRATIVE, f"inbox_messages.payload/{row['id']}", row["payload"]
                ),
            )
            for row in rows
            if row["name"] in wanted
        )

    def delivered(self, message_id: UUID, moment: datetime) -> None:
        self._connection.execute(
            update(INBOX_MESSAGES).where(INBOX_MESSAGES.c.id == message_id).values(delivered_at=moment)
        )
