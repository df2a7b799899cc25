"""The deadline ledger as rows: a deadline is its clock entries; its due moment and state are stored only to sort by."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from sqlalchemy import RowMapping, select

from engine.domain.deadline_kinds import NEVER_PASS
from engine.domain.deadlines import ClockEntry, Deadline
from engine.storage.database import new_id
from engine.storage.rows import row_of, value_of
from engine.storage.tables.cases import CLOCK_ENTRIES, DEADLINES
from engine.storage.unit_of_work import UnitOfWork


class Deadlines:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, deadline: Deadline) -> None:
        row = row_of(
            DEADLINES,
            deadline,
            due_at=deadline.due_at,
            state=_state(deadline),
            started_at=deadline.started_at,
        )
        self._unit.insert(DEADLINES, row)
        self._append(deadline, 0)

    def save(self, before: Deadline, after: Deadline) -> None:
        """Store the entries that `after` has in addition to `before`. Entries are never changed or removed."""
        if len(after.entries) == len(before.entries):
            return
        self._append(after, len(before.entries))
        self._unit.update(DEADLINES, {"id": after.id}, {"due_at": after.due_at, "state": _state(after)})

    def of_case(self, case_id: UUID) -> tuple[Deadline, ...]:
        entries = (column.label("entry__" + column.name) for column in CLOCK_ENTRIES.c)
        rows = self._unit.rows(
            select(*DEADLINES.c, *entries)
            .join(CLOCK_ENTRIES, CLOCK_ENTRIES.c.deadline_id == DEADLINES.c.id)
            .where(DEADLINES.c.case_id == case_id)
            .order_by(DEADLINES.c.started_at, DEADLINES.c.id, CLOCK_ENTRIES.c.seq)
        )
        # A deadline has at least the entry that started it, and its rows follow each other.
        return tuple(_deadline(tuple(own)) for _, own in groupby(rows, key=itemgetter("id")))

    def find(self, case_id: UUID, name: str, business_key: str | None = None) -> Deadline | None:
        """Return the newest deadline of the case with this name; None if there is none."""
        matching = [
            each for each in self.of_case(case_id) if (each.name, each.business_key) == (name, business_key)
        ]
        return matching[-1] if matching else None

    def passed(self, moment: datetime, limit: int) -> tuple[UUID, ...]:
        """Return ids of cases with a running deadline that has passed without a breach in the ledger."""
        rows = self._unit.execute(
            select(DEADLINES.c.case_id)
            .where(
                DEADLINES.c.state == "running",
                DEADLINES.c.name.not_in(NEVER_PASS),
                DEADLINES.c.due_at < moment,
            )
            .order_by(DEADLINES.c.due_at)
            .limit(limit)
        )
        return tuple(dict.fromkeys(rows.scalars()))

    def _append(self, deadline: Deadline, known: int) -> None:
        for seq, entry in enumerate(deadline.entries[known:], known):
            row = row_of(
                CLOCK_ENTRIES,
                entry,
                id=new_id(),
                case_id=deadline.case_id,
                deadline_id=deadline.id,
                seq=seq,
            )
            self._unit.insert(CLOCK_ENTRIES, row)


def _deadline(rows: tuple[RowMapping, ...]) -> Deadline:
    entries = tuple(value_of(ClockEntry, row, "entry__", cause=row["entry__cause"] or "") for row in rows)
    return value_of(Deadline, rows[0], entries=entries)


def _state(deadline: Deadline) -> str:
    if not deadline.is_open:
        return deadline.entries[-1].kind.value
    if deadline.is_paused:
        return "paused"
    return "breached" if deadline.is_breached else "running"
