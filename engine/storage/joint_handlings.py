"""Cases that are handled together: each row a case in its group, from its joining to its parting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.searching import JOINT_HANDLINGS
from engine.storage.unit_of_work import UnitOfWork

_COLUMNS = JOINT_HANDLINGS.c
_CLASS = SealingClass.NARRATIVE


@dataclass(frozen=True, slots=True)
class JointHandling:
    id: UUID
    case_id: UUID
    group_id: UUID
    reason: str
    """Empty once the case's narrative is erased."""
    joined_by: UUID | None
    joined_at: datetime


class JointHandlings:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self, case_id: UUID, group_id: UUID, reason: str, joined_by: UUID | None, moment: datetime
    ) -> None:
        row_id = new_id()
        self._unit.insert(
            JOINT_HANDLINGS,
            {
                "id": row_id,
                "case_id": case_id,
                "group_id": group_id,
                "reason": self._vault.seal_column(_COLUMNS.reason, _CLASS, case_id, row_id, reason),
                "joined_by": joined_by,
                "joined_at": moment,
            },
        )

    def of_case(self, case_id: UUID) -> JointHandling | None:
        """Return the case's place in the group that it is in now; None if it is handled by itself."""
        row = self._unit.row(
            select(JOINT_HANDLINGS).where(_COLUMNS.case_id == case_id, _COLUMNS.parted_at.is_(None))
        )
        if row is None:
            return None
        return value_of(
            JointHandling, row, reason=self._vault.open_column(_COLUMNS.reason, _CLASS, row) or ""
        )

    def cases_of(self, group_id: UUID) -> tuple[UUID, ...]:
        """Return the cases of a group, in the order in which they joined it."""
        rows = self._unit.execute(
            select(_COLUMNS.case_id)
            .where(_COLUMNS.group_id == group_id, _COLUMNS.parted_at.is_(None))
            .order_by(_COLUMNS.joined_at, _COLUMNS.id)
        )
        return tuple(rows.scalars())

    def part(self, one: JointHandling, reason: str, parted_by: UUID | None, moment: datetime) -> None:
        sealed = self._vault.seal_column(_COLUMNS.parted_reason, _CLASS, one.case_id, one.id, reason)
        values = {"parted_reason": sealed, "parted_by": parted_by, "parted_at": moment}
        self._unit.update_one(JOINT_HANDLINGS, {"id": one.id, "parted_at": None}, values)
