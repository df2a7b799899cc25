"""Legal holds: while one is in force, nothing of its case is destroyed. Reasons are sealed under a key of the case."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, select

from engine.errors import Unsealable
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.retention import LEGAL_HOLDS
from engine.storage.unit_of_work import UnitOfWork

_CLASSES: Final = (
    SealingClass.NARRATIVE,
    SealingClass.DECISION,
    SealingClass.IDENTITY,
    SealingClass.CONTACT,
    SealingClass.ENGINE,
)
"""A reason is sealed under the first of these that the case still has: its classes are destroyed on days of their own."""


@dataclass(frozen=True, slots=True)
class LegalHold:
    id: UUID
    case_id: UUID
    reason: str
    """Empty once the class under whose key it was sealed is erased."""
    held_until: date
    """The last day."""
    placed_by: UUID | None
    placed_at: datetime
    lifted_by: UUID | None
    lifted_at: datetime | None
    lift_reason: str

    def holds_on(self, day: date) -> bool:
        return self.lifted_at is None and self.held_until >= day


def is_held(day: date) -> ColumnElement[bool]:
    """Return the condition on a hold that it is in force on a day."""
    return and_(LEGAL_HOLDS.c.lifted_at.is_(None), LEGAL_HOLDS.c.held_until >= day)


def held_cases(day: date) -> Select[tuple[UUID]]:
    """Return the ids of the cases that are held on a day: few."""
    return select(LEGAL_HOLDS.c.case_id).where(is_held(day))


def held_on(case_id: ColumnElement[Any], day: date) -> ColumnElement[bool]:
    """Return the condition that a case is held on a day."""
    return exists().where(LEGAL_HOLDS.c.case_id == case_id, is_held(day))


class LegalHolds:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def place(
        self, case_id: UUID, reason: str, held_until: date, placed_by: UUID | None, moment: datetime
    ) -> None:
        hold_id = new_id()
        self._unit.insert(
            LEGAL_HOLDS,
            {
                "id": hold_id,
                "case_id": case_id,
                "reason": self._sealed("reason", case_id, hold_id, reason),
                "held_until": held_until,
                "placed_by": placed_by,
                "placed_at": moment,
            },
        )

    def lift(self, hold: LegalHold, reason: str, lifted_by: UUID | None, moment: datetime) -> None:
        """The flush raises Outdated if a colleague has lifted it meanwhile."""
        self._unit.update_one(
            LEGAL_HOLDS,
            {"id": hold.id, "lifted_at": None},
            {
                "lifted_by": lifted_by,
                "lifted_at": moment,
                "lift_reason": self._sealed("lift_reason", hold.case_id, hold.id, reason),
            },
        )

    def of_case(self, case_id: UUID) -> tuple[LegalHold, ...]:
        """The newest first."""
        found = select(LEGAL_HOLDS).where(LEGAL_HOLDS.c.case_id == case_id)
        rows = self._unit.rows(found.order_by(LEGAL_HOLDS.c.placed_at.desc(), LEGAL_HOLDS.c.id.desc()))
        return tuple(self._opened(row) for row in rows)

    def in_force(self, case_id: UUID, day: date) -> LegalHold | None:
        return next((each for each in self.of_case(case_id) if each.holds_on(day)), None)

    def held(self, case_ids: Collection[UUID], day: date) -> dict[UUID, date]:
        """Return those of the cases that are held on a day, each with the last day of its longest hold."""
        found = select(LEGAL_HOLDS.c.case_id, LEGAL_HOLDS.c.held_until).where(
            is_held(day), LEGAL_HOLDS.c.case_id.in_(case_ids)
        )
        return {
            row["case_id"]: row["held_until"]
            for row in self._unit.rows(found.order_by(LEGAL_HOLDS.c.held_until))
        }

    def _sealed(self, column: str, case_id: UUID, hold_id: UUID, reason: str) -> bytes:
        held = next((each for each in _CLASSES if self._vault.has_key(case_id, each)), _CLASSES[0])
        return self._vault.seal_column(LEGAL_HOLDS.c[column], held, case_id, hold_id, reason)

    def _opened(self, row: RowMapping) -> LegalHold:
        words = {column: next(self._words(column, row), "") for column in ("reason", "lift_reason")}
        return value_of(LegalHold, row, **words)

    def _words(self, column: str, row: RowMapping) -> Iterator[str]:
        """Yield what is sealed in a column, by the class under whose key it is; nothing if that has been erased."""
        for each in _CLASSES:
            with suppress(Unsealable):
                if self._vault.has_key(row["case_id"], each):
                    yield self._vault.open_column(LEGAL_HOLDS.c[column], each, row) or ""
