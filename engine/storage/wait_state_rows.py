"""Timers, message subscriptions and element runs as rows, kept equal to what the instance waits for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, func, select, update

from engine.domain.cases import Case
from engine.domain.waiting import ElementRun, OpenMessage, OpenTimer
from engine.storage.cases import columns_with_prefix
from engine.storage.database import new_id
from engine.storage.rows import row_of, value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import ELEMENT_RUNS, INBOX_MESSAGES, MESSAGE_SUBSCRIPTIONS, TIMERS
from engine.storage.unit_of_work import UnitOfWork


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


class Timers:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, case_id: UUID, instance_id: UUID, timers: Iterable[OpenTimer]) -> None:
        for timer in timers:
            self._unit.insert(
                TIMERS,
                row_of(
                    TIMERS,
                    timer,
                    id=new_id(),
                    case_id=case_id,
                    instance_id=instance_id,
                    timer_key=timer.key,
                    next_attempt_at=timer.due_at,
                ),
            )

    def remove(self, instance_id: UUID, keys: Iterable[str]) -> None:
        for key in keys:
            self._unit.delete(TIMERS, {"instance_id": instance_id, "timer_key": key})

    def reschedule(self, instance_id: UUID, timer: OpenTimer) -> None:
        self._change(instance_id, timer, due_at=timer.due_at, next_attempt_at=timer.due_at)

    def redraw(self, instance_id: UUID, timers: Iterable[OpenTimer]) -> None:
        """Store process and name from another version for timers that keep waiting."""
        for timer in timers:
            self._change(instance_id, timer, process_id=timer.process_id, name=timer.name, kind=timer.kind)

    def _change(self, instance_id: UUID, timer: OpenTimer, **values: Any) -> None:
        self._unit.update(TIMERS, {"instance_id": instance_id, "timer_key": timer.key}, values)

    def take(self, timer_id: UUID, moment: datetime) -> tuple[Case, StoredTimer] | None:
        """Return the timer with its case, locked until the transaction ends; None if it is gone or another worker has it."""
        row = self._unit.row(
            select(*TIMERS.c, *columns_with_prefix("case__"))
            .join_from(TIMERS, CASES, TIMERS.c.case_id == CASES.c.id)
            .where(TIMERS.c.id == timer_id, TIMERS.c.next_attempt_at < moment)
            .with_for_update(of=TIMERS, skip_locked=True)
        )
        return None if row is None else (value_of(Case, row, "case__"), _timer(row))

    def due(self, moment: datetime, limit: int) -> tuple[UUID, ...]:
        found = self._unit.execute(
            select(TIMERS.c.id)
            .where(TIMERS.c.next_attempt_at < moment, TIMERS.c.is_suspended.is_(False))
            .order_by(TIMERS.c.next_attempt_at)
            .limit(limit)
        )
        return tuple(found.scalars())

    def postpone(self, timer_id: UUID, next_attempt_at: datetime, *, suspend: bool) -> StoredTimer | None:
        """Count a failed attempt and return the timer, None if it is gone. If `suspend`, it waits for a person to retry it."""
        row = self._unit.row(
            update(TIMERS)
            .where(TIMERS.c.id == timer_id)
            .values(attempts=TIMERS.c.attempts + 1, next_attempt_at=next_attempt_at, is_suspended=suspend)
            .returning(*TIMERS.c)
        )
        return None if row is None else _timer(row)

    def follow(self, timer_id: UUID, moment: datetime) -> None:
        """The ledger ends the timer's period later than the diagram knew."""
        self._unit.update(TIMERS, {"id": timer_id}, {"due_at": moment, "next_attempt_at": moment})

    def retry(self, timer_id: UUID, moment: datetime) -> None:
        fresh = {"attempts": 0, "next_attempt_at": moment, "is_suspended": False}
        self._unit.update(TIMERS, {"id": timer_id}, fresh)

    def find(self, timer_id: UUID) -> StoredTimer | None:
        row = self._unit.row(select(TIMERS).where(TIMERS.c.id == timer_id))
        return None if row is None else _timer(row)


def _timer(row: RowMapping) -> StoredTimer:
    return value_of(StoredTimer, row, key=row["timer_key"])


class Subscriptions:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, case_id: UUID, instance_id: UUID, messages: Iterable[OpenMessage]) -> None:
        for message in messages:
            self._unit.insert(
                MESSAGE_SUBSCRIPTIONS,
                row_of(
                    MESSAGE_SUBSCRIPTIONS,
                    message,
                    id=new_id(),
                    case_id=case_id,
                    instance_id=instance_id,
                    message_key=message.key,
                ),
            )

    def remove(self, instance_id: UUID, keys: Iterable[str]) -> None:
        for key in keys:
            self._unit.delete(MESSAGE_SUBSCRIPTIONS, {"instance_id": instance_id, "message_key": key})

    def redraw(self, instance_id: UUID, messages: Iterable[OpenMessage]) -> None:
        """Store the process that draws a wait for a message in another version."""
        for message in messages:
            self._unit.update(
                MESSAGE_SUBSCRIPTIONS,
                {"instance_id": instance_id, "message_key": message.key},
                {"process_id": message.process_id},
            )

    def find(
        self,
        case_id: UUID,
        name: str,
        business_key: str | None = None,
        *,
        instance_id: UUID | None = None,
    ) -> Subscription | None:
        """Return the case's subscription to a message, the oldest if there are several; None if nothing waits for it."""
        statement = select(MESSAGE_SUBSCRIPTIONS).where(
            MESSAGE_SUBSCRIPTIONS.c.case_id == case_id, MESSAGE_SUBSCRIPTIONS.c.name == name
        )
        if business_key is not None:
            statement = statement.where(MESSAGE_SUBSCRIPTIONS.c.business_key == business_key)
        if instance_id is not None:
            statement = statement.where(MESSAGE_SUBSCRIPTIONS.c.instance_id == instance_id)
        row = self._unit.row(statement.order_by(MESSAGE_SUBSCRIPTIONS.c.id).limit(1))
        return None if row is None else value_of(Subscription, row, key=row["message_key"])

    def instances_of(self, case_id: UUID, name: str) -> tuple[UUID, ...]:
        """Return the instances of the case that wait for this message."""
        rows = self._unit.execute(
            select(MESSAGE_SUBSCRIPTIONS.c.instance_id)
            .where(MESSAGE_SUBSCRIPTIONS.c.case_id == case_id, MESSAGE_SUBSCRIPTIONS.c.name == name)
            .distinct()
        )
        return tuple(sorted(rows.scalars()))

    def count(self, case_id: UUID, name: str, instance_id: UUID) -> int:
        """Return how many elements of an instance wait for this message."""
        table = MESSAGE_SUBSCRIPTIONS.c
        asked = select(func.count()).where(
            table.case_id == case_id, table.name == name, table.instance_id == instance_id
        )
        return int(self._unit.execute(asked).scalar_one())

    def waiting_in(self, case_id: UUID) -> tuple[tuple[str, str | None], ...]:
        """Return what the case waits for: the name of each message and its business key, each pair once."""
        table = MESSAGE_SUBSCRIPTIONS.c
        rows = self._unit.execute(
            select(table.name, table.business_key)
            .where(table.case_id == case_id)
            .distinct()
            .order_by(table.name, table.business_key)
        )
        return tuple((row.name, row.business_key) for row in rows)

    def names_in(self, case_id: UUID) -> tuple[str, ...]:
        rows = self._unit.execute(
            select(MESSAGE_SUBSCRIPTIONS.c.name).where(MESSAGE_SUBSCRIPTIONS.c.case_id == case_id).distinct()
        )
        return tuple(sorted(rows.scalars()))


class ElementRuns:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def record(self, case_id: UUID, instance_id: UUID, runs: Iterable[ElementRun]) -> None:
        """Store element runs. The first time an element was seen is kept: the engine forgets it when the state changes."""
        for run in runs:
            row = row_of(ELEMENT_RUNS, run, case_id=case_id, instance_id=instance_id, run_key=run.key)
            self._unit.upsert(ELEMENT_RUNS, row, change=("state", "ended_at"))

    def of_case(self, case_id: UUID) -> tuple[RowMapping, ...]:
        rows = self._unit.rows(
            select(ELEMENT_RUNS).where(ELEMENT_RUNS.c.case_id == case_id).order_by(ELEMENT_RUNS.c.ready_at)
        )
        return tuple(rows)

    def forget(self, case_id: UUID) -> None:
        """Delete the way that a case went: each element, when and by which role. It stands in clear."""
        self._unit.delete(ELEMENT_RUNS, {"case_id": case_id})


_UNDELIVERED = (
    select(INBOX_MESSAGES)
    .where(
        INBOX_MESSAGES.c.case_id == bindparam("case"),
        INBOX_MESSAGES.c.delivered_at.is_(None),
    )
    .order_by(INBOX_MESSAGES.c.received_at)
)


class InboxMessages:
    """Messages to a case that nothing waits for yet."""

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def keep(
        self, case_id: UUID, name: str, business_key: str | None, payload: Any, moment: datetime
    ) -> UUID:
        message_id = new_id()
        self._unit.insert(
            INBOX_MESSAGES,
            {
                "id": message_id,
                "case_id": case_id,
                "name": name,
                "business_key": business_key,
                "payload": self._vault.seal_column(
                    INBOX_MESSAGES.c.payload, SealingClass.NARRATIVE, case_id, message_id, payload
                ),
                "received_at": moment,
            },
        )
        return message_id

    def undelivered(
        self, case_id: UUID, names: Iterable[str]
    ) -> tuple[tuple[UUID, str, str | None, Any], ...]:
        wanted = frozenset(names)
        rows = self._unit.rows(_UNDELIVERED, case=case_id)
        opened = self._vault.open_column
        return tuple(
            (
                row["id"],
                row["name"],
                row["business_key"],
                opened(INBOX_MESSAGES.c.payload, SealingClass.NARRATIVE, row),
            )
            for row in rows
            if row["name"] in wanted
        )

    def delivered(self, message_id: UUID, moment: datetime) -> None:
        self._unit.update(INBOX_MESSAGES, {"id": message_id}, {"delivered_at": moment})
