"""Calls that people asked for by their code: each is owed by a day until somebody has called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.tables.cases import CALL_WISHES
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class CallWish:
    id: UUID
    case_id: UUID
    asked_at: datetime
    due_at: datetime


class CallWishes:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, case_id: UUID, moment: datetime, due_at: datetime) -> None:
        row = {"id": new_id(), "case_id": case_id, "asked_at": moment, "due_at": due_at}
        self._unit.insert(CALL_WISHES, row)

    def open_of(self, case_id: UUID) -> CallWish | None:
        """Return the wish that nobody has called about; None if there is none."""
        row = self._unit.row(
            select(CALL_WISHES.c.id, CALL_WISHES.c.case_id, CALL_WISHES.c.asked_at, CALL_WISHES.c.due_at)
            .where(CALL_WISHES.c.case_id == case_id, CALL_WISHES.c.called_at.is_(None))
            .order_by(CALL_WISHES.c.asked_at)
            .limit(1)
        )
        return None if row is None else value_of(CallWish, row)

    def postpone(self, case_id: UUID, due_at: datetime) -> None:
        """Owe the call by another day: nobody answered."""
        self._unit.execute(
            update(CALL_WISHES)
            .where(CALL_WISHES.c.case_id == case_id, CALL_WISHES.c.called_at.is_(None))
            .values(due_at=due_at)
        )

    def close(self, case_id: UUID, moment: datetime) -> None:
        self._unit.execute(
            update(CALL_WISHES)
            .where(CALL_WISHES.c.case_id == case_id, CALL_WISHES.c.called_at.is_(None))
            .values(called_at=moment)
        )
