"""The deadline ledger as rows: a deadline is its clock entries; due moment and state are kept only to sort by."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Update, Uuid, bindparam, select, update

from engine.domain.calendar import Counting, Ending
from engine.domain.deadlines import ClockEntry, Deadline, EntryKind
from engine.storage.database import new_id
from engine.storage.gathering import Gathered, Gathering
from engine.storage.tables.cases import CLOCK_ENTRIES, DEADLINES

APPEAL_PERIOD = "appeal_period"
"""The person's own time: that it ends is no breach of anybody's."""


class Deadlines(Gathering):
    def __init__(self, gathered: Gathered) -> None:
        super().__init__(gathered, DEADLINES, CLOCK_ENTRIES)

    def add(self, deadline: Deadline) -> None:
        self._gathered.add(
            DEADLINES,
            {
                "id": deadline.id,
                "case_id": deadline.case_id,
                "name": deadline.name,
                "business_key": deadline.business_key,
                "counting": deadline.counting.value,
                "ending": deadline.ending.value,
                "due_at": deadline.due_at,
                "state": _state(deadline),
                "started_at": deadline.started_at,
            },
        )
        self._append(deadline, 0)

    def save(self, before: Deadline, after: Deadline) -> None:
        """Store the entries that `after` has more than `before`. Entries are never changed or taken away."""
        if len(after.entries) == len(before.entries):
            return
        self._append(after, len(before.entries))
        self._gathered.change(
            _save(), [{"deadline": after.id, "due_at": after.due_at, "state": _state(after)}]
        )

    def of_case(self, case_id: UUID) -> tuple[Deadline, ...]:
        told = self._connection.execute(_ledger(), {"case": case_id})
        # A deadline has at least the entry that started it, and its rows follow each other.
        return tuple(_deadline(tuple(rows)) for _, rows in groupby(told, key=attrgetter("id")))

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
        self._gathered.add(
            CLOCK_ENTRIES,
            *(
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
            ),
        )


@lru_cache
def _ledger() -> Select[Any]:
    own = ("id", "case_id", "name", "counting", "ending", "business_key")
    entry = ("kind", "at", "cause", "actor_name", "actor_id", "rule", "days", "until")
    return (
        select(*(DEADLINES.c[name] for name in own), *(CLOCK_ENTRIES.c[name] for name in entry))
        .join(CLOCK_ENTRIES, CLOCK_ENTRIES.c.deadline_id == DEADLINES.c.id)
        .where(DEADLINES.c.case_id == bindparam("case", type_=Uuid))
        .order_by(DEADLINES.c.started_at, DEADLINES.c.id, CLOCK_ENTRIES.c.seq)
    )


@lru_cache
def _save() -> Update:
    return (
        update(DEADLINES)
        .where(DEADLINES.c.id == bindparam("deadline", type_=Uuid))
        .values(due_at=bindparam("due_at"), state=bindparam("state"))
    )


def _deadline(rows: tuple[Row[Any], ...]) -> Deadline:
    first = rows[0]
    return Deadline(
        id=first.id,
        case_id=first.case_id,
        name=first.name,
        counting=Counting(first.counting),
        ending=Ending(first.ending),
        entries=tuple(
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
            for row in rows
        ),
        business_key=first.business_key,
    )


def _state(deadline: Deadline) -> str:
    if not deadline.is_open:
        return deadline.entries[-1].kind.value
    if deadline.is_paused:
        return "paused"
    return "breached" if deadline.is_breached else "running"
