"""The deadline ledger as rows: a deadline is its clock entries; due moment and state are kept only to sort by."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from engine.domain.calendar import Counting, Ending
from engine.domain.deadlines import ClockEntry, Deadline, EntryKind
from engine.storage.database import new_id
from engine.storage.tables.cases import CLOCK_ENTRIES, DEADLINES

APPEAL_PERIOD = "appeal_period"
"""The person's own time: that it ends is no breach of anybody's."""


class Deadlines:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, deadline: Deadline) -> None:
        self._connection.execute(
            insert(DEADLINES).values(
                id=deadline.id,
                case_id=deadline.case_id,
                name=deadline.name,
                business_key=deadline.business_key,
                counting=deadline.counting.value,
                ending=deadline.ending.value,
                due_at=deadline.due_at,
                state=_state(deadline),
                started_at=deadline.started_at,
            )
        )
        self._append(deadline, 0)

    def save(self, before: Deadline, after: Deadline) -> None:
        """Store the entries that `after` has more than `before`. Entries are never changed or taken away."""
        if len(after.entries) == len(before.entries):
            return
        self._append(after, len(before.entries))
        self._connection.execute(
            update(DEADLINES)
            .where(DEADLINES.c.id == after.id)
            .values(due_at=after.due_at, state=_state(after))
        )

    def of_case(self, case_id: UUID) -> tuple[Deadline, ...]:
        rows = self._connection.execute(
            select(DEADLINES)
            .where(DEADLINES.c.case_id == case_id)
            .order_by(DEADLINES.c.started_at, DEADLINES.c.id)
        ).all()
        entries: dict[UUID, list[ClockEntry]] = defaultdict(list)
        told = self._connection.execute(
            select(CLOCK_ENTRIES)
            .where(CLOCK_ENTRIES.c.case_id == case_id)
            .order_by(CLOCK_ENTRIES.c.deadline_id, CLOCK_ENTRIES.c.seq)
        )
        for row in told:
            entries[row.deadline_id].append(
                ClockEntry(
                    kind=EntryKind(row.kind),
                    at=row.at,
                    cause=row.cause or "",
                    actor_name=row.actor_name,
                    actor_id=row.actor_id,
                    rule=row.rule,
                    days=row.days,
                    until=row.until,
                )
            )
        return tuple(
            Deadline(
                id=row.id,
                case_id=row.case_id,
                name=row.name,
                counting=Counting(row.counting),
                ending=Ending(row.ending),
                entries=tuple(entries[row.id]),
                business_key=row.business_key,
            )
            for row in rows
        )

    def find(self, case_id: UUID, name: str, business_key: str | None = None) -> Deadline | None:
        """The newest of that name."""
        matching = [
            each for each in self.of_case(case_id) if (each.name, each.business_key) == (name, business_key)
        ]
        return matching[-1] if matching else None

    def passed(self, moment: datetime, limit: int) -> tuple[UUID, ...]:
        """Cases with a running deadline whose moment has gone by and whose breach is not in the ledger yet."""
        rows = self._connection.execute(
            select(DEADLINES.c.case_id)
            .where(
                DEADLINES.c.state == "running", DEADLINES.c.name != APPEAL_PERIOD, DEADLINES.c.due_at < moment
            )
            .order_by(DEADLINES.c.due_at)
            .limit(limit)
        )
        return tuple(dict.fromkeys(rows.scalars()))

    def _append(self, deadline: Deadline, known: int) -> None:
        self._connection.execute(
            insert(CLOCK_ENTRIES),
            [
                {
                    "id": new_id(),
                    "case_id": deadline.case_id,
                    "deadline_id": deadline.id,
                    "seq": seq,
                    "kind": entry.kind.value,
                    "cause": entry.cause,
                    "rule": entry.rule,
                    "days": entry.days,
                    "until": entry.until,
                    "actor_id": entry.actor_id,
                    "actor_name": entry.actor_name,
                    "at": entry.at,
                }
                for seq, entry in enumerate(deadline.entries)
                if seq >= known
            ],
        )


def _state(deadline: Deadline) -> str:
    if not deadline.is_open:
        return deadline.entries[-1].kind.value
    if deadline.is_paused:
        return "paused"
    return "breached" if deadline.is_breached else "running"
