"""Links between two cases. Each case has the reason under its own key, and a link is undone, never deleted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, select

from engine.domain.case_links import LinkKind
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.searching import CASE_LINKS
from engine.storage.unit_of_work import UnitOfWork

_COLUMNS = CASE_LINKS.c
_CLASS = SealingClass.NARRATIVE


@dataclass(frozen=True, slots=True)
class CaseLink:
    """A link as it stands in one of its two cases."""

    id: UUID
    case_id: UUID
    other_case_id: UUID
    pair_id: UUID
    kind: LinkKind
    reason: str
    """Empty once the case's narrative is erased."""
    made_by: UUID | None
    made_at: datetime
    undone_reason: str
    undone_by: UUID | None
    undone_at: datetime | None


class CaseLinks:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self,
        case_id: UUID,
        other_id: UUID,
        kind: LinkKind,
        reason: str,
        made_by: UUID | None,
        moment: datetime,
    ) -> UUID:
        pair_id = new_id()
        for one, other in ((case_id, other_id), (other_id, case_id)):
            row_id = new_id()
            self._unit.insert(
                CASE_LINKS,
                {
                    "id": row_id,
                    "case_id": one,
                    "other_case_id": other,
                    "pair_id": pair_id,
                    "kind": kind.value,
                    "reason": self._vault.seal_column(_COLUMNS.reason, _CLASS, one, row_id, reason),
                    "made_by": made_by,
                    "made_at": moment,
                },
            )
        return pair_id

    def of_case(self, case_id: UUID) -> tuple[CaseLink, ...]:
        """Return the links that stand, the oldest first."""
        return self._read(CASE_LINKS.c.case_id == case_id, CASE_LINKS.c.undone_at.is_(None))

    def of_pair(self, pair_id: UUID) -> tuple[CaseLink, ...]:
        """Return both sides of a link; none if it does not stand any more."""
        return self._read(CASE_LINKS.c.pair_id == pair_id, CASE_LINKS.c.undone_at.is_(None))

    def linked_with(self, case_id: UUID, kinds: Collection[LinkKind]) -> frozenset[UUID]:
        rows = self._unit.execute(
            select(_COLUMNS.other_case_id).where(
                _COLUMNS.case_id == case_id, _COLUMNS.undone_at.is_(None), _COLUMNS.kind.in_([*kinds])
            )
        )
        return frozenset(rows.scalars())

    def _read(self, *conditions: object) -> tuple[CaseLink, ...]:
        found = select(CASE_LINKS).where(*conditions).order_by(_COLUMNS.made_at, _COLUMNS.id)  # type: ignore[arg-type]  # conditions of this module
        return tuple(self._opened(row) for row in self._unit.rows(found))

    def _opened(self, row: RowMapping) -> CaseLink:
        opened = self._vault.open_column
        return value_of(
            CaseLink,
            row,
            reason=opened(_COLUMNS.reason, _CLASS, row) or "",
            undone_reason=opened(_COLUMNS.undone_reason, _CLASS, row) or "",
        )

    def undo(self, link: CaseLink, reason: str, undone_by: UUID | None, moment: datetime) -> None:
        """Note one side of a link as undone."""
        sealed = self._vault.seal_column(_COLUMNS.undone_reason, _CLASS, link.case_id, link.id, reason)
        values = {"undone_reason": sealed, "undone_by": undone_by, "undone_at": moment}
        self._unit.update_one(CASE_LINKS, {"id": link.id, "undone_at": None}, values)
