"""Acts on many tasks at once, and their lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from engine.domain.bulk_acts import BulkKind, BulkState, Hindrance
from engine.domain.tasks import UserTask
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.tables.desk import BULK_ACTS, BULK_LINES
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class BulkAct:
    id: UUID
    person_id: UUID
    kind: BulkKind
    to_person_id: UUID | None
    """To whom tasks are assigned."""
    follow_up_on: date | None
    made_at: datetime
    undo_ends_at: datetime


@dataclass(frozen=True, slots=True)
class BulkLine:
    id: UUID
    act_id: UUID
    case_id: UUID
    task_id: UUID
    state: BulkState
    reason: Hindrance | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class BulkActs:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, act: BulkAct, tasks: Iterable[UserTask]) -> None:
        self._unit.insert(
            BULK_ACTS,
            {
                "id": act.id,
                "person_id": act.person_id,
                "kind": act.kind.value,
                "to_person_id": act.to_person_id,
                "follow_up_on": act.follow_up_on,
                "made_at": act.made_at,
                "undo_ends_at": act.undo_ends_at,
            },
        )
        self._unit.insert(
            BULK_LINES,
            *(
                {
                    "id": new_id(),
                    "act_id": act.id,
                    "case_id": task.case_id,
                    "task_id": task.id,
                    "state": BulkState.DUE.value,
                }
                for task in tasks
            ),
        )

    def get(self, act_id: UUID, person_id: UUID | None) -> BulkAct:
        """Return an act of the person. Raise NotFound for another's, as for one that does not exist."""
        mine = (BULK_ACTS.c.id == act_id, BULK_ACTS.c.person_id == person_id)
        return value_of(BulkAct, self._unit.one(select(BULK_ACTS).where(*mine)))

    def of_line(self, line_id: UUID, person_id: UUID | None) -> tuple[BulkAct, BulkLine]:
        """Return a line with its act. Raise NotFound for another person's."""
        line = value_of(BulkLine, self._unit.one(select(BULK_LINES).where(BULK_LINES.c.id == line_id)))
        return self.get(line.act_id, person_id), line

    def lines(self, act_id: UUID) -> tuple[BulkLine, ...]:
        rows = self._unit.rows(
            select(BULK_LINES).where(BULK_LINES.c.act_id == act_id).order_by(BULK_LINES.c.id)
        )
        return tuple(value_of(BulkLine, row) for row in rows)

    def latest(self, person_id: UUID | None, limit: int) -> tuple[BulkAct, ...]:
        rows = self._unit.rows(
            select(BULK_ACTS)
            .where(BULK_ACTS.c.person_id == person_id)
            .order_by(BULK_ACTS.c.id.desc())
            .limit(limit)
        )
        return tuple(value_of(BulkAct, row) for row in rows)

    def settle(
        self,
        line: BulkLine,
        state: BulkState,
        moment: datetime,
        *,
        reason: Hindrance | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Store what has become of a line. The flush raises Outdated if the same was asked twice at once."""
        self._unit.update_one(
            BULK_LINES,
            {"id": line.id, "state": line.state.value},
            {
                "state": state.value,
                "reason": reason.value if reason else None,
                "before": before if before is not None else line.before,
                "after": after if after is not None else line.after,
                "done_at": moment,
            },
        )

    def forget_before(self, person_id: UUID, moment: datetime) -> None:
        """Delete the person's acts of before that moment."""
        old = select(BULK_ACTS.c.id).where(BULK_ACTS.c.person_id == person_id, BULK_ACTS.c.made_at < moment)
        ids = list(self._unit.execute(old).scalars())
        if ids:
            self._unit.execute(delete(BULK_LINES).where(BULK_LINES.c.act_id.in_(ids)))
            self._unit.execute(delete(BULK_ACTS).where(BULK_ACTS.c.id.in_(ids)))
