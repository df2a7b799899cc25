"""When a case was restricted and opened again, by whom and why. The reason is sealed under the case's key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.errors import Unsealable
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.cases import RESTRICTIONS
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Restriction:
    id: UUID
    case_id: UUID
    is_restricted: bool
    """False where the restriction was lifted."""
    reason: str
    """Empty once the case's narrative is erased."""
    made_by: UUID | None
    made_at: datetime


class Restrictions:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self, case_id: UUID, reason: str, made_by: UUID | None, moment: datetime, *, is_restricted: bool
    ) -> None:
        row_id = new_id()
        self._unit.insert(
            RESTRICTIONS,
            {
                "id": row_id,
                "case_id": case_id,
                "is_restricted": is_restricted,
                "reason": self._vault.seal(case_id, SealingClass.NARRATIVE, _place(row_id), reason.encode()),
                "made_by": made_by,
                "made_at": moment,
            },
        )

    def of_case(self, case_id: UUID) -> tuple[Restriction, ...]:
        """The newest first."""
        found = select(RESTRICTIONS).where(RESTRICTIONS.c.case_id == case_id)
        rows = self._unit.rows(found.order_by(RESTRICTIONS.c.made_at.desc(), RESTRICTIONS.c.id.desc()))
        return tuple(
            value_of(Restriction, row, reason=self._reason(case_id, row["id"], row["reason"])) for row in rows
        )

    def _reason(self, case_id: UUID, row_id: UUID, sealed: bytes) -> str:
        try:
            return self._vault.open(case_id, SealingClass.NARRATIVE, _place(row_id), sealed).decode()
        except Unsealable:
            return ""


def _place(row_id: UUID) -> str:
    return f"restrictions.reason/{row_id}"
